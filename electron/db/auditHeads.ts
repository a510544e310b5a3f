import type { AuditCheckpoint, SignedHead } from '../../shared/model/audit.ts';
import type { Register } from './open.ts';

export type AuditKeyRow = { readonly publicKey: string; readonly privateKey: string };
export type DeliveredHead = SignedHead & { readonly status: 'received' | 'refused' | null };

const columns = 'head.installation_id AS installationId, head.n, day, seq, hash, count, head.at_ms AS atMs, signature';

/** Keys, signed heads with the central service's receipts, and checkpoints: rows are written once. */
export function auditHeadsTable(db: Register) {
  const findKey = db.prepare(
    'SELECT public_key AS publicKey, private_key AS privateKey FROM audit_keys WHERE installation_id = ?',
  );
  const addKey = db.prepare('INSERT INTO audit_keys (installation_id, public_key, private_key) VALUES (?, ?, ?)');
  const lastN = db.prepare('SELECT coalesce(max(n), 0) FROM audit_heads WHERE installation_id = ?').pluck();
  const insert = db.prepare(
    `INSERT INTO audit_heads (installation_id, n, day, seq, hash, count, at_ms, signature)
     VALUES (@installationId, @n, @day, @seq, @hash, @count, @atMs, @signature)`,
  );
  const newest = db.prepare(
    `SELECT ${columns}, receipt.status FROM audit_heads AS head
     LEFT JOIN audit_receipts AS receipt USING (installation_id, n) ORDER BY seq DESC LIMIT 1`,
  );
  const find = db.prepare(`SELECT ${columns} FROM audit_heads AS head WHERE seq = ?`);
  const waiting = db.prepare(
    `SELECT ${columns} FROM audit_heads AS head LEFT JOIN audit_receipts AS receipt USING (installation_id, n)
     WHERE head.installation_id = ? AND receipt.n IS NULL ORDER BY head.n LIMIT ?`,
  );
  const counts = db.prepare(
    `SELECT count(*) FILTER (WHERE receipt.n IS NULL) AS waiting, count(*) FILTER (WHERE status = 'refused') AS refused
     FROM audit_heads AS head LEFT JOIN audit_receipts AS receipt USING (installation_id, n)`,
  );
  const settle = db.prepare(
    'INSERT OR IGNORE INTO audit_receipts (installation_id, n, status, code, at_ms) VALUES (?, ?, ?, ?, ?)',
  );
  const addCheckpoint = db.prepare(
    `INSERT INTO audit_checkpoints (to_seq, from_seq, installation_id, hash, count, from_at_ms, to_at_ms, at_ms, signature)
     VALUES (@toSeq, @fromSeq, @installationId, @hash, @count, @fromAtMs, @toAtMs, @atMs, @signature)`,
  );
  const purgedTo = db.prepare('SELECT coalesce(max(to_seq), 0) FROM audit_checkpoints').pluck();
  const checkpointsSince = db.prepare('SELECT count, hash FROM audit_checkpoints WHERE at_ms >= ? ORDER BY to_seq');
  return {
    findKey: (installationId: string): AuditKeyRow | null =>
      (findKey.get(installationId) as AuditKeyRow | undefined) ?? null,
    addKey: (installationId: string, key: AuditKeyRow): void => {
      addKey.run(installationId, key.publicKey, key.privateKey);
    },
    /** The number of the newest head of an installation, 0 before the first. */
    lastN: (installationId: string): number => lastN.get(installationId) as number,
    insert: (head: SignedHead): void => {
      insert.run(head);
    },
    newest: (): DeliveredHead | null => (newest.get() as DeliveredHead | undefined) ?? null,
    find: (seq: number): SignedHead | null => (find.get(seq) as SignedHead | undefined) ?? null,
    /** Those that the central service has not answered, in the order of signing. */
    listWaiting: (installationId: string, limit: number): SignedHead[] =>
      waiting.all(installationId, limit) as SignedHead[],
    counts: () => counts.get() as { readonly waiting: number; readonly refused: number },
    settle: (head: SignedHead, status: 'received' | 'refused', code: string | null, atMs: number): void => {
      settle.run(head.installationId, head.n, status, code, atMs);
    },
    addCheckpoint: (checkpoint: AuditCheckpoint & { readonly signature: string }): void => {
      addCheckpoint.run(checkpoint);
    },
    /** Those made since a moment, the oldest first. */
    listCheckpointsSince: (atMs: number) =>
      checkpointsSince.all(atMs) as { readonly count: number; readonly hash: string }[],
    /** The last entry that a checkpoint stands for, 0 where there is none. */
    purgedTo: (): number => purgedTo.get() as number,
  };
}
