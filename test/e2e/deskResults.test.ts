import { expect, test } from 'playwright/test';
import { minute, second } from '../../shared/time.ts';
import { fromKeyboardToGun, pressKey } from '../../tools/hosts/gun.ts';
import { gun, kit, lookOfStage, type OpenDesk, openDesk, paintedTally, person, wordsOfStage } from './deskStation.ts';

const fast = { paceMs: 0, suffix: 'Return' } as const;
const serial = (n: number) => `YL${String(n).padStart(6, '0')}`;

/** From the binding to the result, by the keys an operator presses. The test clock moves to the reading window. */
test.describe
  .serial('results', () => {
    let station: OpenDesk;
    test.beforeAll(async () => {
      station = await openDesk({ language: 'en' });
    });
    test.afterAll(async () => {
      await station.close();
    });

    async function bind(n: number): Promise<void> {
      await station.desk.scan(person(n).document, 'person');
      await station.desk.scan(kit(n), 'bound');
    }

    test('what was just bound is undone with F9, once, and its kit is free again', async () => {
      const { page, desk } = station;
      await bind(1);
      await expect(page.locator('[data-test-id]')).toHaveCount(1);
      await desk.press('F9', 'undone');
      await expect(page.locator('[data-test-id]')).toHaveCount(0);
      expect(await paintedTally(page)).toMatchObject({ registered: 0, pending: 0 });
      await desk.press('F9', 'refused');
      await expect(page.locator('[data-stage]')).toContainText('Nothing to undo');
      await desk.call('clock.advance', { byMs: 2 * second });
      await bind(1);
      await desk.call('clock.advance', { byMs: 11 * second });
      await desk.press('F9', 'refused');
      await expect(page.locator('[data-stage]')).toContainText('Too late to undo');
      expect(await paintedTally(page)).toMatchObject({ registered: 1, pending: 1 });
    });

    test('every binding has its row on the wall, and a row opens its test', async () => {
      const { page } = station;
      for (const n of [2, 3, 4, 5]) await bind(n);
      const rows = page.locator('[data-test-id]');
      await expect(rows).toHaveCount(5);
      await expect(page.getByRole('region', { name: 'Developing' })).toContainText('waiting 5');
      await rows.filter({ hasText: serial(3).slice(-4) }).click();
      await expect(page.locator('[data-stage="test"]')).toContainText(person(3).name);
      await expect(page.locator('[data-stage]')).toContainText('Too early');
    });

    test('before its time no key records anything, and Esc clears the stage', async () => {
      const { page, desk } = station;
      for (const key of ['F5', 'F6', 'F7']) {
        await desk.press(key, 'refused');
        await expect(page.locator('[data-stage]')).toContainText('Too early');
        await desk.call('clock.advance', { byMs: 2 * second });
        await desk.scan(kit(3), 'test');
      }
      expect(await paintedTally(page)).toMatchObject({ negative: 0, positive: 0, invalid: 0, pending: 5 });
      await desk.press('Escape', 'idle');
      await expect(page.locator('[data-test-id]')).toHaveCount(5);
    });

    test('negative by F5; positive by F6 and a second scan of the kit; both look alike from across the room', async () => {
      const { page, desk } = station;
      await desk.call('clock.advance', { byMs: 16 * minute });
      await expect(page.getByRole('region', { name: 'Developing' })).toContainText('ready 5');
      await desk.scan(kit(1), 'test');
      await desk.press('F5', 'recorded');
      await expect(page.locator('[data-stage]')).toContainText('Negative');
      const negative = await lookOfStage(page);
      await expect(page.locator('[data-test-id]')).toHaveCount(4);

      await desk.scan(kit(2), 'test');
      await desk.press('F6', 'confirmPositive');
      const asked = await lookOfStage(page);
      expect(asked.tone).toBe('waiting');
      // Nothing is recorded yet, and the gun's second read within its pause counts for nothing.
      await gun([kit(2)], fast);
      expect(await paintedTally(page)).toMatchObject({ positive: 0, pending: 4 });
      await expect(page.locator('[data-stage="confirmPositive"]')).toBeVisible();
      // Another kit does not confirm it.
      await desk.call('clock.advance', { byMs: 2 * second });
      await desk.scan(kit(3), 'refused');
      await expect(page.locator('[data-stage]')).toContainText('Another kit');
      expect(await paintedTally(page)).toMatchObject({ positive: 0, pending: 4 });
      await desk.call('clock.advance', { byMs: 2 * second });
      // The right one still does.
      await desk.scan(kit(2), 'recorded');
      await expect(page.locator('[data-stage]')).toContainText('Positive');
      expect(await lookOfStage(page)).toEqual(negative);
      expect(await paintedTally(page)).toMatchObject({ negative: 1, positive: 1, pending: 3, registered: 5 });
      await expect(page.locator('[data-test-id]')).toHaveCount(3);
      // The words beside it, at the foot, on the wall: nowhere is it told again.
      await expect(page.locator('[aria-live="polite"]').first()).not.toContainText('Positive');
    });

    test('invalid by F7 offers the same person a new kit', async () => {
      const { page, desk } = station;
      await desk.scan(kit(3), 'test');
      await desk.press('F7', 'recorded');
      await expect(page.locator('[data-stage]')).toContainText('Invalid');
      await desk.press('F4', 'person');
      await expect(page.locator('[data-stage]')).toContainText(person(3).name);
      await desk.scan(kit(30), 'bound');
      const words = await wordsOfStage(page);
      expect(words).toContain(person(3).name);
      expect(words).toContain(serial(30));
      expect(await paintedTally(page)).toMatchObject({ invalid: 1, pending: 3, registered: 6 });
    });

    test('void by F10 and the number of a reason; the kit stays used', async () => {
      const { page, desk } = station;
      await desk.scan(kit(4), 'test');
      await pressKey('F10');
      await expect(page.locator('[data-overlay="void"]')).toBeVisible();
      // Esc takes the question away and changes nothing.
      await pressKey('Escape');
      await expect(page.locator('[data-overlay="void"]')).toHaveCount(0);
      await expect(page.locator('[data-stage="test"]')).toBeVisible();
      await pressKey('F10');
      await expect(page.locator('[data-overlay="void"]')).toBeVisible();
      await desk.press('1', 'voided');
      expect(await paintedTally(page)).toMatchObject({ void: 1, pending: 2, registered: 6 });
      await fromKeyboardToGun();
      await desk.scan(person(9).document, 'person');
      await desk.scan(kit(4), 'refused');
      await expect(page.locator('[data-stage]')).toContainText('Kit void');
      // They still wait for another one.
      await desk.scan(kit(31), 'bound');
      await expect(page.locator('[data-stage]')).toContainText(person(9).name);
    });

    test('the day adds up as it is painted', async () => {
      const { page, desk } = station;
      await desk.call('clock.advance', { byMs: 16 * minute });
      await desk.scan(kit(30), 'test');
      await desk.press('F5', 'recorded');
      const { negative, positive, invalid, pending, void: voided, registered } = await paintedTally(page);
      expect(negative + positive + invalid + pending + voided).toBe(registered);
      expect({ negative, positive, invalid, pending, voided }).toEqual({
        negative: 2,
        positive: 1,
        invalid: 1,
        pending: 2,
        voided: 1,
      });
    });
  });
