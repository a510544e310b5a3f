import { setImmediate as nextTurn } from 'node:timers/promises';
import { canonicalJson, type JsonValue } from '../../../shared/canonicalJson.ts';
import {
  type AuditCheckpoint,
  type AuditFault,
  type AuditVerdict,
  checkpointText,
  headText,
  type SignedHead,
  shortFingerprint,
} from '../../../shared/model/audit.ts';
import { auditHash, auditOrigin, type StoredEntry } from '../../db/audit.ts';
import type { Register } from '../../db/open.ts';
import { isSignedBy, publicOf } from './keys.ts';

/** Entries walked at a time: between two pieces the desk goes on. */
const pieceEntries = 1_000;

type Bad = { readonly seq: number; readonly atMs: number | null; readonly fault: AuditFault };
type Key = { readonly installationId: string; readonly publicKey: string; readonly privateKey: string };
type Checkpoint = AuditCheckpoint & { readonly signature: string };

/** Heads that somebody else keeps, and the key that they pinned. */
export type OutsideHeads = {
  readonly keys: readonly { readonly installationId: string; readonly publicKey: string }[];
  readonly heads: readonly SignedHead[];
  /** From a printed day summary: the number and the beginning of the hash. */
  readonly paper: readonly { readonly seq: number; readonly fingerprint: string }[];
};

export const nothingOutside: OutsideHeads = { keys: [], heads: [], paper: [] };

type Held = { readonly keys: Key[]; readonly heads: SignedHead[]; readonly checkpoints: Checkpoint[] };

/**
 * Walks the whole log and names the first entry that is not right: by the chain of hashes, by every signed head and
 * checkpoint in the register, and by what is kept outside of it. It only reads, so the register may be of any version and
 * opened read-only. What it cannot find: entries after the newest head (here, at the central service, on paper) that were
 * cut off the end, or a whole log made anew by somebody who had the register's key, where nothing outside contradicts it.
 */
export async function verifyAudit(
  db: Register,
  known: OutsideHeads = nothingOutside,
  onPiece: (done: number, total: number) => void = () => {},
): Promise<AuditVerdict> {
  const held = readHeld(db);
  const outside = { ...known, heads: known.heads.filter(isOfThisLog(db)) };
  const faults: Bad[] = [...keyFaults(held, outside), ...checkpointFaults(held), ...headFaults(held, outside)];
  const start = held.checkpoints.at(-1) ?? { toSeq: 0, hash: auditOrigin };
  const claims = claimsOf(held, outside);
  for (const { toSeq, hash, atMs } of held.checkpoints) {
    // Its entries are gone; what was said of the last of them can still be held against it.
    const other = claims.get(toSeq)?.find((claim) => !hash.startsWith(claim.hash));
    if (other !== undefined) faults.push({ seq: toSeq, atMs, fault: other.fault });
  }
  const signedSeqs = new Set(held.heads.map(({ seq }) => seq));
  const { high, extra } = db
    .prepare('SELECT coalesce(max(seq), 0) AS high, min(seq) FILTER (WHERE seq <= ?) AS extra FROM audit')
    .get(start.toSeq) as { high: number; extra: number | null };
  if (extra !== null) faults.push({ seq: extra, atMs: null, fault: 'extra' });

  const piece = db.prepare(
    `SELECT seq, at_ms AS atMs, operator_id AS operatorId, action, subject, detail, prev_hash AS prevHash, hash,
       ${hasColumn(db, 'audit', 'installation_id') ? 'installation_id' : 'NULL'} AS installationId
     FROM audit WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ${pieceEntries}`,
  );
  let prev = { seq: start.toSeq, hash: start.hash };
  let entries = 0;
  walk: while (prev.seq < high) {
    const rows = piece.all(prev.seq, high) as StoredEntry[];
    if (rows.length === 0) break;
    for (const row of rows) {
      const fault = entryFault(row, prev, signedSeqs, claims.get(row.seq) ?? []);
      if (fault !== null) {
        const isRemoved = fault === 'removed';
        const isMoved = fault === 'altered' && followsAnother(db, row, prev);
        faults.push({ seq: isRemoved ? prev.seq + 1 : row.seq, atMs: row.atMs, fault: isMoved ? 'moved' : fault });
        break walk;
      }
      prev = row;
      entries += 1;
    }
    onPiece(entries, high - start.toSeq);
    await nextTurn();
  }
  for (const [seq] of claims) {
    if (seq > high && seq > start.toSeq)
      faults.push({ seq: Math.max(high, start.toSeq) + 1, atMs: null, fault: 'cutOff' });
  }

  const [bad = null] = faults.sort((a, b) => a.seq - b.seq);
  const newest = held.heads.reduce<SignedHead | null>(
    (top, head) => (top === null || head.seq > top.seq ? head : top),
    null,
  );
  return {
    ok: bad === null,
    entries,
    fromSeq: entries === 0 ? 0 : start.toSeq + 1,
    toSeq: entries === 0 ? 0 : prev.seq,
    hash: prev.hash,
    heads: held.heads.length,
    checkpoints: held.checkpoints.length,
    received: outside.heads.length,
    newestHead:
      newest === null
        ? null
        : { seq: newest.seq, day: newest.day, atMs: newest.atMs, fingerprint: shortFingerprint(newest.hash) },
    bad,
  };
}

/** What the tables beside the log hold; a register from before there were such tables holds nothing. */
function readHeld(db: Register): Held {
  if (!hasColumn(db, 'audit_heads', 'seq')) return { keys: [], heads: [], checkpoints: [] };
  return {
    keys: db
      .prepare(
        'SELECT installation_id AS installationId, public_key AS publicKey, private_key AS privateKey FROM audit_keys',
      )
      .all() as Key[],
    heads: db
      .prepare(
        `SELECT installation_id AS installationId, n, day, seq, hash, count, at_ms AS atMs, signature
         FROM audit_heads ORDER BY seq`,
      )
      .all() as SignedHead[],
    checkpoints: db
      .prepare(
        `SELECT installation_id AS installationId, from_seq AS fromSeq, to_seq AS toSeq, hash, count,
           from_at_ms AS fromAtMs, to_at_ms AS toAtMs, at_ms AS atMs, signature FROM audit_checkpoints ORDER BY to_seq`,
      )
      .all() as Checkpoint[],
  };
}

/**
 * A restored register goes on under a new installation id, from the entry that says so: what its former installation signed
 * from there on is of another branch of the log, which lives on or was lost with the other PC.
 */
function isOfThisLog(db: Register): (head: SignedHead) => boolean {
  const starts = db
    .prepare(
      "SELECT seq, substr(subject, length('installation:') + 1) AS id FROM audit WHERE action = 'audit.key' ORDER BY seq",
    )
    .all() as { readonly seq: number; readonly id: string }[];
  return ({ installationId, seq }) => {
    const start = starts.find(({ id }) => id === installationId)?.seq ?? 0;
    const next = starts.find((each) => each.seq > start && each.id !== installationId);
    return next === undefined || seq < next.seq;
  };
}

function hasColumn(db: Register, table: string, column: string): boolean {
  return db.prepare('SELECT 1 FROM pragma_table_info(?) WHERE name = ?').get(table, column) !== undefined;
}

/** A key pair that does not fit together, or not to the key that was pinned outside. Told at the first head that it signed. */
function keyFaults({ keys, heads, checkpoints }: Held, outside: OutsideHeads): Bad[] {
  return keys.flatMap(({ installationId, publicKey, privateKey }) => {
    const pinned = outside.keys.find((key) => key.installationId === installationId);
    const isRight = publicOf(privateKey) === publicKey && (pinned === undefined || pinned.publicKey === publicKey);
    if (isRight) return [];
    const first = heads.find((head) => head.installationId === installationId);
    const seq = first?.seq ?? checkpoints.find((each) => each.installationId === installationId)?.toSeq ?? 1;
    return [{ seq, atMs: first?.atMs ?? null, fault: 'badKey' as const }];
  });
}

function checkpointFaults({ keys, checkpoints }: Held): Bad[] {
  let next = 1;
  return checkpoints.flatMap((checkpoint): Bad[] => {
    const { fromSeq, toSeq, count, atMs, installationId, signature } = checkpoint;
    const isNext = fromSeq === next && count === toSeq - fromSeq + 1;
    next = toSeq + 1;
    if (!isNext) return [{ seq: fromSeq, atMs, fault: 'badCheckpoint' as const }];
    const key = keys.find((each) => each.installationId === installationId);
    const isSigned = key !== undefined && isSignedBy(key.publicKey, checkpointText(checkpoint), signature);
    return isSigned ? [] : [{ seq: toSeq, atMs, fault: 'badSignature' as const }];
  });
}

function headFaults({ keys, heads }: Held, outside: OutsideHeads): Bad[] {
  const lastN = new Map<string, number>();
  const own = heads.flatMap((head): Bad[] => {
    const { seq, atMs, installationId, n, signature } = head;
    const expected = (lastN.get(installationId) ?? 0) + 1;
    lastN.set(installationId, n);
    const key = keys.find((each) => each.installationId === installationId);
    if (key === undefined || !isSignedBy(key.publicKey, headText(head), signature))
      return [{ seq, atMs, fault: 'badSignature' }];
    if (n < expected) return [{ seq, atMs, fault: 'headWentBack' }];
    return n > expected ? [{ seq, atMs, fault: 'headMissing' }] : [];
  });
  const received = outside.heads.flatMap((head): Bad[] => {
    const key = outside.keys.find((each) => each.installationId === head.installationId);
    const isSigned = key !== undefined && isSignedBy(key.publicKey, headText(head), head.signature);
    return isSigned ? [] : [{ seq: head.seq, atMs: head.atMs, fault: 'badSignature' }];
  });
  return [...own, ...received];
}

type Claim = { readonly hash: string; readonly fault: AuditFault };

/** What is said of an entry's hash elsewhere, by its number. */
function claimsOf({ heads }: Held, outside: OutsideHeads): ReadonlyMap<number, readonly Claim[]> {
  const claims = new Map<number, Claim[]>();
  const say = (seq: number, claim: Claim) => claims.set(seq, [...(claims.get(seq) ?? []), claim]);
  for (const { seq, hash } of heads) say(seq, { hash, fault: 'otherHash' });
  for (const { seq, hash } of outside.heads) say(seq, { hash, fault: 'centralDiffers' });
  for (const { seq, fingerprint } of outside.paper) say(seq, { hash: fingerprint, fault: 'paperDiffers' });
  return claims;
}

function entryFault(
  row: StoredEntry,
  prev: { readonly seq: number; readonly hash: string },
  signedSeqs: ReadonlySet<number>,
  claims: readonly Claim[],
): AuditFault | null {
  if (row.seq !== prev.seq + 1) return 'removed';
  if (row.prevHash !== prev.hash || hashOf(row) !== row.hash) return 'altered';
  for (const claim of claims) if (!row.hash.startsWith(claim.hash)) return claim.fault;
  return row.action === 'audit.sign' && !signedSeqs.has(row.seq) ? 'headMissing' : null;
}

/** The hash of what the row says; null where its detail is not the text that was hashed. */
function hashOf(row: StoredEntry): string | null {
  let detail: { readonly [key: string]: JsonValue };
  try {
    detail = JSON.parse(row.detail);
    if (canonicalJson(detail) !== row.detail) return null;
  } catch {
    return null;
  }
  const { atMs, operatorId, action, subject, installationId } = row;
  return auditHash(row.prevHash, row.seq, { atMs, operatorId, action, subject, detail, installationId });
}

/** Whether an entry is tied to another one than the one before it: then it came from another place of the log. */
function followsAnother(db: Register, row: StoredEntry, prev: { readonly hash: string }): boolean {
  if (row.prevHash === prev.hash) return false;
  return db.prepare('SELECT 1 FROM audit WHERE hash = ? AND seq <> ?').get(row.prevHash, row.seq - 1) !== undefined;
}
