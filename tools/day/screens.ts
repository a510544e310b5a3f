import { randomUUID } from 'node:crypto';
import type { ElectronApplication, Page } from 'playwright';
import { callThrough, toolPassphrase, toolPin } from '../hosts/setUp.ts';
import type { DayDesk } from './desk.ts';
import { type DayPlan, dayProduct, type Session } from './plan.ts';

export type Picture = (name: string) => Promise<void>;

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).first();
const field = (page: Page, label: string | RegExp) => page.getByLabel(label).first();

/** The first run as a newcomer does it, up to the empty desk. */
export async function walkThroughWizard(page: Page, picture: Picture): Promise<void> {
  const next = () => button(page, '下一步').click();
  await field(page, /^站点名称/).fill('长宁·新泾三村检测点');
  await picture('wizard-1-site');
  await next();
  await page.getByText('每次启动输入口令').click();
  await field(page, /^口令/).fill(toolPassphrase);
  await field(page, /^再输入一遍/).fill(toolPassphrase);
  await picture('wizard-2-protection');
  await next();
  const key = (await page.locator('[data-recovery-key]').getAttribute('data-recovery-key')) ?? '';
  await field(page, /^照着纸上的再输入一遍/).fill(key.toLowerCase().replaceAll('-', ' '));
  await picture('wizard-3-recovery');
  await next();
  await field(page, /^姓名/).fill('李娟');
  await field(page, /^PIN/).fill(toolPin);
  await field(page, /^再输入一遍/).fill(toolPin);
  await picture('wizard-4-person');
  await next();
  await page.getByText('空白开始').click();
  await picture('wizard-5-data');
  await button(page, '开始登记').click();
  await page.locator('[data-stage="idle"]').waitFor({ timeout: 30_000 });
}

/** The day's fictional product, with a GTIN and a reading window of its own. */
export async function addProduct(desk: DayDesk): Promise<void> {
  await desk.call('products.save', {
    requestId: randomUUID(),
    productId: null,
    registrant: dayProduct.registrant,
    shortName: dayProduct.shortName,
    method: dayProduct.method,
    registrationNumber: null,
    gtins: [dayProduct.gtin],
    window: dayProduct.window,
  });
}

async function goTo(page: Page, name: string): Promise<void> {
  await page.getByRole('navigation').getByRole('button', { name }).click();
}

const importWords = {
  people: { screen: '人员', pick: '导入名册', commit: /^写入 .* 人$/ },
  kits: { screen: '试剂', pick: '导入清单', commit: /^写入 .* 盒$/ },
} as const;

/** Imports a file through its screen; only the system's own file dialog is answered for it. */
export async function importFile(
  app: ElectronApplication,
  page: Page,
  what: keyof typeof importWords,
  path: string,
  picture: Picture,
): Promise<void> {
  const words = importWords[what];
  await app.evaluate(({ dialog }, file) => {
    dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [file] });
  }, path);
  await goTo(page, words.screen);
  await picture(`${what}-empty`);
  await button(page, words.pick).click();
  await button(page, words.commit).waitFor({ timeout: 60_000 });
  await picture(`${what}-preview`);
  await button(page, words.commit).click();
  await button(page, '返回列表').click({ timeout: 60_000 });
  await picture(`${what}-list`);
  await goTo(page, '工作台');
  await page.locator('[data-stage="idle"]').waitFor();
}

/** One result is corrected in the list, as a supervisor does. */
export async function reviseInResults(page: Page, plan: DayPlan, session: Session, picture: Picture): Promise<void> {
  await goTo(page, '结果');
  await page.getByRole('searchbox').or(page.getByRole('textbox')).first().fill(plan.kitSerial(session.toRevise));
  const row = page
    .getByRole('row')
    .filter({ hasText: plan.kitSerial(session.toRevise).slice(-4) })
    .first();
  await row.click();
  await button(page, '更正结果').click();
  await page.getByRole('radio', { name: '无效' }).check();
  await page.getByRole('radio', { name: '看错了' }).check();
  await picture('results-revise');
  await button(page, '保存更正').click();
  await page.getByText('已更正').first().waitFor();
  await picture('results');
  await page.keyboard.press('Escape');
  await goTo(page, '工作台');
}

/** The seconds of undo pass, the supervisor presses "send now", nothing is left. */
export async function uploadAll(desk: DayDesk, page: Page, picture: Picture): Promise<void> {
  await desk.call('clock.advance', { byMs: 11_000 });
  await goTo(page, '同步');
  const sendNow = button(page, '现在上传');
  // It uploads by itself; the button is for those who do not want to wait.
  if (await sendNow.isEnabled()) await sendNow.click();
  const deadline = Date.now() + 60_000;
  while ((await desk.call('sync.sendNow', {})).sync.unsent > 0) {
    if (Date.now() > deadline) throw new Error('the upload did not end');
  }
  await page.getByText('全部已上传').first().waitFor();
  await picture('sync');
}

export async function makePdf(app: ElectronApplication, page: Page, path: string, picture: Picture): Promise<void> {
  await app.evaluate(({ dialog }, file) => {
    dialog.showSaveDialog = async () => ({ canceled: false, filePath: file });
  }, path);
  await goTo(page, '今日');
  await page.getByText('平衡').first().waitFor();
  await picture('today');
  await button(page, '存为 PDF').click();
  await page.getByText(/第 1 份已存到/).waitFor({ timeout: 60_000 });
  await picture('today-printed');
}

/** The screens that the script has no work on, and the desk by night and in English. */
export async function picturesOfTheRest(page: Page, picture: Picture): Promise<void> {
  await goTo(page, '设置');
  await page.getByRole('heading', { name: '设置' }).waitFor();
  await picture('settings');
  const change = (preferences: object) => callThrough(page, 'preferences.set', preferences);
  const usual = { language: 'zh-CN', theme: 'light', scale: 100, volume: 70, speakNames: false, wedge: null };
  for (const [name, preferences] of [
    ['dark', { ...usual, theme: 'dark' }],
    ['en', { ...usual, language: 'en' }],
  ] as const) {
    await change(preferences);
    await page.reload();
    await page.locator('[data-stage]').waitFor();
    await picture(`desk-${name}`);
  }
  await change(usual);
  await page.reload();
  await page.locator('[data-stage]').waitFor();
}
