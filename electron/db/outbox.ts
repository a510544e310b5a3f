import type { RecordKind } from '../../shared/central.ts';
import type { TestUpload } from '../../shared/model/test.ts';
import type { Register } from './open.ts';

export type OutboxRow = {
  readonly seq: number;
  readonly recordKey: string;
  readonly testId: string;
  readonly chain: number;
  readonly kind: RecordKind;
  readonly payload: string;
  readonly contentHash: string;
  readonly attempts: number;
};

/** What is sent of a row: the newest record that was made for it. */
const columns = `o.seq, coalesce(m.record_key, o.record_key) AS recordKey, o.test_id AS testId, o.chain, o.kind,
  coalesce(m.payload, o.payload) AS payload, coalesce(m.content_hash, o.content_hash) AS contentHash, o.attempts`;
const withMended = `LEFT JOIN mended_records AS m ON m.seq = o.seq
  AND m.n = (SELECT max(n) FROM mended_records AS newest WHERE newest.seq = o.seq)`;

/** What must reach the central service, in the order it came about. */
export function outboxTable(db: Register) {
  const insert = db.prepare(
    `INSERT INTO outbox (record_key, test_id, chain, kind, payload, content_hash, created_at_ms, due_at_ms, urgent)
     VALUES (@recordKey, @testId, @chain, @kind, @payload, @contentHash, @createdAtMs, @dueAtMs, @urgent)`,
  );
  const hurry = db.prepare("UPDATE outbox SET urgent = 1 WHERE test_id = ? AND state = 'waiting'");
  const withdraw = db.prepare(
    "UPDATE outbox SET state = 'withdrawn', settled_at_ms = ? WHERE test_id = ? AND state = 'waiting' AND attempts = 0",
  );
  // A chain goes in order: a row waits while an earlier one of its test is not due, or is parked.
  const due = db.prepare(
    `SELECT ${columns}, o.urgent FROM outbox AS o ${withMended} WHERE o.state = 'waiting' AND o.due_at_ms <= @nowMs
       AND NOT EXISTS (SELECT 1 FROM outbox AS e WHERE e.test_id = o.test_id AND e.chain < o.chain
         AND (e.state = 'parked' OR (e.state = 'waiting' AND e.due_at_ms > @nowMs)))
     ORDER BY o.urgent DESC, o.seq LIMIT @limit`,
  );
  const nextDue = db.prepare("SELECT min(due_at_ms) FROM outbox WHERE state = 'waiting'").pluck();
  const claim = db.prepare("UPDATE outbox SET attempts = attempts + 1 WHERE seq = ? AND state = 'waiting'");
  const settle = db.prepare(
    `UPDATE outbox SET state = @state, settled_at_ms = @atMs, receipt_code = @code, receipt_message = @message
     WHERE seq = @seq AND state = 'waiting'`,
  );
  const delay = db.prepare('UPDATE outbox SET due_at_ms = ? WHERE seq = ?');
  // A test's chain goes whole: the service may have lost any part of it.
  const sendAgainSince = db.prepare(
    `UPDATE outbox SET state = 'waiting', due_at_ms = @nowMs, attempts = 1 WHERE state = 'sent'
       AND test_id IN (SELECT test_id FROM outbox WHERE settled_at_ms >= @sinceMs)`,
  );
  const sendChainAgain = db.prepare(
    `UPDATE outbox SET state = 'waiting', due_at_ms = @nowMs, attempts = 1
     WHERE test_id = @testId AND chain < @chain AND state = 'sent'`,
  );
  const byKey = db.prepare(
    `SELECT ${columns}, o.state, o.receipt_code AS code FROM outbox AS o ${withMended}
     WHERE o.seq = coalesce((SELECT seq FROM outbox WHERE record_key = @key), (SELECT seq FROM mended_records WHERE record_key = @key))`,
  );
  const insertMended = db.prepare(
    `INSERT INTO mended_records (seq, n, record_key, test_id, payload, content_hash, made_at_ms, operator_id)
     VALUES (@seq, (SELECT count(*) + 1 FROM mended_records WHERE seq = @seq), @recordKey, @testId, @payload, @contentHash, @atMs, @operatorId)`,
  );
  const unpark = db.prepare(
    `UPDATE outbox SET state = 'waiting', due_at_ms = @nowMs, attempts = 1, settled_at_ms = NULL, receipt_code = NULL,
       receipt_message = NULL WHERE seq = @seq AND state = 'parked'`,
  );
  const insertSent = db.prepare(
    `INSERT INTO outbox (record_key, test_id, chain, kind, payload, content_hash, created_at_ms, due_at_ms, state, attempts,
       settled_at_ms, receipt_code)
     VALUES (@recordKey, @testId, @chain, @kind, @payload, @contentHash, @atMs, @atMs, 'sent', 1, @atMs, 'stored')`,
  );
  const byKind = db.prepare(
    `SELECT kind, count(*) AS n, min(created_at_ms) AS oldestAtMs FROM outbox WHERE state = 'waiting' GROUP BY kind ORDER BY kind`,
  );
  const newestSeen = db.prepare('SELECT created_at_ms FROM outbox ORDER BY seq DESC LIMIT 1').pluck();
  const counts = db.prepare('SELECT state, kind, count(*) AS n FROM outbox GROUP BY state, kind ORDER BY state, kind');
  const dueNoLater = db.prepare(
    "UPDATE outbox SET due_at_ms = @atMs WHERE state = 'waiting' AND due_at_ms > @beyondMs",
  );
  const backlog = db.prepare("SELECT count(*) AS n, min(created_at_ms) AS oldest FROM outbox WHERE state = 'waiting'");
  const countParked = db.prepare("SELECT count(*) FROM outbox WHERE state = 'parked'").pluck();
  const parked = db.prepare(
    `SELECT record_key AS recordKey, kind, outbox.test_id AS testId, person_name AS personName,
       coalesce(fix.serial, kit_serial) AS kitSerial,
       receipt_code AS code, receipt_message AS message, settled_at_ms AS atMs
     FROM outbox JOIN tests ON tests.id = outbox.test_id JOIN test_states ON test_states.test_id = outbox.test_id
     LEFT JOIN kit_corrections AS fix ON fix.test_id = outbox.test_id AND fix.n = test_states.kit_n WHERE outbox.state = 'parked' ORDER BY outbox.seq LIMIT 200`,
  );
  const ofTest = db.prepare(
    `SELECT kind, chain, created_at_ms AS createdAtMs, CASE WHEN state = 'waiting' AND due_at_ms > ? THEN 'local' ELSE state END AS state,
       settled_at_ms AS settledAtMs, receipt_code AS code, receipt_message AS message
     FROM outbox WHERE test_id = ? ORDER BY chain`,
  );
  return {
    /** Every record of a test, in their order, with what the central service answered. */
    listOfTest: (testId: string, nowMs: number): TestUpload[] => ofTest.all(nowMs, testId) as TestUpload[],
    insert: (row: {
      readonly recordKey: string;
      readonly testId: string;
      readonly chain: number;
      readonly kind: RecordKind;
      readonly payload: string;
      readonly contentHash: string;
      readonly createdAtMs: number;
      readonly dueAtMs: number;
      readonly urgent: boolean;
    }): void => {
      insert.run({ ...row, urgent: row.urgent ? 1 : 0 });
    },
    /** Puts what is unsent of a test before everything else. */
    hurry: (testId: string): void => {
      hurry.run(testId);
    },
    /** Takes back what was never sent; answers how many rows. */
    withdraw: (testId: string, atMs: number): number => withdraw.run(atMs, testId).changes,
    /**
     * What may go now, urgent first. Where something is urgent it goes by itself: the service takes a small batch before
     * large ones, and it does not wait for a backlog that would fill its batch.
     */
    listDue: (nowMs: number, limit: number): OutboxRow[] => {
      const rows = due.all({ nowMs, limit }) as (OutboxRow & { urgent: 0 | 1 })[];
      return rows[0]?.urgent === 1 ? rows.filter(({ urgent }) => urgent === 1) : rows;
    },
    nextDueAtMs: (): number | null => nextDue.get() as number | null,
    /** Marks rows as handed out: from here on an undo finds them gone. */
    claim: (rows: readonly Pick<OutboxRow, 'seq'>[]): void => {
      for (const row of rows) claim.run(row.seq);
    },
    settle: (
      seq: number,
      state: 'sent' | 'parked',
      atMs: number,
      code: string | null,
      message: string | null,
    ): void => {
      settle.run({ seq, state, atMs, code, message });
    },
    delay: (seq: number, dueAtMs: number): void => {
      delay.run(dueAtMs, seq);
    },
    /** Every test of which something was settled since: its whole chain waits again. Answers how many records. */
    sendAgainSince: (sinceMs: number, nowMs: number): number => sendAgainSince.run({ sinceMs, nowMs }).changes,
    /** What was sent of a test before a place in its chain waits again. Answers how many records. */
    sendChainAgain: (testId: string, chain: number, nowMs: number): number =>
      sendChainAgain.run({ testId, chain, nowMs }).changes,
    /** A row by the key of any record that was made for it. */
    findByKey: (key: string): (OutboxRow & { readonly state: string; readonly code: string | null }) | null =>
      (byKey.get({ key }) as (OutboxRow & { state: string; code: string | null }) | undefined) ?? null,
    /** Another record stands for the row from here on; the one before stays as it is. */
    mend: (made: {
      readonly seq: number;
      readonly recordKey: string;
      readonly testId: string;
      readonly payload: string;
      readonly contentHash: string;
      readonly atMs: number;
      readonly operatorId: string;
    }): void => {
      insertMended.run(made);
    },
    /** What was set aside waits again. */
    unpark: (seq: number, nowMs: number): boolean => unpark.run({ seq, nowMs }).changes > 0,
    /** A record that the service has and this register did not. */
    insertSent: (row: {
      readonly recordKey: string;
      readonly testId: string;
      readonly chain: number;
      readonly kind: RecordKind;
      readonly payload: string;
      readonly contentHash: string;
      readonly atMs: number;
    }): void => {
      insertSent.run(row);
    },
    backlogByKind: () => byKind.all() as { kind: RecordKind; n: number; oldestAtMs: number }[],
    /** When the newest record was made, or null. */
    newestAtMs: (): number | null => (newestSeen.get() as number | undefined) ?? null,
    countsByState: () => counts.all() as { state: string; kind: string; n: number }[],
    /** Rows that would wait beyond `beyondMs` are due at `atMs`. */
    dueNoLater: (atMs: number, beyondMs: number): void => {
      dueNoLater.run({ atMs, beyondMs });
    },
    backlog: (): { readonly unsent: number; readonly oldestAtMs: number | null } => {
      const row = backlog.get() as { n: number; oldest: number | null };
      return { unsent: row.n, oldestAtMs: row.oldest };
    },
    countParked: (): number => countParked.get() as number,
    listParked: () =>
      parked.all() as {
        recordKey: string;
        kind: string;
        testId: string;
        personName: string;
        kitSerial: string;
        code: string | null;
        message: string | null;
        atMs: number;
      }[],
  };
}
