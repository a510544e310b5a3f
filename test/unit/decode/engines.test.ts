import { describe, expect, test, vi } from 'vitest';
import { textOfBytes } from '../../../renderer/scan/decode/content.ts';
import type { Engine, Look } from '../../../renderer/scan/decode/engine.ts';
import { toGray } from '../../../renderer/scan/decode/gray.ts';
import { zxingLibraryEngine } from '../../../renderer/scan/decode/zxingLibraryEngine.ts';
import { zxingWasmEngine } from '../../../renderer/scan/decode/zxingWasmEngine.ts';
import { wasmFile } from '../../../tools/decode/decodeFiles.ts';
import { chanceOf } from '../../../tools/pictures/chance.ts';
import { drawSymbol, toPicture } from '../../../tools/pictures/drawing.ts';
import { type CodeSymbol, randomSymbol, symbolKinds, symbolOf } from '../../../tools/pictures/symbols.ts';

// Far more than is needed: the machine may be busy.
vi.setConfig({ testTimeout: 60_000 });

const engines: readonly Engine[] = [await zxingWasmEngine(await wasmFile()), zxingLibraryEngine()];
const look: Look = { harder: true, inverted: false, threshold: 'local', denoise: false };

function reads(engine: Engine, symbol: CodeSymbol, seed = 1) {
  const gray = toGray(toPicture(drawSymbol(symbol, {}, seed)));
  return gray === null ? [] : engine.find(gray, look);
}

describe.each(engines)('$name', (engine) => {
  test.each(symbolKinds)('%s, with its separators and its identifier', (kind) => {
    for (const seed of [1, 2, 3]) {
      const symbol = randomSymbol(kind, chanceOf(seed));
      const [found, ...others] = reads(engine, symbol, seed);
      expect(found?.text).toBe(symbol.text);
      expect(found?.format).toBe(symbol.format);
      // The library does not say which options a PDF417 uses.
      if (kind !== 'pdf417') expect(found?.symbology).toBe(symbol.symbology);
      expect(others).toEqual([]);
    }
  });

  test.each(['gs1qr', 'gs1datamatrix', 'gs1code128'] as const)('%s: a separator between two open values', (kind) => {
    const symbol = symbolOf(kind, [
      ['01', '06921734900135'],
      ['10', 'LOT1'],
      ['21', 'SN1'],
    ]);
    expect(reads(engine, symbol)[0]?.text).toBe('010692173490013510LOT1\u001d21SN1');
  });

  test('a percent sign in a GS1 QR is no separator', () => {
    const symbol = symbolOf('gs1qr', [
      ['01', '06921734900135'],
      ['10', 'L%1'],
      ['21', 'A%B-1/2'],
    ]);
    expect(reads(engine, symbol)[0]?.text).toBe('010692173490013510L%1\u001d21A%B-1/2');
  });

  test.each(['qr', 'datamatrix'] as const)('Chinese in a %s, as UTF-8', (kind) => {
    const text = '疫测达：张三 №42';
    expect(reads(engine, symbolOf(kind, text))[0]?.text).toBe(text);
  });

  test('a leading GS in a plain Data Matrix marks GS1 content', () => {
    const symbol = symbolOf('datamatrix', '^029010692173490013510A^02921B', { parse: true });
    expect(reads(engine, symbol)[0]).toMatchObject({ symbology: ']d2', text: '010692173490013510A\u001d21B' });
  });

  test('a UPC-A is the EAN-13 that it is, with a nought before it', () => {
    const symbol = { ...symbolOf('ean13', '0012345678905') };
    expect(reads(engine, symbol)[0]).toMatchObject({ text: '0012345678905', format: 'ean13', symbology: ']E0' });
  });

  test('nothing to see is nothing found', () => {
    expect(engine.find({ width: 1, height: 1, data: new Uint8Array(1) }, look)).toEqual([]);
    expect(engine.find({ width: 300, height: 2, data: new Uint8Array(600) }, look)).toEqual([]);
  });
});

test('half-width kana are kana where a voiced mark stands as the language has it; the like bytes of Chinese stay Chinese', () => {
  const kana = [0xc3, 0xde, 0xbb, 0xde, 0xb2, 0xdd];
  expect(textOfBytes(Uint8Array.from([...kana, 0x51, 0x52]))).toBe('ﾃﾞｻﾞｲﾝQR');
  // No mark at all, and marks where none can stand.
  expect(textOfBytes(Uint8Array.from([0xd5, 0xc5, 0xce, 0xb0]))).toBe('张伟');
  expect(textOfBytes(Uint8Array.from([0xd2, 0xdf, 0xb2, 0xe2]))).toBe('疫测');
  expect(textOfBytes(Uint8Array.from([0xb1, 0xde, 0xb2, 0xde]))).toBe('鞭厕');
});

test('bytes without a named character set: UTF-8, else GB 2312, else unknown', () => {
  expect(textOfBytes(Uint8Array.from([0x41, 0xe7, 0x96, 0xab]))).toBe('A疫');
  expect(textOfBytes(Uint8Array.from([0x41, 0xd2, 0xdf, 0xb2, 0xe2]))).toBe('A疫测');
  expect(textOfBytes(Uint8Array.from([0x41, 0xff]))).toBeNull();
});
