import { expect, test } from 'playwright/test';
import { maskDocument } from '../../shared/codes/mask.ts';
import { shoot } from '../../tools/hosts/gun.ts';
import { kit, type OpenDesk, openDesk, person } from './deskStation.ts';

const people = 20;
const scans = 200;

/** Scan after scan without a pause: each arrives once, and each kit is bound to the person scanned before it. */
test('200 scans in a row at 5 ms a key: none lost, doubled or mixed', async () => {
  test.setTimeout(600_000);
  const station: OpenDesk = await openDesk();
  try {
    const { desk, page } = station;
    const codes: string[] = [];
    const pairs: { readonly document: string; readonly serial: string }[] = [];
    // Everybody with their kit once; then everybody again and again.
    for (let n = 0; n < people; n++) {
      codes.push(person(n).document, kit(n + 1));
      pairs.push({ document: maskDocument(person(n).document), serial: `YL${String(n + 1).padStart(6, '0')}` });
    }
    for (let n = 0; codes.length < scans; n++) codes.push(person(n % people).document);
    const { version } = await desk.shown();
    await shoot(codes, { paceMs: 5, suffix: 'enter', gs: 'control' });
    await expect(page.locator('[data-stage]')).toHaveAttribute('data-version', String(version + scans), {
      timeout: 120_000,
    });
    await expect(page.locator('[data-stage]')).toContainText(person((scans - 2 * people - 1) % people).name);
    const list = await desk.call('tests.list', { query: '', limit: 200 });
    expect(
      list.rows.map((row) => ({ document: row.person.documentMasked, serial: row.kit.serial })).sort(bySerial),
    ).toEqual(pairs);
  } finally {
    await station.close();
  }
});

function bySerial(one: { readonly serial: string | null }, two: { readonly serial: string | null }): number {
  return (one.serial ?? '').localeCompare(two.serial ?? '');
}
