import type { ResultOutcome } from '../../shared/model/test.ts';
import type { Register } from './open.ts';

export type SiblingRow = {
  readonly testId: string;
  readonly station: string;
  readonly kitKey: string;
  /** JSON of the binding's payload. */
  readonly bound: string;
  /** Of this register; null where it has nobody of the same document or id. */
  readonly personId: string | null;
  readonly roundId: string | null;
  readonly day: string;
  readonly boundAtMs: number;
  readonly opensAtMs: number | null;
  readonly closesAtMs: number | null;
  readonly status: 'pending' | ResultOutcome | 'void';
  readonly revision: number;
  readonly lastSeq: number;
  /** JSON of the newest result's payload, and the station that read it. */
  readonly result: string | null;
  readonly readAt: string | null;
  readonly voided: string | null;
};

export type ReadingRow = {
  readonly recordKey: string;
  readonly testId: string;
  readonly seq: number;
  readonly payload: string;
  readonly contentHash: string;
};

const columns = `test_id AS testId, station, kit_key AS kitKey, bound, person_id AS personId, round_id AS roundId, day,
  bound_at_ms AS boundAtMs, opens_at_ms AS opensAtMs, closes_at_ms AS closesAtMs, status, revision, last_seq AS lastSeq,
  result, read_at AS readAt, voided`;

/** Tests of the site's other stations, and what was read of them here. */
export function siblingsTable(db: Register) {
  const one = db.prepare(`SELECT ${columns} FROM sibling_tests WHERE test_id = ?`);
  const byKit = db.prepare(`SELECT test_id FROM sibling_tests WHERE kit_key = ? ORDER BY bound_at_ms LIMIT 1`).pluck();
  const ofPerson = db
    .prepare(
      "SELECT test_id FROM sibling_tests WHERE person_id = ? AND round_id = ? AND status <> 'void' ORDER BY bound_at_ms DESC LIMIT 1",
    )
    .pluck();
  const save = db.prepare(
    `INSERT INTO sibling_tests (test_id, station, kit_key, bound, person_id, round_id, day, bound_at_ms, opens_at_ms, closes_at_ms,
       status, revision, last_seq, result, read_at, voided)
     VALUES (@testId, @station, @kitKey, @bound, @personId, @roundId, @day, @boundAtMs, @opensAtMs, @closesAtMs, @status, @revision,
       @lastSeq, @result, @readAt, @voided)
     ON CONFLICT (test_id) DO UPDATE SET kit_key = excluded.kit_key, bound = excluded.bound, person_id = excluded.person_id,
       round_id = excluded.round_id, opens_at_ms = excluded.opens_at_ms, closes_at_ms = excluded.closes_at_ms, status = excluded.status,
       revision = excluded.revision, last_seq = excluded.last_seq, result = excluded.result, read_at = excluded.read_at,
       voided = excluded.voided`,
  );
  const waitingForRound = db.prepare(
    `SELECT ${columns} FROM sibling_tests WHERE round_id IS NULL AND json_extract(bound, '$.roundId') = ?`,
  );
  const dropOld = db.prepare(
    `DELETE FROM sibling_tests WHERE day < @day
       AND NOT EXISTS (SELECT 1 FROM sibling_readings AS r WHERE r.test_id = sibling_tests.test_id AND r.state <> 'sent')`,
  );
  const dropReadings = db.prepare("DELETE FROM sibling_readings WHERE day < ? AND state = 'sent'");

  const insertReading = db.prepare(
    `INSERT INTO sibling_readings (record_key, test_id, day, seq, payload, content_hash, operator_id, created_at_ms)
     VALUES (@recordKey, @testId, @day, @seq, @payload, @contentHash, @operatorId, @createdAtMs)`,
  );
  const waiting = db.prepare(
    `SELECT record_key AS recordKey, test_id AS testId, seq, payload, content_hash AS contentHash
     FROM sibling_readings WHERE state = 'waiting' ORDER BY n LIMIT ?`,
  );
  const settle = db.prepare(
    `UPDATE sibling_readings SET state = @state, settled_at_ms = @atMs, receipt_code = @code, receipt_message = @message
     WHERE record_key = @recordKey AND state = 'waiting'`,
  );
  const backlog = db.prepare(
    "SELECT count(*) AS n, min(created_at_ms) AS oldestAtMs FROM sibling_readings WHERE state = 'waiting'",
  );
  const stateOf = db.prepare('SELECT state FROM sibling_readings WHERE test_id = ? ORDER BY n DESC LIMIT 1').pluck();
  const tellAll = db.prepare("UPDATE sibling_readings SET state = 'waiting' WHERE state = 'sent'");

  const saveConflict = db.prepare(
    `INSERT INTO reading_conflicts (test_id, readings, seen_at_ms) VALUES (@testId, @readings, @atMs)
     ON CONFLICT (test_id) DO UPDATE SET readings = excluded.readings`,
  );
  const endConflict = db.prepare('DELETE FROM reading_conflicts WHERE test_id = ?');
  const conflictOf = db.prepare('SELECT readings FROM reading_conflicts WHERE test_id = ?').pluck();
  const countConflicts = db.prepare('SELECT count(*) FROM reading_conflicts').pluck();
  const listConflicts = db.prepare(
    'SELECT test_id AS testId, readings, seen_at_ms AS seenAtMs FROM reading_conflicts ORDER BY seen_at_ms DESC LIMIT 200',
  );

  return {
    find: (testId: string): SiblingRow | null => (one.get(testId) as SiblingRow | undefined) ?? null,
    findByKit: (kitKey: string): string | null => (byKit.get(kitKey) as string | undefined) ?? null,
    /** The newest test of a person in a round that counts as tested. */
    findOfPersonInRound: (personId: string, roundId: string): string | null =>
      (ofPerson.get(personId, roundId) as string | undefined) ?? null,
    save: (row: SiblingRow): void => {
      save.run(row);
    },
    /** Tests of a round that was not known here when they came. */
    listOfUnknownRound: (roundId: string): SiblingRow[] => waitingForRound.all(roundId) as SiblingRow[],
    /** Copies of tests from before a day go; the stations that bound them keep theirs. */
    dropBefore: (day: string): void => {
      dropOld.run({ day });
      dropReadings.run(day);
    },

    insertReading: (
      row: ReadingRow & { readonly day: string; readonly operatorId: string; readonly createdAtMs: number },
    ): void => {
      insertReading.run(row);
    },
    listWaiting: (limit: number): ReadingRow[] => waiting.all(limit) as ReadingRow[],
    settle: (row: {
      readonly recordKey: string;
      readonly state: 'sent' | 'parked';
      readonly atMs: number;
      readonly code: string | null;
      readonly message: string | null;
    }): void => {
      settle.run(row);
    },
    backlog: (): { readonly n: number; readonly oldestAtMs: number | null } =>
      backlog.get() as { n: number; oldestAtMs: number | null },
    /** How the newest reading of a test fares; null where it was not read here. */
    readingState: (testId: string): 'waiting' | 'sent' | 'parked' | null =>
      (stateOf.get(testId) as 'waiting' | 'sent' | 'parked' | undefined) ?? null,
    tellAll: (): void => {
      tellAll.run();
    },

    saveConflict: (testId: string, readings: string, atMs: number): void => {
      saveConflict.run({ testId, readings, atMs });
    },
    endConflict: (testId: string): void => {
      endConflict.run(testId);
    },
    findConflict: (testId: string): string | null => (conflictOf.get(testId) as string | undefined) ?? null,
    countConflicts: (): number => countConflicts.get() as number,
    listConflicts: () => listConflicts.all() as { testId: string; readings: string; seenAtMs: number }[],
  };
}
