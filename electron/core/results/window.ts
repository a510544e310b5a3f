import type { ResultOutcome, TestStatus } from '../../../shared/model/test.ts';

/** What decides which results a test takes now. Times in epoch ms. */
export type ReadingState = {
  readonly status: TestStatus;
  /** Null while the scan that says the sample was dropped is missing. */
  readonly opensAtMs: number | null;
  readonly closesAtMs: number | null;
};

export type Blocked = 'tooEarly' | 'tooLate' | 'clockBehind' | 'notDropped' | 'alreadyResulted' | 'void';

/**
 * Rules 6 and 7 of the desk: before the window nothing, inside it everything, after it only INVALID; with a clock
 * behind its high-water mark neither negative nor positive. A supervisor may override the clock and a closed window,
 * never an early reading: nothing has shown yet.
 */
export function readable(
  test: ReadingState,
  nowMs: number,
  isClockBehind: boolean,
): {
  readonly allowed: readonly ResultOutcome[];
  readonly blockedBy: Blocked | null;
  readonly mayBeOverridden: boolean;
} {
  const blocked = (blockedBy: Blocked, allowed: readonly ResultOutcome[] = [], mayBeOverridden = false) => ({
    allowed,
    blockedBy,
    mayBeOverridden,
  });
  if (test.status === 'void' || test.status === 'undone') return blocked('void');
  if (test.status !== 'pending') return blocked('alreadyResulted');
  if (test.opensAtMs === null || test.closesAtMs === null) return blocked('notDropped');
  if (isClockBehind) return blocked('clockBehind', ['invalid'], true);
  if (nowMs < test.opensAtMs) return blocked('tooEarly');
  if (nowMs > test.closesAtMs) return blocked('tooLate', ['invalid'], true);
  return { allowed: ['negative', 'positive', 'invalid'], blockedBy: null, mayBeOverridden: false };
}
