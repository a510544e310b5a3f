import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { expect, test } from 'playwright/test';
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader';
import { commandCodes } from '../../shared/codes/ownCodes.ts';
import { testSheet } from '../../shared/codes/testSheet.ts';
import { launchStation } from './launch.ts';

/** Every code on every page of a PDF, at 300 dots an inch. */
async function codesIn(pdf: string): Promise<string[]> {
  execFileSync('pdftoppm', ['-r', '300', '-gray', '-png', pdf, pdf]);
  const folder = path.dirname(pdf);
  const pages = readdirSync(folder).filter((name) => name.startsWith(path.basename(pdf)) && name.endsWith('.png'));
  const found: string[] = [];
  for (const name of pages) {
    const read = await readBarcodes(readFileSync(path.join(folder, name)), {
      textMode: 'Plain',
      tryHarder: true,
      maxNumberOfSymbols: 255,
      formats: ['Code128', 'QRCode', 'DataMatrix'],
    });
    found.push(...read.map(({ text }) => text));
  }
  return [...new Set(found)].sort();
}

test('everything printed with codes on it reads back as meant', async () => {
  const wasm = readFileSync(createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm'));
  const wasmBinary = wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.byteLength);
  await prepareZXingModule({ overrides: { wasmBinary }, fireImmediately: true });
  const station = await launchStation();
  const { page, userData } = station;
  const made = await page.evaluate(
    async (ids) => {
      const need = <T>(reply: { ok: true; value: T } | { ok: false; error: { code: string } }): T => {
        if (!reply.ok) throw new Error(reply.error.code);
        return reply.value;
      };
      const key = need(await window.station.call('register.prepareKey', {}));
      need(
        await window.station.call('register.create', {
          requestId: ids[0] ?? '',
          siteName: '长宁·新泾三村',
          stationName: '1 号工位',
          zone: 'Asia/Shanghai',
          protection: 'passphrase',
          passphrase: 'a long enough passphrase',
          recoveryKeyRepeated: key.recoveryKey,
          operatorName: '李娟',
          pin: '274951',
          data: 'sample',
        }),
      );
      const { products } = need(await window.station.call('products.list', {}));
      const { batch } = need(
        await window.station.call('stickers.issue', {
          requestId: ids[1] ?? '',
          productId: products.find(({ window }) => window !== null)?.id ?? '',
          lot: 'LOT9',
          expiresOn: null,
          count: 30,
        }),
      );
      const { stickers } = need(await window.station.call('stickers.get', { batchId: batch.batchId }));
      const { operators } = need(await window.station.call('staff.list', {}));
      return { batchId: batch.batchId, stickers: stickers.map(({ code }) => code), operatorId: operators[0]?.id ?? '' };
    },
    [randomUUID(), randomUUID()],
  );
  const saveAs = async (name: string): Promise<string> => {
    const file = path.join(userData, name);
    await station.app.evaluate(({ dialog }, filePath) => {
      dialog.showSaveDialog = (async () => ({ canceled: false, filePath })) as typeof dialog.showSaveDialog;
    }, file);
    return file;
  };
  const paper = { language: 'zh-CN', to: 'file' } as const;

  const tests = await saveAs('test.pdf');
  expect(await page.evaluate((input) => window.station.call('print.testSheet', input), paper)).toMatchObject({
    ok: true,
  });
  expect(await codesIn(tests)).toEqual(testSheet.map(({ text }) => text).sort());

  for (const layout of ['cards', 'sheet'] as const) {
    const cards = await saveAs(`${layout}.pdf`);
    const input = { ...paper, layout };
    expect(await page.evaluate((each) => window.station.call('print.commandCards', each), input)).toMatchObject({
      ok: true,
    });
    expect(await codesIn(cards)).toEqual(Object.values(commandCodes).sort());
  }

  const stickers = await saveAs('stickers.pdf');
  for (const layout of ['65', '24', '24gap'] as const) {
    const input = { ...paper, batchId: made.batchId, layout, startAt: 3 };
    expect(await page.evaluate((each) => window.station.call('print.stickers', each), input)).toMatchObject({
      ok: true,
    });
    expect(await codesIn(stickers)).toEqual([...made.stickers].sort());
  }

  const badges = await saveAs('badges.pdf');
  const ask = { requestId: randomUUID(), operatorIds: [made.operatorId], renew: true };
  expect(await page.evaluate((each) => window.station.call('print.badges', each), { ...ask, ...paper })).toMatchObject({
    ok: true,
  });
  const again = await page.evaluate((each) => window.station.call('staff.badges', each), {
    ...ask,
    requestId: randomUUID(),
    renew: false,
  });
  expect(again.ok && (await codesIn(badges))).toEqual(again.ok && again.value.badges.map(({ badge }) => badge));
  // keep
  await station.close();
});
