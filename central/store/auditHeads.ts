import type { AuditHeadsUpload, HeadReceipt, HeadRefusal, KeptHeads } from '../../shared/central.ts';
import type { SignedHead } from '../../shared/model/audit.ts';
import { isHeadSignedBy } from '../ingest/headSignature.ts';
import type { Database, Statements } from './database.ts';

/** Heads that a station gets back at most. */
const keptAtMost = 500;

export type HeadsInput = AuditHeadsUpload & { readonly stationId: string; readonly nowMs: number };

/**
 * Keeps signed heads, all in one transaction that locks the station. What contradicts a head that is kept, or comes with
 * another key than the pinned one, is set aside and flagged; what is kept is never replaced.
 */
export function keepHeads(database: Database, input: HeadsInput): Promise<readonly HeadReceipt[]> {
  const { stationId, installationId, publicKey, heads, nowMs } = input;
  return database.transaction(async (statements) => {
    await statements.query('SELECT 1 FROM stations WHERE id = $1 FOR NO KEY UPDATE', [stationId]);
    const receipts: HeadReceipt[] = [];
    for (const head of heads) {
      const code = await refusalOf(statements, input, head);
      if (code === 'duplicate') receipts.push({ n: head.n, status: 'duplicate' });
      else if (code === null) {
        await statements.query(
          `INSERT INTO audit_keys (station_id, installation_id, public_key, pinned_at_ms) VALUES ($1, $2, $3, $4)
           ON CONFLICT DO NOTHING`,
          [stationId, installationId, publicKey, nowMs],
        );
        const { n, day, seq, hash, count, atMs, signature } = head;
        await statements.query(
          `INSERT INTO audit_heads (station_id, installation_id, n, day, seq, hash, count, at_ms, signature, stored_at_ms)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
          [stationId, installationId, n, day, seq, hash, count, atMs, signature, nowMs],
        );
        receipts.push({ n, status: 'stored' });
      } else if (code === 'badSignature' || code === 'otherInstallation')
        receipts.push({ n: head.n, status: 'rejected', code });
      else {
        await setAside(statements, input, head, code);
        receipts.push({ n: head.n, status: 'conflict', code });
      }
    }
    return receipts;
  });
}

/** Null for a head to keep. */
async function refusalOf(
  statements: Statements,
  { stationId, installationId, publicKey }: HeadsInput,
  head: SignedHead,
): Promise<HeadRefusal | 'duplicate' | null> {
  if (head.installationId !== installationId) return 'otherInstallation';
  if (!isHeadSignedBy(publicKey, head)) return 'badSignature';
  const [key] = await statements.query<{ public_key: string }>(
    'SELECT public_key FROM audit_keys WHERE station_id = $1 AND installation_id = $2',
    [stationId, installationId],
  );
  if (key !== undefined && key.public_key !== publicKey) return 'otherKey';
  const near = await statements.query<{ n: number; seq: number; signature: string }>(
    `SELECT n, seq, signature FROM audit_heads WHERE station_id = $1 AND installation_id = $2
       AND (n = $3 OR seq = $4 OR (n < $3 AND seq > $4) OR (n > $3 AND seq < $4)) LIMIT 3`,
    [stationId, installationId, head.n, head.seq],
  );
  // A signature by this scheme is the same for the same text, so that the same one is the same head.
  if (near.some(({ n, signature }) => n === head.n && signature === head.signature)) return 'duplicate';
  if (near.some(({ n, seq }) => n === head.n || seq === head.seq)) return 'otherHash';
  return near.length > 0 ? 'wentBack' : null;
}

async function setAside(
  statements: Statements,
  { stationId, installationId, publicKey, nowMs }: HeadsInput,
  { n, seq, hash, signature, day, count, atMs }: SignedHead,
  code: HeadRefusal,
): Promise<void> {
  await statements.query(
    `INSERT INTO audit_head_conflicts
       (station_id, installation_id, public_key, code, n, seq, hash, signature, day, count, at_ms, seen_at_ms)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT DO NOTHING`,
    [stationId, installationId, publicKey, code, n, seq, hash, signature, day, count, atMs, nowMs],
  );
}

/** What is kept of a station's logs; only its own. */
export async function listHeads(database: Database, stationId: string): Promise<Omit<KeptHeads, 'serverAtMs'>> {
  const keys = await database.query<{ installationId: string; publicKey: string }>(
    `SELECT installation_id AS "installationId", public_key AS "publicKey" FROM audit_keys
      WHERE station_id = $1 ORDER BY pinned_at_ms`,
    [stationId],
  );
  const heads = await database.query<SignedHead>(
    `SELECT installation_id AS "installationId", n, day, seq, hash, count, at_ms AS "atMs", signature
       FROM audit_heads WHERE station_id = $1 ORDER BY stored_at_ms DESC, n DESC LIMIT ${keptAtMost}`,
    [stationId],
  );
  const [row] = await database.query<{ conflicts: number }>(
    'SELECT count(*) AS conflicts FROM audit_head_conflicts WHERE station_id = $1',
    [stationId],
  );
  return { keys: [...keys], heads: [...heads], conflicts: row?.conflicts ?? 0 };
}
