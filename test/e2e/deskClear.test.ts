import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'playwright/test';
import { residentIdCheck } from '../../shared/codes/residentId.ts';
import { minute } from '../../shared/time.ts';
import { pressKey } from '../../tools/hosts/gun.ts';
import { goToScreen, kit, openDesk, person, screenNames } from './deskStation.ts';
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
  }
});
