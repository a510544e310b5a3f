import type { CoreMethod } from '../../../shared/contract.ts';
import type { Reply } from '../../../shared/errors.ts';
import { minute } from '../../../shared/time.ts';
import { audit, type Station, today } from '../station.ts';
import { signEndedDay } from './heads.ts';
import { ensureKey } from './keys.ts';
import { createRefusals } from './refused.ts';

/** How the register's key was had: by the shell across a restart of core, or in one of the ways to unlock it. */
export type OpenedBy = 'restart' | 'created' | 'keychain' | 'passphrase' | 'recoveryKey';

const dayEndCheckMs = 10 * minute;

/** What of a run stands in the audit log beside its calls: openings, wrong keys, the ends of days, jumps of the clock. */
export function createWatch() {
  const refusals = createRefusals();
  let wrongKeys = 0;
  let checkedDay: string | null = null;
  let timer: ReturnType<typeof setInterval> | null = null;

  const signDay = (station: Station): void => {
    const day = today(station);
    if (day === checkedDay) return;
    if (signEndedDay(station)) station.nudge();
    checkedDay = day;
  };

  const noteJumps = (station: Station): void => {
    const jumps = station.clock.takeJumps();
    if (jumps.length === 0) return;
    station.db
      .transaction(() => {
        for (const byMs of jumps) audit(station, 'clock.jump', 'station', { byMs });
      })
      .immediate();
  };

  return {
    /** A key that opens nothing: while the register is locked there is nowhere to write, so it is told at the opening. */
    wrongKey: (): void => {
      wrongKeys += 1;
    },
    /** Inside the transaction that opens a run. */
    opened: (station: Station, by: OpenedBy, programVersion: string): void => {
      ensureKey(station);
      signEndedDay(station);
      checkedDay = today(station);
      if (by === 'restart') audit(station, 'core.restart', 'station');
      else {
        audit(station, 'register.open', 'register', {
          by,
          program: programVersion,
          ...(wrongKeys === 0 ? {} : { wrongKeys }),
        });
      }
      const markMs = station.clock.behind();
      if (markMs !== null) audit(station, 'clock.jump', 'station', { behindMarkMs: markMs });
    },
    /** After the opening is on disk: a day also ends while nobody asks for anything. */
    start: (station: Station): void => {
      wrongKeys = 0;
      timer = setInterval(() => {
        if (!station.db.open) return;
        attempt(station, () => {
          refusals.flush(station);
          signDay(station);
        });
      }, dayEndCheckMs);
      timer.unref?.();
    },
    /** After each call. What cannot be written here takes nothing back of the call itself. */
    after: (station: Station, method: CoreMethod, input: unknown, reply: Reply<unknown>): void => {
      if (!station.db.open) return;
      attempt(station, () => {
        noteJumps(station);
        signDay(station);
        refusals.note(station, method, input, reply);
      });
    },
    close: (station: Station): void => {
      if (timer !== null) clearInterval(timer);
      attempt(station, () => refusals.flush(station, true));
    },
  };
}

function attempt(station: Station, run: () => void): void {
  try {
    run();
  } catch (error) {
    station.log('audit.notWritten', { kind: error instanceof Error ? error.name : typeof error });
  }
}
