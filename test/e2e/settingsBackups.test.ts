import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'playwright/test';
import { goToScreen, kit, openDesk, operatorOfTests, person } from './deskStation.ts';
import { freshUserData, type LaunchedStation, launchStation } from './launch.ts';

/** Answers the next dialogs that open a file or a folder. */
async function pick(app: LaunchedStation['app'], chosen: string): Promise<void> {
  await app.evaluate(({ dialog }, file) => {
    dialog.showOpenDialog = (async () => ({ canceled: false, filePaths: [file] })) as typeof dialog.showOpenDialog;
  }, chosen);
}

test('a backup to a stick, restored with a preview of what is lost, and a register that moves to another PC', async () => {
  const station = await openDesk({ data: 'sample' });
  const elsewhere = freshUserData();
  const stick = path.join(station.userData, 'stick');
  mkdirSync(stick);
  let recoveryKey = '';
  try {
    const { app, page, desk } = station;
    await desk.scan(person(0).document, 'person');
    await desk.scan(kit(1), 'bound');
    await goToScreen(page, '设置');
    await page.getByRole('tab', { name: '备份' }).click();
    await expect(page.getByText('还没有做过')).toBeVisible();
    await pick(app, stick);
    await page.getByRole('button', { name: '选择文件夹…' }).click();
    await expect(page.getByText(stick)).toBeVisible();
    await page.getByRole('button', { name: '现在备份' }).click();
    await expect(page.getByText('备份已做好')).toBeVisible();
    await expect(page.getByText('手动', { exact: true })).toHaveCount(1);
    const backup = readdirSync(stick).find((name) => name.endsWith('.db')) ?? '';

    // Somebody else comes after it: restoring would lose them, and says so.
    await goToScreen(page, '工作台');
    await desk.scan(person(1).document, 'person');
    await desk.scan(kit(2), 'bound');
    await goToScreen(page, '设置');
    await page.getByRole('tab', { name: '备份' }).click();
    await pick(app, path.join(stick, backup));
    await page.getByRole('button', { name: '从备份恢复…' }).click();
    const sheet = page.getByRole('dialog');
    await sheet.getByRole('button', { name: '选择备份文件…' }).click();
    await expect(sheet).toContainText('1 次检测，连同其他改动共');
    await expect(sheet).toContainText('1 条记录还没有上传');
    const submit = sheet.getByRole('button', { name: '恢复这个备份' });
    await expect(submit).toBeDisabled();
    const label = await sheet.getByLabel(/请输入 \d+ 以确认/).getAttribute('id');
    const sum = /请输入 (\d+) 以确认/.exec((await sheet.textContent()) ?? '')?.[1] ?? '';
    await sheet.locator(`[id="${label}"]`).fill(sum);
    await submit.click();

    // Nobody is signed in any more, and the test that came after is gone.
    await page.locator('#pin').fill(operatorOfTests.pin);
    await page.getByRole('button', { name: '登录' }).click();
    await expect(page.locator('[data-stage="idle"]')).toBeVisible();
    expect((await desk.call('tests.list', {})).total).toBe(1);

    // A new recovery key: shown, typed back, and the one that counts.
    await goToScreen(page, '设置');
    await page.getByRole('tab', { name: '密钥' }).click();
    await page.getByRole('button', { name: '换一把恢复密钥…' }).click();
    await page.getByRole('button', { name: '下一步' }).click();
    recoveryKey = (await page.locator('[data-recovery-key]').getAttribute('data-recovery-key')) ?? '';
    const use = page.getByRole('button', { name: '换成这一把' });
    await expect(use).toBeDisabled();
    await page.getByRole('dialog').getByRole('textbox').fill(recoveryKey);
    await use.click();
    await expect(page.getByText('恢复密钥已换新')).toBeVisible();
    await station.app.close();

    // Another PC: the folder is copied there, and only the paper opens it.
    cpSync(path.join(station.userData, 'register'), path.join(elsewhere, 'register'), { recursive: true });
    const other = await launchStation({ userData: elsewhere, language: 'zh-CN' });
    try {
      await other.page.getByRole('button', { name: '忘了口令？用恢复密钥' }).click();
      await other.page.getByRole('textbox').fill(recoveryKey);
      await other.page.getByRole('button', { name: '解锁', exact: true }).click();
      await expect(other.page.getByRole('heading', { name: '这台电脑以后怎样解锁？' })).toBeVisible();
      const fields = other.page.locator('input[type="password"]');
      await fields.nth(0).fill('another long passphrase');
      await fields.nth(1).fill('another long passphrase');
      await other.page.getByRole('button', { name: '保存并继续' }).click();
      await expect(other.page.locator('#pin')).toBeVisible();
      await other.page.locator('#pin').fill(operatorOfTests.pin);
      await other.page.getByRole('button', { name: '登录' }).click();
      await expect(other.page.locator('[data-stage="idle"]')).toBeVisible();
    } finally {
      await other.app.close();
    }
  } finally {
    await station.close();
    rmSync(elsewhere, { recursive: true, force: true });
  }
});

test('a damaged register is replaced from its page by a backup and the recovery key', async () => {
  const station = await openDesk({ data: 'sample' });
  const { userData } = station;
  const damaged = freshUserData();
  try {
    const { backup } = await station.desk.call('backups.make', { requestId: crypto.randomUUID() });
    await station.app.close();
    cpSync(path.join(userData, 'register'), path.join(damaged, 'register'), { recursive: true });
    writeFileSync(path.join(damaged, 'register', 'register.db'), Buffer.alloc(40_960, 7));
    const file = path.join(damaged, 'register', 'backups', path.basename(backup.path));
    const other = await launchStation({ userData: damaged, language: 'en' });
    try {
      const { page } = other;
      const secret = 'only for this one test';
      // The file is refused once its passphrase shows that it is the file that is wrong.
      await page.locator('input[type="password"]').fill(secret);
      await page.getByRole('button', { name: 'Unlock', exact: true }).click();
      await expect(page.locator('[data-refusal="REGISTER_DAMAGED"]')).toBeVisible();
      await pick(other.app, file);
      await page.getByRole('button', { name: 'Restore from a backup…' }).click();
      await page.getByRole('button', { name: 'Choose a backup…' }).click();
      await page.getByRole('button', { name: 'Use a passphrase' }).click();
      await page.locator('input[type="password"]').fill(secret);
      await page.getByRole('button', { name: 'Look inside' }).click();
      await expect(page.getByText('nobody can say what would be lost')).toBeVisible();
      await page.getByLabel('Type “restore” to confirm').fill('restore');
      await page.getByRole('button', { name: 'Restore this backup' }).click();
      await expect(page.locator('#pin')).toBeVisible();
    } finally {
      await other.app.close();
    }
  } finally {
    await station.close();
    rmSync(damaged, { recursive: true, force: true });
  }
});
