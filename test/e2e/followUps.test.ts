import { expect, test } from 'playwright/test';
import { minute } from '../../shared/time.ts';
import { startCentral, type TestCentral } from '../core/startCentral.ts';
import { goToScreen, kit, type OpenDesk, openDesk, person } from './deskStation.ts';

test.describe
  .serial('a positive', () => {
    let central: TestCentral;
    let station: OpenDesk;
    test.beforeAll(async () => {
      central = await startCentral();
      station = await openDesk({ language: 'en' });
      const { url, token } = central.connection;
      await station.desk.call('sync.connect', { requestId: crypto.randomUUID(), url, token });
    });
    test.afterAll(async () => {
      await station.close();
      await central.close();
    });

    test('opens a follow-up by itself, which is noted step by step, becomes overdue and is closed', async () => {
      const { page, desk } = station;
      await desk.scan(person(1).document, 'person');
      await desk.scan(kit(1), 'bound');
      const testId = (await desk.call('tests.list', { query: '' })).rows[0]?.testId ?? '';
      await desk.call('clock.advance', { byMs: 16 * minute });
      await desk.scan(kit(1), 'test');
      await desk.call('results.record', { requestId: crypto.randomUUID(), testId, outcome: 'positive' });
      await desk.call('clock.advance', { byMs: 2_000 });
      await desk.scan(kit(1), 'recorded');

      const entry = page.getByRole('navigation').getByRole('button', { name: 'Follow-ups' });
      await expect(entry).toHaveAccessibleDescription('1 open');
      await goToScreen(page, 'Follow-ups');
      const row = page.getByRole('grid').getByRole('row').nth(1);
      await expect(row).toContainText(/Confirm · 1[45] min/);
      await expect(row).not.toContainText(person(1).name);
      await row.click();
      const sheet = page.getByRole('dialog', { name: 'Follow-up' });
      const step = (name: string) => sheet.locator(`[data-step="${name}"]`);
      await expect(step('pcrArranged')).toContainText('First: Tell the person');
      await expect(step('pcrArranged').getByRole('button')).toHaveCount(0);
      await step('personTold').getByRole('textbox').fill('knows, stays at home');
      await step('personTold').getByRole('button', { name: 'Note as done' }).click();
      await expect(step('personTold')).toContainText('knows, stays at home');
      await step('pcrArranged').getByRole('button', { name: 'Note as done' }).click();
      await step('confirmed').getByRole('button', { name: 'Note as done' }).click();
      await expect(step('confirmed')).toContainText('done');
      // Taken back, with a reason.
      await step('confirmed').getByRole('button', { name: 'Noted by mistake' }).click();
      await step('confirmed').getByRole('textbox').fill('another kit');
      await step('confirmed').getByRole('button', { name: 'Noted by mistake' }).click();
      await expect(step('confirmed').getByRole('button', { name: 'Note as done' })).toBeVisible();
      await expect(sheet.getByRole('listitem').filter({ hasText: 'Taken back: Confirm' })).toContainText('another kit');

      await page.keyboard.press('Escape');
      await desk.call('clock.advance', { byMs: 20 * minute });
      await desk.call('desk.get', {});
      await goToScreen(page, 'Desk');
      await goToScreen(page, 'Follow-ups');
      await expect(row).toContainText(/Confirm · \d+ min overdue/);
      await row.click();
      await sheet.getByRole('button', { name: 'Close', exact: true }).last().click();
      await expect(sheet).toContainText('Choose how it ended');
      await sheet.getByRole('combobox', { name: 'How it ended' }).click();
      await page.getByRole('option', { name: 'Handed over' }).click();
      await sheet.getByRole('button', { name: 'Close', exact: true }).last().click();
      await expect(sheet).toContainText('At least two characters');
      await sheet.getByRole('textbox', { name: 'Note' }).last().fill('the hospital has taken over');
      await sheet.getByRole('button', { name: 'Close', exact: true }).last().click();
      await expect(sheet).toContainText(/Closed .*: Handed over/);
      await page.keyboard.press('Escape');
      await expect(page.getByText('No open follow-ups')).toBeVisible();
      await page.getByText('Closed', { exact: true }).first().click();
      await expect(row).toContainText('Positive');
    });

    test('that was uploaded and is corrected goes up once more, and the sheet says what the service has', async () => {
      const { page, desk } = station;
      await desk.call('sync.sendNow', {});
      await expect.poll(async () => (await central.stats()).positive).toBe(1);
      const { rows } = await desk.call('tests.list', { query: '' });
      const testId = rows[0]?.testId ?? '';
      await desk.call('results.revise', {
        requestId: crypto.randomUUID(),
        testId,
        outcome: 'invalid',
        reason: { code: 'misread', text: '' },
      });
      await desk.call('sync.sendNow', {});
      await expect.poll(async () => await central.stats()).toMatchObject({ positive: 0, invalid: 1, revisions: 1 });
      await goToScreen(page, 'Results');
      // The test clock may have gone past midnight since it was bound.
      await page.getByLabel('All days').check();
      await page.getByRole('grid').getByRole('row').nth(1).click();
      const sheet = page.getByRole('dialog', { name: 'Test' });
      await expect(sheet.locator('[data-upload="sent"]')).toHaveCount(3);
      await expect(sheet.locator('[data-upload]').first()).toContainText('Binding');
      await expect(sheet).toContainText('Corrected · Invalid');
      await page.keyboard.press('Escape');
      // The correction has closed nothing that was closed by hand.
      const { followUp } = await desk.call('followUps.get', { testId });
      expect(followUp.entries.at(-1)).toMatchObject({ kind: 'closed', outcome: 'handedOver' });
    });
  });
