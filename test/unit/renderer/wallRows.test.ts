import { describe, expect, it } from 'vitest';
import { typedDay } from '../../../renderer/desk/dates.ts';
import { wallLines } from '../../../renderer/desk/wallRows.ts';
import { countdown } from '../../../renderer/desk/words.ts';
import { oldestOf } from '../../../renderer/frame/oldest.ts';
import { groupsOf, isSameKey } from '../../../renderer/setup/recoveryKey.ts';
import { makeRecoveryKey } from '../../../shared/codes/ownCodes.ts';
import type { WallRow } from '../../../shared/model/desk.ts';
import { minute, second } from '../../../shared/time.ts';

const now = 1_649_585_000_000;

function row(testId: string, opensInMs: number | null, closesInMs: number | null): WallRow {
  return {
    testId,
    personMasked: '周**',
    building: '7',
    room: '302',
    kitTail: '4452',
    boundAtMs: now - 20 * minute,
    opensAtMs: opensInMs === null ? null : now + opensInMs,
    closesAtMs: closesInMs === null ? null : now + closesInMs,
  };
}

describe('the wall', () => {
  it('puts on top what needs a hand first', () => {
    const lines = wallLines(
      [
        row('later', 5 * minute, 10 * minute),
        row('undropped', null, null),
        row('soon', minute, 6 * minute),
        row('open', -2 * minute, 3 * minute),
        row('closing', -4 * minute, 48 * second),
        row('long over', -30 * minute, -25 * minute),
        row('just over', -6 * minute, -1),
      ],
      now,
    );
    expect(lines.map(({ row: { testId }, state }) => [testId, state])).toEqual([
      ['just over', 'late'],
      ['long over', 'late'],
      ['closing', 'closing'],
      ['open', 'open'],
      ['soon', 'toCome'],
      ['later', 'toCome'],
      ['undropped', 'awaitsDrop'],
    ]);
  });

  it('counts the opening and the closing moment as inside the window, as core does', () => {
    expect(wallLines([row('a', 0, 5 * minute)], now)[0]?.state).toBe('open');
    expect(wallLines([row('a', -5 * minute, 0)], now)[0]?.state).toBe('closing');
    expect(wallLines([row('a', 1, 5 * minute)], now)[0]?.state).toBe('toCome');
    expect(wallLines([row('a', -5 * minute, minute)], now)[0]?.state).toBe('closing');
    expect(wallLines([row('a', -5 * minute, minute + 1)], now)[0]?.state).toBe('open');
  });
});

describe('times in words', () => {
  it('counts up to the next second, so that 0:00 is the end', () => {
    expect([250, 1_000, 48_000, 89_001, 3_600_000, 3_725_000, 0, -5].map(countdown)).toEqual([
      '0:01',
      '0:01',
      '0:48',
      '1:30',
      '1:00:00',
      '1:02:05',
      '0:00',
      '0:00',
    ]);
  });

  it('says the age of the oldest record in one figure', () => {
    expect([-1, 0, 59_999, 60_000, 3_599_999, 3_600_000, 86_399_999, 86_400_000].map(oldestOf)).toEqual([
      { unit: 'seconds', n: 0 },
      { unit: 'seconds', n: 0 },
      { unit: 'seconds', n: 59 },
      { unit: 'minutes', n: 1 },
      { unit: 'minutes', n: 59 },
      { unit: 'hours', n: 1 },
      { unit: 'hours', n: 23 },
      { unit: 'days', n: 1 },
    ]);
  });
});

describe('a typed day', () => {
  it('is read in the ways that people write it', () => {
    for (const text of [
      '19660410',
      '1966-04-10',
      '1966-4-10',
      '1966.4.10',
      '1966/04/10',
      '1966年4月10日',
      '１９６６０４１０',
      ' 1966 4 10 ',
    ]) {
      expect(typedDay(text), text).toBe('1966-04-10');
    }
  });

  it('is refused when there is no such day', () => {
    for (const text of ['', '1966', '19660431', '2023-02-29', '10-04-1966', '1966-13-01', '六六年', '1966-04-10x']) {
      expect(typedDay(text), text).toBeNull();
    }
  });
});

describe('the recovery key typed back', () => {
  const key = makeRecoveryKey((count) =>
    Uint8Array.from({ length: count }, (_, index) => (index * 37 + 11) % 256),
  ).text;

  it('is shown in groups, and matches however it is written', () => {
    expect(groupsOf(key)).toHaveLength(7);
    for (const text of [key, key.toLowerCase(), key.replaceAll('-', ''), key.replaceAll('-', ' '), ` ${key} `]) {
      expect(isSameKey(key, text), text).toBe(true);
    }
  });

  it('does not match another, a shorter or an empty one', () => {
    const other = makeRecoveryKey((count) => new Uint8Array(count)).text;
    for (const text of ['', other, key.slice(0, -1), `${key}0`]) expect(isSameKey(key, text), text).toBe(false);
  });
});
