import type { CentralRecord, Receipt } from '../../../shared/central.ts';
import { second } from '../../../shared/time.ts';
import type { OutboxRow } from '../../db/outbox.ts';
import { audit, type Station } from '../station.ts';

/** A record answered "an earlier one is missing" this often is parked: somebody must look. */
const outOfOrderTries = 5;

/**
 * Settles a record by the service's receipt, whichever way that came. Answers whether it brought a conflict that was not
 * known before. In a transaction of its caller.
 */
export function settleRecord(station: Station, row: OutboxRow, receipt: Receipt): boolean {
  const { outbox, conflicts } = station.tables;
  const nowMs = station.clock.now();
  if (receipt.status === 'rejected') {
    if ((receipt.code === 'outOfOrder' || receipt.code === 'testUnknown') && row.attempts < outOfOrderTries) {
      // The service lacks what it had acknowledged: the chain goes again from its beginning, and this one after it.
      outbox.sendChainAgain(row.testId, row.chain, nowMs);
      outbox.delay(row.seq, nowMs + 10 * second * 2 ** row.attempts);
      return false;
    }
    setAside(station, row, receipt.code ?? 'malformed', receipt.message ?? '');
    return false;
  }
  outbox.settle(row.seq, 'sent', nowMs, receipt.status, null);
  if (receipt.status !== 'conflict' || receipt.other === undefined) return false;
  const isNew = conflicts.insert({
    id: station.newId(),
    testId: row.testId,
    otherTestId: receipt.other.testId,
    otherSite: receipt.other.site,
    otherStation: receipt.other.station,
    otherBoundAtMs: receipt.other.boundAtMs,
    otherPersonMasked: receipt.other.personMasked,
    seenAtMs: nowMs,
    chain: row.chain,
  });
  if (isNew) audit(station, 'sync.conflict', `test:${row.testId}`, { other: receipt.other.testId });
  return isNew;
}

/** A record that the service does not take: it waits for somebody. */
export function setAside(station: Station, row: OutboxRow, code: string, message: string): void {
  station.tables.outbox.settle(row.seq, 'parked', station.clock.now(), code, message);
  audit(station, 'sync.park', `record:${row.recordKey}`, { code });
}

/** Settles what was read here of another station's test. False where its binding is still on its way. */
export function settleReading(station: Station, receipt: Receipt): boolean {
  if (receipt.status === 'rejected' && (receipt.code === 'testUnknown' || receipt.code === 'outOfOrder')) return false;
  station.tables.siblings.settle({
    recordKey: receipt.key,
    state: receipt.status === 'rejected' ? 'parked' : 'sent',
    atMs: station.clock.now(),
    code: receipt.code ?? null,
    message: receipt.message ?? null,
  });
  return true;
}

/** A record as the service takes it. */
export function toRecord(row: Omit<OutboxRow, 'seq' | 'attempts'>): CentralRecord {
  return {
    key: row.recordKey,
    testId: row.testId,
    seq: row.chain,
    contentHash: row.contentHash,
    kind: row.kind,
    payload: JSON.parse(row.payload),
  } as CentralRecord;
}
