import { expect, it } from 'vitest';
import { playBackToBack } from '../guns/backToBack.ts';

const scans = 500;

it(`${scans} scans in a row at 5 ms a key: none lost, doubled or mixed`, async () => {
  const { changes, stage, lastName, bound, expected } = await playBackToBack(scans, 600_000);
  expect(changes).toBe(scans);
  expect(stage).toContain(lastName);
  expect(bound).toEqual(expected);
});
