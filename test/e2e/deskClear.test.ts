import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'playwright/test';
import { maskDocument } from '../../shared/codes/mask.ts';
import { residentIdCheck } from '../../shared/codes/residentId.ts';
import { minute } from '../../shared/time.ts';
import { pressKey } from '../../tools/hosts/gun.ts';
import {
  answerDialogs,
  goToScreen,
  kit,
  type OpenDesk,
  openDesk,
  operatorOfTests,
  person,
  screenNames,
} from './deskStation.ts';
import { freshUserData } from './launch.ts';

type Find = { readonly file: string; readonly word: string };

/** Which of the words stand in the files under a folder, as UTF-8 or UTF-16 in either byte order. */
function findInFiles(folder: string, words: readonly string[]): { readonly files: string[]; readonly found: Find[] } {
  const files: string[] = [];
  const found: Find[] = [];
  const patterns = words.flatMap((word) => [
    { word, bytes: Buffer.from(word, 'utf8') },
    { word, bytes: Buffer.from(word, 'utf16le') },
    { word, bytes: Buffer.from(word, 'utf16le').swap16() },
  ]);
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    files.push(path.relative(folder, file));
    const bytes = readFileSync(file);
    for (const pattern of patterns)
      if (bytes.includes(pattern.bytes)) found.push({ file: path.relative(folder, file), word: pattern.word });
  }
  return { files, found };
}

test('nothing that was scanned or typed stands in clear on the disk, while the desk runs and after', async () => {
  const userData = freshUserData();
  const temp = mkdtempSync(path.join(os.tmpdir(), 'yiceda-temp-'));
  const out = mkdtempSync(path.join(os.tmpdir(), 'yiceda-chosen-'));
  const body = '31990119770523612';
  const stranger = { name: 'Xq Vortrefflich', document: body + residentIdCheck(body) };
  const bound = [1, 2, 3, 4, 5, 6].map((n) => ({ ...person(n), kit: kit(n), serial: `YL00000${n}` }));
  const words = [
    stranger.name,
    stranger.document,
    'YL000009',
    ...bound.flatMap((one) => [one.name, one.document, one.kit, one.serial]),
  ];
  const station = await openDesk({ language: 'en', userData, env: { TMPDIR: temp, TMP: temp, TEMP: temp } });
  try {
    const { page, desk } = station;
    for (const one of bound) {
      await desk.scan(one.document, 'person');
      await desk.scan(one.kit, 'bound');
    }
    await desk.scan(stranger.document, 'newPerson');
    await page.getByLabel('Name', { exact: true }).fill(stranger.name);
    await page.getByRole('button', { name: /^Register/ }).click();
    await page.locator('[data-stage="person"]').waitFor();
    await desk.scan(kit(9), 'bound');
    await desk.call('clock.advance', { byMs: 16 * minute });
    await desk.scan(kit(1), 'test');
    await desk.press('F5', 'recorded');
    await desk.scan(kit(2), 'test');
    await pressKey('F10');
    await page.locator('[data-overlay="void"]').waitFor();
    await desk.press('1', 'voided');
    for (const name of screenNames.en) await goToScreen(page, name);
    await discloseAll(station, out, bound[0] ?? stranger);

    // Somebody is shown in full at this moment, and lists in full lie in the folder that was chosen for them.
    expect(await page.getByRole('dialog').textContent()).toContain(bound[0]?.document);
    expect(readdirSync(out).sort()).toEqual(['day.pdf', 'people.csv', 'tests.csv']);
    const running = findInFiles(userData, words);
    // The write-ahead log is among what was read.
    expect(running.files.some((file) => file.endsWith('register.db-wal'))).toBe(true);
    expect(running.found).toEqual([]);
    expect(findInFiles(temp, words).found).toEqual([]);
    await station.close();
    const after = findInFiles(userData, words);
    expect(after.files).toContain(path.join('register', 'register.db'));
    expect(after.found).toEqual([]);
    expect(findInFiles(temp, words).found).toEqual([]);
  } finally {
    await station.close().catch(() => {});
    rmSync(userData, { recursive: true, force: true });
    rmSync(temp, { recursive: true, force: true });
    rmSync(out, { recursive: true, force: true });
  }
});

/** Prints the day, exports both lists in full, and leaves somebody's numbers on the screen. */
async function discloseAll(
  station: OpenDesk,
  out: string,
  one: { readonly name: string; readonly document: string },
): Promise<void> {
  const { page, app } = station;
  const day = await page.evaluate(async (requestId) => {
    const summary = await window.station.call('summary.get', {});
    if (!summary.ok) throw new Error(summary.error.code);
    return { requestId, day: summary.value.figures.day };
  }, randomUUID());
  const pdf = path.join(out, 'day.pdf');
  await answerDialogs(app, pdf);
  const printed = await page.evaluate(
    (input) => window.station.call('print.daySummary', { ...input, language: 'zh-CN', to: 'file' }),
    day,
  );
  expect(printed).toMatchObject({ ok: true });
  // A PDF tells its title to every folder and every search: the day, and nobody.
  const about =
    execFileSync('pdfinfo', ['-meta', pdf], { encoding: 'utf8' }) +
    execFileSync('pdfinfo', [pdf], { encoding: 'utf8' });
  expect(about).toMatch(new RegExp(`^Title: +抗原检测日报 ${day.day}$`, 'm'));
  expect(about).not.toMatch(/^(Author|Subject|Keywords):/m);
  expect(about).not.toContain(operatorOfTests.name);

  for (const kind of ['people', 'tests'] as const) {
    const file = path.join(out, `${kind}.csv`);
    await answerDialogs(app, file);
    const exported = await page.evaluate(
      async ({ kind: what, exportId }) => {
        const place = await window.station.call('files.pickSave', { suggestedName: `${what}.csv` });
        if (!place.ok) return place;
        const input = { exportId, path: place.value.path, language: 'en', inClear: { code: 'community' } } as const;
        return what === 'people'
          ? window.station.call('exports.people', input)
          : window.station.call('exports.tests', input);
      },
      { kind, exportId: randomUUID() },
    );
    expect(exported).toMatchObject({ ok: true });
    expect(readFileSync(file, 'utf8')).toContain(one.document);
  }

  await goToScreen(page, 'People');
  await page.getByRole('searchbox').fill(one.document.slice(-4));
  await page
    .getByRole('row')
    .filter({ hasText: maskDocument(one.document) })
    .click();
  const sheet = page.getByRole('dialog');
  await sheet.getByRole('button', { name: 'Show full numbers' }).click();
  await sheet.getByRole('radio', { name: 'To check a document' }).check();
  await sheet.getByRole('button', { name: 'Show for 30 seconds' }).click();
  await expect(sheet).toContainText(one.document);
}
