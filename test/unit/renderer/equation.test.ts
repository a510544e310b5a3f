import { describe, expect, it } from 'vitest';
import { busiest, hourBars, imbalances, shortFingerprint, sumOfTerms } from '../../../renderer/today/equation.ts';
import type { DayFigures, Tally } from '../../../shared/model/daySummary.ts';

function tally(part: Partial<Tally>): Tally {
  const terms = { negative: 0, positive: 0, invalid: 0, pending: 0, void: 0, ...part };
  return { registered: sumOfTerms({ registered: 0, ...terms }), ...terms };
}

function figures(part: Partial<DayFigures>): DayFigures {
  return {
    day: '2022-04-10',
    siteName: '长宁·新泾三村',
    stationName: '1 号台',
    total: tally({}),
    balanced: true,
    byHour: [],
    byOperator: [],
    byProductLot: [],
    byBuilding: [],
    readTodayOfEarlierDays: 0,
    readLaterOfToday: 0,
    undone: 0,
    revised: 0,
    secondTests: 0,
    unknownPeople: 0,
    typedCodes: 0,
    followUps: 0,
    ...part,
  };
}

const whole = tally({ negative: 128, positive: 1, invalid: 2, pending: 16, void: 1 });
const grouped = [{ key: 'a', label: '李娟', tally: whole }];
const balancedDay = figures({
  total: whole,
  byHour: [{ hour: 9, tally: whole }],
  byOperator: grouped,
  byProductLot: grouped,
  byBuilding: grouped,
});

describe('the balance of a day', () => {
  it('finds nothing on a day that adds up, nor on an empty one', () => {
    expect(whole.registered).toBe(148);
    expect(imbalances(balancedDay)).toEqual([]);
    expect(imbalances(figures({}))).toEqual([]);
  });

  it('says by how many the terms are off', () => {
    const off = { ...balancedDay, total: { ...whole, negative: 127 } };
    expect(imbalances(off)).toEqual([{ kind: 'total', sum: 147, by: -1 }]);
  });

  it('names the line and the table that do not add up', () => {
    const brokenLine = { ...balancedDay, byOperator: [{ key: 'a', label: '李娟', tally: { ...whole, pending: 17 } }] };
    expect(imbalances(brokenLine)).toEqual([{ kind: 'line', table: 'byOperator', label: '李娟' }]);
    const lostBuilding = { ...balancedDay, byBuilding: [] };
    expect(imbalances(lostBuilding)).toEqual([{ kind: 'table', table: 'byBuilding', sum: 0, total: 148 }]);
  });
});

describe('bars of a day', () => {
  it('keeps the empty hours between busy ones', () => {
    const bars = hourBars(
      figures({
        byHour: [
          { hour: 11, tally: tally({ negative: 3 }) },
          { hour: 8, tally: tally({ negative: 5 }) },
        ],
      }),
    );
    expect(bars.map((bar) => [bar.hour, bar.registered])).toEqual([
      [8, 5],
      [9, 0],
      [10, 0],
      [11, 3],
    ]);
    expect(busiest(bars)?.hour).toBe(8);
    expect(busiest(hourBars(figures({})))).toBeNull();
  });
});

it('shortens the fingerprint so that it can be read aloud', () => {
  expect(shortFingerprint(`0123456789ab${'f'.repeat(52)}`)).toBe('0123 4567 89ab');
});
