import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright/test';
import { expect, test } from 'playwright/test';
import { minute } from '../../shared/time.ts';
import { fromKeyboardToGun, pressKey } from '../../tools/hosts/gun.ts';
import { goToScreen, gun, kit, type OpenDesk, openDesk, person } from './deskStation.ts';

const fast = { paceMs: 0, suffix: 'Return' } as const;
const pins = { operator: '7412', supervisor: '3691' } as const;

/** What an operator may not do alone, a supervisor approves at the same desk, by badge and PIN, for that one act. */
test.describe
  .serial('an approval on the spot', () => {
    let station: OpenDesk;
    let badges: { readonly operator: string; readonly supervisor: string };
    test.beforeAll(async () => {
      station = await openDesk({ language: 'en' });
      const enrol = async (role: 'operator' | 'supervisor', name: string) =>
        (await station.desk.call('staff.enrol', { requestId: randomUUID(), name, role, pin: pins[role] })).badge;
      badges = { operator: await enrol('operator', 'Li Wei'), supervisor: await enrol('supervisor', 'Wang Fang') };
      // Changing hands is one scan.
      await gun([badges.operator], fast);
      await expect(station.page.getByRole('banner')).toContainText('Li Wei');
    });
    test.afterAll(async () => {
      await station.close();
    });

    const dialog = (page: Page) => page.getByRole('dialog', { name: 'Approval needed' });

    test('a result outside its window: asked for, refused for a wrong PIN, given for the right one', async () => {
      const { page, desk } = station;
      await desk.scan(person(1).document, 'person');
      await desk.scan(kit(1), 'bound');
      await desk.call('clock.advance', { byMs: 40 * minute });
      await desk.scan(kit(1), 'test');
      await pressKey('F5');
      await expect(page.locator('[data-overlay="override"]')).toBeVisible();
      await pressKey('1');
      const asked = dialog(page);
      await expect(asked).toContainText('A result outside its reading window');
      await expect(asked).toContainText('a supervisor');
      const approve = asked.getByRole('button', { name: 'Approve' });
      await expect(approve).toBeDisabled();

      await fromKeyboardToGun();
      // The badge goes to the question, not to the desk: nobody else is signed in by it.
      await gun([badges.supervisor], fast);
      await expect(asked).toContainText('Badge scanned');
      await asked.getByLabel('PIN of whoever approves').fill('0000');
      await asked.getByText('A photo proves it').click();
      await approve.click();
      await expect(asked.getByRole('alert')).toContainText('Badge or PIN is wrong');
      await expect(asked).toContainText('please scan your badge');

      await gun([badges.supervisor], fast);
      await asked.getByLabel('PIN of whoever approves').fill(pins.supervisor);
      await approve.click();
      await expect(page.locator('[data-stage="recorded"]')).toBeVisible();
      await expect(asked).toHaveCount(0);
      await expect(page.getByRole('banner')).toContainText('Li Wei');
      const { rows } = await desk.call('tests.list', { query: '' });
      expect(rows[0]?.result).toMatchObject({
        outcome: 'negative',
        operatorName: 'Li Wei',
        approved: { byName: 'Wang Fang', reason: 'A photo proves it' },
      });
    });

    test('a correction: taken back without one, made with one, both names in its history', async () => {
      const { page } = station;
      await goToScreen(page, 'Results');
      await page
        .getByRole('row')
        .filter({ hasText: kit(1).slice(-4) })
        .first()
        .click();
      await page.getByRole('button', { name: 'Correct the result' }).click();
      await page.getByRole('radio', { name: 'Invalid' }).check();
      await page.getByRole('radio').last().check();
      await page.getByRole('textbox').last().fill('second look');
      const save = page.getByRole('button', { name: 'Save the correction' });
      await save.click();
      await expect(dialog(page)).toBeVisible();
      await page.keyboard.press('Escape');
      await expect(dialog(page)).toHaveCount(0);
      await expect(page.getByRole('alert')).toContainText('This needs a supervisor.');

      await save.click();
      // Their own badge is none that may approve.
      await gun([badges.operator], fast);
      await dialog(page).getByLabel('PIN of whoever approves').fill(pins.operator);
      await dialog(page).getByText('Checked on the spot').click();
      await dialog(page).getByRole('button', { name: 'Approve' }).click();
      await expect(dialog(page).getByRole('alert')).toContainText('may not do this either');
      await gun([badges.supervisor], fast);
      await dialog(page).getByLabel('PIN of whoever approves').fill(pins.supervisor);
      await dialog(page).getByRole('button', { name: 'Approve' }).click();
      await expect(dialog(page)).toHaveCount(0);
      await expect(page.getByText('Approved by Wang Fang: Checked on the spot').first()).toBeVisible();
    });

    test('a question that waits for consent goes with a lock, and nothing was done', async () => {
      const { page } = station;
      const save = page.getByRole('button', { name: 'Save the correction' });
      await page.getByRole('button', { name: 'Correct the result' }).click();
      await page.getByRole('radio', { name: 'Negative' }).check();
      await page.getByRole('radio').last().check();
      await page.getByRole('textbox').last().fill('third look');
      await save.click();
      const asked = dialog(page);
      await gun([kit(2)], fast);
      await expect(asked.getByRole('alert')).toContainText('no staff badge');
      await expect(asked).toContainText('please scan your badge');
      await gun([badges.supervisor], fast);
      await asked.getByLabel('PIN of whoever approves').fill(pins.supervisor);
      await asked.getByLabel('Reason for approving').fill('call 13800138000 about it');
      await asked.getByRole('button', { name: 'Approve' }).click();
      // Mended where it was written; the badge and the PIN stand.
      await expect(asked.getByRole('alert')).toContainText('number');
      await expect(asked).toContainText('Badge scanned');

      await pressKey('ctrl+l');
      await expect(page.locator('#pin')).toBeVisible();
      await expect(asked).toHaveCount(0);
      // The next badge signs in and approves nothing.
      await gun([badges.supervisor], fast);
      await expect(page.getByRole('banner')).toContainText('Wang Fang');
      const { rows } = await station.desk.call('tests.list', { query: '' });
      expect(rows[0]?.result).toMatchObject({ revision: 2, outcome: 'invalid' });
      await gun([badges.operator], fast);
      await expect(page.getByRole('banner')).toContainText('Li Wei');
    });

    test('wrong PINs make everybody wait, and the seconds are counted down', async () => {
      const { page, desk } = station;
      await goToScreen(page, 'Desk');
      await desk.scan(person(2).document, 'person');
      await desk.scan(kit(2), 'bound');
      await desk.call('clock.advance', { byMs: 40 * minute });
      await desk.scan(kit(2), 'test');
      await pressKey('F5');
      await pressKey('1');
      const asked = dialog(page);
      const approve = asked.getByRole('button', { name: 'Approve' });
      await asked.getByText('A photo proves it').click();
      await fromKeyboardToGun();
      const { stage } = await desk.call('desk.get', {});
      const wrong = { badge: badges.supervisor, pin: '0000', reason: 'A photo proves it' };
      for (let n = 0; n < 3; n++)
        await page.evaluate(async (input) => window.station.call('results.record', input), {
          requestId: randomUUID(),
          testId: 'test' in stage ? stage.test.testId : '',
          outcome: 'negative' as const,
          overrideReason: { code: 'other' as const, text: 'late' },
          approval: wrong,
        });
      await gun([badges.supervisor], fast);
      await asked.getByLabel('PIN of whoever approves').fill('0000');
      await approve.click();
      const waits = asked.getByRole('alert').filter({ hasText: /wait \d+ s/ });
      await expect(waits).toBeVisible();
      await gun([badges.supervisor], fast);
      await asked.getByLabel('PIN of whoever approves').fill(pins.supervisor);
      await expect(approve).toBeDisabled();
      await desk.call('clock.advance', { byMs: minute });
      await expect(waits).toHaveCount(0);
      await approve.click();
      await expect(page.locator('[data-stage="recorded"]')).toBeVisible();
    });

    test('what a role never does is not on its screen', async () => {
      const { page } = station;
      await page.keyboard.press('Escape');
      await expect(page.getByRole('navigation').getByRole('button', { name: 'Scanners' })).toHaveCount(0);
      await goToScreen(page, 'Settings');
      await expect(page.getByRole('tab')).toHaveCount(1);
      await gun([badges.supervisor], fast);
      await expect(page.getByRole('banner')).toContainText('Wang Fang');
      await goToScreen(page, 'Settings');
      await expect(page.getByRole('tab', { name: 'Staff and badges' })).toBeVisible();
      await expect(page.getByRole('tab', { name: 'Retention' })).toHaveCount(0);
    });
  });
