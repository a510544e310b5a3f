import { randomBytes, randomUUID } from 'node:crypto';
import { expect, test } from 'playwright/test';
import { makeOwnCode } from '../../shared/codes/ownCodes.ts';
import { residentIdCheck } from '../../shared/codes/residentId.ts';
import { minute } from '../../shared/time.ts';
import { fromKeyboardToGun, pressKey } from '../../tools/hosts/gun.ts';
import { goToScreen, gun, type OpenDesk, openDesk, operatorOfTests, person } from './deskStation.ts';

const fast = { paceMs: 0, suffix: 'Return' } as const;

/** A document of nobody on the roster. */
const unknownDocument = (() => {
  const body = '31990019660209991';
  return body + residentIdCheck(body);
})();

/** A lock hides everything; whoever locked the desk finds their screen as it was, anybody else finds it new. */
test.describe
  .serial('unlocking to the same place', () => {
    let station: OpenDesk;
    let badges: { readonly own: string; readonly other: string };
    test.beforeAll(async () => {
      station = await openDesk({ language: 'en' });
      const { desk } = station;
      const [first] = (await desk.call('staff.list', {})).operators;
      const printed = await desk.call('staff.badges', {
        requestId: randomUUID(),
        operatorIds: [first?.id ?? ''],
        renew: false,
      });
      const other = await desk.call('staff.enrol', {
        requestId: randomUUID(),
        name: 'Wang Fang',
        role: 'administrator',
        pin: '3691',
      });
      badges = { own: printed.badges[0]?.badge ?? '', other: other.badge };
    });
    test.afterAll(async () => {
      await station.close();
    });

    const lock = async (): Promise<void> => {
      await pressKey('ctrl+l');
      await expect(station.page.locator('#pin')).toBeFocused();
    };
    const signIn = async (badge: string, name: string): Promise<void> => {
      await fromKeyboardToGun();
      await gun([badge], fast);
      await expect(station.page.getByRole('banner').first()).toContainText(name);
      await expect(station.page.locator('#pin')).toHaveCount(0);
    };

    test('words typed into a form of the settings are there again, on the same tab', async () => {
      const { page } = station;
      await goToScreen(page, 'Settings');
      await page.getByRole('tab', { name: 'Site' }).click();
      await page.getByLabel('Name of this station').fill('Desk under the tree');
      await lock();
      await expect(page.getByRole('tab')).toHaveCount(0);
      await expect(page.getByLabel('Name of this station')).not.toBeVisible();
      await signIn(badges.own, operatorOfTests.name);
      await expect(page.getByLabel('Name of this station')).toHaveValue('Desk under the tree');

      await lock();
      await signIn(badges.other, 'Wang Fang');
      await page.getByRole('tab', { name: 'Site' }).click();
      await expect(page.getByLabel('Name of this station')).toHaveValue('1');
      await signIn(badges.own, operatorOfTests.name);
    });

    test('a desk that nobody touches locks itself, and is found as it was left', async () => {
      const { page, desk } = station;
      await goToScreen(page, 'Settings');
      await page.getByRole('tab', { name: 'Site' }).click();
      await page.getByLabel('Name of this station').fill('Desk by the gate');
      await desk.call('clock.advance', { byMs: 9 * minute, away: true });
      // A hand on the mouse keeps it open; core is told so every five seconds at most.
      const sinceMs = await page.evaluate(() => performance.now());
      await page.waitForFunction((before) => performance.now() - before > 5_000, sinceMs);
      await page.mouse.move(300, 300);
      await page.mouse.move(310, 310);
      await desk.call('clock.advance', { byMs: 9 * minute, away: true });
      await expect(page.getByRole('banner')).toContainText(operatorOfTests.name);
      await desk.call('clock.advance', { byMs: minute, away: true });
      await expect(page.locator('#pin')).toBeFocused();
      await expect(page.getByLabel('Name of this station')).not.toBeVisible();
      await signIn(badges.own, operatorOfTests.name);
      await expect(page.getByLabel('Name of this station')).toHaveValue('Desk by the gate');
    });

    test('wrong PINs make that person wait, counted down; others come in', async () => {
      const { page, desk } = station;
      await lock();
      const { operators } = await desk.call('staff.list', {});
      const operatorId = operators.find(({ name }) => name === operatorOfTests.name)?.id ?? '';
      for (let n = 0; n < 3; n++)
        await page.evaluate(async (input) => window.station.call('staff.signIn', input), {
          requestId: randomUUID(),
          operatorId,
          pin: '0000',
        });
      await page.getByText(operatorOfTests.name).click();
      await page.locator('#pin').fill('0000');
      await page.getByRole('button', { name: 'Sign in' }).click();
      await expect(page.getByRole('alert')).toContainText(/again in [45] s/);
      await page.locator('#pin').fill(operatorOfTests.pin);
      await expect(page.getByRole('button', { name: 'Sign in' })).toBeDisabled();
      await fromKeyboardToGun();
      await gun([makeOwnCode('YS', randomBytes)], fast);
      await expect(page.getByRole('alert')).toContainText('This badge');
      await page.getByText('Wang Fang').click();
      await expect(page.getByRole('alert')).not.toContainText('again in');
      await expect(page.locator('#pin')).toHaveValue('');
      await signIn(badges.own, operatorOfTests.name);
    });

    test('a page beside a list is not seen on a locked desk, and is there again', async () => {
      const { page } = station;
      await goToScreen(page, 'People');
      await page.getByPlaceholder(/name/i).first().fill(person(1).name);
      await page.getByRole('row').nth(1).click();
      await expect(page.getByRole('dialog')).toBeVisible();
      await lock();
      await expect(page.getByRole('dialog')).toHaveCount(0);
      for (const each of await page.locator('.mantine-Drawer-content, .mantine-Drawer-overlay').all())
        await expect(each).not.toBeVisible();
      await signIn(badges.own, operatorOfTests.name);
      await expect(page.getByRole('dialog')).toBeVisible();
      await page.keyboard.press('Escape');
      await expect(page.getByRole('dialog')).toHaveCount(0);
      await expect(page.getByPlaceholder(/name/i).first()).toHaveValue(person(1).name);
    });

    test('what was typed of somebody new is there again, whether their document was scanned or not', async () => {
      const { page } = station;
      await goToScreen(page, 'Desk');
      await gun([unknownDocument], fast);
      const form = page.locator('[data-stage="newPerson"]');
      await expect(form).toBeVisible();
      await form.getByLabel('Name').fill('Chen Xiaoyu');
      await form.getByLabel('Room').fill('302');
      await lock();
      await expect(page.locator('input[value="Chen Xiaoyu"]')).toHaveCount(0);
      await signIn(badges.own, operatorOfTests.name);
      await expect(form.getByLabel('Name')).toHaveValue('Chen Xiaoyu');
      await expect(form.getByLabel('Room')).toHaveValue('302');
      await page.keyboard.press('Escape');
      await expect(page.locator('[data-stage="idle"]')).toBeVisible();

      await pressKey('F2');
      await page.keyboard.type('Zhou');
      await page.getByRole('option', { name: 'Register “Zhou”' }).click();
      await page.getByLabel('Name').fill('Zhou Ke');
      await lock();
      await signIn(badges.own, operatorOfTests.name);
      await expect(page.getByLabel('Name')).toHaveValue('Zhou Ke');
      await lock();
      await signIn(badges.other, 'Wang Fang');
      await expect(page.locator('[data-stage="idle"]')).toBeVisible();
      await expect(page.getByLabel('Name')).toHaveCount(0);
      await signIn(badges.own, operatorOfTests.name);
      await expect(page.getByLabel('Name')).toHaveCount(0);
    });
  });
