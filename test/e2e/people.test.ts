import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'playwright/test';
import { residentIdCheck } from '../../shared/codes/residentId.ts';
import { fromKeyboardToGun, pressKey } from '../../tools/hosts/gun.ts';
import { answerDialogs, goToScreen, gun, kit, type OpenDesk, openDesk } from './deskStation.ts';

let station: OpenDesk;
let folder: string;
test.beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'yiceda-people-'));
  station = await openDesk();
});
test.afterAll(async () => {
  await station.close();
  rmSync(folder, { recursive: true, force: true });
});

const documentOf = (n: number): string => {
  const body = `31990019660201${String(500 + n)}`;
  return body + residentIdCheck(body);
};

/** Registers somebody in building 88 by calls; the desk is idle afterwards. */
async function register(n: number, name: string, room: string, more: { document?: boolean; phone?: string } = {}) {
  const { desk } = station;
  await desk.call('desk.registerPerson', {
    requestId: randomUUID(),
    isAnother: true,
    person: {
      name,
      sex: 'male',
      birthDate: '1966-02-01',
      ...(more.document === false
        ? { documentKind: null, documentNumber: null }
        : { documentKind: 'residentId' as const, documentNumber: documentOf(n) }),
      phone: more.phone ?? null,
      address: { building: '88', unit: '', room },
      guardianName: null,
    },
  });
  await desk.call('desk.clear', { requestId: randomUUID() });
}

test('somebody without a code is found by pinyin and by room while the queue runs, then those of the same door', async () => {
  const { page } = station;
  await register(1, '解建国', '1201');
  await register(2, '解小芳', '1201');
  await register(3, '仇大山', '1102');
  await page.reload();
  await page.locator('[data-stage="idle"]').waitFor();

  await pressKey('F2');
  const field = page.getByRole('combobox');
  await field.fill('xjg');
  const found = page.getByRole('option').first();
  await expect(found).toContainText('解**');
  await expect(found.locator('mark')).toHaveText('解**');
  await pressKey('Return');
  await expect(page.locator('[data-stage="person"]')).toContainText('解建国');
  await fromKeyboardToGun();
  await gun([kit(21)], { paceMs: 8, suffix: 'Return' });

  // The other one of the door is offered, one key away; a scan would go on with somebody else just as well.
  const bound = page.locator('[data-stage="bound"]');
  await expect(bound).toContainText('同住还没测');
  await expect(bound).toContainText('解**');
  await pressKey('1');
  await expect(page.locator('[data-stage="person"]')).toContainText('解小芳');
  await fromKeyboardToGun();
  await gun([kit(22)], { paceMs: 8, suffix: 'Return' });
  await expect(page.locator('[data-stage="bound"]')).toContainText('解小芳');
  await expect(page.locator('[data-stage="bound"]')).not.toContainText('同住还没测');

  // Right on the heels of the gun: the Enter that follows is the hand's.
  await pressKey('F2');
  await field.fill('qiu 88-1102');
  await expect(page.getByRole('option').first().locator('mark')).toHaveCount(2);
  await pressKey('Return');
  await expect(page.locator('[data-stage="person"]')).toContainText('仇大山');
  await fromKeyboardToGun();
  await gun([kit(23)], { paceMs: 8, suffix: 'Return' });
  await expect(page.locator('[data-stage="bound"]')).toContainText('仇大山');
});

test('a supervisor finds two doubles, merges them and takes it back; cards are printed', async () => {
  const { page, app } = station;
  await register(4, '查良', '901', { phone: '13800138004' });
  await register(5, '查良', '902', { document: false, phone: '13800138005' });
  await goToScreen(page, '人员');
  await page.getByRole('button', { name: '查重' }).click();
  const list = page.getByRole('list', { name: '可能重复的人员' });
  await expect(list.getByRole('listitem')).toHaveCount(1);
  await list.getByRole('button', { name: '对照' }).click();
  const sheet = page.getByRole('dialog');
  // Of the one with a document everything stays, but for the door, which is chosen.
  await expect(sheet).toContainText('儿童或没有证件');
  await sheet.getByRole('radio', { name: /902/ }).check();
  await sheet.getByRole('button', { name: '合并为一人' }).click();
  await expect(page.getByText('没有发现可能重复的人员')).toBeVisible();
  await page.getByRole('button', { name: '返回人员' }).click();

  await page.getByRole('searchbox').fill('zhaliang');
  await expect(page.getByRole('status').filter({ hasText: '找到 1 条' })).toBeVisible();
  await page.getByRole('row').filter({ hasText: '902' }).click();
  await expect(sheet).toContainText('查良');
  await expect(sheet).toContainText('并入');
  await sheet.getByRole('button', { name: '撤销合并' }).click();
  await expect(sheet).toContainText('撤销后又是两个人');
  await sheet.getByRole('button', { name: '撤销合并' }).click();
  await expect(sheet).toContainText('901');
  await page.keyboard.press('Escape');
  await expect(sheet).toBeHidden();
  await expect(page.getByRole('status').filter({ hasText: '找到 2 条' })).toBeVisible();

  await page.getByRole('searchbox').fill('88号楼');
  const file = path.join(folder, 'cards.pdf');
  await answerDialogs(app, file);
  await page.getByRole('button', { name: '打印人员卡' }).click();
  await sheet.getByRole('button', { name: /PDF/ }).click();
  await expect(sheet).toContainText('cards.pdf');
  expect(existsSync(file) && statSync(file).size).toBeGreaterThan(5_000);
});
