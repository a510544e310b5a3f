import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import * as xlsx from '@e965/xlsx';
import { expect, type Page, test } from 'playwright/test';
import { residentIdCheck } from '../../shared/codes/residentId.ts';
import { answerDialogs, goToScreen, type OpenDesk, openDesk } from './deskStation.ts';

let station: OpenDesk;
let folder: string;
test.beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'yiceda-rosters-'));
  station = await openDesk();
});
test.afterAll(async () => {
  await station.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Fictional: the county code was never assigned. */
function documentOf(n: number): string {
  const body = `31990019700101${String(n).padStart(3, '0')}`;
  return body + residentIdCheck(body);
}

/** As a community writes it: titles above, building and room the wrong way round, phones under a name of its own. */
function roster(name: string, rows: readonly (readonly (string | number)[])[]): string {
  const sheet = xlsx.utils.aoa_to_sheet([
    ['新泾三村居民名册'],
    ['2022 年 4 月'],
    ['序号', '姓名', '身份证号', '座机', '楼栋', '房号'],
    ...rows.map((row) => [...row]),
  ]);
  sheet['!merges'] = [{ s: { r: 0, c: 0 }, e: { r: 0, c: 5 } }];
  const book = xlsx.utils.book_new();
  xlsx.utils.book_append_sheet(book, sheet, '三村');
  const file = path.join(folder, name);
  writeFileSync(file, xlsx.write(book, { type: 'buffer', bookType: 'xlsx' }) as Buffer);
  return file;
}

const rows = [
  [1, '欧阳修竹', documentOf(101), '021-62345678', '1201室', '58号楼'],
  [2, '上官婉晴', documentOf(102), '021-62345679', '1202室', '58号楼'],
  [3, '司徒明远', 3.10104e17, '', '1203室', '58号楼'],
] as const;

const column = (page: Page, name: string) => page.getByRole('combobox', { name, exact: true });
const peopleTotal = async (page: Page): Promise<number> =>
  page.evaluate(async () => {
    const reply = await window.station.call('people.list', {});
    return reply.ok ? reply.value.total : -1;
  });

test('a workbook with titles and columns in the wrong place: corrected, imported, and taken back', async () => {
  const { page } = station;
  await goToScreen(page, '人员');
  const before = await peopleTotal(page);
  await answerDialogs(station.app, roster('三村名册.xlsx', rows));
  await page.getByRole('button', { name: '导入名册' }).click();

  await expect(page.getByText('还没有写入，请先核对')).toBeVisible();
  await expect(page.getByText('XLSX 工作簿 · 工作表 三村 · 表头在第 3 行')).toBeVisible();
  await expect(page.getByText('表头上面有 2 行标题，已跳过。')).toBeVisible();
  // What Excel made of a document is explained, and its row stays out.
  await expect(page.getByRole('table', { name: '有问题的行' })).toContainText('最后几位变成了 000');
  await expect(column(page, '姓名')).toHaveValue('name');
  await expect(column(page, '座机')).toHaveValue('');

  await column(page, '座机').selectOption('phone');
  await column(page, '房号').selectOption('building');
  // A field stands in one column only: the other gave it up.
  await expect(column(page, '楼栋')).toHaveValue('');
  await column(page, '楼栋').selectOption('room');
  const sample = page.getByRole('table', { name: '前几行' });
  await expect(sample).toContainText('58号楼');
  await expect(page.getByText('欧阳修竹')).toHaveCount(0);

  const faults = path.join(folder, '有问题的行.xlsx');
  await answerDialogs(station.app, faults);
  await page.getByRole('button', { name: '另存有问题的行' }).click();
  await expect(page.getByText('已保存 1 行到')).toBeVisible();
  const book = xlsx.read(readFileSync(faults));
  const saved = xlsx.utils.sheet_to_json<string[]>(book.Sheets[book.SheetNames[0] ?? ''] ?? {}, { header: 1 });
  expect(saved[1]?.[1]).toBe('司徒明远');
  expect(saved[1]?.at(-1)).toContain('设为文本');

  await page.getByRole('button', { name: '写入 2 人' }).click();
  await expect(page.getByText('名册已导入')).toBeVisible();
  await page.getByRole('button', { name: '返回列表' }).click();
  expect(await peopleTotal(page)).toBe(before + 2);
  await page.getByRole('searchbox').fill('58-1201');
  await expect(page.getByRole('row').filter({ hasText: '欧***' })).toBeVisible();
  await page.getByRole('searchbox').fill('');

  // The next file with the same headings is read as this one was in the end.
  const next = rows.slice(0, 2).map((row, index) => (index === 0 ? [...row.slice(0, 4), '1301室', '58号楼'] : row));
  await answerDialogs(station.app, roster('三村名册-改.xlsx', next));
  await page.getByRole('button', { name: '导入名册' }).click();
  await expect(page.getByText('上次这样的表头是手工对应的，这次照用。')).toBeVisible();
  const changes = page.getByRole('table', { name: '会更新的人' });
  await expect(changes).toContainText('1301');
  await expect(changes).toContainText('欧***');
  await page.getByRole('button', { name: '放弃这个文件' }).click();
  await page.getByRole('button', { name: '返回列表' }).click();

  await page.getByRole('button', { name: '导入记录' }).click();
  const sheet = page.getByRole('dialog');
  await expect(sheet).toContainText('三村名册.xlsx');
  await expect(sheet).toContainText('新增 2 · 更新 0');
  await sheet.getByRole('button', { name: '撤销这次导入' }).click();
  await expect(sheet).toContainText('新增的 2 人会拿掉');
  await sheet.getByRole('button', { name: '撤销', exact: true }).click();
  await expect(sheet).toContainText('已撤销：拿掉 2 人，改回 0 人。');
  expect(await peopleTotal(page)).toBe(before);
  await sheet.getByRole('button', { name: '关闭' }).last().click();
});

test('a file that is no table is refused in words that say what to do', async () => {
  const { page } = station;
  await goToScreen(page, '人员');
  const file = path.join(folder, '名册.xlsx');
  writeFileSync(file, Buffer.from('d0cf11e0a1b11ae1', 'hex'));
  await answerDialogs(station.app, file);
  await page.getByRole('button', { name: '导入名册' }).click();
  await expect(page.getByText('这是旧的 .xls 工作簿。请用表格软件打开，另存为 .xlsx。')).toBeVisible();
  await page.getByRole('button', { name: '返回列表' }).click();
});
