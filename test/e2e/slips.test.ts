import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'playwright/test';
import { minute } from '../../shared/time.ts';
import { answerDialogs, goToScreen, kit, type OpenDesk, openDesk, person, wordsOfStage } from './deskStation.ts';

let station: OpenDesk;
let folder: string;
test.beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'yiceda-slips-'));
  station = await openDesk({ language: 'en' });
});
test.afterAll(async () => {
  await station.close();
  rmSync(folder, { recursive: true, force: true });
});

const textOf = (file: string): string => execFileSync('pdftotext', ['-layout', file, '-'], { encoding: 'utf8' });
/** The code in clear beside the square: broken into lines of seven. */
const codeOf = (file: string): string =>
  /YT[0-9A-Z\s]{17,}/
    .exec(execFileSync('pdftotext', ['-raw', file, '-'], { encoding: 'utf8' }))?.[0]
    .replaceAll(/\s/g, '')
    .slice(0, 19) ?? '';
const pageSize = (file: string): string =>
  /Page size:\s+([\d.]+ x [\d.]+)/.exec(execFileSync('pdfinfo', [file], { encoding: 'utf8' }))?.[1] ?? '';

test('a result goes onto paper from the desk, and the paper’s code brings the test up and tells what it is worth', async () => {
  const { page, app, desk } = station;
  await desk.scan(person(1).document, 'person');
  await desk.scan(kit(1), 'bound');
  const testId = (await desk.call('tests.list', { query: '' })).rows[0]?.testId ?? '';
  await desk.call('clock.advance', { byMs: 16 * minute });
  await desk.scan(kit(1), 'test');
  // Nothing to print before there is a result.
  await page.keyboard.press('Control+p');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await page.keyboard.press('F5');
  await page.locator('[data-stage="recorded"]').waitFor();

  await page.keyboard.press('Control+p');
  const sheet = page.getByRole('dialog', { name: 'Result slip' });
  await sheet.getByRole('radio', { name: '中文' }).click();
  const first = path.join(folder, 'first.pdf');
  await answerDialogs(app, first);
  await sheet.getByRole('button', { name: 'Save as PDF' }).click();
  await expect(sheet).toContainText('first.pdf');
  const words = textOf(first);
  expect(words).toContain('抗原检测结果单');
  expect(words).toContain('阴性不能证明没有感染');
  expect(words).toContain('第 1 份');
  expect(words).not.toContain(person(1).name);
  expect(words).not.toContain(person(1).document);
  const code = codeOf(first);
  expect(code).toHaveLength(19);

  // The supervisor prints it once more, in full, in English, on a label.
  await sheet.getByRole('radio', { name: 'English' }).click();
  await sheet.getByRole('radio', { name: /Label/ }).click();
  await sheet.getByRole('radio', { name: /^In full/ }).click();
  await expect(sheet.getByRole('button', { name: 'Save as PDF' })).toBeDisabled();
  await sheet.getByRole('radio', { name: 'The person needs it as proof' }).click();
  const second = path.join(folder, 'second.pdf');
  await answerDialogs(app, second);
  await sheet.getByRole('button', { name: 'Save as PDF' }).click();
  await expect(sheet).toContainText('second.pdf');
  expect(textOf(second)).toContain(person(1).name);
  expect(textOf(second).replaceAll(/\s+/g, ' ')).toMatch(/replaces no\. 1/);
  expect(pageSize(second)).toMatch(/^28[234][\d.]* x 42[56]/);
  await page.keyboard.press('Escape');

  await desk.call('desk.clear', { requestId: crypto.randomUUID() });
  await desk.call('clock.advance', { byMs: 2_000 });
  await desk.scan(code, 'test');
  expect(await wordsOfStage(page)).toContain('There is a newer slip');
  await desk.call('clock.advance', { byMs: 2_000 });
  await desk.scan(codeOf(second), 'test');
  expect(await wordsOfStage(page)).toMatch(/The slip is good.*negative/i);

  // Corrected while the paper is out.
  await desk.call('results.revise', {
    requestId: crypto.randomUUID(),
    testId,
    outcome: 'invalid',
    reason: { code: 'misread', text: '' },
  });
  await desk.call('desk.clear', { requestId: crypto.randomUUID() });
  await desk.call('clock.advance', { byMs: 2_000 });
  await desk.scan(codeOf(second), 'test');
  await expect(page.locator('[data-stage]')).toHaveAttribute('data-tone', 'attention');
  expect(await wordsOfStage(page)).toContain('corrected since');

  await goToScreen(page, 'Results');
  // The test clock may have passed midnight.
  await page.getByText('All days').click();
  await page.getByRole('grid').getByRole('row').nth(1).click();
  const test = page.getByRole('dialog', { name: 'Test' });
  await test.getByRole('button', { name: 'Print result slip' }).click();
  await test.getByRole('radio', { name: 'A6' }).click();
  const third = path.join(folder, 'third.pdf');
  await answerDialogs(app, third);
  await test.getByRole('button', { name: 'Save as PDF' }).click();
  await expect(test).toContainText('third.pdf');
  const again = textOf(third).replaceAll(/\s+/g, ' ');
  expect(again).toContain('The result was corrected.');
  expect(again).toContain('A new test with a new kit is needed');
  expect(again).not.toContain(person(1).name);
});
