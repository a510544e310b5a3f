import { expect, test } from 'playwright/test';
import { residentIdCheck } from '../../shared/codes/residentId.ts';
import { gun, kit, type OpenDesk, openDesk, paintedTally, person, typeByHand, wordsOfStage } from './deskStation.ts';

/** Nobody's number: its county code was never assigned. */
function stranger(sequence: string): string {
  const body = `31990219660410${sequence}`;
  return body + residentIdCheck(body);
}

/** Where a hand types and a gun shoots into the same window. */
test.describe('fields and the gun', () => {
  let station: OpenDesk;
  test.beforeAll(async () => {
    station = await openDesk({ language: 'en' });
  });
  test.afterAll(async () => {
    await station.close();
  });

  for (const [n, paceMs] of [0, 12].entries()) {
    test(`a name typed by hand stays, a burst at ${paceMs} ms a key into its field goes to the desk`, async () => {
      const { page, desk } = station;
      const before = (await paintedTally(page)).registered;
      await gun([stranger(`51${n}`)], { paceMs, suffix: 'Return' });
      await expect(page.locator('[data-stage="newPerson"]')).toBeVisible();
      const name = page.getByLabel('Name', { exact: true });
      await expect(name).toBeFocused();
      const typed = `Li 3rd O'Neil${n}`;
      await typeByHand(typed);
      await expect(name).toHaveValue(typed);

      await gun([kit(n + 1)], { paceMs, suffix: 'Return' });
      await expect(page.locator('[data-stage="newPerson"]')).toContainText(`000${n + 1}`);
      await expect(name).toHaveValue(typed);

      await page.getByRole('button', { name: /^Save/ }).click();
      await expect(page.locator('[data-stage="bound"]')).toContainText(typed);
      const words = await wordsOfStage(page);
      // The document said it: born 1966-04-10.
      expect(words).toMatch(/\b\d{2}\b/);
      expect(words).toContain(`YL00000${n + 1}`);
      expect((await paintedTally(page)).registered).toBe(before + 1);
      await desk.call('clock.advance', { byMs: 2_000 });
    });
  }

  test('a search by hand finds and chooses; a burst into it goes to the desk instead', async () => {
    const { page } = station;
    await page.keyboard.press('F2');
    const field = page.getByRole('combobox');
    await expect(field).toBeFocused();
    await typeByHand('Neil1');
    await expect(field).toHaveValue('Neil1');
    await expect(page.getByRole('option').filter({ hasText: "Li 3rd O'Neil1" })).toBeVisible();
    await gun([person(3).document], { paceMs: 12, suffix: 'Return' });
    await expect(page.locator('[data-stage="person"]')).toContainText(person(3).name);
    await expect(field).toHaveCount(0);
    await page.keyboard.press('Escape');
    await expect(page.locator('[data-stage="idle"]')).toBeVisible();
  });

  test('a code typed by hand is asked for twice, and a slip is told', async () => {
    const { page } = station;
    // The element string with no check character over its serial; the separator cannot be typed, so the order helps.
    const typed = kit(9).replace('\u001D', '').slice(3, 0) || '0106901234567892YL';
    await page.keyboard.press('F3');
    const field = page.locator('[data-overlay="typed"] input');
    await field.fill(typed);
    await field.press('Enter');
    await expect(page.locator('[data-stage="refused"]')).toBeVisible();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await expect(page.locator('[data-stage="idle"]')).toBeVisible();
  });
});
