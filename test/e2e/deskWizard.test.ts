import { expect, type Page, test } from 'playwright/test';
import type { Language } from '../../shared/language.ts';
import { lookOfStage, paintedTally, wordsOfStage } from './deskStation.ts';
import { launchStation } from './launch.ts';

/** What a newcomer reads and presses, in each language. */
const words = {
  'zh-CN': {
    language: '中文',
    siteName: /^站点名称/,
    next: '下一步',
    passphrase: '每次启动输入口令',
    passphraseField: /^口令/,
    again: /^再输入一遍/,
    repeat: /^照着纸上的再输入一遍/,
    name: /^姓名/,
    finish: '开始登记',
    practicePeople: '样例人员',
    practiceKits: '样例试剂',
    bound: '已绑定',
    site: '长宁·新泾三村',
    operator: '李娟',
  },
  en: {
    language: 'English',
    siteName: /^Name of the site/,
    next: 'Next',
    passphrase: 'A passphrase at each start',
    passphraseField: /^Passphrase/,
    again: /^Once more/,
    repeat: /^Now type it back/,
    name: /^Name/,
    finish: 'Start registering',
    practicePeople: 'Sample people',
    practiceKits: 'Sample kits',
    bound: 'Bound',
    site: 'Changning · Xinjing 3',
    operator: 'Li Juan',
  },
} as const;

async function walk(page: Page, language: Language): Promise<void> {
  const text = words[language];
  const next = () => page.getByRole('button', { name: text.next }).click();
  const field = (label: RegExp) => page.getByLabel(label).first();
  await page.getByText(text.language, { exact: true }).click();
  // An empty answer is told, and goes no further.
  await next();
  await expect(field(text.siteName)).toHaveAttribute('aria-invalid', 'true');
  await field(text.siteName).fill(text.site);
  await next();

  await page.getByText(text.passphrase, { exact: true }).click();
  await field(text.passphraseField).fill('short');
  await field(text.again).fill('short');
  await next();
  await expect(field(text.passphraseField)).toHaveAttribute('data-invalid', 'true');
  await field(text.passphraseField).fill('four plain words together');
  await field(text.again).fill('four plain words together');
  await next();

  const shown = page.locator('[data-recovery-key]');
  const key = (await shown.getAttribute('data-recovery-key')) ?? '';
  expect(key.replaceAll('-', '').length).toBeGreaterThanOrEqual(20);
  // Another key is no proof that this one was kept.
  await field(text.repeat).fill(key.split('').reverse().join(''));
  await next();
  await expect(field(text.repeat)).toHaveAttribute('aria-invalid', 'true');
  await field(text.repeat).fill(key.toLowerCase().replaceAll('-', ' '));
  await next();

  await field(text.name).fill(text.operator);
  await field(/^PIN/).fill('1234');
  await field(text.again).fill('1234');
  await next();
  await expect(field(/^PIN/)).toHaveAttribute('data-invalid', 'true');
  await field(/^PIN/).fill('4711');
  await field(text.again).fill('4711');
  await next();
  await page.getByRole('button', { name: text.finish }).click();
  await page.locator('[data-stage="idle"]').waitFor({ timeout: 30_000 });
}

for (const language of ['zh-CN', 'en'] as const) {
  test(`a newcomer goes from the first start to the first binding in ${language}, without a gun`, async () => {
    const text = words[language];
    // The window begins in the other language: it is the wizard's first step that decides.
    const station = await launchStation({ language: language === 'en' ? 'zh-CN' : 'en' });
    const { page } = station;
    try {
      await walk(page, language);
      expect(await page.locator('html').getAttribute('lang')).toBe(language);
      await expect(page.getByRole('banner')).toContainText(text.site);
      await expect(page.getByRole('banner')).toContainText(text.operator);

      await page.keyboard.press('F1');
      const people = page.getByRole('group', { name: text.practicePeople }).getByRole('button');
      const kits = page.getByRole('group', { name: text.practiceKits }).getByRole('button');
      const name = (await people.first().textContent()) ?? '';
      expect(name).not.toBe('');
      await people.first().click();
      await expect(page.locator('[data-stage="person"]')).toContainText(name);
      await expect(people).toHaveCount(0);
      const serial = (await kits.first().textContent()) ?? '';
      await kits.first().click();
      await expect(page.locator('[data-stage="bound"]')).toContainText(text.bound);
      const stage = await wordsOfStage(page);
      expect(stage).toContain(name);
      expect(stage).toContain(serial);
      expect((await lookOfStage(page)).tone).toBe('done');
      expect(await paintedTally(page)).toMatchObject({ registered: 1, pending: 1 });
      await expect(page.locator('[data-test-id]')).toHaveCount(1);
      // What was used is offered no more.
      await expect(people.filter({ hasText: name })).toHaveCount(0);
      await expect(kits.filter({ hasText: serial })).toHaveCount(0);
    } finally {
      await station.close();
    }
  });
}
