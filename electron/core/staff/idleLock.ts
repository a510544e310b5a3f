import { minute, second } from '../../../shared/time.ts';
import type { CellOwner } from '../cell.ts';
import { inTransaction } from '../dispatch.ts';
import type { Station } from '../station.ts';
import { lockDesk } from './session.ts';

const lookEveryMs = 5 * second;

/**
 * A desk that nobody touches locks itself after the site's minutes. Core does it, so that a call that comes too late is
 * refused whatever the screen shows; the screen is told.
 */
export function createIdleLock(station: Station, cells: CellOwner) {
  let touchedMs = station.clock.now();
  const look = (): void => {
    const { autoLockMin } = station.settings.get();
    if (station.operator.get() === null || autoLockMin === null) return;
    if (station.clock.now() - touchedMs < autoLockMin * minute) return;
    inTransaction(station, cells, () => lockDesk(station, 'idle'));
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
