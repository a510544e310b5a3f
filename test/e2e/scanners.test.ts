import { execFileSync } from 'node:child_process';
import { expect, type Page, test } from 'playwright/test';
import { maskName } from '../../shared/codes/mask.ts';
import { testSheet } from '../../shared/codes/testSheet.ts';
import { goToScreen, gun, kit, type OpenDesk, openDesk, person } from './deskStation.ts';

/** The test sheet scanned on the scanners page with guns of several settings: real key events in the real window. */

type Key = (typeof testSheet)[number]['key'];

async function scanSheet(
  page: Page,
  change: (text: string, key: Key) => string,
  wanted: (key: Key) => 'good' | 'wrong' = () => 'good',
  suffix: 'Return' | 'Tab' = 'Return',
): Promise<void> {
  for (const { key, text } of testSheet) {
    await gun([change(text, key)], { paceMs: 1, suffix });
    // A busy computer may make the gun look uneven, which is advice and no fault.
    const state = wanted(key) === 'good' ? /^(good|advice)$/ : 'wrong';
    await expect(page.locator(`[data-step="${key}"]`)).toHaveAttribute('data-state', state);
  }
}

async function storedProfile(page: Page) {
  const reply = await page.evaluate(() => window.station.call('preferences.get', {}));
  return reply.ok ? reply.value.wedge : undefined;
}

test.describe('the scanners page', () => {
  let station: OpenDesk;
  test.beforeEach(async () => {
    station = await openDesk({ language: 'en' });
    await goToScreen(station.page, 'Scanners');
    await expect(station.page.locator('[data-verdict="start"]')).toBeVisible();
  });
  test.afterEach(async () => {
    await station.close();
  });

  test('a gun that is set right ends green; its profile is remembered, and nothing reached the desk', async () => {
    const { page, desk } = station;
    const { version } = await desk.call('desk.get', {});
    await scanSheet(page, (text) => text);
    await expect(page.locator('[data-verdict="right"]')).toHaveText(/This gun is right/);
    await expect(page.locator('[data-finding][data-tone="refused"]')).toHaveCount(0);
    await expect
      .poll(() => storedProfile(page))
      .toMatchObject({
        gs: 'control',
        replacement: null,
        prefix: '',
        suffix: 'enter',
      });
    expect((await desk.call('desk.get', {})).version).toBe(version);

    await page.reload();
    await page.locator('[data-stage="idle"]').waitFor();
    await goToScreen(page, 'Scanners');
    await expect(page.locator('[data-profile="control"]')).toContainText('Ctrl+]');
    await page.getByRole('button', { name: 'Forget the settings' }).click();
    await expect(page.locator('[data-profile="none"]')).toBeVisible();
    expect(await storedProfile(page)).toBeNull();
  });

  test('a gun with | for the separator, a prefix and Tab is adapted to; the kit is the same kit', async () => {
    const { page, desk } = station;
    const send = (text: string) => `##${text.replaceAll('\u001D', '|')}`;
    await scanSheet(page, send, () => 'good', 'Tab');
    await expect(page.locator('[data-verdict="adapted"]')).toBeVisible();
    await expect(page.locator('[data-finding="replacement"]')).toContainText('“|”');
    await expect
      .poll(() => storedProfile(page))
      .toMatchObject({ gs: 'replacement', replacement: '|', prefix: '##', suffix: 'tab' });

    await goToScreen(page, 'Desk');
    const stage = page.locator('[data-stage]');
    await gun([send(person(1).document)], { paceMs: 1, suffix: 'Tab' });
    await expect(stage).toHaveAttribute('data-stage', 'person');
    await gun([send(kit(1))], { paceMs: 1, suffix: 'Tab' });
    await expect(stage).toHaveAttribute('data-stage', 'bound');
    const [row] = (await desk.call('tests.list', { query: '', limit: 10 })).rows;
    expect(row).toMatchObject({ person: { nameMasked: maskName(person(1).name) }, kit: { serial: 'YL000001' } });

    // The very same kit from a gun that sends GS: already used.
    await gun([kit(1)], { paceMs: 1, suffix: 'Return' });
    await expect(stage).not.toHaveAttribute('data-stage', 'person');
    expect((await desk.call('tests.list', { query: '', limit: 10 })).rows).toHaveLength(1);
  });

  test('letters made upper case are named, with what to change, and are never green', async () => {
    const { page } = station;
    const hasSmall = (text: string) => text !== text.toUpperCase();
    await scanSheet(
      page,
      (text) => text.toUpperCase(),
      (key) => (hasSmall(testSheet.find((each) => each.key === key)?.text ?? '') ? 'wrong' : 'good'),
    );
    await expect(page.locator('[data-verdict="wrong"]')).toBeVisible();
    await expect(page.locator('[data-finding="upperCase"]')).toContainText('“Case conversion”');
    await expect(page.locator('[data-verdict="right"]')).toHaveCount(0);
    expect(await storedProfile(page)).toBeNull();
    // Changed on the gun, scanned again: green.
    await scanSheet(page, (text) => text);
    await expect(page.locator('[data-verdict="right"]')).toBeVisible();
  });

  test('lost separators are named; the site may keep the gun for now', async () => {
    const { page } = station;
    await scanSheet(
      page,
      (text) => text.replaceAll('\u001D', ''),
      (key) => (key.startsWith('separators') ? 'wrong' : 'good'),
    );
    await expect(page.locator('[data-finding="gsMissing"]')).toContainText('Send GS');
    expect(await storedProfile(page)).toBeNull();
    await page.getByRole('button', { name: 'Use it as it is for now' }).click();
    await expect.poll(() => storedProfile(page)).toMatchObject({ gs: 'missing' });
  });

  test('what arrives is shown key by key, and a document only masked', async () => {
    const { page } = station;
    await gun([kit(3)], { paceMs: 1, suffix: 'Return' });
    const arrived = page.locator('[data-arrived]');
    await expect(arrived).toContainText(']d201');
    await expect(arrived).toContainText('GS21YL000003');
    const main = page.getByRole('main');
    await expect(main.getByText('Serial number')).toBeVisible();
    await expect(main.getByText('YL000003', { exact: true })).toBeVisible();
    await gun([person(2).document], { paceMs: 1, suffix: 'Return' });
    await expect(arrived).toHaveText(/^\d{3}\*{11}[\dX]{4}$/);
    expect(await main.textContent()).not.toContain(person(2).document.slice(4, 12));
  });

  test('a gun without Enter is told so once, at the desk', async () => {
    const { page } = station;
    await goToScreen(page, 'Desk');
    const hint = page.locator('[data-suffix-hint]');
    const stage = page.locator('[data-stage]');
    const withoutEnter = (text: string) => execFileSync('xdotool', ['type', '--delay', '4', '--args', '1', text]);
    withoutEnter(person(3).document);
    await expect(stage).toHaveAttribute('data-stage', 'person');
    await expect(hint).toHaveCount(0);
    withoutEnter(person(4).document);
    await expect(stage).toContainText(person(4).name);
    await expect(hint).toBeVisible();
    await hint.getByRole('button', { name: 'See the scanners' }).click();
    await expect(page.locator('[data-verdict="start"]')).toBeVisible();
    await goToScreen(page, 'Desk');
    await expect(hint).toHaveCount(0);
  });
});
