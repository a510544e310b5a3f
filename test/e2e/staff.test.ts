import { randomUUID } from 'node:crypto';
import { expect, test } from 'playwright/test';
import { goToScreen, gun, type OpenDesk, openDesk, operatorOfTests } from './deskStation.ts';

const fast = { paceMs: 0, suffix: 'Return' } as const;

/** Whoever answers for the site keeps its staff; a desk that nobody touches keeps itself. */
test.describe
  .serial('staff', () => {
    let station: OpenDesk;
    let badge = '';
    test.beforeAll(async () => {
      station = await openDesk({ language: 'en' });
      const enrolled = await station.desk.call('staff.enrol', {
        requestId: randomUUID(),
        name: 'Li Wei',
        role: 'operator',
        pin: '7412',
      });
      ({ badge } = enrolled);
    });
    test.afterAll(async () => {
      await station.close();
    });

    test('is given a new PIN, let go, and taken back', async () => {
      const { page } = station;
      await goToScreen(page, 'Settings');
      await page.getByRole('tab', { name: 'Staff and badges' }).click();
      await page.getByRole('row').filter({ hasText: 'Li Wei' }).click();
      const sheet = page.getByRole('dialog', { name: 'Li Wei' });
      await sheet.getByRole('button', { name: 'New PIN' }).click();
      await sheet.getByLabel('New PIN').fill('8520');
      await sheet.getByLabel('Once more').fill('8521');
      await sheet.getByRole('button', { name: 'Save the new PIN' }).click();
      await expect(sheet).toContainText('The two are not the same');
      await sheet.getByLabel('Once more').fill('8520');
      await sheet.getByRole('button', { name: 'Save the new PIN' }).click();
      await expect(page.getByText('PIN changed')).toBeVisible();

      await sheet.getByRole('button', { name: 'Let go' }).click();
      await sheet.getByRole('button', { name: 'Let them go' }).click();
      await expect(sheet.getByRole('button', { name: 'Take back' })).toBeVisible();
      await page.keyboard.press('Escape');
      await expect(page.getByRole('row').filter({ hasText: 'Li Wei' })).toContainText('Has left');
      await gun([badge], fast);
      await expect(page.locator('[data-stage="refused"]')).toBeVisible();
      await expect(page.getByRole('banner')).toContainText(operatorOfTests.name);

      await goToScreen(page, 'Settings');
      await page.getByRole('tab', { name: 'Staff and badges' }).click();
      await page.getByRole('row').filter({ hasText: 'Li Wei' }).click();
      await sheet.getByRole('button', { name: 'Take back' }).click();
      await expect(sheet.getByRole('button', { name: 'Let go' })).toBeVisible();
      await page.keyboard.press('Escape');
    });

    test('sets when the desk locks itself, and finds the same screen again behind a lock', async () => {
      const { page, desk } = station;
      await page.getByRole('tab', { name: 'Site' }).click();
      await page.getByRole('combobox', { name: 'Lock when nobody is there' }).click();
      await page.getByRole('option', { name: '3 min', exact: true }).click();
      await page.getByRole('button', { name: 'Save' }).click();
      await expect.poll(async () => (await desk.call('settings.get', {})).autoLockMin).toBe(3);
      await goToScreen(page, 'People');
      await page.keyboard.press('Control+l');
      await expect(page.locator('#pin')).toBeVisible();
      await expect(page.getByRole('region', { name: 'People' })).toHaveCount(0);
      await page.getByText(operatorOfTests.name).click();
      await page.locator('#pin').fill(operatorOfTests.pin);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await expect(page.getByRole('region', { name: 'People' })).toBeVisible();
      const { shifts } = await desk.call('staff.listAll', {});
      expect(shifts.slice(0, 2).map(({ endedBy }) => endedBy)).toEqual([null, 'lock']);
    });
  });
