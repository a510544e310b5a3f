/** The machine's two clocks, as functions so that tests and the test clock can stand in. Both in milliseconds. */
export type TimeSource = { readonly wallMs: () => number; readonly monotonicMs: () => number };

export const systemTime: TimeSource = {
  wallMs: () => Date.now(),
  monotonicMs: () => performance.now(),
};

/** How far the wall clock may stand behind the newest recorded time before it counts as set back. */
const toleranceMs = 2_000;

/** A wall clock that differs by so much from what was counted was set, or the machine slept. */
const jumpMs = 60_000;
const mostJumps = 20;

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
  /** How far the wall clock was moved against the counted time since this was last asked, in ms; below 0: set back. */
  readonly takeJumps: () => readonly number[];
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
  let isBack = false;
  let jumps: number[] = [];

  const counted = () => Math.floor(anchorWall + (source.monotonicMs() - anchorMonotonic) + shift);
  return {
    now: () => {
      const wall = source.wallMs();
      const ahead = wall + shift - counted();
      if (ahead >= jumpMs || (ahead <= -jumpMs && !isBack)) jumps = [...jumps, ahead].slice(-mostJumps);
      isBack = ahead <= -jumpMs;
      if (ahead > 0) {
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
    takeJumps: () => {
      const taken = jumps;
      if (taken.length > 0) jumps = [];
      return taken;
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
