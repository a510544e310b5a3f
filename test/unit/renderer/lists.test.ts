import { describe, expect, it } from 'vitest';
import { compareValues, matches, nextSort, sortRows } from '../../../renderer/lists/order.ts';
import { mostRows, moveTo, pagesFor } from '../../../renderer/lists/pages.ts';

describe('sorting', () => {
  it('reads digits by their value and Chinese by pinyin', () => {
    expect(['11-604', '9-201', '2-101'].toSorted(compareValues)).toEqual(['2-101', '9-201', '11-604']);
    expect(['张', '陈', '李'].toSorted(compareValues)).toEqual(['陈', '李', '张']);
  });

  it('keeps what is unknown last, whichever way round', () => {
    const rows = [{ n: null }, { n: 2 }, { n: 10 }];
    expect(sortRows(rows, (row) => row.n, false).map((row) => row.n)).toEqual([2, 10, null]);
    expect(sortRows(rows, (row) => row.n, true).map((row) => row.n)).toEqual([10, 2, null]);
  });

  it('goes up, down and back to the own order of the list', () => {
    const up = nextSort(null, 'lot');
    const down = nextSort(up, 'lot');
    expect(up).toEqual({ key: 'lot', descending: false });
    expect(down).toEqual({ key: 'lot', descending: true });
    expect(nextSort(down, 'lot')).toBeNull();
    expect(nextSort(down, 'known')).toEqual({ key: 'known', descending: false });
  });
});

describe('searching a short list', () => {
  it('finds every word, in any column, in full or half width, large or small', () => {
    expect(matches('', ['W22031'])).toBe(true);
    expect(matches('ｗ22 万孚', ['万孚 胶体金', 'W22031'])).toBe(true);
    expect(matches('w22 明德', ['万孚 胶体金', 'W22031'])).toBe(false);
    expect(matches('x', [null])).toBe(false);
  });
});

describe('pages of a long list', () => {
  it('names the pages of the rows in view', () => {
    expect(pagesFor(0, 20, 1000)).toEqual([0, 0]);
    expect(pagesFor(95, 110, 1000)).toEqual([0, 100]);
    expect(pagesFor(100, 199, 1000)).toEqual([100, 100]);
  });

  it('stays inside the list', () => {
    expect(pagesFor(0, 20, 0)).toEqual([0, 0]);
    expect(pagesFor(-5, 5000, 150)).toEqual([0, 100]);
    expect(pagesFor(mostRows + 10, mostRows + 20, 1_000_000)).toEqual([mostRows - 100, mostRows - 100]);
  });

  it('moves the marked row by key and stops at both ends', () => {
    expect(moveTo('ArrowDown', -1, 3, 10)).toBe(0);
    expect(moveTo('ArrowUp', -1, 3, 10)).toBe(0);
    expect(moveTo('ArrowDown', 2, 3, 10)).toBe(2);
    expect(moveTo('PageDown', 0, 100, 12)).toBe(12);
    expect(moveTo('PageUp', 5, 100, 12)).toBe(0);
    expect(moveTo('End', 0, 100, 12)).toBe(99);
    expect(moveTo('ArrowDown', 0, 0, 10)).toBeNull();
    expect(moveTo('a', 0, 3, 10)).toBeNull();
  });
});
