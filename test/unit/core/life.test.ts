import { describe, expect, it } from 'vitest';
import { type LifeState, phaseOf, readable } from '../../../electron/core/results/life.ts';

const open: LifeState = { status: 'pending', opensAtMs: 1_000, closesAtMs: 2_000 };
const all = ['negative', 'positive', 'invalid'];

describe('which results a test takes (rules 6 and 7)', () => {
  it.each([
    ['a millisecond before', open, 999, false, [], 'tooEarly', false],
    ['on the first', open, 1_000, false, all, null, false],
    ['on the last', open, 2_000, false, all, null, false],
    ['a millisecond after', open, 2_001, false, ['invalid'], 'tooLate', true],
    ['with a clock behind', open, 1_500, true, ['invalid'], 'clockBehind', true],
    ['before the drop', { ...open, opensAtMs: null, closesAtMs: null }, 1_500, false, [], 'notDropped', false],
    ['with a result', { ...open, status: 'negative' }, 1_500, false, [], 'alreadyResulted', false],
    ['void', { ...open, status: 'void' }, 1_500, false, [], 'void', false],
    ['undone', { ...open, status: 'undone' }, 1_500, false, [], 'void', false],
  ] as const)('%s', (_name, test, now, isBehind, allowed, blockedBy, mayBeOverridden) => {
    expect(readable(phaseOf(test as LifeState, now, isBehind))).toEqual({ allowed, blockedBy, mayBeOverridden });
  });
});
