import type { Page } from 'playwright';
import { minute, second } from '../../shared/time.ts';
import { fromKeyboardToGun } from '../hosts/gun.ts';
import type { DayDesk } from './desk.ts';
import { personAt } from './people.ts';
import { boundTarget, type DayPlan, dayProduct, type Session } from './plan.ts';
import type { Picture } from './screens.ts';

const positives: ReadonlySet<number> = new Set([10, 57, 140]);
const invalids: ReadonlySet<number> = new Set([33, 99]);
const voided = 120;
const revised = 75;

/** Two hundred bindings, with what goes wrong in a real queue in between. */
export async function runMorning(
  desk: DayDesk,
  page: Page,
  plan: DayPlan,
  picture: Picture,
  network: { readonly cut: () => Promise<void>; readonly restore: () => Promise<void> },
): Promise<Session> {
  const kits: number[] = [];
  let nextKit = 0;
  const document = (n: number) => plan.people[n * 9]?.document ?? '';
  const pause = (ms: number) => desk.call('clock.advance', { byMs: ms });

  for (let n = 0; n < boundTarget; n++) {
    if (n === Math.floor(boundTarget / 3)) await network.cut();
    if (n === Math.floor((boundTarget * 2) / 3)) await network.restore();
    const kit = nextKit++;
    if (n === 150) {
      await bindStranger(desk, page, plan.kitCode(kit), picture);
    } else if (n % 10 === 7) {
      // Kit first.
      await desk.scanAsTold(plan.kitCode(kit), 'kit');
      if (n === 7) await picture('desk-kit-first');
      await desk.scanAsTold(document(n), 'bound');
    } else {
      await desk.scanAsTold(document(n), 'person');
      if (n === 0) await picture('desk-person');
      // The gun reads the card twice.
      if (n % 25 === 3) await desk.scanAgain(document(n));
      await mistakes(desk, plan, n, picture, pause);
      await desk.scanAsTold(plan.kitCode(kit), 'bound');
      if (n === 12) await picture('desk-bound');
    }
    if (n === 60) {
      // The wrong person was called: undone within its seconds, the same kit goes to them again.
      await desk.press('F9', 'undone');
      await picture('desk-undone');
      await pause(2 * second);
      await desk.scanAsTold(document(n), 'person');
      await desk.scanAsTold(plan.kitCode(kit), 'bound');
    }
    if (n === 100) await picture('desk-offline');
    kits.push(kit);
  }
  return { kits, toRevise: kits[revised] ?? 0 };
}

/** With somebody waiting at the desk: each wrong kit is refused, and they go on waiting. */
async function mistakes(
  desk: DayDesk,
  plan: DayPlan,
  n: number,
  picture: Picture,
  pause: (ms: number) => Promise<unknown>,
): Promise<void> {
  if (n === 20) {
    await desk.scanAsTold(plan.kitCode(5), 'refused');
    await picture('desk-refused-used');
  }
  if (n === 30) {
    await desk.scanAsTold(plan.kitCode(240).replace(/17\d{6}/, '17200101'), 'refused');
    await picture('desk-refused-expired');
  }
  if (n === 40) {
    await desk.scanAsTold(plan.kitCode(241).slice(0, -1), 'refused');
    await picture('desk-refused-truncated');
  }
  if (n === 50) await desk.scanAsTold(`]d201${dayProduct.gtin}10${dayProduct.lot}`, 'refused');
  if ([20, 30, 40, 50].includes(n)) await pause(2 * second);
}

/** Somebody who is not on the roster: the short form, filled from the document, by hand the rest. */
async function bindStranger(desk: DayDesk, page: Page, kitCode: string, picture: Picture): Promise<void> {
  const stranger = personAt(9_001);
  await desk.scanAsTold(stranger.document, 'newPerson');
  await page.getByLabel(/^姓名/).first().fill('诸葛明');
  await page.getByLabel(/^楼号/).first().fill('12');
  await page.getByLabel(/^房号/).first().fill('503');
  await picture('desk-new-person');
  await page.keyboard.press('Enter');
  await page.locator('[data-stage="person"]').waitFor();
  await desk.scanAsTold(kitCode, 'bound');
}

/** Each kit is scanned again inside its window and read; positives twice, invalids with a re-test. */
export async function runReadings(
  desk: DayDesk,
  page: Page,
  plan: DayPlan,
  session: Session,
  picture: Picture,
): Promise<void> {
  const [first] = session.kits;
  if (first === undefined) throw new Error('nothing was bound');
  await desk.scanAsTold(plan.kitCode(first), 'test');
  await picture('desk-too-early');
  await page.keyboard.press('Escape');
  await desk.call('clock.advance', { byMs: dayProduct.window.opensAfterMin * minute });
  await page.locator('[data-stage="idle"]').waitFor();
  await picture('desk-wall');

  const retests: number[] = [];
  let spare = session.kits.length;
  for (const [n, kit] of session.kits.entries()) {
    await desk.scanAsTold(plan.kitCode(kit), 'test');
    if (n === 0) await picture('desk-readable');
    if (positives.has(n)) {
      await desk.press('F6', 'confirmPositive');
      if (n === 10) await picture('desk-confirm-positive');
      await desk.call('clock.advance', { byMs: 2 * second });
      await desk.scanAsTold(plan.kitCode(kit), 'recorded');
      if (n === 10) await picture('desk-recorded-positive');
    } else if (invalids.has(n)) {
      await desk.press('F7', 'recorded');
      await picture('desk-recorded-invalid');
      // The same person, a new kit.
      const document = plan.people[n * 9]?.document ?? '';
      await desk.scanAsTold(document, 'person');
      await desk.scanAsTold(plan.kitCode(spare), 'bound');
      retests.push(spare++);
    } else if (n === voided) {
      // The window asks for the reason by itself; core hears of the void with it.
      await page.keyboard.press('F10');
      await page.getByText('作废这次检测').waitFor();
      await picture('desk-void-reason');
      await desk.press('1', 'voided');
      await fromKeyboardToGun();
    } else {
      await desk.press('F5', 'recorded');
      if (n === 1) await picture('desk-recorded-negative');
    }
  }
  await desk.call('clock.advance', { byMs: dayProduct.window.opensAfterMin * minute });
  for (const kit of retests) {
    await desk.scanAsTold(plan.kitCode(kit), 'test');
    await desk.press('F5', 'recorded');
  }
}
