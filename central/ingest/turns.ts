/**
 * Fewer at once than there are connections to the database, so that looks and the city's readers are answered meanwhile;
 * bodies that wait are held in memory, a hundred of half a megabyte.
 */
export const turnsOfAProcess: TurnLimits = { atOnce: 6, waiting: 100 };

/** Batches that may be under way at once, and how many may wait beside them. */
export type TurnLimits = { readonly atOnce: number; readonly waiting: number };

export type Turns = {
  /**
   * Does the work when its turn comes. Of what waits the smallest goes first, so that a positive that is sent by itself,
   * and a desk at work, do not wait behind the backlogs of a whole city; a second of waiting counts as much as
   * `recordsASecond` records less, so that a large one comes too. Null when it had to be turned away: where too many
   * wait, the one that would come last.
   */
  readonly take: <T>(records: number, work: () => Promise<T>) => Promise<T | null>;
  /** How many wait now. */
  readonly waiting: () => number;
};

const recordsASecond = 20;

type Waiting = { readonly records: number; readonly sinceMs: number; readonly go: (isTurn: boolean) => void };

/** @param nowMs a clock that never goes back, milliseconds */
export function createTurns({ atOnce, waiting: mostWaiting }: TurnLimits, nowMs: () => number): Turns {
  let under = 0;
  const waiting: Waiting[] = [];

  /** Where the first (or the last) to come stands. */
  const placeOf = (which: 'first' | 'last'): number => {
    const now = nowMs();
    const due = ({ records, sinceMs }: Waiting) => records - ((now - sinceMs) / 1000) * recordsASecond;
    let found = 0;
    for (let n = 1; n < waiting.length; n += 1) {
      const difference = due(waiting[n] as Waiting) - due(waiting[found] as Waiting);
      if (which === 'first' ? difference < 0 : difference >= 0) found = n;
    }
    return found;
  };
  const takeOut = (which: 'first' | 'last') => waiting.splice(placeOf(which), 1)[0];

  return {
    waiting: () => waiting.length,
    take: async (records, work) => {
      if (under >= atOnce) {
        const isTurn = await new Promise<boolean>((go) => {
          waiting.push({ records, sinceMs: nowMs(), go });
          if (waiting.length > mostWaiting) takeOut('last')?.go(false);
        });
        if (!isTurn) return null;
        // The place was kept for us by whoever left it.
      } else {
        under += 1;
      }
      try {
        return await work();
      } finally {
        const next = takeOut('first');
        if (next === undefined) under -= 1;
        else next.go(true);
      }
    },
  };
}
