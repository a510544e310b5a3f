import type { SyncView } from '../../../shared/model/desk.ts';
import type { Station } from '../station.ts';
import { ownRecordsView } from './ownRecords.ts';

/** What is unsent, how old it is, and how the uploader fares: shown on every screen. */
export function syncView(station: Station): SyncView {
  const { outbox, conflicts } = station.tables;
  const { unsent, oldestAtMs } = outbox.backlog();
  return {
    ...station.syncStatus(),
    unsent,
    oldestUnsentAtMs: oldestAtMs,
    parked: outbox.countParked(),
    conflicts: conflicts.count(),
    ownRecords: ownRecordsView(station),
  };
}
