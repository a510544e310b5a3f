import { setImmediate as nextTurn } from 'node:timers/promises';
import { type AuditCheckpoint, checkpointText } from '../../../shared/model/audit.ts';
import { audit, type Station } from '../station.ts';
import { ensureKey, signText } from './keys.ts';

/** Entries that one checkpoint stands for at most: its transaction is short enough that a scan beside it is hardly felt. */
const pieceEntries = 5_000;

export type Purged = { readonly entries: number; readonly checkpoints: number; readonly toSeq: number };

/**
 * Destroys the entries before a moment, from the oldest on and never beyond the first that is not older (a clock set back
 * leaves such a one). Each piece is a transaction of its own: a signed checkpoint takes the entries' place, with their
 * range, number and last hash; an entry says so; then they are deleted by the one path that the triggers allow. The chain
 * goes on from the checkpoint's hash. Broken off, what was done stands, and the next call goes on. At least the newest
 * entry stays. The caller has asked for the right to it.
 */
export async function checkpointAudit(
  station: Station,
  beforeMs: number,
  entriesAPiece = pieceEntries,
): Promise<Purged> {
  const limit = lastBefore(station, beforeMs);
  let entries = 0;
  let checkpoints = 0;
  for (;;) {
    const done = station.db.transaction(() => purgePiece(station, limit, entriesAPiece)).immediate();
    if (done === 0) return { entries, checkpoints, toSeq: station.tables.auditHeads.purgedTo() };
    entries += done;
    checkpoints += 1;
    await nextTurn();
  }
}

/** How many entries `checkpointAudit` would destroy now. */
export function countBefore(station: Station, beforeMs: number): number {
  return Math.max(0, lastBefore(station, beforeMs) - station.tables.auditHeads.purgedTo());
}

function lastBefore(station: Station, beforeMs: number): number {
  const { audit: log } = station.tables;
  const last = log.last();
  const firstKept = log.firstSince(beforeMs);
  return last === null ? 0 : Math.min(firstKept === null ? last.seq - 1 : firstKept - 1, last.seq - 1);
}

function purgePiece(station: Station, limit: number, entriesAPiece: number): number {
  const { audit: log, auditHeads } = station.tables;
  const fromSeq = auditHeads.purgedTo() + 1;
  const toSeq = Math.min(limit, fromSeq + entriesAPiece - 1);
  if (toSeq < fromSeq) return 0;
  const from = log.find(fromSeq);
  const to = log.find(toSeq);
  if (from === null || to === null) throw new Error('the audit log has a gap');
  const { privateKey } = ensureKey(station);
  const checkpoint: AuditCheckpoint = {
    installationId: station.installationId,
    fromSeq,
    toSeq,
    hash: to.hash,
    count: toSeq - fromSeq + 1,
    fromAtMs: from.atMs,
    toAtMs: to.atMs,
    atMs: station.clock.now(),
  };
  auditHeads.addCheckpoint({ ...checkpoint, signature: signText(privateKey, checkpointText(checkpoint)) });
  audit(station, 'audit.checkpoint', `entry:${toSeq}`, {
    from: fromSeq,
    to: toSeq,
    count: checkpoint.count,
    hash: to.hash,
  });
  const deleted = log.deleteUpTo(toSeq);
  if (deleted !== checkpoint.count) throw new Error('a checkpoint stands for other entries than were deleted');
  return deleted;
}
