import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { expect, test } from 'playwright/test';
import { minute, second } from '../../shared/time.ts';
import { fromKeyboardToGun } from '../../tools/hosts/gun.ts';
import { answerDialogs, goToScreen, gun, type OpenDesk, openDesk } from './deskStation.ts';

const gtin = '06901234567892';
const code = (serial: string) => `]d201${gtin}1730093010LOT1\u001D21${serial}`;
const pace = { paceMs: 4, suffix: 'Return' } as const;
const shots = process.env['YICEDA_SHOTS'];

/** Somebody asks where a kit went: the gun answers, from its maker to the uploads, to the person and back. */
test.describe
  .serial('where a kit went', () => {
    let station: OpenDesk;
    test.beforeAll(async () => {
      station = await openDesk({ language: 'zh-CN', data: 'empty' });
      const { desk } = station;
      const call: typeof desk.call = (method, input) =>
        desk.call(method, { requestId: randomUUID(), ...(input as object) } as never);
      const { product } = await call('products.save', {
        productId: null,
        registrant: '广州测试生物技术股份有限公司',
        shortName: '测试试剂',
        method: '胶体金法',
        registrationNumber: '国械注准20223400001',
        gtins: [gtin],
        window: { opensAfterMin: 15, closesAfterMin: 20 },
      } as never);
      await call('boxes.receive', {
        sender: '区疾控',
        boxes: [
          {
            raw: `]C10006901234567890000202${gtin}37100\u001D1730093010LOT1`,
            productId: product.id,
            lot: 'LOT1',
            expiresOn: '2030-09-30',
            count: 100,
            range: { from: code('SN000101'), to: code('SN000200') },
            kits: [],
          },
        ],
      } as never);
      await desk.call('clock.advance', { byMs: 20 * minute });
      const range = { by: 'range', from: code('SN000110'), to: code('SN000119') };
      for (const direction of ['out', 'in'])
        await call('transfers.make', { direction, site: '二村检测点', lines: [range] } as never);
      await desk.call('clock.advance', { byMs: 5 * minute });
      await call('desk.registerPerson', {
        person: {
          name: '王小一',
          sex: 'female',
          birthDate: '1980-01-01',
          documentKind: 'residentId',
          documentNumber: '319900198001010048',
          phone: null,
          address: { building: '5', unit: '', room: '1201' },
          guardianName: null,
        },
      } as never);
      for (const [serial, outcome] of [
        ['SN000112', 'invalid'],
        ['SN000113', 'negative'],
      ] as const) {
        await desk.scan(code(serial), 'bound');
        await desk.call('clock.advance', { byMs: 16 * minute });
        await desk.scan(code(serial), 'test');
        const { stage } = await desk.call('desk.get', {});
        if (stage.kind !== 'test') throw new Error(stage.kind);
        const { testId } = stage.test;
        await call('results.record', { testId, outcome } as never);
        if (outcome === 'invalid') await call('desk.retest', { testId } as never);
        else await call('results.revise', { testId, outcome: 'positive', reason: { code: 'misread' } } as never);
        await desk.call('clock.advance', { byMs: 2 * second });
        // A positive counts once its kit was scanned a second time.
        if (outcome === 'negative') await desk.scan(code(serial), 'recorded');
      }
      await desk.call('clock.advance', { byMs: 11 * second });
    });
    test.afterAll(async () => {
      await station.close();
    });
    const shot = async (name: string): Promise<void> => {
      if (shots !== undefined) await station.page.screenshot({ path: `${shots}/${name}.png` });
    };

    test('one scan shows the chain, and the person’s other kits beside it', async () => {
      const { page } = station;
      await goToScreen(page, '试剂');
      await page.getByRole('tab', { name: '追溯' }).click();
      await expect(page.getByLabel('试剂编码，或者序列号的开头、末尾几位')).toBeFocused();
      await shot('trace-empty');
      await fromKeyboardToGun();
      await gun([code('SN000112')], pace);
      const chain = page.getByRole('list', { name: '这盒试剂的经过' });
      await expect(chain).toContainText('广州测试生物技术股份有限公司');
      const steps = await chain.locator(':scope > li').allTextContents();
      const order = ['厂家', '批号 LOT1', '随箱入库', '调出', '调入', '使用', '无效', '上传'];
      expect(steps.map((words) => order.find((word) => words.startsWith(word)))).toEqual(order);
      await expect(chain).toContainText('注册证号 国械注准20223400001');
      await expect(chain).toContainText('来自 区疾控 · 箱码 069012345678900002 · 100 盒');
      await expect(chain).toContainText('王**');
      await expect(page.locator('body')).not.toContainText('王小一');
      await expect(page.locator('body')).not.toContainText('319900198001010048');
      // The gun's characters did not land in the field.
      await expect(page.getByLabel('试剂编码，或者序列号的开头、末尾几位')).toHaveValue('');
      await shot('trace-chain');
    });

    test('from the person to the other kit, by keyboard, and back', async () => {
      const { page } = station;
      const others = page.getByRole('list', { name: '这个人用过的试剂' });
      await expect(others.getByRole('listitem')).toHaveCount(2);
      await expect(others.locator('[aria-current]')).toContainText('…0112');
      await others.getByRole('button', { name: /…0113/ }).focus();
      await page.keyboard.press('Enter');
      await expect(page.getByRole('heading', { name: 'SN000113' })).toBeVisible();
      const chain = page.getByRole('list', { name: '这盒试剂的经过' });
      await expect(chain).toContainText('更正 · 阳性');
      await shot('trace-revised');
      await chain.getByRole('button', { name: '打开人员资料' }).click();
      const sheet = page.getByRole('dialog');
      await expect(sheet).toContainText('王小一');
      await shot('trace-person');
      await sheet.getByRole('button', { name: '追溯这盒试剂 0112' }).click();
      await expect(sheet).toHaveCount(0);
      await expect(page.getByRole('heading', { name: 'SN000112' })).toBeVisible();
      await page.getByRole('button', { name: '返回' }).click();
      await expect(page.getByRole('heading', { name: 'SN000113' })).toBeVisible();
      // On paper, masked as on the screen.
      const pdf = path.join(station.userData, 'trace.pdf');
      await answerDialogs(station.app, pdf);
      await page.getByRole('button', { name: '打印', exact: true }).click();
      await sheet.getByRole('button', { name: '存为 PDF' }).click();
      await expect(sheet).toContainText('trace.pdf');
      await page.keyboard.press('Escape');
      const paper = execFileSync('pdftotext', ['-layout', pdf, '-'], { encoding: 'utf8' });
      for (const words of ['试剂追溯单', 'SN000113', '国械注准20223400001', '069012345678900002', '王**', '更正结果'])
        expect(paper).toContain(words);
      expect(paper).not.toMatch(/王小一|319900198001010048/);
      if (shots !== undefined) execFileSync('pdftoppm', ['-r', '80', '-png', pdf, `${shots}/trace-paper`]);
      // From a test under Results to its kit.
      await goToScreen(page, '结果');
      await page.getByLabel('全部日期').check();
      await page.getByRole('grid').getByRole('row').filter({ hasText: '0112' }).click();
      await page.getByRole('dialog').getByRole('button', { name: '追溯这盒试剂' }).click();
      await expect(page.getByRole('heading', { name: 'SN000112' })).toBeVisible();
    });

    test('a part of a serial asks which kit, a person’s document is the person, what is unknown is said', async () => {
      const { page } = station;
      const field = page.getByLabel('试剂编码，或者序列号的开头、末尾几位');
      await field.fill('SN00011');
      await page.getByRole('button', { name: '追溯', exact: true }).click();
      const choice = page.getByRole('list', { name: '不止一盒，是哪一盒？' });
      await expect(choice.getByRole('listitem')).toHaveCount(10);
      await expect(choice.getByRole('listitem').first()).toContainText('SN000113');
      await shot('trace-several');
      await choice.getByRole('button', { name: /SN000115/ }).click();
      await expect(page.getByText('本点没有用过')).toBeVisible();
      await shot('trace-unused');
      await fromKeyboardToGun();
      await gun(['319900198001010048'], pace);
      await expect(page.getByRole('list', { name: '这个人用过的试剂' }).getByRole('listitem')).toHaveCount(2);
      await expect(page.locator('body')).not.toContainText('319900198001010048');
      await gun([code('NEVER7').replace(gtin, '06921734900135')], pace);
      await expect(page.getByText('06921734900135')).toBeVisible();
      await shot('trace-unknown');
      await gun(['12345678'], pace);
      await expect(page.getByText('这个码可能是试剂的，也可能是人的')).toBeVisible();
      await shot('trace-ask');
      await page.getByRole('button', { name: '是试剂编码' }).click();
      await expect(page.getByRole('heading', { name: '12345678' })).toBeVisible();
      await field.fill('no');
      await field.press('Enter');
      await expect(page.getByText('至少输入四位。')).toBeVisible();
      // A character lost on the way: which kit it may have been.
      await fromKeyboardToGun();
      await gun([code('SN00112')], pace);
      await shot('trace-near');
      await page.getByText('只差一个字符').locator('..').getByRole('button', { name: 'SN000112' }).click();
      await expect(page.getByRole('heading', { name: 'SN000112' })).toBeVisible();
      await expect(field).toBeFocused();
    });
  });
