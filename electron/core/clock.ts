/** The machine's two clocks, as functions so that tests and the test clock can stand in. Both in milliseconds. */
export type TimeSource = { readonly wallMs: () => number; readonly monotonicMs: () => number };

export const systemTime: TimeSource = {
  wallMs: () => Date.now(),
  monotonicMs: () => performance.now(),
};

/** How far the wall clock may stand behind the newest recorded time before it counts as set back. */
const toleranceMs = 2_000;

/**
 * Rule 7 of the desk. Within a run time never goes back: it is the later of the wall clock and what the monotonic clock
 * has counted since the start (a machine that slept is caught up by the wall clock, a clock set back is outvoted). Across
 * runs the newest time ever recorded is the high-water mark: a wall clock behind it is not to be trusted for results.
 */
export type Clock = {
  /** Epoch milliseconds. Never less than an earlier answer of this run. */
  readonly now: () => number;
  /** The high-water mark that the wall clock stands behind, or null when it does not. */
  readonly behind: () => number | null;
  /** Test clock only. */
  readonly advance: (byMs: number) => void;
  /**
   * Takes over the newest time that was recorded. `sameRun` says that only core was started again: then time counts on
   * from there, as it would have without that.
   */
  readonly startFrom: (highWaterMs: number, sameRun: boolean) => void;
};

export function createClock(source: TimeSource): Clock {
  let anchorWall = source.wallMs();
  let anchorMonotonic = source.monotonicMs();
  let shift = 0;
  let highWater = 0;

  const counted = () => Math.floor(anchorWall + (source.monotonicMs() - anchorMonotonic) + shift);
  return {
    now: () => {
      const wall = source.wallMs();
      if (wall + shift > counted()) {
        // The machine slept, or its clock was put right: count on from there.
        anchorWall = wall;
        anchorMonotonic = source.monotonicMs();
      }
      return counted();
    },
    behind: () => {
      const mark = Math.max(highWater, counted());
      return source.wallMs() + shift < mark - toleranceMs ? mark : null;
    },
    advance: (byMs) => {
      shift += byMs;
    },
    startFrom: (highWaterMs, sameRun) => {
      highWater = highWaterMs;
      if (!sameRun || highWaterMs <= counted()) return;
      anchorWall = highWaterMs - shift;
      anchorMonotonic = source.monotonicMs();
    },
  };
}
