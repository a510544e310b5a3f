import { describe, expect, it } from 'vitest';
import { countsFrom, floorOf, isRepeat } from '../../../shared/model/round.ts';

describe('how often a round tests', () => {
  it.each([
    ['once, the same day', null, '2022-04-10', '2022-04-10', true],
    ['once, much later', null, '2022-04-10', '2022-05-10', true],
    ['each day, the same day', 1, '2022-04-10', '2022-04-10', true],
    ['each day, the next day', 1, '2022-04-10', '2022-04-11', false],
    ['every 3 days, after 2', 3, '2022-04-10', '2022-04-12', true],
    ['every 3 days, after 3', 3, '2022-04-10', '2022-04-13', false],
    ['over the end of a month', 2, '2022-02-28', '2022-03-01', true],
    ['over the end of February in a leap year', 2, '2024-02-28', '2024-03-01', false],
    ['with a clock that was set back', 1, '2022-04-11', '2022-04-10', true],
  ] as const)('%s', (_name, everyDays, earlier, today, repeats) => {
    expect(isRepeat(everyDays, earlier, today)).toBe(repeats);
    // The same rule said the other way round: which days count for who is still due.
    const from = countsFrom(everyDays, today);
    expect(from === null || earlier >= from).toBe(repeats);
  });
});

describe('the floor of a room', () => {
  it.each([
    ['302', 3],
    ['1201', 12],
    ['0302', 3],
    ['302室', 3],
    ['３０２', 3],
    ['901号', 9],
    ['12', null],
    ['010', null],
    ['12001', null],
    ['B102', null],
    ['商铺3', null],
    ['', null],
  ])('%s is on %s', (room, floor) => {
    expect(floorOf(room)).toBe(floor);
  });
});
