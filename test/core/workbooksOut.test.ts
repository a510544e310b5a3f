import { createHash, randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as xlsx from '@e965/xlsx';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { documentOf, openDesk, type TestDesk } from './openDesk.ts';

let desk: TestDesk;
beforeAll(async () => {
  desk = await openDesk();
});
afterAll(() => desk.close());

/** A workbook as another program reads it. */
function sheetIn(path: string): { readonly rows: string[][]; readonly sheet: xlsx.WorkSheet } {
  const book = xlsx.read(readFileSync(path), { cellFormula: true, cellNF: true });
  const sheet = book.Sheets[book.SheetNames[0] ?? ''] ?? {};
  return { sheet, rows: xlsx.utils.sheet_to_json<string[]>(sheet, { header: 1, defval: '', raw: false }) };
}

it('people as a workbook: every cell a text, the count and the hash are the file’s, and it comes back in', async () => {
  const names = ['=1+1', '@SUM(A1)', '<b>&"x"', '_x0041_ 甲', '陈\u3400建国', '𠮷田'];
  for (const [index, name] of names.entries())
    await desk.addPerson(index + 1, { name, phone: '13800138000', sex: index % 2 === 0 ? 'male' : 'female' });
  const path = join(desk.folder, 'people.xlsx');
  const inClear = { code: 'authorities' as const, text: '' };
  const done = await desk.call('exports.people', { exportId: 'a', path, language: 'zh-CN', inClear } as never);
  expect(done).toEqual({
    path,
    rows: names.length,
    sha256: createHash('sha256').update(readFileSync(path)).digest('hex'),
  });
  if (process.platform !== 'win32') expect(statSync(path).mode & 0o077).toBe(0);
  const { rows, sheet } = sheetIn(path);
  expect(rows[0]?.slice(0, 3)).toEqual(['姓名', '性别', '年龄']);
  expect(rows.slice(1).map(([name]) => name)).toEqual(names);
  const cells = Object.entries(sheet).filter(([at]) => /^[A-Z]+\d+$/.test(at)) as [string, xlsx.CellObject][];
  expect(cells.length).toBeGreaterThan(40);
  expect(cells.filter(([, { t, f }]) => t !== 's' || f !== undefined)).toEqual([]);
  const importId = randomUUID();
  const back = await desk.call('imports.preview', { importId, kind: 'roster', path } as never);
  expect(back).toMatchObject({ counts: { rows: names.length, same: names.length, faulty: 0 }, missing: [] });
});

it('an export that is stopped leaves no file, hidden or not', async () => {
  const path = join(desk.folder, 'stopped.xlsx');
  desk.onEvent((event) => {
    if (event === 'exports.progressed') void desk.reply('exports.cancel', { exportId: 'b' });
  });
  expect(
    await desk.reply('exports.people', { exportId: 'b', path, language: 'en', inClear: null } as never),
  ).toMatchObject({ ok: false, error: { code: 'EXPORT_CANCELLED' } });
  expect(readdirSync(desk.folder).filter((name) => name.includes('stopped'))).toEqual([]);
  const nowhere = join(desk.folder, 'none', 'x.xlsx');
  expect(
    await desk.reply('exports.tests', { exportId: 'c', path: nowhere, language: 'en', inClear: null } as never),
  ).toMatchObject({ ok: false, error: { code: 'FILE_NOT_WRITTEN' } });
  expect(existsSync(nowhere)).toBe(false);
});

it('the faulty rows as a workbook, with the line and the reason, which can be mended and read again', async () => {
  const source = join(desk.folder, 'roster.csv');
  const rows = Array.from({ length: 600 }, (_none, n) => `人${n},3.10104E+17,${n}`);
  writeFileSync(source, `名册,,\n姓名,身份证号,房号\n${rows.join('\n')}\n赵七,${documentOf(77)},=1+1\n`);
  const importId = randomUUID();
  const shown = await desk.call('imports.preview', { importId, kind: 'roster', path: source } as never);
  expect(shown.counts).toMatchObject({ fresh: 1, faulty: 600 });
  const path = join(desk.folder, 'faults.XLSX');
  expect(await desk.call('imports.saveFaults', { importId, path, language: 'zh-CN' } as never)).toEqual({
    path,
    rows: 600,
  });
  const faults = sheetIn(path).rows;
  expect(faults).toHaveLength(601);
  expect(faults[0]).toEqual(['姓名', '身份证号', '房号', '行号', '原因']);
  expect(faults[1]?.slice(0, 4)).toEqual(['人0', '3.10104E+17', '0', '3']);
  expect(faults[1]?.[4]).toContain('科学计数法');
  const again = await desk.call('imports.preview', { importId: randomUUID(), kind: 'roster', path } as never);
  expect(again.counts).toMatchObject({ rows: 600, faulty: 600 });
});
