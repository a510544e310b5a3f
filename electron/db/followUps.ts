import type { FollowUpEntry, FollowUpOutcome, FollowUpStep } from '../../shared/model/followUp.ts';
import type { TestStatus } from '../../shared/model/test.ts';
import type { Register } from './open.ts';

export type FollowUpRow = {
  readonly testId: string;
  readonly personId: string;
  readonly personName: string;
  readonly building: string;
  readonly unit: string;
  readonly room: string;
  readonly kitSerial: string;
  readonly day: string;
  readonly status: TestStatus;
  readonly openedAtMs: number;
  readonly closedAtMs: number | null;
};

export type NewFollowUpEntry = {
  readonly testId: string;
  readonly kind: FollowUpEntry['kind'];
  readonly step: FollowUpStep | null;
  readonly outcome: FollowUpOutcome | null;
  readonly note: string;
  readonly atMs: number;
  readonly operatorId: string | null;
};

/** Follow-ups of positives: one a test, with its history line by line. */
export function followUpsTable(db: Register) {
  const rows = `SELECT follow_ups.test_id AS testId, tests.person_id AS personId, person_name AS personName,
      person_building AS building, person_unit AS unit, person_room AS room, coalesce(fix.serial, kit_serial) AS kitSerial,
      tests.day AS day, status, opened_at_ms AS openedAtMs, closed_at_ms AS closedAtMs
    FROM follow_ups JOIN tests ON tests.id = follow_ups.test_id JOIN test_states ON test_states.test_id = tests.id
      LEFT JOIN kit_corrections AS fix ON fix.test_id = tests.id AND fix.n = test_states.kit_n`;
  const one = db.prepare(`${rows} WHERE follow_ups.test_id = ?`);
  const open = db.prepare(`${rows} WHERE closed_at_ms IS NULL ORDER BY opened_at_ms, follow_ups.test_id`);
  const closed = db.prepare(
    `${rows} WHERE closed_at_ms IS NOT NULL ORDER BY closed_at_ms DESC, follow_ups.test_id LIMIT ? OFFSET ?`,
  );
  const countClosed = db.prepare('SELECT count(*) FROM follow_ups WHERE closed_at_ms IS NOT NULL').pluck();
  const columns = `n, kind, step, outcome, note, at_ms AS atMs, operators.name AS operatorName`;
  const entries = db.prepare(
    `SELECT ${columns} FROM follow_up_entries LEFT JOIN operators ON operators.id = operator_id WHERE test_id = ? ORDER BY n`,
  );
  const openOnes = db.prepare(
    'INSERT INTO follow_ups (test_id, opened_at_ms) VALUES (@testId, @atMs) ON CONFLICT DO NOTHING',
  );
  const setOpened = db.prepare('UPDATE follow_ups SET opened_at_ms = ?, closed_at_ms = NULL WHERE test_id = ?');
  const setClosed = db.prepare('UPDATE follow_ups SET closed_at_ms = ? WHERE test_id = ?');
  const write = db.prepare(
    `INSERT INTO follow_up_entries (test_id, n, kind, step, outcome, note, at_ms, operator_id)
     VALUES (@testId, (SELECT count(*) + 1 FROM follow_up_entries WHERE test_id = @testId), @kind, @step, @outcome, @note,
       @atMs, @operatorId)`,
  );
  return {
    find: (testId: string): FollowUpRow | null => (one.get(testId) as FollowUpRow | undefined) ?? null,
    /** All of them: a site has as many as it has positives that nobody has closed. */
    listOpen: (): FollowUpRow[] => open.all() as FollowUpRow[],
    listClosed: (limit: number, offset: number): FollowUpRow[] => closed.all(limit, offset) as FollowUpRow[],
    countClosed: (): number => countClosed.get() as number,
    listEntries: (testId: string): FollowUpEntry[] => entries.all(testId) as FollowUpEntry[],
    /** The first opening; nothing where there is one already. */
    open: (testId: string, atMs: number): void => {
      openOnes.run({ testId, atMs });
    },
    setOpened: (testId: string, atMs: number): void => {
      setOpened.run(atMs, testId);
    },
    setClosed: (testId: string, atMs: number): void => {
      setClosed.run(atMs, testId);
    },
    write: (entry: NewFollowUpEntry): void => {
      write.run(entry);
    },
  };
}
