import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { createDecoder } from '../../../renderer/scan/decode/createDecoder.ts';
import { scanText } from '../../../renderer/scan/decode/scanText.ts';
import { classify } from '../../../shared/codes/classify.ts';
import { wasmFile } from '../../../tools/decode/decodeFiles.ts';
import { drawSymbol, toPicture } from '../../../tools/pictures/drawing.ts';
import { elementString, symbolOf } from '../../../tools/pictures/symbols.ts';

// Far more than is needed: the machine may be busy.
vi.setConfig({ testTimeout: 60_000 });

const decoder = await createDecoder(await wasmFile());
const today = '2024-06-01';

/** Character set 82 but the brackets that begin an AI in what is drawn, and %, which bwip-js doubles in bytes of a QR. */
const open = fc.string({
  unit: fc.constantFrom(...'ABCXYZabcxyz0123456789-./+&!"\'*,:;<=>?_'),
  minLength: 1,
  maxLength: 20,
});

test('any GS1 content survives symbol, picture and decoder, and means the same at the desk', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('gs1qr' as const, 'gs1datamatrix' as const, 'gs1code128' as const),
      fc.constantFrom('06921734900135', '06901234567892'),
      fc.integer({ min: 1, max: 28 }),
      open,
      open,
      fc.boolean(),
      (kind, gtin, day, lot, serial, isLotFirst) => {
        const batch = ['10', lot] as const;
        const unit = ['21', serial] as const;
        const elements = [
          ['01', gtin] as const,
          ['17', `2602${String(day).padStart(2, '0')}`] as const,
          ...(isLotFirst ? [batch, unit] : [unit, batch]),
        ];
        const picture = toPicture(drawSymbol(symbolOf(kind, elements), { modulePixels: 2 }, 1));
        const decoded = decoder.decode(picture, 'picture');
        expect(decoded?.text).toBe(elementString(elements));
        const reading = classify(decoded === null ? '' : scanText(decoded), { today });
        const meant = classify(elements.map(([ai, value]) => `(${ai})${value}`).join(''), { today });
        expect(reading.ok && reading.kind).toBe('gs1');
        expect(reading.ok && reading.fields).toEqual(meant.ok && meant.fields);
      },
    ),
    { numRuns: 25, seed: 20220405 },
  );
});

test('what the symbol says of its content is handed on, and nothing else', () => {
  const found = { engine: 'zxing-wasm', text: '0106921734900135' } as const;
  expect(scanText({ ...found, format: 'qrcode', symbology: ']Q3' })).toBe(']Q30106921734900135');
  expect(scanText({ ...found, format: 'datamatrix', symbology: ']d2' })).toBe(']d20106921734900135');
  expect(scanText({ ...found, format: 'code128', symbology: ']C1' })).toBe(']C10106921734900135');
  expect(scanText({ ...found, format: 'ean13', symbology: ']E0', text: '6921734900135' })).toBe(']E06921734900135');
  for (const symbology of [']Q1', ']d1', ']C0', ']L2']) {
    expect(scanText({ ...found, format: 'qrcode', symbology })).toBe('0106921734900135');
  }
});
