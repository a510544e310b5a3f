import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'playwright/test';
import { daySheet } from '../../electron/app/sheets/daySheet.ts';
import { canonicalJson } from '../../shared/canonicalJson.ts';
import type { Input } from '../../shared/contract.ts';
import { largeDay, usualDay } from '../unit/app/sheetSamples.ts';
import { type LaunchedStation, launchStation } from './launch.ts';

/** Sets a register up through the window's own calls; returns the recovery key. */
async function setUp(station: LaunchedStation): Promise<string> {
  return station.page.evaluate(async (requestId) => {
    const key = await window.station.call('register.prepareKey', {});
    if (!key.ok) throw new Error(key.error.code);
    const made = await window.station.call('register.create', {
      requestId,
      siteName: '长宁·新泾三村',
      stationName: '1 号工位',
      zone: 'Asia/Shanghai',
      protection: 'passphrase',
      passphrase: 'a long enough passphrase',
      recoveryKeyRepeated: key.value.recoveryKey,
      operatorName: '李娟',
      pin: '274951',
      data: 'sample',
    });
    if (!made.ok) throw new Error(made.error.code);
    return key.value.recoveryKey;
  }, randomUUID());
}

/** Answers the next save dialogs as a person would: with this path, or by closing them. */
async function answerDialogs(station: LaunchedStation, filePath: string | null): Promise<void> {
  await station.app.evaluate(({ dialog }, chosen) => {
    dialog.showSaveDialog = (async (...args: unknown[]) => {
      const options = args.at(-1) as { defaultPath?: string };
      (globalThis as { suggested?: string | undefined }).suggested = options.defaultPath;
      return { canceled: chosen === null, filePath: chosen ?? '' };
    }) as typeof dialog.showSaveDialog;
  }, filePath);
}

const textOf = (pdf: string): string => execFileSync('pdftotext', ['-layout', pdf, '-'], { encoding: 'utf8' });

test('the day on paper: Chinese text, page x of y, its digest, copies counted', async () => {
  const station = await launchStation();
  await setUp(station);
  const { page, userData } = station;
  const day = await page.evaluate(async () => {
    const summary = await window.station.call('summary.get', {});
    if (!summary.ok) throw new Error(summary.error.code);
    return summary.value;
  });
  const print = (more: Partial<Input<'print.daySummary'>> = {}) =>
    page.evaluate((input) => window.station.call('print.daySummary', input), {
      requestId: randomUUID() as string,
      day: day.figures.day,
      language: 'zh-CN',
      to: 'file',
      ...more,
    } as const);

  await answerDialogs(station, null);
  expect(await print()).toMatchObject({ ok: false, error: { code: 'CANCELLED' } });

  const first = path.join(userData, '第一份.pdf');
  await answerDialogs(station, first);
  const requestId = randomUUID();
  expect(await print({ requestId })).toEqual({ ok: true, value: { path: first, copy: 1, sha256: day.sha256 } });
  expect(await station.app.evaluate(() => (globalThis as { suggested?: string }).suggested)).toContain(
    `疫测达日报-${day.figures.day}-1.pdf`,
  );
  const text = textOf(first);
  for (const part of ['长宁·新泾三村', '抗原检测日报', '登记', '阴性', '签字', 'SHA-256']) expect(text).toContain(part);
  expect(text.replaceAll(' ', '')).toContain('第1份');
  expect(text.replaceAll(' ', '')).toMatch(/第1页共\d+页/);
  expect(text.replaceAll(' ', '')).toContain(day.sha256);
  const { createHash } = await import('node:crypto');
  expect(createHash('sha256').update(canonicalJson(day.figures)).digest('hex')).toBe(day.sha256);
  // Every font is in the file, and every page is A4.
  const fonts = execFileSync('pdffonts', [first], { encoding: 'utf8' }).trimEnd().split('\n').slice(2);
  expect(fonts.length).toBeGreaterThan(0);
  for (const font of fonts) expect(font).toMatch(/yes (yes|no ) (yes|no )\s+\d+\s+\d+$/);
  expect(execFileSync('pdfinfo', [first], { encoding: 'utf8' })).toMatch(
    /Page size:\s+59[45](\.\d+)? x 84[12](\.\d+)? pts \(A4\)/,
  );

  // The same request again is the same copy; another request is the next one.
  expect(await print({ requestId })).toMatchObject({ ok: true, value: { copy: 1 } });
  await answerDialogs(station, path.join(userData, 'second.pdf'));
  expect(await print({ language: 'en' })).toMatchObject({ ok: true, value: { copy: 2 } });
  expect(textOf(path.join(userData, 'second.pdf'))).toContain('Copy 2');

  await answerDialogs(station, '/nowhere/at/all.pdf');
  expect(await print()).toMatchObject({ ok: false, error: { code: 'PRINT_FAILED' } });
  await answerDialogs(station, path.join(userData, 'third.pdf'));
  expect(await print()).toMatchObject({ ok: true, value: { copy: 3 } });
  expect(readdirSync(userData).filter((name) => name.endsWith('.part'))).toEqual([]);
  await station.close();
});

test('the recovery key on paper, and nowhere else', async () => {
  const station = await launchStation();
  const recoveryKey = await setUp(station);
  const file = path.join(station.userData, 'key.pdf');
  await answerDialogs(station, file);
  const reply = await station.page.evaluate(
    (key) =>
      window.station.call('print.recoverySheet', {
        recoveryKey: key,
        siteName: '长宁·新泾三村',
        language: 'zh-CN',
        to: 'file',
      }),
    recoveryKey,
  );
  expect(reply).toEqual({ ok: true, value: { path: file } });
  expect(textOf(file).replaceAll(/[\s-]/g, '')).toContain(recoveryKey.replaceAll(/[\s-]/g, ''));
  expect(execFileSync('pdfinfo', [file], { encoding: 'utf8' })).toMatch(/Pages:\s+1\n/);
  expect(readFileSync(path.join(station.userData, 'logs', 'station.log'), 'utf8')).not.toContain(
    recoveryKey.slice(0, 12),
  );
  await station.close();
});

test('a printer that is not there is said plainly', async () => {
  const station = await launchStation();
  await setUp(station);
  const reply = await station.page.evaluate(async (requestId) => {
    const summary = await window.station.call('summary.get', {});
    if (!summary.ok) throw new Error(summary.error.code);
    return window.station.call('print.daySummary', {
      requestId,
      day: summary.value.figures.day,
      language: 'zh-CN',
      to: 'printer',
      printer: 'no such printer',
    });
  }, randomUUID());
  expect(reply).toMatchObject({ ok: false, error: { code: 'PRINT_FAILED' } });
  expect(await station.page.evaluate(() => window.station.call('print.listPrinters', {}))).toMatchObject({ ok: true });
  await station.close();
});

test('what is planned fits: no row, page or label is cut off', async () => {
  const station = await launchStation();
  for (const summary of [usualDay, largeDay]) {
    for (const language of ['zh-CN', 'en'] as const) {
      const auditHead = { seq: 1_048_576, fingerprint: '4f2a 9c1b 77d0 e3a5' };
      const html = daySheet({ summary, copy: 1, language, zone: 'Asia/Shanghai', auditHead });
      const cut = await station.app.evaluate(async ({ BrowserWindow, session }, document) => {
        // A session of its own without rules of protocol: only the layout is looked at.
        const window = new BrowserWindow({
          show: false,
          webPreferences: { sandbox: true, session: session.fromPartition('layout') },
        });
        const loaded = new Promise<void>((resolve) => window.webContents.once('did-finish-load', () => resolve()));
        await window.loadURL('about:blank');
        await loaded;
        const found = (await window.webContents.executeJavaScript(`(() => {
          document.open(); document.write(${JSON.stringify(document)}); document.close();
          const cut = (selector) => [...document.querySelectorAll(selector)].filter((one) => one.scrollHeight > one.clientHeight + 1).map((one) => one.textContent.slice(0, 60));
          return { content: cut('.content'), labels: cut('th div'), wide: [...document.querySelectorAll('thead th')].filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => one.textContent), pages: document.querySelectorAll('.page').length };
        })()`)) as { content: string[]; labels: string[]; wide: string[]; pages: number };
        window.destroy();
        return found;
      }, html);
      expect(cut).toMatchObject({ content: [], labels: [], wide: [] });
      expect(cut.pages).toBeGreaterThan(1);
    }
  }
  await station.close();
});
