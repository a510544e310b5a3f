import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'playwright/test';
import { fromKeyboardToGun } from '../../tools/hosts/gun.ts';
import { answerDialogs, goToScreen, kit, openDesk, person } from './deskStation.ts';

test('an enterprise: entered with its contact and people, its figures follow the desk and go out as a file', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'yiceda-organisations-'));
  const station = await openDesk({ language: 'en' });
  const { app, page, desk } = station;
  const grid = page.getByRole('grid', { name: 'Organisations' });
  const rowOf = (name: string) => grid.getByRole('row').filter({ hasText: name });
  try {
    await goToScreen(page, 'Rounds');
    await page.getByText('Organisations', { exact: true }).click();
    // The sample has a community of 45 and an enterprise of 15.
    await expect(grid.getByRole('row')).toHaveCount(3);
    await page.getByRole('button', { name: 'New organisation' }).click();
    const form = page.getByRole('dialog', { name: 'New organisation' });
    await form.getByRole('button', { name: 'Save' }).click();
    await expect(form).toContainText('Please enter a name');
    await form.getByLabel('Name').first().fill('Harbour Works');
    await form.getByLabel('Enterprise').check();
    await form.getByLabel('Unified social credit code').fill('91310105MA1FW00001');
    await form.getByLabel('Name').last().fill('Wilhelmina Quist');
    await form.getByLabel('Phone').fill('13800138001');
    await form.getByRole('button', { name: 'Save' }).click();
    await expect(form).toContainText('no valid credit code');
    await form.getByLabel('Unified social credit code').fill('');
    await form.getByRole('button', { name: 'Save' }).click();

    // Its people: everybody of that name, and one of them taken out again.
    const sheet = page.getByRole('dialog', { name: 'Organisation', exact: true });
    await expect(sheet).toContainText('138****8001');
    await expect(sheet).not.toContainText('Quist');
    await sheet.getByRole('button', { name: 'Add people' }).click();
    await sheet.getByRole('searchbox').fill(person(0).name.slice(0, 1));
    await expect(sheet.getByRole('list', { name: 'People to add' }).getByRole('listitem')).not.toHaveCount(0);
    await sheet.getByRole('button', { name: 'Add everybody found' }).click();
    await expect(sheet).toContainText('0 were on the list already');
    const roster = sheet.getByRole('list', { name: 'On list' });
    const { organisations } = await desk.call('organisations.list', {});
    const { organisationId = '', people: all = 0 } = organisations.find(({ name }) => name === 'Harbour Works') ?? {};
    expect(all).toBeGreaterThan(1);
    await expect(roster.getByRole('listitem')).toHaveCount(all);
    const { rows } = await desk.call('organisations.people', { organisationId });
    const { rows: found } = await desk.call('people.list', { query: person(0).name });
    const kept = found[0]?.personId;
    const out = rows.findIndex(({ personId }) => personId !== kept);
    await roster.getByRole('listitem').nth(out).getByRole('button').click();
    await expect(roster.getByRole('listitem')).toHaveCount(all - 1);

    // The contact in full, for a reason.
    await sheet.getByRole('button', { name: 'Show in full' }).click();
    await sheet.getByRole('radio').first().check();
    await sheet.locator('form').getByRole('button').first().click();
    await expect(sheet).toContainText('Wilhelmina Quist 13800138001');
    await sheet.getByRole('button', { name: 'Hide' }).click();
    await expect(sheet).not.toContainText('13800138001');
    await page.keyboard.press('Escape');

    // One of them is tested at the desk, and nobody needs to ask for the figures.
    await expect(rowOf('Harbour Works')).toContainText('0%');
    await goToScreen(page, 'Desk');
    await fromKeyboardToGun();
    await desk.scan(person(0).document, 'person');
    await desk.scan(kit(1), 'bound');
    await goToScreen(page, 'Rounds');
    await page.getByText('Organisations', { exact: true }).click();
    const { rows: figures } = await desk.call('organisations.figures', {});
    const harbour = figures.find((row) => row.organisationId === organisationId);
    expect(harbour).toMatchObject({ target: all - 1, tested: 1, notTested: all - 2 });
    const cells = rowOf('Harbour Works').getByRole('gridcell');
    await expect(cells.nth(5)).toHaveText('1');
    await expect(cells.nth(7)).toHaveText(String(all - 2));

    const csv = path.join(folder, 'figures.csv');
    await answerDialogs(app, csv);
    await page.getByRole('button', { name: 'Export' }).click();
    await expect(page.getByText(/3 organisations exported/)).toBeVisible();
    const lines = readFileSync(csv, 'utf8').trim().split('\r\n');
    expect(lines).toHaveLength(4);
    expect(lines.find((line) => line.startsWith('Harbour'))).toBe(
      `Harbour Works,enterprise,,${all - 1},1,0,${all - 2}`,
    );

    // The same on paper, without a name.
    const pdf = path.join(folder, 'figures.pdf');
    await answerDialogs(app, pdf);
    await page.getByRole('button', { name: 'Print', exact: true }).click();
    const paper = page.getByRole('dialog', { name: 'Figures on paper' });
    await paper.getByRole('button', { name: 'Save as PDF' }).click();
    await expect(paper).toContainText('figures.pdf');
    const words = execFileSync('pdftotext', ['-layout', pdf, '-'], { encoding: 'utf8' }).replaceAll(/ +/g, ' ');
    expect(words).toContain(`Harbour Works enterprise ${all - 1} ${all - 1} 1 0 ${all - 2}`);
    expect(words).not.toContain(person(0).name);
    await page.keyboard.press('Escape');

    // A round for its people: the whole screen counts them.
    await page.getByRole('button', { name: 'Open a new round' }).click();
    const round = page.getByRole('dialog').last();
    await round.getByLabel('Name').fill('At the harbour');
    await round.getByLabel('Certain organisations').check();
    await round.getByRole('button', { name: /^(Open|Start|Begin)/ }).click();
    await expect(round).toContainText('Choose at least one organisation');
    await round.getByRole('combobox', { name: 'Organisations' }).click();
    await page.getByRole('option', { name: /Harbour Works/ }).click();
    await page.keyboard.press('Escape');
    await round.getByRole('button', { name: /^(Open|Start|Begin)/ }).click();
    await expect(page.getByRole('banner').first()).toContainText(`Target ${all - 1} · tested 0`);
    const { currentId: roundId } = await desk.call('rounds.list', {});
    expect((await desk.call('rounds.notTested', { roundId })).total).toBe(all - 1);

    // Their page tells the same.
    await goToScreen(page, 'People');
    await page.getByRole('searchbox').fill(person(0).name);
    await expect(page.getByRole('grid').getByRole('row')).toHaveCount(found.length + 1);
    await page.getByRole('grid').getByRole('row').nth(1).click();
    const card = page.getByRole('dialog');
    await expect(card).toContainText('Harbour Works');
    await expect(card.getByRole('list', { name: 'Rounds' })).toContainText('Tested');
  } finally {
    await station.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
