import { describe, expect, it } from 'vitest';
import {
  axes,
  type GunRow,
  isSupported,
  pairsOfMatrix,
  sampleOfMatrix,
  shapes,
  wholeMatrix,
} from '../../guns/gunMatrix.ts';
import { pairwise } from '../../guns/pairwise.ts';

function pairsOf(row: Readonly<Record<string, unknown>>): string[] {
  const values = Object.entries(row).map(([name, value]) => `${name}=${String(value)}`);
  return values.flatMap((one, n) => values.slice(n + 1).map((two) => [one, two].sort().join(' ')));
}

describe('a selection in which every two settings meet', () => {
  it('covers all pairs of a plain product', () => {
    const small = { a: [1, 2, 3], b: ['x', 'y', 'z'], c: [true, false], d: [0, 1, 2, 3] };
    for (const seed of [1, 2, 3, 4, 5]) {
      const rows = pairwise(small, seed, () => true);
      expect(new Set(rows.flatMap(pairsOf)).size).toBe(3 * 3 + 3 * 2 + 3 * 4 + 3 * 2 + 3 * 4 + 2 * 4);
      expect(rows.length).toBeLessThanOrEqual(20);
    }
  });

  it('covers every pair of the matrix that may be, and holds no row that may not', () => {
    const rows = pairsOfMatrix(7);
    expect(rows.every(isSupported)).toBe(true);
    const covered = new Set(rows.flatMap(pairsOf));
    const isSlow = (row: GunRow) => row.paceMs >= 60 && shapes[row.shape](1).length > 20;
    const missing = [...wholeMatrix()]
      .flatMap((row) => axes.gs.map((gs) => ({ ...row, gs })))
      .filter((row) => !isSlow(row) && pairsOf(row).some((pair) => !covered.has(pair)));
    expect(missing).toEqual([]);
  });

  it('is the same for the same seed only', () => {
    expect(pairsOfMatrix(7)).toEqual(pairsOfMatrix(7));
    expect(pairsOfMatrix(7)).not.toEqual(pairsOfMatrix(8));
    expect(sampleOfMatrix(50, 7)).toEqual(sampleOfMatrix(50, 7));
  });

  it('takes no row of the whole product twice', () => {
    const sample = sampleOfMatrix(2_000, 1).map((row) => JSON.stringify(row));
    expect(new Set(sample).size).toBe(2_000);
  });
});
