import { createHash } from 'node:crypto';
import { canonicalJson, type JsonValue } from '../../shared/canonicalJson.ts';
import type { Register } from './open.ts';

export type AuditEntry = {
  readonly atMs: number;
  readonly operatorId: string | null;
  readonly action: string;
  /** What it happened to, by reference: `test:…`, `person:…`. Never a name or a number of a person. */
  readonly subject: string;
  readonly detail: { readonly [key: string]: JsonValue };
};

/** The hash that the first entry follows. */
export const auditOrigin = '0'.repeat(64);

/** SHA-256 (lower-case hex) over the entry and the hash before it: an entry changed, removed or moved breaks the chain. */
export function auditHash(prevHash: string, seq: number, entry: AuditEntry): string {
  return createHash('sha256')
    .update(canonicalJson({ prevHash, seq, ...entry }))
    .digest('hex');
}

/** The append-only, hash-chained log of every change. */
export function auditTable(db: Register) {
  const last = db.prepare('SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1');
  const insert = db.prepare(
    `INSERT INTO audit (seq, at_ms, operator_id, action, subject, detail, prev_hash, hash)
     VALUES (@seq, @atMs, @operatorId, @action, @subject, @detail, @prevHash, @hash)`,
  );
  return {
    /** The number of the newest entry; 0 before the first. */
    newest: (): number => (last.get() as { seq: number } | undefined)?.seq ?? 0,
    append: (entry: AuditEntry): void => {
      const head = last.get() as { seq: number; hash: string } | undefined;
      const seq = (head?.seq ?? 0) + 1;
      const prevHash = head?.hash ?? auditOrigin;
      insert.run({
        seq,
        atMs: entry.atMs,
        operatorId: entry.operatorId,
        action: entry.action,
        subject: entry.subject,
        detail: canonicalJson(entry.detail),
        prevHash,
        hash: auditHash(prevHash, seq, entry),
      });
    },
  };
}
