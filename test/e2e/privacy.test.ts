import { createHash, randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, type Locator, type Page, test } from 'playwright/test';
import { samplePeopleCount, samplePerson } from '../../electron/core/practice/sample.ts';
import { maskDocument, maskName } from '../../shared/codes/mask.ts';
import { residentIdCheck } from '../../shared/codes/residentId.ts';
import { pressKey } from '../../tools/hosts/gun.ts';
import { windowTitle } from '../../tools/hosts/window.ts';
import {
  answerDialogs,
  goToScreen,
  kit,
  type OpenDesk,
  openDesk,
  operatorOfTests,
  person,
  screenNames,
  wordsOfStage,
} from './deskStation.ts';

let station: OpenDesk;
let folder: string;
test.beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'yiceda-exports-'));
  station = await openDesk();
});
test.afterAll(async () => {
  await station.close();
  rmSync(folder, { recursive: true, force: true });
});

const someone = person(3);
const strangersBody = '31990119770523612';
const stranger = strangersBody + residentIdCheck(strangersBody);
const birthDate = samplePerson(3).birthDate ?? '';

/** Whether a text stands anywhere in the page: words, attributes, what fields hold, its title. */
function stands(page: Page, text: string): Promise<boolean> {
  return page.evaluate((wanted) => {
    const fields = [...document.querySelectorAll('input, textarea')].map((field) => (field as HTMLInputElement).value);
    return [document.documentElement.outerHTML, document.title, ...fields].some((where) => where.includes(wanted));
  }, text);
}

async function openPageFromList(page: Page): Promise<Locator> {
  await goToScreen(page, '人员');
  await page.getByRole('searchbox').fill(someone.document.slice(-4));
  const row = page.getByRole('row').filter({ hasText: maskDocument(someone.document) });
  await row.click();
  const sheet = page.getByRole('dialog');
  await expect(sheet).toContainText(someone.name);
  return sheet;
}

async function reveal(sheet: Locator): Promise<void> {
  await sheet.getByRole('button', { name: '显示完整号码' }).click();
  await sheet.getByRole('radio', { name: '核对证件' }).check();
  await sheet.getByRole('button', { name: '显示 30 秒' }).click();
  await expect(sheet).toContainText(someone.document);
}

test('a person’s page from the list: masked; in full for a reason, for half a minute, and gone again', async () => {
  const { page } = station;
  let sheet = await openPageFromList(page);
  await expect(sheet).toContainText(maskDocument(someone.document));
  for (const word of [someone.document, birthDate]) expect(await stands(page, word)).toBe(false);

  // Not without a reason, and not with a number in its words.
  await sheet.getByRole('button', { name: '显示完整号码' }).click();
  await sheet.getByRole('button', { name: '显示 30 秒' }).click();
  await expect(sheet).toContainText('请选一个原因');
  await sheet.getByRole('radio', { name: '其他' }).check();
  await sheet.getByRole('textbox', { name: '说明' }).fill('找 13800138000');
  await sheet.getByRole('button', { name: '显示 30 秒' }).click();
  await expect(sheet).toContainText('原因里有像证件号或手机号的数字');
  await sheet.getByRole('button', { name: '取消' }).click();

  await page.clock.install();
  await reveal(sheet);
  expect(await stands(page, birthDate)).toBe(true);
  await expect(sheet.getByRole('timer')).toContainText(/(30|29|28) 秒/);
  // While it is there it can be neither selected nor copied by a key.
  await page.keyboard.press('Control+a');
  expect(await page.evaluate(() => document.getSelection()?.toString() ?? '')).not.toContain(someone.document);
  await page.clock.fastForward(20_000);
  await expect(sheet.getByRole('timer')).toContainText(/(10|9|8) 秒/);
  expect(await stands(page, someone.document)).toBe(true);
  await page.clock.fastForward(11_000);
  await expect(sheet).not.toContainText(someone.document);
  for (const word of [someone.document, birthDate]) expect(await stands(page, word)).toBe(false);

  await reveal(sheet);
  await sheet.getByRole('button', { name: '立即隐藏' }).click();
  expect(await stands(page, someone.document)).toBe(false);

  // Left: closed by Esc, by a lock, by the window out of sight.
  await reveal(sheet);
  await page.keyboard.press('Escape');
  await expect(sheet).toBeHidden();
  expect(await stands(page, someone.document)).toBe(false);
  sheet = await openPageFromList(page);
  expect(await stands(page, someone.document)).toBe(false);
  await reveal(sheet);
  await station.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.hide());
  await expect(sheet).not.toContainText(someone.document);
  await station.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.show());
  await reveal(sheet);
  await page.keyboard.press('Control+l');
  await page.locator('body[data-ready="signIn"]').waitFor({ state: 'attached' });
  await expect.poll(() => stands(page, someone.document)).toBe(false);
});

test('from the desk: the page of whoever stands there, gone with the next scan; a form shows no number', async () => {
  const { page, desk } = station;
  await signIn(page);
  await desk.scan(someone.document, 'person');
  await page.keyboard.press('Control+d');
  const sheet = page.getByRole('dialog');
  await expect(sheet).toContainText(maskDocument(someone.document));
  await reveal(sheet);
  await desk.scan(person(4).document, 'person');
  await expect(sheet).toBeHidden();
  expect(await stands(page, someone.document)).toBe(false);
  // The one who was replaced is no longer anybody's business.
  await expect(page.locator('[data-stage]')).toContainText(maskName(someone.name));
  expect(await stands(page, someone.name)).toBe(false);
  await pressKey('Escape');

  // A document that nobody holds: its form shows it in part, and whoever is registered has all of it.
  await desk.scan(stranger, 'newPerson');
  expect(await stands(page, stranger)).toBe(false);
  expect(await stands(page, '1977-05-23')).toBe(false);
  await expect(page.getByLabel('出生日期')).toHaveValue('1977 年');
  await page.getByLabel('姓名').fill('慕容复');
  await page.getByRole('button', { name: /^登记/ }).click();
  await page.locator('[data-stage="person"]').waitFor();
  await desk.call('clock.advance', { byMs: 2_000 });
  await desk.scan(stranger, 'person');
  expect(await stands(page, stranger)).toBe(false);
  await pressKey('Escape');
});

test('an operator shows nobody in full alone: a supervisor steps in, and the half minute is the same', async () => {
  const { page, desk } = station;
  const enrol = (role: 'operator' | 'supervisor', name: string) =>
    desk.call('staff.enrol', { requestId: randomUUID(), name, role, pin: '741295' });
  const { badge } = await enrol('supervisor', '王主管');
  await desk.scan((await enrol('operator', '李操作')).badge, 'idle');
  await desk.scan(someone.document, 'person');
  await page.keyboard.press('Control+d');
  const sheet = page.getByRole('dialog', { name: '人员资料' });
  await sheet.getByRole('button', { name: '显示完整号码' }).click();
  await sheet.getByRole('radio', { name: '联系本人或家属' }).check();
  await sheet.getByRole('button', { name: '显示 30 秒' }).click();
  const approval = page.getByRole('dialog', { name: '需要批准' });
  await expect(approval.getByLabel(/PIN/)).toBeVisible();
  expect(await stands(page, someone.document)).toBe(false);
  await desk.scanAgain(badge);
  await approval.getByLabel(/PIN/).fill('741295');
  await approval.getByText('现场核对过').click();
  await approval.getByRole('button', { name: '批准' }).click();
  await expect(sheet).toContainText(someone.document);
  // Changing hands ends it: the first administrator is back.
  await page.keyboard.press('Escape');
  expect(await stands(page, someone.document)).toBe(false);
  await page.keyboard.press('Control+l');
  await page.getByText(operatorOfTests.name).first().click();
  await signIn(page);
});

test('privacy mode: by its key, kept; names in part, no numbers, a held key shows', async () => {
  const { page, desk } = station;
  const privacySwitch = page.getByRole('switch', { name: '隐私模式' });
  await desk.scan(someone.document, 'person');
  await expect(privacySwitch).not.toBeChecked();
  expect(await wordsOfStage(page)).toContain(someone.name);
  expect(await stands(page, maskDocument(someone.document))).toBe(true);

  await page.keyboard.press('Control+h');
  await expect(privacySwitch).toBeChecked();
  const stage = page.locator('[data-stage]');
  await expect(stage).toContainText(maskName(someone.name));
  await expect(stage).toContainText(`尾号 ${someone.document.slice(-4)}`);
  for (const word of [someone.name, maskDocument(someone.document)]) expect(await stands(page, word)).toBe(false);
  // What a screen reader is told is the same.
  await expect(page.locator('[role="status"].unseen')).toContainText(maskName(someone.name));

  // Held, by key and by hand; let go, it is gone.
  await page.keyboard.down('F11');
  await expect(stage).toContainText(someone.name);
  await page.keyboard.up('F11');
  await expect(stage).not.toContainText(someone.name);
  const button = page.getByRole('button', { name: '看一眼' });
  await button.hover();
  await page.mouse.down();
  await expect(stage).toContainText(someone.name);
  await page.mouse.up();
  expect(await stands(page, someone.name)).toBe(false);
  // Whatever takes the keyboard away ends it too.
  await page.keyboard.down('F11');
  await expect(stage).toContainText(someone.name);
  await page.evaluate(() => window.dispatchEvent(new Event('blur')));
  await expect(stage).not.toContainText(someone.name);
  await page.keyboard.up('F11');

  // A positive is its mark and its word, no more.
  await desk.scan(kit(1), 'bound');
  expect(await stands(page, someone.name)).toBe(false);
  await desk.call('clock.advance', { byMs: 16 * 60_000 });
  await desk.scan(kit(1), 'test');
  await desk.press('F6', 'confirmPositive');
  await desk.call('clock.advance', { byMs: 2_000 });
  await desk.scan(kit(1), 'recorded');
  await expect(stage).toContainText('阳性');
  await expect(stage).not.toContainText('上报');
  // Nor does a figure on the wall say which result it was.
  await expect(page.locator('[data-term="read"]')).toContainText('1');
  await expect(page.locator('[data-term="positive"]')).toHaveCount(0);

  await goToScreen(page, '人员');
  await expect(page.getByRole('grid')).toContainText('身份证 已隐藏');
  expect(await page.evaluate(() => /\d\*{3,}\d/.test(document.documentElement.outerHTML))).toBe(false);
  for (const name of ['结果', '工作台']) {
    await goToScreen(page, name);
    expect(await stands(page, someone.name)).toBe(false);
  }
  // Kept: the next start is private from its first picture on.
  await page.reload();
  await expect(privacySwitch).toBeChecked();
  expect(await stands(page, someone.name)).toBe(false);
  await privacySwitch.click();
  await expect(privacySwitch).not.toBeChecked();
  await expect(stage).toContainText(someone.name);
});

test('no screen holds a number in full, nor a name where nobody stands', async () => {
  const { page, desk } = station;
  await desk.call('clock.advance', { byMs: 2_000 });
  for (const n of [11, 12]) {
    await desk.scan(person(n).document, 'person');
    await desk.scan(kit(n), 'bound');
  }
  await pressKey('Escape');
  await page.locator('[data-stage="idle"]').waitFor();
  const all = Array.from({ length: samplePeopleCount }, (_unused, n) => person(n));
  const numbers = [stranger, ...all.map(({ document }) => document)];
  const names = ['慕容复', ...all.map(({ name }) => name)];
  for (const name of screenNames['zh-CN']) {
    await goToScreen(page, name);
    // What is asked for has come: lists have their rows, and the wall its tests.
    const isList = name === '人员' || name === '结果';
    const row = isList ? page.getByRole('row').nth(1) : page.getByRole('main').getByRole('heading').first();
    await expect(row).toContainText(isList ? '*' : /./);
    const found = await page.evaluate(
      (words) => words.filter((word) => document.documentElement.outerHTML.includes(word)),
      [...numbers, ...names],
    );
    expect(found, name).toEqual([]);
  }
});

test('lists as files: masked, and in full for a reason; named by the day, figures told', async () => {
  const { page } = station;
  await goToScreen(page, '人员');
  const masked = path.join(folder, 'masked.csv');
  await answerDialogs(station.app, masked);
  await page.getByRole('button', { name: '导出' }).click();
  const sheet = page.getByRole('dialog');
  await sheet.getByRole('button', { name: '选择位置并导出' }).click();
  await expect(sheet.locator('[data-export="done"]')).toBeVisible();
  const text = readFileSync(masked, 'utf8');
  expect(text).not.toContain(someone.document);
  expect(text).not.toContain(someone.name);
  expect(text).toContain(maskDocument(someone.document));
  await expect(sheet).toContainText(createHash('sha256').update(readFileSync(masked)).digest('hex'));
  await expect(sheet).toContainText(`已导出 ${text.trimEnd().split('\r\n').length - 1} 行`);
  await sheet.getByRole('button', { name: '关闭' }).last().click();

  await goToScreen(page, '结果');
  const full = path.join(folder, 'full.csv');
  await answerDialogs(station.app, full);
  await page.getByRole('button', { name: '导出' }).click();
  await sheet.getByRole('radio', { name: '完整显示' }).check();
  await sheet.getByRole('button', { name: '选择位置并导出' }).click();
  await expect(sheet).toContainText('请选一个原因');
  expect(readdirSync(folder)).toEqual(['masked.csv']);
  await sheet.getByRole('radio', { name: '流行病学调查' }).check();
  await sheet.getByRole('button', { name: '选择位置并导出' }).click();
  await expect(sheet.locator('[data-export="done"]')).toBeVisible();
  expect(readFileSync(full, 'utf8')).toContain(someone.document);
  // The screen says where it is and what it is, and none of what it holds.
  expect(await stands(page, someone.document)).toBe(false);
  await sheet.getByRole('button', { name: '关闭' }).last().click();
  expect(readdirSync(folder).sort()).toEqual(['full.csv', 'masked.csv']);
  expect(await station.app.evaluate(({ clipboard }) => clipboard.readText())).toBe('');
  expect(await station.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getTitle())).toBe(
    windowTitle,
  );
});

async function signIn(page: Page): Promise<void> {
  await page.locator('#pin').fill(operatorOfTests.pin);
  await page.keyboard.press('Enter');
  await page.locator('body[data-ready="desk"]').waitFor({ state: 'attached' });
  // The page that was open when the desk was locked is there again, in its masked form.
  expect(await stands(page, someone.document)).toBe(false);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await goToScreen(page, '工作台');
}
