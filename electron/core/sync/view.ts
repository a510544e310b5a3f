import type { SyncView } from '../../../shared/model/desk.ts';
import type { Station } from '../station.ts';
import { ownRecordsView } from './ownRecords.ts';

/** What is unsent, how old it is, and how the uploader fares: shown on every screen. */
export function syncView(station: Station): SyncView {
  const { outbox, conflicts, siblings } = station.tables;
  const { unsent, oldestAtMs } = outbox.backlog();
  // What was read here of another station's test goes up beside the outbox.
  const readings = siblings.backlog();
  const oldest = [oldestAtMs, readings.oldestAtMs].filter((atMs) => atMs !== null);
  return {
    ...station.syncStatus(),
    unsent: unsent + readings.n,
    oldestUnsentAtMs: oldest.length === 0 ? null : Math.min(...oldest),
    parked: outbox.countParked(),
    conflicts: conflicts.count() + siblings.countConflicts(),
    ownRecords: ownRecordsView(station),
  };
}
