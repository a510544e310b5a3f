import { maskDocument } from '../../shared/codes/mask.ts';
import { shoot } from '../../tools/hosts/gun.ts';
import { kit, openDesk, person } from '../e2e/deskStation.ts';

const people = 20;

type Pair = { readonly document: string | null; readonly serial: string };

/** What became of scans that came one right after the other. */
export type BackToBack = {
  /** How often the stage changed; each scan changes it once. */
  readonly changes: number;
  readonly stage: string;
  /** Who stands on the stage when nothing was lost or mixed. */
  readonly lastName: string;
  readonly bound: readonly Pair[];
  readonly expected: readonly Pair[];
};

/**
 * So many scans without a pause, 5 ms a key, in a window of its own: everybody with their kit once, then everybody again
 * and again. Ends when the stage has changed as often as there were scans, or after `waitMs` without that.
 */
export async function playBackToBack(scans: number, waitMs: number): Promise<BackToBack> {
  const station = await openDesk();
  try {
    const { desk, page } = station;
    const codes: string[] = [];
    const expected: Pair[] = [];
    for (let n = 0; n < people; n++) {
      codes.push(person(n).document, kit(n + 1));
      expected.push({ document: maskDocument(person(n).document), serial: `YL${String(n + 1).padStart(6, '0')}` });
    }
    for (let n = 0; codes.length < scans; n++) codes.push(person(n % people).document);
    const { version } = await desk.shown();
    await shoot(codes, { paceMs: 5, suffix: 'enter', gs: 'control' });
    const stage = page.locator('[data-stage]');
    await page
      .locator(`[data-stage][data-version="${version + scans}"]`)
      .waitFor({ timeout: waitMs })
      .catch(() => undefined);
    const list = await desk.call('tests.list', { query: '', limit: 200 });
    return {
      changes: Number(await stage.getAttribute('data-version')) - version,
      stage: (await stage.textContent()) ?? '',
      lastName: person((scans - 2 * people - 1) % people).name,
      bound: list.rows
        .map(({ person: { documentMasked }, kit: { serial } }) => ({ document: documentMasked, serial }))
        .sort(bySerial),
      expected,
    };
  } finally {
    await station.close();
  }
}

function bySerial(one: Pair, two: Pair): number {
  return one.serial.localeCompare(two.serial);
}
