import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'playwright/test';
import { residentIdCheck } from '../../shared/codes/residentId.ts';
import { answerDialogs, goToScreen, kit, openDesk } from './deskStation.ts';

/** Fictional: the county code was never assigned. */
function documentOf(n: number): string {
  const body = `31990019700101${String(n).padStart(3, '0')}`;
  return body + residentIdCheck(body);
}

test('a supervisor’s evening: a roster with its school is brought in, two of it are one, and the doors to knock at are printed', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'yiceda-supervisor-'));
  const station = await openDesk();
  const { app, page, desk } = station;
  try {
    const roster = path.join(folder, '66号楼.csv');
    writeFileSync(
      roster,
      [
        '姓名,身份证号,出生日期,楼栋,房号,学校',
        `欧阳修竹,${documentOf(201)},,66,201,新泾第三小学`,
        `上官婉晴,${documentOf(202)},,66,202,新泾第三小学`,
        `司徒明远,${documentOf(203)},,66,301,`,
        '司徒明远,,1970-01-01,66,302,',
        `东方既白,${documentOf(204)},,66,302,`,
      ].join('\n'),
    );
    await goToScreen(page, '人员');
    await answerDialogs(app, roster);
    await page.getByRole('button', { name: '导入名册' }).click();
    const organisations = page.getByRole('table', { name: '归入单位' });
    await expect(organisations.getByRole('row').nth(1)).toHaveText(/新泾第三小学.*新建.*2.*2/);
    // Left out by a click, and taken again.
    const create = page.getByRole('checkbox', { name: '新建这里还没有的 1 个单位' });
    await create.click();
    await expect(organisations.getByRole('row').nth(1)).toContainText('不归入');
    await create.click();
    await expect(organisations.getByRole('row').nth(1)).toContainText('新建');
    await page.getByRole('button', { name: '写入 5 人' }).click();
    await expect(page.getByText('名册已导入')).toBeVisible();
    await expect(page.getByText('归入单位 2')).toBeVisible();
    await page.getByRole('button', { name: '返回列表' }).click();
    const { organisations: made } = await desk.call('organisations.list', {});
    expect(made).toContainEqual(expect.objectContaining({ name: '新泾第三小学', kind: 'enterprise', people: 2 }));

    // Both doors of one name and birth date stand on the page; one of them was without a document.
    await page.getByRole('button', { name: '查重' }).click();
    const doubles = page.getByRole('list', { name: '可能重复的人员' }).getByRole('listitem');
    await doubles.filter({ hasText: '301' }).getByRole('button', { name: '对照' }).click();
    const sheet = page.getByRole('dialog');
    await sheet.getByRole('radio', { name: /302/ }).check();
    await sheet.getByRole('button', { name: '合并为一人' }).click();
    await expect(sheet).toBeHidden();
    await expect(doubles.filter({ hasText: '301' })).toHaveCount(0);

    await goToScreen(page, '轮次');
    await page.getByRole('button', { name: '开始新的一轮' }).click();
    await sheet.getByLabel('名称').fill('66 号楼复测');
    await sheet.getByLabel('几栋楼').check();
    await sheet.getByRole('combobox', { name: '楼栋' }).click();
    await page.getByRole('option', { name: /^66/ }).click();
    await page.keyboard.press('Escape');
    await sheet.getByRole('button', { name: '开始', exact: true }).click();
    await expect(sheet).toBeHidden();
    // One of them has been to the desk.
    await goToScreen(page, '工作台');
    await desk.scan(documentOf(201), 'person');
    await desk.scan(kit(31), 'bound');
    await goToScreen(page, '轮次');
    await page.getByRole('grid').getByRole('row').filter({ hasText: '66' }).click();
    await sheet.getByRole('button', { name: '看这栋楼未检的 3 人' }).click();

    const pdf = path.join(folder, 'doors.pdf');
    await answerDialogs(app, pdf);
    await page.getByRole('button', { name: '打印' }).click();
    await sheet.getByRole('button', { name: '存为 PDF' }).click();
    await expect(sheet).toContainText('doors.pdf');
    const text = spawnSync('pdftotext', ['-layout', pdf, '-'], { encoding: 'utf8' }).stdout;
    expect(text).toMatch(/应检 4 人，还有 3 人/);
    // Whoever was two is one door, the one that was chosen; whoever was tested is none.
    expect(text).toMatch(/302\s+司/);
    expect(text).not.toMatch(/301\s+司/);
    expect(text).toMatch(/202\s+上/);
    expect(text).not.toMatch(/201\s+欧/);
    for (const name of ['欧阳修竹', '上官婉晴', '司徒明远', '东方既白']) expect(text).not.toContain(name);
  } finally {
    await station.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
