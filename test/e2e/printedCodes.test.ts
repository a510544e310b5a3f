import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'playwright/test';
import { answerDialogs, goToScreen, gun, type OpenDesk, openDesk, operatorOfTests, person } from './deskStation.ts';

const byGun = { paceMs: 5, suffix: 'Return' } as const;

/** What a supervisor prints, and what becomes of it at the desk. */
test.describe('printed codes', () => {
  let station: OpenDesk;
  test.beforeAll(async () => {
    station = await openDesk({ language: 'en' });
  });
  test.afterAll(async () => {
    await station.close();
  });

  test('stickers are issued, printed, bound and spoiled; every number is accounted for', async () => {
    const { app, page, desk, userData } = station;
    await goToScreen(page, 'Kits');
    await page.getByRole('tab', { name: 'Stickers' }).click();
    await page.getByRole('button', { name: 'Issue stickers' }).first().click();
    const sheet = page.getByRole('dialog');
    await sheet.getByRole('combobox', { name: 'Product' }).click();
    await page.getByRole('option').filter({ hasText: '示例试剂' }).click();
    await sheet.getByLabel('Lot').fill('LOT9');
    await sheet.getByRole('textbox', { name: 'Stickers' }).fill('4');
    await sheet.getByRole('button', { name: 'Issue stickers' }).click();
    const row = page.getByRole('row').filter({ hasText: 'LOT9' });
    await expect(row).toContainText('0 used · 0 spoiled · 4 unused');

    const file = path.join(userData, 'stickers.pdf');
    await answerDialogs(app, file);
    await row.getByRole('button', { name: 'Print' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Save as PDF' }).click();
    await expect(page.getByRole('dialog')).toContainText('stickers.pdf');
    expect(existsSync(file)).toBe(true);
    await page.keyboard.press('Escape');

    const { batches } = await desk.call('stickers.list', {});
    const { stickers } = await desk.call('stickers.get', { batchId: batches[0]?.batchId ?? '' });
    const [first = '', second = ''] = stickers.map(({ code }) => code);

    // The first goes onto a kit and is bound at the desk.
    await goToScreen(page, 'Desk');
    await desk.scan(person(0).document, 'person');
    await desk.scan(first, 'bound');
    await expect(page.locator('[data-stage="bound"]')).toContainText('LOT9');

    // The second is torn: scanned away.
    await goToScreen(page, 'Kits');
    await page.getByRole('tab', { name: 'Stickers' }).click();
    await page.getByRole('button', { name: 'Write off stickers' }).first().click();
    await gun([second], byGun);
    await expect(page.getByRole('dialog').getByRole('textbox').first()).toHaveValue(second);
    await page.getByRole('dialog').getByRole('button', { name: 'Write off', exact: true }).click();
    await expect(page.getByRole('row').filter({ hasText: 'LOT9' })).toContainText('1 used · 1 spoiled · 2 unused');
    await goToScreen(page, 'Desk');
    await desk.scan(person(1).document, 'person');
    await desk.scan(second, 'refused');
    await expect(page.locator('[data-stage]')).toContainText('written off');
  });

  test('the test sheet and the command cards go onto paper from the Scanners screen', async () => {
    const { app, page, userData } = station;
    await goToScreen(page, 'Scanners');
    await page.getByRole('button', { name: 'Print the test sheet' }).click();
    for (const [region, name] of [
      ['Test sheet', 'test-sheet.pdf'],
      ['Command cards', 'cards.pdf'],
    ] as const) {
      await answerDialogs(app, path.join(userData, name));
      const part = page.getByRole('region', { name: region });
      await part.getByRole('button', { name: 'Save as PDF' }).click();
      await expect(part).toContainText(name);
      expect(existsSync(path.join(userData, name))).toBe(true);
    }
  });

  test('a renewed badge signs in, the lost one no longer', async () => {
    const { app, page, desk, userData } = station;
    const { badge: lost } = await desk.call('staff.enrol', {
      requestId: crypto.randomUUID(),
      name: 'Wang Min',
      role: 'operator',
      pin: '739152',
    });
    await goToScreen(page, 'Settings');
    await page.getByRole('tab', { name: 'Staff' }).click();
    await page.getByRole('row').filter({ hasText: 'Wang Min' }).click();
    const member = page.getByRole('dialog', { name: 'Wang Min' });
    await member.getByRole('button', { name: 'Badge', exact: true }).click();
    const sheet = page.getByRole('dialog', { name: 'Print badges' });
    await sheet.getByRole('switch').check();
    await expect(sheet).toContainText('the old badge stops working');
    await answerDialogs(app, path.join(userData, 'badge.pdf'));
    await sheet.getByRole('button', { name: 'Save as PDF' }).click();
    await expect(sheet).toContainText('badge.pdf');
    // Back to the member's sheet, and out of it.
    await page.keyboard.press('Escape');
    await expect(sheet).toBeHidden();
    await expect(member).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(member).toBeHidden();
    const { operators } = await desk.call('staff.list', {});
    const operatorId = operators.find(({ name }) => name === 'Wang Min')?.id ?? '';
    const { badges } = await desk.call('staff.badges', {
      requestId: crypto.randomUUID(),
      operatorIds: [operatorId],
      renew: false,
    });
    expect(badges[0]?.badge).not.toBe(lost);
    await goToScreen(page, 'Desk');
    await desk.scan(lost, 'refused');
    await expect(page.getByRole('banner')).toContainText(operatorOfTests.name);
    await gun([badges[0]?.badge ?? ''], byGun);
    await expect(page.getByRole('banner')).toContainText('Wang Min');
  });
});
