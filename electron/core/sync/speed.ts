/** How fast the last batches went. */
export type Speed = {
  readonly batches: number;
  readonly records: number;
  /** Over the time that the requests took, without the pauses between them. */
  readonly recordsPerSecond: number;
  /** The middle one of the requests, ms from the first byte sent to the last byte read. */
  readonly latencyMs: number;
};

const kept = 20;

export function createSpeed() {
  const last: { readonly records: number; readonly ms: number }[] = [];
  return {
    note: (records: number, ms: number): void => {
      last.push({ records, ms });
      if (last.length > kept) last.shift();
    },
    get: (): Speed | null => {
      if (last.length === 0) return null;
      const records = last.reduce((sum, batch) => sum + batch.records, 0);
      const ms = last.reduce((sum, batch) => sum + batch.ms, 0);
      const sorted = last.map((batch) => batch.ms).sort((a, b) => a - b);
      const latencyMs = sorted[Math.floor(sorted.length / 2)] ?? 0;
      return {
        batches: last.length,
        records,
        recordsPerSecond: (records * 1000) / Math.max(ms, 1),
        latencyMs,
      };
    },
  };
}
