/** So many at once, and so many more each second. */
export type Allowance = { readonly burst: number; readonly perSecond: number };

/** Takes `cost` from what `who` has left; answers 0, or after how many seconds it would do. Nothing is taken then. */
export type Limiter = (who: string, cost: number, nowMs: number) => number;

/**
 * Buckets that fill again by themselves. Those that are full are forgotten, so that memory holds only who asked of late;
 * with more than `mostKept` of those, the ones that asked least lately go.
 */
export function createLimiter({ burst, perSecond }: Allowance, mostKept = 100_000): Limiter {
  const buckets = new Map<string, { left: number; atMs: number }>();
  const fullAfterMs = (burst / perSecond) * 1000;
  return (who, cost, nowMs) => {
    const had = buckets.get(who);
    const passedMs = had === undefined ? 0 : Math.max(0, nowMs - had.atMs);
    const left = had === undefined ? burst : Math.min(burst, had.left + (passedMs / 1000) * perSecond);
    if (left < Math.min(cost, burst)) return Math.max(1, Math.ceil((Math.min(cost, burst) - left) / perSecond));
    // Those that asked last stand last.
    buckets.delete(who);
    buckets.set(who, { left: left - cost, atMs: nowMs });
    for (const [each, { atMs }] of buckets) {
      if (buckets.size <= mostKept && nowMs - atMs < fullAfterMs) break;
      buckets.delete(each);
    }
    return 0;
  };
}
