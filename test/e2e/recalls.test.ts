import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'playwright/test';
import { fromKeyboardToGun } from '../../tools/hosts/gun.ts';
import { answerDialogs, goToScreen, gun, kit, openDesk, person, wordsOfStage } from './deskStation.ts';

const pace = { paceMs: 4, suffix: 'Return' } as const;
const shots = process.env['YICEDA_SHOTS'];

test('a recall in the middle of the queue: the next scan is stopped, who was tested is listed, printed and exported', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'yiceda-recalls-'));
  const station = await openDesk({ language: 'en' });
  const { app, page, desk } = station;
  const shot = async (name: string): Promise<void> => {
    if (shots !== undefined) await page.screenshot({ path: `${shots}/${name}.png` });
  };
  const sheet = page.getByRole('dialog');
  const grid = page.getByRole('grid');
  try {
    for (let n = 0; n < 3; n++) {
      await desk.scan(person(n).document, 'person');
      await desk.scan(kit(n + 1), 'bound');
    }
    // Somebody stands at the desk while the recall is written.
    await desk.scan(person(3).document, 'person');
    await goToScreen(page, 'Kits');
    await page.getByRole('tab', { name: 'Recalls' }).click();
    await expect(page.getByText('No recall')).toBeVisible();
    await page.getByRole('button', { name: 'Record a recall' }).click();
    await sheet.getByText('Some kits', { exact: true }).click();
    await fromKeyboardToGun();
    await gun([kit(2), kit(5)], pace);
    await expect(sheet.getByLabel('Code of the first kit')).toHaveValue(/YL000002$/);
    await expect(sheet.getByLabel('Code of the last kit')).toHaveValue(/YL000005$/);
    await sheet.getByRole('button', { name: 'Record a recall' }).click();
    await expect(sheet).toContainText('At least two characters');
    await sheet.getByLabel('Who says so').fill('the regulator');
    await sheet.getByLabel('Why').fill('too many false positives');
    await shot('recall-form');
    await sheet.getByRole('button', { name: 'Record a recall' }).click();

    await expect(page.getByText('YL000002 to YL000005, 4 kits').first()).toBeVisible();
    await expect(grid.getByRole('row')).toHaveCount(3);
    await shot('recall-tests');
    const pdf = path.join(folder, 'recall.pdf');
    await answerDialogs(app, pdf);
    await page.getByRole('button', { name: 'Print the list' }).click();
    await sheet.getByRole('button', { name: 'Save as PDF' }).click();
    await expect(sheet).toContainText('Saved to');
    await page.keyboard.press('Escape');
    const text = spawnSync('pdftotext', ['-layout', pdf, '-'], { encoding: 'utf8' }).stdout;
    for (const words of ['too many false positives', 'the regulator', '2 tests here', 'Pending · 2 tests', 'YL000003'])
      expect(text).toContain(words);
    expect(text).not.toContain('YL000001');
    for (let n = 0; n < 4; n++) expect(text).not.toContain(person(n).name);
    const csv = path.join(folder, 'recall.csv');
    await answerDialogs(app, csv);
    await page.getByRole('button', { name: 'Export', exact: true }).click();
    await sheet.getByRole('button', { name: 'Choose a place and export' }).click();
    await expect(sheet).toContainText('2 rows exported');
    await page.keyboard.press('Escape');
    const lines = readFileSync(csv, 'utf8').trim().split('\r\n');
    expect(lines.slice(1).map((line) => /YL\d{6}/.exec(line)?.[0])).toEqual(['YL000002', 'YL000003']);

    // Back at the desk the next scan of such a kit is stopped, and whoever waits goes on waiting.
    await goToScreen(page, 'Desk');
    await fromKeyboardToGun();
    await desk.scan(kit(4), 'refused');
    expect(await wordsOfStage(page)).toContain('too many false positives');
    await shot('recall-refused');
    await desk.scan(kit(6), 'bound');
    expect(await wordsOfStage(page)).toContain(person(3).name);

    // The whole lot, by one scan of any kit of it; and lifted again.
    await goToScreen(page, 'Kits');
    await page.getByRole('tab', { name: 'Recalls' }).click();
    await shot('recall-list');
    await page.getByRole('button', { name: 'Record a recall' }).click();
    await fromKeyboardToGun();
    await gun([kit(9)], pace);
    await expect(sheet.getByRole('combobox', { name: 'Lot' }).or(sheet.getByLabel('Lot')).first()).not.toHaveValue('');
    await sheet.getByLabel('Who says so').fill('the maker');
    await sheet.getByLabel('Why').fill('leaking vials');
    await sheet.getByRole('button', { name: 'Record a recall' }).click();
    await expect(grid.getByRole('row')).toHaveCount(5);
    await goToScreen(page, 'Desk');
    await desk.scan(person(4).document, 'person');
    await desk.scan(kit(9), 'refused');
    expect(await wordsOfStage(page)).toContain('leaking vials');
    await goToScreen(page, 'Kits');
    await page.getByRole('tab', { name: 'Recalls' }).click();
    await grid.getByRole('row').filter({ hasText: 'leaking vials' }).click();
    await page.getByRole('button', { name: 'Lift the recall' }).click();
    await sheet.getByLabel('Why it is lifted').fill('another lot was meant');
    await sheet.getByRole('button', { name: 'Lift', exact: true }).click();
    await expect(page.getByText(/Lifted by .*another lot was meant/)).toBeVisible();
    await goToScreen(page, 'Desk');
    await fromKeyboardToGun();
    await desk.scan(kit(9), 'bound');
  } finally {
    await station.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
