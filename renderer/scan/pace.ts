/**
 * Whether keys come from a gun or from a hand, by the times between them alone. Each gap is evidence, as the logarithm
 * of how much likelier a gun makes it than a hand; the sum decides. A hand types a key every 60–200 ms, unevenly, with
 * rolls of two or three quick keys; a gun is either quicker than that for many keys, or as even as a clock but for the
 * hiccups of the computer.
 */

/** No hand keeps this up for more than a few keys, in ms. */
export const inhumanGapMs = 45;
/** The slowest gun, in ms a key, with what the computer adds. */
const slowestMs = 110;
/** The pace of a run is that of its end: a hand may have typed before the gun. */
const gapsOfPace = 15;
const known = 3;

export type Pace = {
  /** The median gap, ms; null of a lone key. */
  readonly gapMs: number | null;
  readonly isFast: boolean;
  /** Where the keys begin that are of one pace with the last. */
  readonly from: number;
  /** Evidence for a gun from there to the end. */
  readonly sum: number;
  /** The pace is that of the gun in use. */
  readonly isKnown: boolean;
};

export function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? null;
}

/** How a gap of a slow run speaks for a gun: the share that guns and uneven hands have in each class, as a logarithm. */
function slowEvidence(differenceMs: number, gapMs: number): number {
  if (differenceMs <= 2) return 1.6;
  if (differenceMs <= gapMs * 0.05) return 1;
  if (differenceMs <= gapMs * 0.12) return 0;
  // Windows tells the time of a key in steps of 16 ms.
  return differenceMs <= 17 ? -0.5 : -1.5;
}

/** @param times of the keys in ms, rising; @param knownMs the pace of the gun in use, or null */
export function paceOf(times: readonly number[], knownMs: number | null): Pace {
  const gaps = times.slice(1).map((atMs, n) => atMs - (times[n] ?? atMs));
  const gapMs = median(gaps.slice(-gapsOfPace));
  if (gapMs === null) return { gapMs, isFast: false, from: 0, sum: 0, isKnown: false };
  const isFast = gapMs <= inhumanGapMs;
  let running = 0;
  let sum = 0;
  let from = times.length - 1;
  for (let n = gaps.length - 1; n >= 0; n--) {
    const gap = gaps[n] ?? 0;
    if (isFast) running += gap <= inhumanGapMs ? 1.8 : gap <= gapMs * 2 ? 0 : -2.5;
    else running += slowEvidence(Math.abs(gap - gapMs), gapMs);
    if (running < sum) continue;
    sum = running;
    from = n;
  }
  const isKnown = knownMs !== null && Math.abs(gapMs - knownMs) <= Math.max(3, knownMs * 0.08);
  return { gapMs, isFast, from, sum, isKnown };
}

/** Fewer keys than this are a person's, with no field and with one. */
const leastKeys = 4;
const leastKeysInField = 6;
/** A slow gun shows itself by evenness only, which takes more keys; fewer when its pace is known. */
const leastSlowKeys = 8;
const leastKnownSlowKeys = 6;

/**
 * Whether the last keys are a gun's. `strictness`: `field` where people type, `plain` where they hardly do, `garbled`
 * where an input method keeps a part of the keys to itself.
 */
export function isGuns(pace: Pace, keys: number, strictness: 'plain' | 'field' | 'garbled'): boolean {
  const { gapMs, isFast, sum, isKnown } = pace;
  if (gapMs === null || gapMs > slowestMs) return false;
  // Keys that the input method has swallowed unseen are missing from the count.
  if (isFast && strictness === 'garbled') return keys >= 3 && sum >= 3.5 && (gapMs <= 25 || keys >= leastKeys);
  if (isFast) return strictness === 'field' ? keys >= leastKeysInField && sum >= 8.5 : keys >= leastKeys && sum >= 5;
  if (keys < (isKnown ? leastKnownSlowKeys : leastSlowKeys)) return false;
  return sum + (isKnown ? known : 0) >= (strictness === 'plain' ? 7 : 11);
}

/** The longest gap within which a key or two before a gun's are taken for the gun's own, before a hiccup. */
export function joinLimitMs(pace: Pace, inField: boolean): number {
  return inField ? Math.max(100, (pace.gapMs ?? 0) * 1.5 + 10) : Math.max(200, (pace.gapMs ?? 0) * 2 + 50);
}

/** Whether what stands before a gun's keys is surely a hand's: not one long gap, which may be a hiccup, but several. */
export function isHandsHead(pace: Pace, gaps: readonly number[]): boolean {
  const longMs = Math.max(70, (pace.gapMs ?? 0) * 2 + 20);
  const long = gaps.filter((gap) => gap >= longMs).length;
  return long >= 2 && long * 2 >= gaps.length;
}
