import { type AuditHead, headText, type SignedHead } from '../../../shared/model/audit.ts';
import { localDay } from '../../../shared/time.ts';
import { audit, type Station, today } from '../station.ts';
import { ensureKey, signText } from './keys.ts';

type HeadWhy = 'day' | 'print' | 'asked';

/**
 * Signs the log as it is now. The act is an entry itself, and that entry is the head: it stands for all before it. Inside
 * a transaction.
 */
export function signHead(station: Station, why: HeadWhy, day: string = today(station)): SignedHead {
  const { audit: log, auditHeads } = station.tables;
  const { privateKey } = ensureKey(station);
  const n = auditHeads.lastN(station.installationId) + 1;
  audit(station, 'audit.sign', `day:${day}`, { why, n });
  const last = log.last();
  if (last === null) throw new Error('an entry that was just written is not there');
  const head: AuditHead = {
    installationId: station.installationId,
    n,
    day,
    seq: last.seq,
    hash: last.hash,
    count: last.seq - auditHeads.purgedTo(),
    atMs: last.atMs,
  };
  const signed = { ...head, signature: signText(privateKey, headText(head)) };
  auditHeads.insert(signed);
  return signed;
}

/**
 * Signs the day that is over, when its newest entry is not signed yet: at the first moment after it that the program runs.
 * Answers whether it did.
 */
export function signEndedDay(station: Station): boolean {
  const { audit: log, auditHeads } = station.tables;
  const last = log.last();
  if (last === null) return false;
  const day = localDay(last.atMs, station.settings.get().zone);
  if (day >= today(station) || (auditHeads.newest()?.seq ?? 0) >= last.seq) return false;
  station.db.transaction(() => signHead(station, 'day', day)).immediate();
  return true;
}
