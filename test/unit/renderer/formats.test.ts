import { describe, expect, it } from 'vitest';
import {
  ago,
  clockOf,
  daysUntil,
  dayWords,
  figure,
  lasting,
  momentWords,
  share,
  shiftDay,
} from '../../../renderer/lists/formats.ts';

const shanghai = 'Asia/Shanghai';
/** 10 April 2022, 00:30 in Shanghai: still 9 April in UTC. */
const justAfterMidnight = Date.UTC(2022, 3, 9, 16, 30, 5);

describe('times as people say them', () => {
  it('shows the clock of the site, not of the computer', () => {
    expect(clockOf(justAfterMidnight, shanghai)).toBe('00:30');
    expect(clockOf(justAfterMidnight, 'Asia/Urumqi')).toBe('22:30');
  });

  it('words a day in both languages, with the year only where it differs', () => {
    expect(dayWords('2022-04-10', 'zh-CN', '2022-04-12')).toBe('4月10日');
    expect(dayWords('2022-04-10', 'en', '2022-04-12')).toBe('10 Apr');
    expect(dayWords('2021-12-31', 'zh-CN', '2022-01-01')).toBe('2021年12月31日');
    expect(dayWords('2021-12-31', 'en', '2022-01-01')).toBe('31 Dec 2021');
  });

  it('leaves what is no day as it is', () => {
    expect(dayWords('2022-02-30', 'zh-CN', '2022-04-12')).toBe('2022-02-30');
    expect(dayWords('', 'en', '2022-04-12')).toBe('');
  });

  it('says the day only when it is not today', () => {
    expect(momentWords(justAfterMidnight, shanghai, 'zh-CN', '2022-04-10')).toBe('00:30');
    expect(momentWords(justAfterMidnight, shanghai, 'zh-CN', '2022-04-11')).toBe('4月10日 00:30');
  });

  it('chooses the unit of a length of time', () => {
    expect(lasting(-1)).toEqual({ unit: 'seconds', n: 0 });
    expect(lasting(59_999)).toEqual({ unit: 'seconds', n: 59 });
    expect(lasting(60_000)).toEqual({ unit: 'minutes', n: 1 });
    expect(lasting(3_599_999)).toEqual({ unit: 'minutes', n: 59 });
    expect(lasting(3_600_000)).toEqual({ unit: 'hours', n: 1 });
    expect(lasting(5_400_000)).toEqual({ unit: 'hoursMinutes', h: 1, m: 30 });
    expect(lasting(86_400_000)).toEqual({ unit: 'days', n: 1 });
    expect(lasting(97_200_000)).toEqual({ unit: 'daysHours', d: 1, h: 3 });
  });

  it('says how long ago, and never "minus"', () => {
    expect(ago(-60_000)).toEqual({ unit: 'now' });
    expect(ago(4_999)).toEqual({ unit: 'now' });
    expect(ago(5_000)).toEqual({ unit: 'seconds', n: 5 });
    expect(ago(7_200_000)).toEqual({ unit: 'hours', n: 2 });
  });

  it('counts days across months, years and leap days', () => {
    expect(daysUntil('2024-03-01', '2024-02-28')).toBe(2);
    expect(daysUntil('2023-03-01', '2023-02-28')).toBe(1);
    expect(daysUntil('2022-04-09', '2022-04-10')).toBe(-1);
    expect(shiftDay('2022-01-01', -1)).toBe('2021-12-31');
    expect(shiftDay('2024-02-28', 1)).toBe('2024-02-29');
  });
});

describe('figures', () => {
  it('sets thousands apart', () => {
    expect(figure(1842)).toBe('1,842');
    expect(figure(0)).toBe('0');
  });

  it('has no share of nothing', () => {
    expect(share(0, 0)).toBeNull();
    expect(share(1, 3)).toBe('33.3%');
    expect(share(148, 148)).toBe('100%');
  });
});
