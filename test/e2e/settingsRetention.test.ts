import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { expect, test } from 'playwright/test';
import { hour } from '../../shared/time.ts';
import { answerDialogs, goToScreen, openDesk } from './deskStation.ts';

test('an administrator sets a period, destroys what is over it, and has the record on paper', async () => {
  const station = await openDesk({ data: 'sample' });
  try {
    const { page, desk } = station;
    const { total } = await desk.call('people.list', { query: '' });
    expect(total).toBeGreaterThan(0);
    for (let n = 0; n < 31; n++) await desk.call('clock.advance', { byMs: 24 * hour });

    await goToScreen(page, '设置');
    await page.getByRole('tab', { name: '保存期限' }).click();
    await expect(page.getByText('没有到期的内容。')).toBeVisible();
    // The period of people: it has no end until it is given one.
    await page.getByLabel('不限期').nth(1).uncheck();
    const days = page.getByRole('textbox', { name: '人员资料' });
    await days.fill('29');
    await expect(page.getByText('请填 30 到 3650 之间的整数')).toBeVisible();
    await expect(page.getByRole('button', { name: '保存' })).toBeDisabled();
    await days.fill('30');
    await page.getByRole('button', { name: '保存' }).click();

    await page.getByRole('button', { name: '销毁到期内容…' }).click();
    const sheet = page.getByRole('dialog');
    await expect(sheet).toContainText(`将销毁 ${total.toLocaleString('en-US')} 人的资料`);
    const confirm = sheet.getByRole('button', { name: '确认销毁' });
    await expect(confirm).toBeDisabled();
    await sheet.getByRole('textbox').fill(String(total - 1));
    await expect(confirm).toBeDisabled();
    await sheet.getByRole('textbox').fill(String(total));
    await confirm.click();

    const record = page.getByRole('dialog', { name: '销毁记录' });
    await expect(record).toContainText('SHA-256');
    const file = path.join(station.userData, 'destruction.pdf');
    await answerDialogs(station.app, file);
    await record.getByRole('button', { name: '存为 PDF' }).click();
    await expect(record).toContainText('已保存为 PDF');
    const paper = execFileSync('pdftotext', ['-layout', file, '-'], { encoding: 'utf8' });
    expect(paper).toContain('销毁记录 第 1 号');
    expect(paper.replaceAll(/\s/g, '')).toContain(`人员${total}人`);
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toHaveCount(0);
    expect(await desk.call('people.list', { query: '' })).toMatchObject({ total: 0 });
  } finally {
    await station.close();
  }
});
