import type { Person } from '../../shared/model/person.ts';
import type { Register } from './open.ts';

export type MergeRow = {
  readonly seq: number;
  readonly id: string;
  readonly keptId: string;
  readonly absorbedId: string;
  readonly atMs: number;
  readonly operatorName: string;
  readonly undone: { readonly atMs: number; readonly operatorName: string } | null;
};

type Row = Omit<MergeRow, 'undone'> & { readonly undoneAtMs: number | null; readonly undoneBy: string | null };

/** People who turned out to be one, with what it takes to part them again exactly. */
export function mergesTable(db: Register) {
  const rows = `SELECT m.seq, m.id, kept_id AS keptId, absorbed_id AS absorbedId, m.at_ms AS atMs, o.name AS operatorName,
      u.at_ms AS undoneAtMs, (SELECT name FROM operators WHERE id = u.operator_id) AS undoneBy
    FROM person_merges AS m JOIN operators AS o ON o.id = m.operator_id LEFT JOIN person_merge_undos AS u ON u.merge_id = m.id`;
  const one = db.prepare(`${rows} WHERE m.id = ?`);
  const ofPerson = db.prepare(`${rows} WHERE kept_id = @id OR absorbed_id = @id ORDER BY m.seq DESC LIMIT 50`);
  const states = db.prepare('SELECT before, after FROM person_merges WHERE id = ?');
  const insert = db.prepare(
    `INSERT INTO person_merges (id, kept_id, absorbed_id, at_ms, operator_id, after_test, before, after)
     VALUES (@id, @keptId, @absorbedId, @atMs, @operatorId, (SELECT coalesce(max(seq), 0) FROM tests), @before, @after)`,
  );
  const noteTests = db.prepare(
    'INSERT INTO person_merge_tests (merge_id, test_id) SELECT @id, test_id FROM test_states WHERE person_id = @absorbedId',
  );
  const moveTests = db.prepare('UPDATE test_states SET person_id = @keptId WHERE person_id = @absorbedId');
  const moveBack = db.prepare(
    `UPDATE test_states SET person_id = @absorbedId
     WHERE person_id = @keptId AND test_id IN (SELECT test_id FROM person_merge_tests WHERE merge_id = @id)`,
  );
  const undo = db.prepare('INSERT INTO person_merge_undos (merge_id, at_ms, operator_id) VALUES (?, ?, ?)');
  const countTests = db.prepare('SELECT count(*) FROM person_merge_tests WHERE merge_id = ?').pluck();
  const later = db
    .prepare(
      `SELECT id FROM person_merges WHERE seq > @seq AND (kept_id = @keptId OR absorbed_id = @keptId)
         AND NOT EXISTS (SELECT 1 FROM person_merge_undos WHERE merge_id = person_merges.id) ORDER BY seq LIMIT 1`,
    )
    .pluck();
  const since = db
    .prepare(
      `SELECT count(*) FROM test_states JOIN tests ON tests.id = test_id WHERE test_states.person_id = @keptId
         AND tests.seq > (SELECT after_test FROM person_merges WHERE id = @id)`,
    )
    .pluck();
  const distinct = db.prepare('SELECT 1 FROM person_distinct WHERE a_id = ? AND b_id = ?').pluck();
  const setDistinct = db.prepare(
    'INSERT OR IGNORE INTO person_distinct (a_id, b_id, at_ms, operator_id) VALUES (?, ?, ?, ?)',
  );
  const inOrder = (a: string, b: string): readonly [string, string] => (a < b ? [a, b] : [b, a]);

  const toRow = ({ undoneAtMs, undoneBy, ...row }: Row): MergeRow => ({
    ...row,
    undone: undoneAtMs === null ? null : { atMs: undoneAtMs, operatorName: undoneBy ?? '' },
  });
  return {
    find: (id: string): MergeRow | null => {
      const row = one.get(id) as Row | undefined;
      return row === undefined ? null : toRow(row);
    },
    /** Those that the person was kept in or absorbed by, the newest first. */
    listOfPerson: (id: string): MergeRow[] => (ofPerson.all({ id }) as Row[]).map(toRow),
    /** The kept person as they were before and after it. */
    findStates: (id: string): { readonly before: Person; readonly after: Person } | null => {
      const row = states.get(id) as { before: string; after: string } | undefined;
      return row === undefined
        ? null
        : { before: JSON.parse(row.before) as Person, after: JSON.parse(row.after) as Person };
    },
    /** Writes the merge and gives the kept person the tests of the other; answers how many. */
    insert: (merge: {
      readonly id: string;
      readonly keptId: string;
      readonly absorbedId: string;
      readonly atMs: number;
      readonly operatorId: string;
      readonly before: Person;
      readonly after: Person;
    }): number => {
      const { id, keptId, absorbedId } = merge;
      insert.run({ ...merge, before: JSON.stringify(merge.before), after: JSON.stringify(merge.after) });
      noteTests.run({ id, absorbedId });
      return moveTests.run({ keptId, absorbedId }).changes;
    },
    /** Writes the undo and gives back the tests that had gone over; answers how many. */
    undo: ({ id, keptId, absorbedId }: MergeRow, atMs: number, operatorId: string): number => {
      undo.run(id, atMs, operatorId);
      return moveBack.run({ id, keptId, absorbedId }).changes;
    },
    countTests: (id: string): number => countTests.get(id) as number,
    /** A merge of the kept person that came later and still stands. */
    findLater: ({ seq, keptId }: MergeRow): string | null => (later.get({ seq, keptId }) as string | undefined) ?? null,
    /** Tests of the kept person that were bound after the merge. */
    countTestsSince: ({ id, keptId }: MergeRow): number => since.get({ id, keptId }) as number,
    areDistinct: (a: string, b: string): boolean => distinct.get(...inOrder(a, b)) !== undefined,
    setDistinct: (a: string, b: string, atMs: number, operatorId: string): void => {
      setDistinct.run(...inOrder(a, b), atMs, operatorId);
    },
  };
}
