import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'playwright/test';
import { answerDialogs, goToScreen, kit, openDesk, person } from './deskStation.ts';

test('a round of two buildings: tested at the desk, an absence noted, the list printed and exported', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'yiceda-rounds-'));
  const station = await openDesk({ language: 'en' });
  const { app, page, desk } = station;
  try {
    await goToScreen(page, 'Rounds');
    await page.getByRole('button', { name: 'Open a new round' }).click();
    const sheet = page.getByRole('dialog', { name: 'Open a new round' });
    await sheet.getByLabel('Name').fill('Round of two');
    await sheet.getByLabel('Some buildings').check();
    await sheet.getByRole('button', { name: 'Open', exact: true }).click();
    await expect(sheet).toContainText('Choose at least one building');
    await sheet.getByRole('combobox', { name: 'Buildings' }).click();
    for (const building of ['Building 2 ', 'Building 3 '])
      await page.getByRole('option', { name: new RegExp(`^${building}`) }).click();
    await page.keyboard.press('Escape');
    await sheet.getByRole('button', { name: 'Open', exact: true }).click();
    await expect(sheet).toBeHidden();
    await expect(page.getByText('2 buildings')).toBeVisible();
    const grid = page.getByRole('grid');
    await expect(grid.getByRole('row')).toHaveCount(3);

    const [first] = (await desk.call('rounds.list', {})).rounds;
    const roundId = first?.id ?? '';
    const { rows } = await desk.call('rounds.notTested', { roundId });
    expect(rows.length).toBeGreaterThan(3);
    const all = rows.length;

    // Somebody of building 2 is tested at the desk: the figures follow by themselves.
    await goToScreen(page, 'Desk');
    const inHouse = await documentIn(['2']);
    await desk.scan(inHouse, 'person');
    await desk.scan(kit(1), 'bound');
    await goToScreen(page, 'Rounds');
    await expect(grid.getByRole('row').nth(1)).toContainText('10%');
    const row = grid.getByRole('row').filter({ hasText: 'Building 2' });
    await row.click();
    const house = page.getByRole('dialog', { name: 'Building 2' });
    await expect(house.getByRole('row').nth(1)).toContainText('Floor');
    await house.getByRole('button', { name: /not tested here/ }).click();

    // A reason for one of them.
    await grid.getByRole('row').nth(1).click();
    const door = page.getByRole('dialog', { name: 'Not tested' });
    await door.getByLabel('Other').check();
    await door.getByRole('button', { name: 'Save' }).click();
    await expect(door).toContainText('At least two characters');
    await door.getByLabel('Away').check();
    await door.getByRole('textbox', { name: 'Note' }).fill('back on Friday');
    await door.getByRole('button', { name: 'Save' }).click();
    await expect(door).toBeHidden();
    await expect(grid.getByRole('row').nth(1)).toContainText('Away · back on Friday');

    // On paper: as many doors as on the screen, masked.
    const left = (await desk.call('rounds.notTested', { roundId, building: '2' })).total;
    expect(left).toBeLessThan(all);
    const pdf = path.join(folder, 'doors.pdf');
    await answerDialogs(app, pdf);
    await page.getByRole('button', { name: 'Print' }).click();
    const printing = page.getByRole('dialog', { name: 'Print' });
    await printing.getByRole('button', { name: 'Save as PDF' }).click();
    await expect(printing).toContainText('Saved to');
    await page.keyboard.press('Escape');
    const text = spawnSync('pdftotext', ['-layout', pdf, '-'], { encoding: 'utf8' }).stdout;
    expect(text).toContain('Not tested yet');
    expect(text).toContain(`Building 2 · ${left === 1 ? '1 person' : `${left} people`}`);
    expect(text).toContain('away back on Friday');
    for (let n = 0; n < 60; n++) expect(text).not.toContain(person(n).name);

    const csv = path.join(folder, 'doors.csv');
    await answerDialogs(app, csv);
    await page.getByRole('button', { name: 'Export' }).click();
    const exporting = page.getByRole('dialog', { name: 'Export the not-tested list' });
    await exporting.getByRole('button', { name: 'Choose a place and export' }).click();
    await expect(exporting).toContainText(`${left} rows exported`);
    const lines = readFileSync(csv, 'utf8').trim().split('\r\n');
    expect(lines).toHaveLength(left + 1);
    await page.keyboard.press('Escape');
  } finally {
    await station.close();
    rmSync(folder, { recursive: true, force: true });
  }

  /** The document of the first sample person who lives in one of these buildings. */
  async function documentIn(buildings: readonly string[]): Promise<string> {
    for (let n = 0; n < 60; n++) {
      const { rows } = await desk.call('people.list', { query: person(n).name });
      if (rows.length === 1 && buildings.includes(rows[0]?.address.building ?? '')) return person(n).document;
    }
    throw new Error('nobody lives there');
  }
});
