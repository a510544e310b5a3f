import { expect, test } from 'playwright/test';
import { maskName } from '../../shared/codes/mask.ts';
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
      const document = stranger(`51${n}`);
      await desk.scan(document, 'newPerson');
      const name = page.getByLabel('Name', { exact: true });
      await expect(name).toBeFocused();
      const typed = `Li 3rd O'Neil${n}`;
      await typeByHand(typed);
      await expect(name).toHaveValue(typed);

      // Their card once more, into the field that has the focus.
      await desk.call('clock.advance', { byMs: 2_000 });
      const { version } = await desk.shown();
      await gun([document], { paceMs, suffix: 'Return' });
      await expect(page.locator('[data-stage="newPerson"]')).toHaveAttribute('data-version', String(version + 1));
      await expect(name).toHaveValue(typed);

      await page.getByRole('button', { name: /^Register/ }).click();
      await expect(page.locator('[data-stage="person"]')).toContainText(typed);
      await desk.scan(kit(n + 1), 'bound');
      const words = await wordsOfStage(page);
      expect(words).toContain(typed);
      expect(words).toContain(`YL00000${n + 1}`);
      expect((await paintedTally(page)).registered).toBe(before + 1);
    });
  }

  test('a kit refused while somebody is being entered is said above the form; nothing typed is lost', async () => {
    const { page, desk } = station;
    const document = stranger('517');
    await desk.scan(document, 'newPerson');
    const name = page.getByLabel('Name', { exact: true });
    await typeByHand('Half a na');
    // The first of these tests has bound it.
    await gun([kit(1)], { paceMs: 5, suffix: 'Return' });
    await expect(page.getByRole('alert')).toContainText('Kit already used');
    await expect(name).toHaveValue('Half a na');
    await expect(name).toBeFocused();
    await typeByHand('me');
    await expect(name).toHaveValue('Half a name');
    await gun([kit(30)], { paceMs: 5, suffix: 'Return' });
    await expect(page.getByRole('alert')).toHaveCount(0);
    await page.getByRole('button', { name: /^Register/ }).click();
    await expect(page.locator('[data-stage="bound"]')).toContainText('Half a name');
    await expect(page.locator('[data-stage="bound"]')).toContainText('YL000030');
  });

  test('so does the form for somebody without a document, also when the kit waits longer than it may', async () => {
    const { page, desk } = station;
    await page.keyboard.press('Escape');
    await expect(page.locator('[data-stage="idle"]')).toBeVisible();
    await page.keyboard.press('F2');
    await expect(page.getByRole('combobox')).toBeFocused();
    await typeByHand('Zed Quill');
    await page.keyboard.press('Enter');
    const name = page.getByLabel('Name', { exact: true });
    await expect(name).toHaveValue('Zed Quill');
    await gun(['0106901234567892'], { paceMs: 5, suffix: 'Return' });
    await expect(page.getByRole('alert')).toContainText('What you entered is still here');
    await gun([kit(31)], { paceMs: 5, suffix: 'Return' });
    await expect(page.getByText('The kit ending 0031')).toBeVisible();
    await desk.call('clock.advance', { byMs: 61_000 });
    await expect(page.locator('[data-stage="idle"]')).toBeAttached();
    await expect(name).toHaveValue('Zed Quill');
    await page.keyboard.press('Escape');
    await expect(name).toHaveCount(0);
  });

  test('a search by hand finds and chooses; a burst into it goes to the desk instead', async () => {
    const { page } = station;
    await page.keyboard.press('F2');
    const field = page.getByRole('combobox');
    await expect(field).toBeFocused();
    await typeByHand('Neil1');
    await expect(field).toHaveValue('Neil1');
    await expect(page.getByRole('option').filter({ hasText: maskName("Li 3rd O'Neil1") })).toBeVisible();
    await gun([person(3).document], { paceMs: 12, suffix: 'Return' });
    await expect(page.locator('[data-stage="person"]')).toContainText(person(3).name);
    await expect(field).toHaveCount(0);
    await page.keyboard.press('Escape');
    await expect(page.locator('[data-stage="idle"]')).toBeVisible();
  });

  test('a kit code typed by hand is asked for twice; a slip in the second is told and binds nothing', async () => {
    const { page, desk } = station;
    const before = (await paintedTally(page)).registered;
    await desk.scan(person(5).document, 'person');
    const typed = `(01)06901234567892(21)YL000050`;
    const field = page.locator('[data-overlay="typed"] input');
    const enter = async (text: string): Promise<void> => {
      await field.fill(text);
      await page.getByRole('button', { name: /^Next/ }).click();
    };
    await page.keyboard.press('F3');
    await enter(typed);
    await expect(page.getByLabel('Once more')).toBeFocused();
    await enter(typed.replace('50', '51'));
    await expect(page.locator('[data-overlay="typed"]')).toContainText('The two differ');
    expect((await paintedTally(page)).registered).toBe(before);
    await enter(typed);
    await expect(page.getByLabel('Once more')).toBeFocused();
    await enter(typed);
    await expect(page.locator('[data-stage="bound"]')).toContainText(person(5).name);
    await expect(page.locator('[data-stage="bound"]')).toContainText('YL000050');
  });
});
