import { describe, expect, it } from 'vitest';
import { ageOn, isRealDay, localDay, localTime } from '../../../shared/time.ts';

describe('the site’s day', () => {
  it('is the local one: an evening in UTC is the next day in Shanghai', () => {
    const at = Date.UTC(2022, 3, 9, 16, 0, 0);
    expect(localDay(at - 1, 'Asia/Shanghai')).toBe('2022-04-09');
    expect(localDay(at, 'Asia/Shanghai')).toBe('2022-04-10');
    expect(localTime(at, 'Asia/Shanghai')).toEqual({ day: '2022-04-10', hour: 0, clock: '00:00:00' });
  });

  it('holds where clocks are changed', () => {
    // 27 March 2022: Berlin goes from 02:00 to 03:00.
    expect(localTime(Date.UTC(2022, 2, 27, 0, 59, 59), 'Europe/Berlin').clock).toBe('01:59:59');
    expect(localTime(Date.UTC(2022, 2, 27, 1, 0, 0), 'Europe/Berlin').clock).toBe('03:00:00');
  });
});

describe('days', () => {
  it.each([
    ['2024-02-29', true],
    ['2023-02-29', false],
    ['1900-02-29', false],
    ['2000-02-29', true],
    ['2022-04-31', false],
    ['2022-13-01', false],
    ['2022-00-10', false],
    ['0099-01-01', true],
    ['2022-4-1', false],
    ['2022-04-010', false],
  ])('%s: %s', (day, expected) => expect(isRealDay(day)).toBe(expected));
});

describe('age', () => {
  it.each([
    ['1966-04-10', '2022-04-09', 55],
    ['1966-04-10', '2022-04-10', 56],
    ['2004-02-29', '2022-02-28', 17],
    ['2004-02-29', '2022-03-01', 18],
    ['2022-04-10', '2022-04-10', 0],
  ])('born %s is on %s %i', (birth, day, age) => expect(ageOn(birth, day)).toBe(age));
});
