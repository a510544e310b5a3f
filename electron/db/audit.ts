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
  /** Where: the installation that wrote it. Entries of the first program do not say. */
  readonly installationId?: string | null;
};

/** An entry as it stands in the register; `detail` is its canonical JSON. */
export type StoredEntry = Omit<AuditEntry, 'detail' | 'installationId'> & {
  readonly seq: number;
  readonly detail: string;
  readonly installationId: string | null;
  readonly prevHash: string;
  readonly hash: string;
};

/** The hash that the first entry follows. */
export const auditOrigin = '0'.repeat(64);

/**
 * SHA-256 (lower-case hex) over the entry and the hash before it: an entry changed, removed or moved breaks the chain. An
 * entry that does not say where it was written has the hash that it had before there was such a field.
 */
export function auditHash(prevHash: string, seq: number, entry: AuditEntry): string {
  const { installationId, ...rest } = entry;
  const where = installationId == null ? {} : { installationId };
  return createHash('sha256')
    .update(canonicalJson({ prevHash, seq, ...rest, ...where }))
    .digest('hex');
}

/** Whose entries, of what and when: what is null does not narrow. `kind` is the noun of an action. */
export type AuditFilter = {
  readonly fromMs: number | null;
  readonly toMs: number | null;
  readonly operatorId: string | null;
  readonly kind: string | null;
  readonly subject: string | null;
};

const columns = `seq, at_ms AS atMs, operator_id AS operatorId, action, subject, detail,
       installation_id AS installationId, prev_hash AS prevHash, hash`;
const where = `(@fromMs IS NULL OR at_ms >= @fromMs) AND (@toMs IS NULL OR at_ms < @toMs)
         AND (@operatorId IS NULL OR operator_id = @operatorId OR (@operatorId = '' AND operator_id IS NULL))
         AND (@kind IS NULL OR (action >= @kind || '.' AND action < @kind || '/'))`;

/** The append-only, hash-chained log of every change. */
export function auditTable(db: Register) {
  const last = db.prepare('SELECT seq, at_ms AS atMs, hash FROM audit ORDER BY seq DESC LIMIT 1');
  const insert = db.prepare(
    `INSERT INTO audit (seq, at_ms, operator_id, action, subject, detail, installation_id, prev_hash, hash)
     VALUES (@seq, @atMs, @operatorId, @action, @subject, @detail, @installationId, @prevHash, @hash)`,
  );
  const first = db.prepare('SELECT seq FROM audit ORDER BY seq LIMIT 1').pluck();
  const find = db.prepare(`SELECT ${columns} FROM audit WHERE seq = ?`);
  const bounds = db.prepare(
    'SELECT min(seq) AS low, max(seq) AS high FROM audit WHERE at_ms >= coalesce(@fromMs, 0) AND at_ms < coalesce(@toMs, 9e15)',
  );
  // A stretch of the log by its numbers: however seldom something matches, a call reads no more than the stretch.
  const listStretch = db.prepare(
    `SELECT ${columns} FROM audit WHERE seq <= @high AND seq >= @low AND ${where} ORDER BY seq DESC LIMIT @limit`,
  );
  const listOfSubject = db.prepare(
    `SELECT ${columns} FROM audit INDEXED BY audit_by_subject
     WHERE subject = @subject AND seq <= @high AND seq >= @low AND ${where} ORDER BY seq DESC LIMIT @limit`,
  );
  const firstSince = db.prepare('SELECT min(seq) FROM audit WHERE at_ms >= ?').pluck();
  const letDelete = db.prepare('INSERT INTO audit_purging (one, to_seq) VALUES (1, ?)');
  const refuseDelete = db.prepare('DELETE FROM audit_purging');
  const deleteUpTo = db.prepare('DELETE FROM audit WHERE seq <= ?');
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
        installationId: entry.installationId ?? null,
        prevHash,
        hash: auditHash(prevHash, seq, entry),
      });
    },
    last: (): { readonly seq: number; readonly atMs: number; readonly hash: string } | null =>
      (last.get() as { seq: number; atMs: number; hash: string } | undefined) ?? null,
    firstSeq: (): number | null => (first.get() as number | undefined) ?? null,
    find: (seq: number): StoredEntry | null => (find.get(seq) as StoredEntry | undefined) ?? null,
    /** The numbers between which all entries of a time stand; null where there are none. */
    bounds: (times: {
      readonly fromMs: number | null;
      readonly toMs: number | null;
    }): { low: number; high: number } | null => {
      const { low, high } = bounds.get(times) as { low: number | null; high: number | null };
      return low === null || high === null ? null : { low, high };
    },
    /** The newest first, from `high` down to `low`. */
    list: (filter: AuditFilter, high: number, low: number, limit: number): StoredEntry[] =>
      (filter.subject === null ? listStretch : listOfSubject).all({ ...filter, high, low, limit }) as StoredEntry[],
    /** The number of the first entry that is not older; null where all are. */
    firstSince: (atMs: number): number | null => firstSince.get(atMs) as number | null,
    /** Deletes up to a checkpoint's last entry; inside a transaction. Answers how many it was. */
    deleteUpTo: (toSeq: number): number => {
      letDelete.run(toSeq);
      const { changes } = deleteUpTo.run(toSeq);
      refuseDelete.run();
      return changes;
    },
  };
}
