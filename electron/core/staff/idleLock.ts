import { minute, second } from '../../../shared/time.ts';
import type { CellOwner } from '../cell.ts';
import { letGo } from '../desk/state.ts';
import { inTransaction } from '../dispatch.ts';
import type { Station } from '../station.ts';
import { lockDesk } from './session.ts';

const lookEveryMs = 5 * second;

/**
 * A desk that nobody touches locks itself after the site's minutes. Core does it, so that a call that comes too late is
 * refused whatever the screen shows; the screen is told. `sinceMs` is when somebody was there last, which may have been
 * before this start.
 */
export function createIdleLock(station: Station, cells: CellOwner, sinceMs: number) {
  let touchedMs = sinceMs;
  const look = (): void => {
    const { autoLockMin } = station.settings.get();
    if (station.operator.get() === null || autoLockMin === null) return;
    const untilMs = touchedMs + autoLockMin * minute;
    if (station.clock.now() < untilMs) return;
    try {
      inTransaction(station, cells, () => lockDesk(station, 'idle', untilMs));
    } catch {
      // A full disk keeps nobody signed in: what cannot be written down holds in memory.
      const { version } = station.desk.get();
      station.operator.set(null);
      station.desk.set({
        ...station.desk.get(),
        ...letGo,
        stage: { kind: 'idle' },
        lastScan: null,
        version: version + 1,
      });
      cells.commit();
      station.log('desk.lockNotWritten', {});
    }
    station.emit('desk.changed', { why: 'other' });
  };
  const timer = setInterval(look, lookEveryMs);
  timer.unref();
  return {
    /** Locks at once when the time is over. */
    look,
    /** Somebody is there. */
    touch: (): void => {
      touchedMs = station.clock.now();
    },
    stop: (): void => clearInterval(timer),
  };
}
