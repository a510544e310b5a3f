import type { Register } from './open.ts';
import type { OutboxRow } from './outbox.ts';

export type HandoverFileRow = {
  readonly n: number;
  readonly fileId: string;
  readonly installationId: string;
  readonly keyId: string;
  readonly signingKey: string;
  readonly replyKey: string;
  readonly epoch: string | null;
  readonly records: number;
  readonly writtenAtMs: number;
  readonly operatorId: string;
};

export type HandoverListRow = {
  readonly n: number;
  readonly records: number;
  readonly writtenAtMs: number;
  readonly operatorName: string;
  readonly waiting: number;
  readonly readAtMs: number | null;
  readonly accepted: number | null;
  readonly conflicts: number | null;
  readonly rejected: number | null;
};

const columns = `n, file_id AS fileId, installation_id AS installationId, key_id AS keyId, signing_key AS signingKey,
  reply_key AS replyKey, epoch, records, written_at_ms AS writtenAtMs, operator_id AS operatorId`;
const newestKey = `coalesce((SELECT m.record_key FROM mended_records AS m WHERE m.seq = o.seq ORDER BY m.n DESC LIMIT 1), o.record_key)`;
/** A chain goes in order, and what may still be undone stays here: see `due` of the outbox. */
const ready = `o.state = 'waiting' AND (o.attempts > 0 OR o.due_at_ms <= @nowMs)
  AND NOT EXISTS (SELECT 1 FROM outbox AS e WHERE e.test_id = o.test_id AND e.chain < o.chain
    AND (e.state = 'parked' OR (e.state = 'waiting' AND e.attempts = 0 AND e.due_at_ms > @nowMs)))`;
const notHanded = `NOT EXISTS (SELECT 1 FROM handover_waiting AS w WHERE w.record_key = `;

/** Files that are carried by hand, and what in them waits for a receipt. */
export function handoverTable(db: Register) {
  const nextN = db.prepare('SELECT coalesce(max(n), 0) + 1 FROM handover_files').pluck();
  const insert = db.prepare(
    `INSERT INTO handover_files (n, file_id, installation_id, key_id, signing_key, reply_key, epoch, records, written_at_ms, operator_id)
     VALUES (@n, @fileId, @installationId, @keyId, @signingKey, @replyKey, @epoch, @records, @writtenAtMs, @operatorId)`,
  );
  const remove = db.prepare('DELETE FROM handover_files WHERE n = ?');
  const removeWaiting = db.prepare('DELETE FROM handover_waiting WHERE n = ?');
  const byFile = db.prepare(`SELECT ${columns} FROM handover_files WHERE file_id = ?`);
  const receipt = db.prepare(
    `SELECT issued_at_ms AS issuedAtMs, read_at_ms AS readAtMs, accepted, conflicts, rejected FROM handover_receipts WHERE n = ?`,
  );
  const saveReceipt = db.prepare(
    `INSERT INTO handover_receipts (n, issued_at_ms, read_at_ms, accepted, conflicts, rejected)
     VALUES (@n, @issuedAtMs, @readAtMs, @accepted, @conflicts, @rejected)
     ON CONFLICT (n) DO UPDATE SET issued_at_ms = excluded.issued_at_ms, read_at_ms = excluded.read_at_ms,
       accepted = excluded.accepted, conflicts = excluded.conflicts, rejected = excluded.rejected`,
  );
  const addWaiting = db.prepare(
    'INSERT INTO handover_waiting (record_key, n) VALUES (?, ?) ON CONFLICT (record_key) DO UPDATE SET n = excluded.n',
  );
  const settledOne = db.prepare('DELETE FROM handover_waiting WHERE record_key = ? AND n <= ?');
  // What the network settled meanwhile, and records that another was made for.
  const sweep = db.prepare(
    `DELETE FROM handover_waiting WHERE record_key NOT IN (SELECT ${newestKey} FROM outbox AS o WHERE o.state = 'waiting')
       AND record_key NOT IN (SELECT record_key FROM sibling_readings WHERE state = 'waiting')`,
  );
  const own = db.prepare(`SELECT o.seq FROM outbox AS o WHERE ${ready} ORDER BY o.seq LIMIT @limit`).pluck();
  const ownNew = db
    .prepare(`SELECT o.seq FROM outbox AS o WHERE ${ready} AND ${notHanded} ${newestKey}) ORDER BY o.seq LIMIT @limit`)
    .pluck();
  const readings = db.prepare("SELECT n FROM sibling_readings WHERE state = 'waiting' ORDER BY n LIMIT @limit").pluck();
  const readingsNew = db
    .prepare(
      `SELECT n FROM sibling_readings AS r WHERE state = 'waiting' AND ${notHanded} r.record_key) ORDER BY n LIMIT @limit`,
    )
    .pluck();
  const row = db.prepare(
    `SELECT o.seq, coalesce(m.record_key, o.record_key) AS recordKey, o.test_id AS testId, o.chain, o.kind,
       coalesce(m.payload, o.payload) AS payload, coalesce(m.content_hash, o.content_hash) AS contentHash, o.attempts
     FROM outbox AS o LEFT JOIN mended_records AS m ON m.seq = o.seq
       AND m.n = (SELECT max(n) FROM mended_records AS newest WHERE newest.seq = o.seq) WHERE o.seq = ?`,
  );
  const reading = db.prepare(
    `SELECT record_key AS recordKey, test_id AS testId, seq AS chain, payload, content_hash AS contentHash
     FROM sibling_readings WHERE n = ?`,
  );
  const list = db.prepare(
    `SELECT f.n, f.records, f.written_at_ms AS writtenAtMs, operators.name AS operatorName,
       (SELECT count(*) FROM handover_waiting AS w WHERE w.n = f.n) AS waiting,
       r.read_at_ms AS readAtMs, r.accepted, r.conflicts, r.rejected
     FROM handover_files AS f JOIN operators ON operators.id = f.operator_id LEFT JOIN handover_receipts AS r ON r.n = f.n
     ORDER BY f.n DESC LIMIT 5`,
  );
  const since = db.prepare(
    `SELECT count(*) AS records, min(f.written_at_ms) AS sinceMs FROM handover_waiting AS w JOIN handover_files AS f ON f.n = w.n
     WHERE w.record_key IN (SELECT ${newestKey} FROM outbox AS o WHERE o.state = 'waiting'
       UNION ALL SELECT record_key FROM sibling_readings WHERE state = 'waiting')`,
  );
  return {
    nextN: (): number => nextN.get() as number,
    /** A file, and what waits for its receipt. */
    insert: (file: HandoverFileRow, recordKeys: readonly string[]): void => {
      insert.run(file);
      for (const key of recordKeys) addWaiting.run(key, file.n);
    },
    /** A file that came to nothing. */
    remove: (n: number): void => {
      removeWaiting.run(n);
      remove.run(n);
    },
    find: (fileId: string): HandoverFileRow | null => (byFile.get(fileId) as HandoverFileRow | undefined) ?? null,
    findReceipt: (n: number) =>
      (receipt.get(n) as
        | { issuedAtMs: number; readAtMs: number; accepted: number; conflicts: number; rejected: number }
        | undefined) ?? null,
    saveReceipt: (made: {
      readonly n: number;
      readonly issuedAtMs: number;
      readonly readAtMs: number;
      readonly accepted: number;
      readonly conflicts: number;
      readonly rejected: number;
    }): void => {
      saveReceipt.run(made);
    },
    /** A record of this file or an earlier one waits for no receipt any more. */
    settled: (recordKey: string, n: number): void => {
      settledOne.run(recordKey, n);
    },
    sweep: (): void => {
      sweep.run();
    },
    /** What may be handed over: all that was not acknowledged, or what is in no file yet. In the order it came about. */
    listReady: (what: { readonly isNewOnly: boolean; readonly nowMs: number; readonly limit: number }) => {
      const { isNewOnly, nowMs, limit } = what;
      const seqs = (isNewOnly ? ownNew : own).all({ nowMs, limit }) as number[];
      const rest = { limit: limit - seqs.length };
      return { seqs, readings: (isNewOnly ? readingsNew : readings).all(rest) as number[] };
    },
    findRow: (seq: number): OutboxRow | null => (row.get(seq) as OutboxRow | undefined) ?? null,
    findReading: (n: number) =>
      (reading.get(n) as
        | { recordKey: string; testId: string; chain: number; payload: string; contentHash: string }
        | undefined) ?? null,
    list: (): HandoverListRow[] => list.all() as HandoverListRow[],
    /** How many records wait for a receipt, the earliest file's time first. */
    awaiting: (): { readonly records: number; readonly sinceMs: number | null } =>
      since.get() as { records: number; sinceMs: number | null },
  };
}
