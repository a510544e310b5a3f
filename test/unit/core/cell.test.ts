import { expect, it } from 'vitest';
import { createCells } from '../../../electron/core/cell.ts';

it('what was set inside a transaction counts there, stays with the commit and goes with the rollback', () => {
  const cells = createCells();
  const cell = cells.cell('first');
  cell.set('second');
  expect(cell.get()).toBe('second');
  cells.rollback();
  expect(cell.get()).toBe('first');
  cell.set('third');
  cells.commit();
  cells.rollback();
  expect(cell.get()).toBe('third');
});
