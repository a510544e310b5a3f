import { describe, expect, test, vi } from 'vitest';
import { createDecoder } from '../../../renderer/scan/decode/createDecoder.ts';
import type { Picture } from '../../../renderer/scan/decode/decoder.ts';
import { wasmFile } from '../../../tools/decode/decodeFiles.ts';
import { chanceOf } from '../../../tools/pictures/chance.ts';
import { drawSymbol, type Faults, sideBySide, toPicture } from '../../../tools/pictures/drawing.ts';
import { drawNegative, negativeKinds } from '../../../tools/pictures/negatives.ts';
import { type CodeSymbol, randomSymbol, symbolKinds, symbolOf } from '../../../tools/pictures/symbols.ts';

// Far more than is needed: the machine may be busy.
vi.setConfig({ testTimeout: 60_000 });

const decoder = await createDecoder(await wasmFile());

function pictureOf(symbol: CodeSymbol, faults: Faults, seed = 1): Picture {
  return toPicture(drawSymbol(symbol, faults, seed));
}

function together(...symbols: readonly CodeSymbol[]): Picture {
  return toPicture(
    sideBySide(
      symbols.map((symbol, seed) => drawSymbol(symbol, { modulePixels: 3 }, seed)),
      20,
    ),
  );
}

describe('spoiled pictures are read', () => {
  const cases: readonly (readonly [string, Faults])[] = [
    ['white on black', { inverted: true, modulePixels: 3 }],
    ['one pixel a module, no quiet zone', { modulePixels: 1, quiet: 0 }],
    ['upside down', { degrees: 180 }],
    ['turned by 30 degrees', { degrees: 30 }],
    ['turned by 118 degrees', { degrees: 118 }],
    ['six parts of contrast in a hundred', { contrast: 0.06, noise: 0.5 }],
    ['blurred', { blur: 0.55 }],
    ['shaded', { shade: 0.8 }],
  ];
  test.each(cases)('%s', (_name, faults) => {
    for (const kind of symbolKinds) {
      const symbol = randomSymbol(kind, chanceOf(11));
      const decoded = decoder.decode(pictureOf(symbol, faults), 'picture');
      expect({ kind, text: decoded?.text, format: decoded?.format }).toEqual({
        kind,
        text: symbol.text,
        format: symbol.format,
      });
    }
  });

  test('a Data Matrix in a mirror', () => {
    const symbol = randomSymbol('gs1datamatrix', chanceOf(3));
    expect(decoder.decode(pictureOf(symbol, { mirrored: true }), 'picture')?.text).toBe(symbol.text);
  });

  test('a frame of a camera with a code of two pixels a module in it', () => {
    for (const kind of symbolKinds) {
      const symbol = randomSymbol(kind, chanceOf(5));
      const picture = pictureOf(symbol, { modulePixels: 2.2, canvas: [1280, 720], noise: 3 });
      expect({ kind, text: decoder.decode(picture, 'frame')?.text }).toEqual({ kind, text: symbol.text });
    }
  });

  test('transparent means white', () => {
    const symbol = randomSymbol('gs1datamatrix', chanceOf(3));
    const { width, height, data } = pictureOf(symbol, {});
    const clear = data.map((value, at) => (data[at - (at % 4)] === 255 ? 0 : value));
    expect(decoder.decode({ width, height, data: clear }, 'picture')?.text).toBe(symbol.text);
  });
});

describe('several codes', () => {
  const kit = (serial: string) =>
    symbolOf('gs1datamatrix', [
      ['01', '06921734900135'],
      ['21', serial],
    ]);
  const product = symbolOf('ean13', '6921734900135');

  test('the kit is meant, not its product, wherever it stands', () => {
    for (const effort of ['frame', 'picture'] as const) {
      expect(decoder.decode(together(kit('AAA111'), product), effort)?.format).toBe('datamatrix');
      expect(decoder.decode(together(product, kit('AAA111')), effort)?.format).toBe('datamatrix');
    }
  });

  test('two kits, two products or two plain codes: none is guessed', () => {
    for (const effort of ['frame', 'picture'] as const) {
      expect(decoder.decode(together(kit('AAA111'), kit('BBB222')), effort)).toBeNull();
      expect(decoder.decode(together(product, symbolOf('ean13', '6901234567892')), effort)).toBeNull();
      expect(decoder.decode(together(symbolOf('qr', 'SN-0001'), symbolOf('code128', 'SN-0002')), effort)).toBeNull();
    }
  });

  test('the same content twice is one', () => {
    expect(decoder.decode(together(kit('AAA111'), kit('AAA111')), 'picture')?.text).toBe('010692173490013521AAA111');
  });
});

test('a phantom in the slanting end of an EAN-13 is not taken for a second product', () => {
  const symbol = randomSymbol('ean13', chanceOf(11));
  expect(decoder.decode(pictureOf(symbol, { degrees: 30 }), 'picture')?.text).toBe(symbol.text);
});

describe('nothing is read where nothing stands', () => {
  test.each(negativeKinds)('%s', (kind) => {
    for (let seed = 0; seed < 3; seed++) {
      const picture = toPicture(drawNegative(kind, 220, 160, seed));
      expect({ seed, decoded: decoder.decode(picture, 'picture') }).toEqual({ seed, decoded: null });
      expect({ seed, decoded: decoder.decode(picture, 'frame') }).toEqual({ seed, decoded: null });
    }
  });

  test('an EAN-13 with a wrong check digit', () => {
    const right = symbolOf('ean13', '6921734900135');
    // Another code's last digit, 2, in place of the 5: its seven modules stand before the end mark of three.
    const other = symbolOf('ean13', '6901234567892');
    const isDark = (column: number, row: number) => (column >= 85 && column < 92 ? other : right).isDark(column, row);
    expect(decoder.decode(pictureOf(right, {}), 'picture')?.text).toBe(right.text);
    expect(decoder.decode(pictureOf({ ...right, isDark }, {}), 'picture')).toBeNull();
  });
});

describe('hostile pictures', () => {
  const cases: readonly (readonly [string, Picture])[] = [
    ['no area', { width: 0, height: 0, data: new Uint8ClampedArray(0) }],
    ['negative sides', { width: -4, height: -4, data: new Uint8ClampedArray(64) }],
    ['sides that are no numbers', { width: Number.NaN, height: 4, data: new Uint8ClampedArray(64) }],
    ['half a pixel', { width: 2.5, height: 2, data: new Uint8ClampedArray(20) }],
    ['too little data', { width: 100, height: 100, data: new Uint8ClampedArray(399) }],
    ['too much data', { width: 2, height: 2, data: new Uint8ClampedArray(400) }],
    ['a claim of 20000 x 20000', { width: 20_000, height: 20_000, data: new Uint8ClampedArray(16) }],
    ['one pixel', { width: 1, height: 1, data: new Uint8ClampedArray(4) }],
    ['a line', { width: 5000, height: 1, data: new Uint8ClampedArray(20_000) }],
    ['a column', { width: 1, height: 5000, data: new Uint8ClampedArray(20_000) }],
    ['all black', { width: 200, height: 100, data: new Uint8ClampedArray(80_000) }],
  ];
  test.each(cases)('%s', (_name, picture) => {
    expect(decoder.decode(picture, 'picture')).toBeNull();
    expect(decoder.decode(picture, 'frame')).toBeNull();
  });

  test('bytes that are no engine are refused', async () => {
    await expect(createDecoder(new Uint8Array([1, 2, 3]))).rejects.toThrow();
  });
});
