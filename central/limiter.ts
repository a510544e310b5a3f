/** So many at once, and so many more each second. */
export type Allowance = { readonly burst: number; readonly perSecond: number };

export type Limiter = {
  /** Takes one of what `who` has left; answers 0, or after how many seconds there will be one. */
  readonly take: (who: string, nowMs: number) => number;
  /** Takes more for what was answered meanwhile: what is left may go below nothing. */
  readonly charge: (who: string, cost: number, nowMs: number) => void;
};

/**
 * Buckets that fill again by themselves. Those that are full are forgotten, so that memory holds only who asked of late;
 * with more than `mostKept` of those, the ones that asked least lately go.
 */
export function createLimiter({ burst, perSecond }: Allowance, mostKept = 100_000): Limiter {
  const buckets = new Map<string, { readonly left: number; readonly atMs: number }>();
  const leftOf = (bucket: { readonly left: number; readonly atMs: number } | undefined, nowMs: number): number =>
    bucket === undefined ? burst : Math.min(burst, bucket.left + (Math.max(0, nowMs - bucket.atMs) / 1000) * perSecond);
  const charge = (who: string, cost: number, nowMs: number): void => {
    const left = leftOf(buckets.get(who), nowMs) - cost;
    // Those that asked last stand last.
    buckets.delete(who);
    buckets.set(who, { left, atMs: nowMs });
    for (const [each, bucket] of buckets) {
      if (buckets.size <= mostKept && leftOf(bucket, nowMs) < burst) break;
      buckets.delete(each);
    }
  };
  return {
    take: (who, nowMs) => {
      const left = leftOf(buckets.get(who), nowMs);
      if (left < 1) return Math.max(1, Math.ceil((1 - left) / perSecond));
      charge(who, 1, nowMs);
      return 0;
    },
    charge,
  };
}
