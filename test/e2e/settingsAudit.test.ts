import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'playwright/test';
import { answerDialogs, goToScreen, openDesk } from './deskStation.ts';

test('a supervisor reads the log, filters it, follows an entry to its person, has it checked, signed and exported', async () => {
  const station = await openDesk({ data: 'sample' });
  try {
    const { page, desk } = station;
    const [somebody] = (await desk.call('people.list', { query: '' })).rows;
    const personId = somebody?.personId ?? '';
    await desk.call('people.get', { requestId: crypto.randomUUID(), personId });
    await goToScreen(page, '设置');
    await page.getByRole('tab', { name: '审计记录' }).click();
    const log = page.getByRole('grid', { name: '审计记录' });
    const newest = log.getByRole('row').nth(1);
    await expect(newest).toContainText('查阅了审计记录');
    await expect(log).toContainText('生成了本机签名密钥');

    await page.getByRole('button', { name: '校验', exact: true }).click();
    await expect(page.getByText(/校验无误，至第 \d+ 条/)).toBeVisible();
    await expect(newest).toContainText('校验了审计记录');
    await page.getByRole('button', { name: '立即签名' }).click();
    await expect(page.getByText(/签名至第 \d+ 条 ·/)).toBeVisible();
    await expect(newest).toContainText('给审计记录签名');

    await page.getByRole('combobox', { name: '种类' }).click();
    await page.getByRole('option', { name: '人员', exact: true }).click();
    await expect(log.getByRole('row')).toHaveCount(2);
    await newest.click();
    const entry = page.getByRole('dialog', { name: /^第 \d+ 条$/ });
    await expect(entry).toContainText('查看了个人页面');
    await expect(entry).toContainText(/[0-9a-f]{64}/);
    await entry.getByRole('button', { name: '该对象的全部记录' }).click();
    await expect(page.getByRole('button', { name: /只看 人员/ })).toBeVisible();
    await expect(log.getByRole('row')).toHaveCount(2);
    await newest.click();
    await entry.getByRole('button', { name: '打开个人页面' }).click();
    await expect(page.getByRole('dialog').filter({ hasText: '人员' }).last()).toBeVisible();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await page.getByRole('button', { name: /只看 人员/ }).click();

    const file = path.join(station.userData, 'log.csv');
    await answerDialogs(station.app, file);
    await page.getByRole('button', { name: '导出 CSV' }).click();
    await expect(page.getByText(/已导出 \d+ 条，SHA-256 [0-9a-f]{64}/)).toBeVisible();
    await expect(newest).toContainText('导出了审计记录');
    expect(readFileSync(file, 'utf8')).toContain('person.read');
    expect(readFileSync(file, 'utf8')).not.toContain(somebody?.nameMasked ?? '-');
  } finally {
    await station.close();
  }
});
