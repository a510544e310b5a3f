import { expect, test } from 'playwright/test';
import { playBackToBack } from '../guns/backToBack.ts';

const scans = 200;

/** Scan after scan without a pause: each arrives once, and each kit is bound to the person scanned before it. */
test(`${scans} scans in a row at 5 ms a key: none lost, doubled or mixed`, async () => {
  test.setTimeout(600_000);
  const { changes, stage, lastName, bound, expected } = await playBackToBack(scans, 120_000);
  expect(changes).toBe(scans);
  expect(stage).toContain(lastName);
  expect(bound).toEqual(expected);
});
