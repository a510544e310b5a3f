import { hour } from '../../../shared/time.ts';
import { audit, type Station } from '../station.ts';

/** For how many days what was sent is sent again when the central service was restored from an older backup. */
const usualResendDays = 14;

/** The site's days, 1 to 365. */
export function resendDays(station: Station): number {
  const days = Number(station.tables.settings.get('central.resendDays') ?? usualResendDays);
  return Number.isInteger(days) && days >= 1 && days <= 365 ? days : usualResendDays;
}

/**
 * Keeps the service's epoch in mind. Another one than before means that the service was restored from an older backup and
 * may have lost what it had acknowledged: whatever was settled within the set days waits again, whole chains, under the
 * same keys, so that what the service still has is stored once. In a transaction of its caller.
 */
export function noteEpoch(station: Station, epoch: string): void {
  const { settings, outbox } = station.tables;
  const known = settings.get('central.epoch');
  if (known === epoch) return;
  settings.set('central.epoch', epoch);
  if (known === null) return;
  const nowMs = station.clock.now();
  const records = outbox.sendAgainSince(nowMs - resendDays(station) * 24 * hour, nowMs);
  settings.set('central.resent', JSON.stringify({ atMs: nowMs, records }));
  audit(station, 'sync.epoch', 'station', { records, days: resendDays(station) });
}
