import { minute, second } from '../../../shared/time.ts';

/** Wrong PINs that cost nothing; each further one doubles the wait, up to a quarter of an hour. */
const freeTries = 4;
const longestWaitMs = 15 * minute;

/** How long somebody must wait before their next PIN is looked at, in ms; 0 when not at all. */
export function pinWaitMs(failed: number, lastFailedMs: number | null, nowMs: number): number {
  if (failed < freeTries || lastFailedMs === null) return 0;
  const waitMs = Math.min(longestWaitMs, 5 * second * 2 ** Math.min(20, failed - freeTries));
  return Math.max(0, lastFailedMs + waitMs - nowMs);
}
