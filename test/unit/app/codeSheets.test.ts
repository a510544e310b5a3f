import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader';
import { badgeSheet } from '../../../electron/app/sheets/badges.ts';
import { commandCards } from '../../../electron/app/sheets/commandCards.ts';
import { personCardSheet } from '../../../electron/app/sheets/personCards.ts';
import { recoverySheet } from '../../../electron/app/sheets/recoverySheet.ts';
import { resultSlip } from '../../../electron/app/sheets/resultSlip.ts';
import { labelsPerSheet, stickerSheet } from '../../../electron/app/sheets/stickerSheet.ts';
import { drawSymbol } from '../../../electron/app/sheets/symbols.ts';
import { testSheet } from '../../../electron/app/sheets/testSheet.ts';
import { commandCodes, makeOwnCode } from '../../../shared/codes/ownCodes.ts';
import { testSheet as codes } from '../../../shared/codes/testSheet.ts';
import { type SlipPrint, slipSizes, slipStatuses } from '../../../shared/model/slip.ts';
import { type StickerBatch, stickerLayouts } from '../../../shared/model/sticker.ts';

beforeAll(async () => {
  const file = createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm');
  const bytes = readFileSync(file);
  const wasmBinary = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  await prepareZXingModule({ overrides: { wasmBinary }, fireImmediately: true });
});

/** The symbols of a sheet, in order, as they stand in it. */
const symbolsOf = (html: string): string[] => html.match(/<svg class="symbol".*?<\/svg>/gs) ?? [];

/** Reads one drawing at 300 dots an inch; `isCopied` blurs it and makes it plain black and white, as a bad copier does. */
async function read(svg: string, isCopied: boolean): Promise<string[]> {
  const widthMm = Number(/width="([\d.]+)mm"/.exec(svg)?.[1]);
  const heightMm = Number(/height="([\d.]+)mm"/.exec(svg)?.[1]);
  const dots = (mm: number): number => Math.round((mm / 25.4) * 300);
  const sized = svg.replace(
    /width="[\d.]+mm" height="[\d.]+mm"/,
    `width="${dots(widthMm)}" height="${dots(heightMm)}"`,
  );
  const at = '<svg xmlns="http://www.w3.org/2000/svg"';
  let image = sharp(Buffer.from(sized.replace('<svg', at))).flatten({ background: '#fff' });
  if (isCopied) image = image.blur(1.2).threshold(140);
  const found = await readBarcodes(await image.png().toBuffer(), { textMode: 'Plain', tryHarder: true });
  return found.filter(({ isValid }) => isValid).map(({ text }) => text);
}

/** A sheet runs under a policy that allows neither scripts nor styles of elements. */
function standsUnderPolicy(html: string): void {
  expect(html).not.toMatch(/<script|\sstyle=|\son\w+=|<img|<link/i);
}

const random = (seed: number) => (count: number) =>
  Uint8Array.from({ length: count }, (_, i) => (seed * 37 + i * 11) % 256);

it('person cards: ten a sheet, a sheet for each building, no markup from a name, nothing of the person in the square', () => {
  const hostile = '<b>张*</b><i>';
  const cards = Array.from({ length: 13 }, (_, n) => ({
    code: makeOwnCode('YP', random(n + 10)),
    name: n === 0 ? hostile : '张*',
    address: { building: n < 11 ? '5' : '6', unit: '', room: String(1201 + n) },
  }));
  for (const language of ['zh-CN', 'en'] as const) {
    const html = personCardSheet({ cards, siteName: '新泾三村', language });
    standsUnderPolicy(html);
    expect(symbolsOf(html)).toHaveLength(13);
    // Eleven of one building are two sheets, two of the next a third.
    expect(html.match(/class="grid"/g)).toHaveLength(3);
    expect(html).not.toContain(hostile);
    for (const svg of symbolsOf(html)) expect(svg).not.toMatch(/1201|张/);
  }
});

describe.each([false, true])('read back from paper, bad copier: %s', (isCopied) => {
  it('every code of the test sheet, separators included', async () => {
    const html = testSheet({ language: 'zh-CN' });
    const drawn = symbolsOf(html);
    expect(drawn).toHaveLength(codes.length);
    for (const [index, code] of codes.entries()) expect(await read(drawn[index] ?? '', isCopied)).toEqual([code.text]);
  });

  it('every command, as bars and as a square', async () => {
    const drawn = symbolsOf(commandCards({ language: 'en', layout: 'cards' }));
    const found: string[] = [];
    for (const svg of drawn) found.push(...(await read(svg, isCopied)));
    expect(found.sort()).toEqual(
      Object.values(commandCodes)
        .flatMap((code) => [code, code])
        .sort(),
    );
  });

  it('badges and stickers', async () => {
    const badge = makeOwnCode('YS', random(1));
    const card = badgeSheet({
      badges: [{ name: '李娟', role: 'operator', badge }],
      siteName: '新泾三村',
      language: 'zh-CN',
    });
    for (const svg of symbolsOf(card)) expect(await read(svg, isCopied)).toEqual([badge]);
    const personCode = makeOwnCode('YP', random(4));
    const person = { code: personCode, name: '欧***', address: { building: '5', unit: '2', room: '1201' } };
    const [personSquare] = symbolsOf(personCardSheet({ cards: [person], siteName: '新泾三村', language: 'zh-CN' }));
    expect(await read(personSquare ?? '', isCopied)).toEqual([personCode]);
    const code = makeOwnCode('YK', random(2));
    for (const layout of stickerLayouts) {
      const [svg] = symbolsOf(
        stickerSheet({ batch, stickers: [{ number: 1, code }], layout, startAt: 1, language: 'zh-CN' }),
      );
      expect(await read(svg ?? '', isCopied)).toEqual([code]);
    }
  });

  it('the recovery key', async () => {
    const recoveryKey = 'YR123-45678-9ABCD-EFGHJ-KMNPQ-RSTVW-XYZ01';
    const [svg] = symbolsOf(recoverySheet({ recoveryKey, siteName: 'x', day: '2022-04-10', language: 'zh-CN' }));
    expect(await read(svg ?? '', isCopied)).toEqual([recoveryKey]);
  });
});

const batch: StickerBatch = {
  batchId: 'b',
  productId: 'p',
  productName: '很长很长的试剂名称'.repeat(6),
  lot: '<b>&"LOT',
  expiresOn: '2024-09-30',
  count: 100,
  used: 0,
  spoiled: 0,
  unused: 100,
  issuedAtMs: 0,
  operatorName: '李娟',
};

describe('sheets of codes', () => {
  it('no text becomes markup, and nothing needs a script or an inline style', () => {
    const hostile = '"><script>x</script>';
    const badges = badgeSheet({
      badges: [{ name: hostile, role: 'supervisor', badge: makeOwnCode('YS', random(3)) }],
      siteName: hostile,
      language: 'en',
    });
    const stickers = stickerSheet({
      batch,
      stickers: [{ number: 1, code: makeOwnCode('YK', random(4)) }],
      layout: '65',
      startAt: 1,
      language: 'en',
    });
    for (const html of [
      badges,
      stickers,
      testSheet({ language: 'en' }),
      commandCards({ language: 'en', layout: 'sheet' }),
    ])
      standsUnderPolicy(html);
    expect(stickers).toContain('&#60;b&#62;');
  });

  it('a begun label sheet goes on where it was left, and overleaf', () => {
    const stickers = Array.from({ length: 60 }, (_, i) => ({ number: i + 1, code: makeOwnCode('YK', random(i)) }));
    const html = stickerSheet({ batch, stickers, layout: '65', startAt: 10, language: 'zh-CN' });
    expect(html.match(/<section class="page"/g)).toHaveLength(2);
    expect(html.match(/<div class="label"><\/div>/g)).toHaveLength(9);
    expect(symbolsOf(html)).toHaveLength(60);
    expect(stickerLayouts.map(labelsPerSheet)).toEqual([65, 24, 24]);
  });

  it('ten badges a sheet, both languages on a command card', () => {
    const badges = Array.from({ length: 11 }, (_, i) => ({
      name: '买买提·阿布都热合曼'.repeat(3),
      role: 'operator' as const,
      badge: makeOwnCode('YS', random(i)),
    }));
    expect(badgeSheet({ badges, siteName: 'x', language: 'zh-CN' }).match(/<section class="page"/g)).toHaveLength(2);
    const cards = commandCards({ language: 'zh-CN', layout: 'cards' });
    for (const word of ['阴性', 'Negative', '锁定', 'Lock']) expect(cards).toContain(word);
  });

  it('draws nothing for what a keyboard gun could not type', () => {
    for (const text of ['', '张', 'é', 'a\u001db']) expect(drawSymbol('code128', text, { moduleMm: 0.33 })).toBeNull();
  });
});

it('result slips: what each outcome means and asks for, a code that a bad copier leaves readable, no markup from a name', async () => {
  const code = makeOwnCode('YT', random(7));
  const print = (status: SlipPrint['status'], more: Partial<SlipPrint> = {}): SlipPrint => ({
    code,
    number: 1,
    replaces: null,
    printedAtMs: Date.UTC(2022, 3, 10, 3, 5),
    printedBy: '李娟',
    siteName: '新泾三村',
    siteContact: '021-55550123',
    status,
    name: '<b>张*</b>',
    sex: 'female',
    age: 41,
    documentKind: 'residentId',
    document: '310***********1236',
    kit: { productName: '试剂', method: null, registrationNumber: null, lot: 'L1', expiresOn: null, serial: 'SN1' },
    sampledAtMs: Date.UTC(2022, 3, 10, 2, 40),
    read: { atMs: Date.UTC(2022, 3, 10, 2, 56), by: '李娟', confirmedBy: null },
    corrected: null,
    voided: null,
    ...more,
  });
  const says = {
    'zh-CN': { negative: '阴性不能证明没有感染', positive: '核酸检测来确认', invalid: '重新检测', void: '不算结果' },
    en: {
      negative: 'not proof',
      positive: 'PCR test must confirm',
      invalid: 'new test with a new kit',
      void: 'no result',
    },
  } as const;
  for (const language of ['zh-CN', 'en'] as const) {
    for (const status of slipStatuses) {
      const html = resultSlip({ slip: print(status), size: 'a6', language, zone: 'Asia/Shanghai' });
      standsUnderPolicy(html);
      expect(html).toContain(says[language][status]);
      expect(html).not.toContain('<b>张*</b>');
      expect(html).toContain('2022-04-10 10:56');
      expect(html).not.toMatch(/class="notice"/);
    }
    const replacing = print('invalid', {
      number: 3,
      replaces: { number: 2, printedAtMs: Date.UTC(2022, 3, 10, 3, 1) },
      corrected: { atMs: Date.UTC(2022, 3, 10, 3, 4), by: '王强' },
    });
    const html = resultSlip({ slip: replacing, size: 'a5', language, zone: 'Asia/Shanghai' });
    expect(html).toMatch(language === 'en' ? /was corrected.*replaces no\. 2/ : /结果已更正.*取代第 2 份/);
  }
  // The smallest they are ever set.
  const crowded = { siteContact: 'x'.repeat(100), name: 'x'.repeat(60), siteName: '检'.repeat(40) };
  for (const size of slipSizes)
    for (const slip of [print('positive'), print('positive', crowded)]) {
      const html = resultSlip({ slip, size, language: 'zh-CN', zone: 'Asia/Shanghai' });
      const zoom = Number(/zoom: ([\d.]+)/.exec(html)?.[1]);
      expect(zoom).toBeGreaterThanOrEqual(0.8);
      const [svg = ''] = symbolsOf(html);
      const drawn = svg.replace(/(width|height)="([\d.]+)mm"/g, (_, side, mm) => `${side}="${Number(mm) * zoom}mm"`);
      expect(await read(drawn, true), `${size} ${zoom}`).toEqual([code]);
    }
});
