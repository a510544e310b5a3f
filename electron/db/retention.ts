import type { DayFigures } from '../../shared/model/daySummary.ts';
import type { DestructionPiece, heldBackReasons, RetentionPeriods } from '../../shared/model/retention.ts';
import type { Register } from './open.ts';

export type DestructionRow = {
  readonly seq: number;
  readonly id: string;
  readonly startedAtMs: number;
  readonly operatorName: string;
  readonly siteName: string;
  readonly stationName: string;
  readonly periods: RetentionPeriods;
  readonly testsBefore: string | null;
  readonly peopleBeforeMs: number | null;
  readonly auditBeforeMs: number | null;
  readonly endedAtMs: number | null;
  readonly sha256: string | null;
};

/** A day whose tests are over their period. */
export type DueDay = {
  readonly day: string;
  readonly tests: number;
  readonly heldBy: (typeof heldBackReasons)[number] | null;
};

/** What hangs on a test, by its `test_id`. */
const factsOfTests = [
  'person_merge_tests',
  'mended_records',
  'outbox',
  'conflicts',
  'follow_up_entries',
  'follow_ups',
  'kit_corrections',
  'result_slips',
  'drops',
  'voids',
  'undos',
  'results',
];

/** What was destroyed, what outlives it, and the one path by which facts are deleted. */
export function retentionTable(db: Register) {
  const insert = db.prepare(
    `INSERT INTO destructions (id, started_at_ms, operator_id, site_name, station_name, periods, tests_before, people_before_ms, audit_before_ms)
     VALUES (@id, @startedAtMs, @operatorId, @siteName, @stationName, @periods, @testsBefore, @peopleBeforeMs, @auditBeforeMs)`,
  );
  const rows = `SELECT d.seq, d.id, d.started_at_ms AS startedAtMs, o.name AS operatorName, d.site_name AS siteName,
      d.station_name AS stationName, d.periods, d.tests_before AS testsBefore, d.people_before_ms AS peopleBeforeMs, d.audit_before_ms AS auditBeforeMs,
      e.at_ms AS endedAtMs, e.sha256
    FROM destructions AS d JOIN operators AS o ON o.id = d.operator_id LEFT JOIN destruction_ends AS e ON e.destruction_id = d.id`;
  const one = db.prepare(`${rows} WHERE d.id = ?`);
  const all = db.prepare(`${rows} ORDER BY d.seq DESC LIMIT ?`);
  const open = db.prepare(`${rows} WHERE e.at_ms IS NULL ORDER BY d.seq LIMIT 1`);
  const pieces = db.prepare(
    `SELECT n, kind, day, counts, rows_sha256 AS rowsSha256, records_sha256 AS recordsSha256, at_ms AS atMs
     FROM destruction_pieces WHERE destruction_id = ? ORDER BY n`,
  );
  const addPiece = db.prepare(
    `INSERT INTO destruction_pieces (destruction_id, n, kind, day, counts, rows_sha256, records_sha256, at_ms)
     VALUES (@destructionId, (SELECT count(*) + 1 FROM destruction_pieces WHERE destruction_id = @destructionId), @kind, @day,
       @counts, @rowsSha256, @recordsSha256, @atMs)`,
  );
  const end = db.prepare('INSERT INTO destruction_ends (destruction_id, at_ms, sha256) VALUES (?, ?, ?)');

  // A day is destroyed whole or not at all, so that what is kept of it stays true.
  const dueDays = db.prepare(
    `SELECT day, count(*) AS tests,
       EXISTS (SELECT 1 FROM test_states AS s JOIN outbox USING (test_id) WHERE s.day = t.day AND outbox.state IN ('waiting', 'parked')) AS isUnsent,
       EXISTS (SELECT 1 FROM test_states AS s JOIN conflicts USING (test_id, kit_key) WHERE s.day = t.day) AS isDisputed
     FROM test_states AS t WHERE day < ? GROUP BY day ORDER BY day DESC`,
  );
  const held = db
    .prepare(
      `SELECT EXISTS (SELECT 1 FROM test_states AS s JOIN outbox USING (test_id) WHERE s.day = @day AND outbox.state IN ('waiting', 'parked'))
         OR EXISTS (SELECT 1 FROM test_states AS s JOIN conflicts USING (test_id, kit_key) WHERE s.day = @day)`,
    )
    .pluck();
  const laterRetests = db
    .prepare(
      `SELECT DISTINCT later.day FROM tests AS later JOIN tests AS first ON first.id = later.retest_of
       WHERE first.day = ? AND later.day <> first.day`,
    )
    .pluck();
  const isOver = (who: string) => `(${who}.updated_at_ms < @beforeMs AND ${who}.id <> @exceptId
    AND (${who}.import_id IS NULL OR EXISTS (SELECT 1 FROM imports WHERE imports.id = ${who}.import_id AND state = 'committed'))
    AND NOT EXISTS (SELECT 1 FROM test_states WHERE test_states.person_id = ${who}.id AND test_states.day NOT IN (SELECT value FROM json_each(@exceptDays))))`;
  // Whoever became part of somebody else goes with them and not before: the merge can be taken back until then.
  const overdue = `FROM people WHERE CASE WHEN merged_into IS NULL THEN ${isOver('people')} ELSE NOT EXISTS (
      WITH RECURSIVE up (id) AS (
        SELECT people.merged_into UNION SELECT above.merged_into FROM people AS above JOIN up ON above.id = up.id
          WHERE above.merged_into IS NOT NULL)
      SELECT 1 FROM people AS whole JOIN up ON whole.id = up.id WHERE whole.merged_into IS NULL AND NOT ${isOver('whole')}) END`;
  const countPeople = db.prepare(`SELECT count(*) ${overdue}`).pluck();
  const somePeople = db.prepare(`SELECT * ${overdue} ORDER BY id LIMIT @limit`);
  // What hangs on a person, before what it hangs on.
  const ofMerges = 'SELECT id FROM person_merges WHERE kept_id = @id OR absorbed_id = @id';
  const ofPerson = [
    ['person_merge_tests', `merge_id IN (${ofMerges})`],
    ['person_merge_undos', `merge_id IN (${ofMerges})`],
    ['person_merges', 'kept_id = @id OR absorbed_id = @id'],
    ['person_distinct', 'a_id = @id OR b_id = @id'],
    ['person_consents', 'person_id = @id'],
    ['people', 'id = @id'],
  ].map(([table = '', where = '']) => ({
    table,
    read: db.prepare(`SELECT * FROM ${table} WHERE ${where}`),
    remove: db.prepare(`DELETE FROM ${table} WHERE ${where}`),
  }));

  const findDay = db.prepare('SELECT figures FROM kept_days WHERE day = ?').pluck();
  const keepDay = db.prepare('INSERT INTO kept_days (day, figures, destruction_id) VALUES (?, ?, ?)');
  const keepReads = db.prepare(
    `INSERT INTO kept_reads (day, n)
     SELECT read_day, count(*) FROM results JOIN test_states USING (test_id)
       WHERE test_states.day = @day AND read_day > @day AND results.revision = 1 AND status <> 'undone' GROUP BY read_day
     ON CONFLICT (day) DO UPDATE SET n = n + excluded.n`,
  );
  // Whoever is still there with another test of the round is counted by that one.
  const keepRounds = db.prepare(
    `INSERT INTO kept_rounds (round_id, day, tested)
     SELECT round_id, day, count(DISTINCT person_id) FROM test_states AS t
       WHERE day = ? AND status NOT IN ('undone', 'void') AND NOT EXISTS (SELECT 1 FROM test_states AS o
         WHERE o.person_id = t.person_id AND o.round_id = t.round_id AND o.day <> t.day AND o.status NOT IN ('undone', 'void'))
       GROUP BY round_id`,
  );
  const spendKits = db.prepare(
    `INSERT INTO spent_kits (kit_key, day, was)
     SELECT kit_key, day, CASE status WHEN 'void' THEN 'void' WHEN 'pending' THEN 'bound' ELSE 'resulted' END
       FROM test_states WHERE day = ? AND status <> 'undone'`,
  );
  const spent = db.prepare('SELECT day FROM spent_kits WHERE kit_key = ?').pluck();
  const records = db.prepare(
    `SELECT coalesce(m.record_key, outbox.record_key) AS recordKey, coalesce(m.content_hash, outbox.content_hash) AS contentHash
     FROM outbox JOIN test_states USING (test_id) LEFT JOIN mended_records AS m ON m.seq = outbox.seq
       AND m.n = (SELECT max(n) FROM mended_records WHERE mended_records.seq = outbox.seq)
     WHERE day = ? AND state = 'sent' ORDER BY outbox.seq`,
  );
  // `test_states` goes last: it is the one with an index by day.
  const destroyed = [...factsOfTests.map((table) => [table, 'test_id'] as const), ['tests', 'id'] as const].map(
    ([table, key]) => ({
      table,
      where: `FROM ${table} WHERE ${key} IN (SELECT test_id FROM test_states WHERE day = ?)`,
    }),
  );
  destroyed.push({ table: 'test_states', where: 'FROM test_states WHERE day = ?' });
  const reads = destroyed.map(({ table, where }) => ({ table, read: db.prepare(`SELECT * ${where}`) }));
  const deletes = destroyed.map(({ where }) => db.prepare(`DELETE ${where}`));
  const letDelete = db.prepare('INSERT INTO purging (one, destruction_id) VALUES (1, ?)');
  const refuseDelete = db.prepare('DELETE FROM purging');

  const toRow = (row: unknown): DestructionRow | null => {
    if (row === undefined) return null;
    const { periods, ...rest } = row as Omit<DestructionRow, 'periods'> & { periods: string };
    return { ...rest, periods: JSON.parse(periods) as RetentionPeriods };
  };

  return {
    insert: (row: {
      readonly id: string;
      readonly startedAtMs: number;
      readonly operatorId: string;
      readonly siteName: string;
      readonly stationName: string;
      readonly periods: RetentionPeriods;
      readonly testsBefore: string | null;
      readonly peopleBeforeMs: number | null;
      readonly auditBeforeMs: number | null;
    }): void => {
      insert.run({ ...row, periods: JSON.stringify(row.periods) });
    },
    find: (id: string): DestructionRow | null => toRow(one.get(id)),
    /** The newest ones first. */
    list: (limit: number): DestructionRow[] => all.all(limit).flatMap((row) => toRow(row) ?? []),
    /** The one that was broken off, where there is one. */
    findOpen: (): DestructionRow | null => toRow(open.get()),
    listPieces: (id: string): DestructionPiece[] =>
      (pieces.all(id) as (Omit<DestructionPiece, 'counts'> & { counts: string })[]).map((piece) => ({
        ...piece,
        counts: JSON.parse(piece.counts) as Record<string, number>,
      })),
    addPiece: (destructionId: string, piece: Omit<DestructionPiece, 'n'>): void => {
      addPiece.run({ destructionId, ...piece, counts: JSON.stringify(piece.counts) });
    },
    end: (destructionId: string, atMs: number, sha256: string): void => {
      end.run(destructionId, atMs, sha256);
    },

    /**
     * Days before `before` that still have tests, the newest first, which is the order to destroy them in: a re-test goes
     * before the test that it repeats. A day waits while one of its records is unsent or disputed, or while a re-test of
     * it waits.
     */
    listDueDays: (before: string): DueDay[] => {
      const found = dueDays.all(before) as { day: string; tests: number; isUnsent: number; isDisputed: number }[];
      const free = new Set<string>();
      return found.map(({ day, tests, isUnsent, isDisputed }) => {
        const later = laterRetests.all(day) as string[];
        const heldBy =
          isUnsent === 1
            ? 'unsent'
            : isDisputed === 1
              ? 'conflict'
              : later.some((each) => !free.has(each))
                ? 'retest'
                : null;
        if (heldBy === null) free.add(day);
        return { day, tests, heldBy };
      });
    },
    /** Whether something of the day is unsent or disputed at this moment. */
    isHeld: (day: string): boolean => held.get({ day }) === 1,
    /** People over their period who have no test left but on `exceptDays`. */
    countDuePeople: (beforeMs: number, exceptDays: readonly string[]): number =>
      countPeople.get({ beforeMs, exceptId: '', exceptDays: JSON.stringify(exceptDays) }) as number,
    /** Some of them, without the one who stands at the desk at this moment. */
    listDuePeople: (beforeMs: number, exceptId: string | null, limit: number): Record<string, unknown>[] =>
      somePeople.all({ beforeMs, exceptDays: '[]', exceptId: exceptId ?? '', limit }) as Record<string, unknown>[],

    /** The figures of a day whose tests were destroyed. */
    findKeptDay: (day: string): DayFigures | null => {
      const text = findDay.get(day) as string | undefined;
      return text === undefined ? null : (JSON.parse(text) as DayFigures);
    },
    /** Writes down what outlives a day's tests; they are all still there. */
    keepOfDay: (day: string, figures: DayFigures, destructionId: string): void => {
      keepDay.run(day, JSON.stringify(figures), destructionId);
      keepReads.run({ day });
      keepRounds.run(day);
      spendKits.run(day);
    },
    /** The day of the test that used this kit and was destroyed since, or null. */
    findSpentDay: (kitKey: string): string | null => (spent.get(kitKey) as string | undefined) ?? null,
    listSentRecords: (day: string) => records.all(day) as { recordKey: string; contentHash: string }[],
    /** Every row of a day's tests, table by table, in the tables' own order. */
    readDay: (day: string): { readonly table: string; readonly rows: Record<string, unknown>[] }[] =>
      reads.map(({ table, read }) => ({ table, rows: read.all(day) as Record<string, unknown>[] })),
    /** Runs a deletion that nothing else may do. Inside a transaction only: it ends with it. */
    whilePurging: (destructionId: string, run: () => void): void => {
      letDelete.run(destructionId);
      run();
      refuseDelete.run();
    },
    deleteDay: (day: string): void => {
      // Until the transaction ends the rows that say where tests stand outlive the tests.
      db.pragma('defer_foreign_keys=ON');
      for (const statement of deletes) statement.run(day);
    },
    /** Every row that is a person's own, table by table, in the order in which they can be deleted. */
    readPerson: (id: string): { readonly table: string; readonly rows: Record<string, unknown>[] }[] =>
      ofPerson.map(({ table, read }) => ({ table, rows: read.all({ id }) as Record<string, unknown>[] })),
    deletePerson: (id: string): void => {
      for (const { remove } of ofPerson) remove.run({ id });
    },
  };
}
