import bwipjs from 'bwip-js/node';
import type { CodeFormat } from '../../renderer/scan/decode/decoder.ts';
import type { Chance } from './chance.ts';

/** A symbol as modules, without its quiet zone. */
export type CodeSymbol = {
  readonly format: CodeFormat;
  /** What a reader must give: GS as U+001D, no identifier. */
  readonly text: string;
  readonly symbology: string;
  readonly columns: number;
  readonly rows: number;
  readonly isDark: (column: number, row: number) => boolean;
};

/** The kinds of symbol that kits, papers and our own sheets carry. */
export const symbolKinds = ['gs1qr', 'qr', 'gs1datamatrix', 'gs1code128', 'code128', 'ean13', 'pdf417'] as const;
export type SymbolKind = (typeof symbolKinds)[number];

const kinds: Readonly<
  Record<SymbolKind | 'datamatrix', { readonly bcid: string; readonly format: CodeFormat; readonly symbology: string }>
> = {
  gs1qr: { bcid: 'gs1qrcode', format: 'qrcode', symbology: ']Q3' },
  qr: { bcid: 'qrcode', format: 'qrcode', symbology: ']Q1' },
  datamatrix: { bcid: 'datamatrix', format: 'datamatrix', symbology: ']d1' },
  gs1datamatrix: { bcid: 'gs1datamatrix', format: 'datamatrix', symbology: ']d2' },
  gs1code128: { bcid: 'gs1-128', format: 'code128', symbology: ']C1' },
  code128: { bcid: 'code128', format: 'code128', symbology: ']C0' },
  ean13: { bcid: 'ean13', format: 'ean13', symbology: ']E0' },
  pdf417: { bcid: 'pdf417', format: 'pdf417', symbology: ']L2' },
};

/** AI values in the order in which they are printed. */
export type Elements = readonly (readonly [ai: string, value: string])[];

/** Lengths of the AIs that need no separator after them, of those used here. */
const fixed: ReadonlySet<string> = new Set(['01', '11', '17']);

/** The element string that a reader gives: a separator after each value of open length but the last. */
export function elementString(elements: Elements): string {
  return elements
    .map(([ai, value], at) => ai + value + (fixed.has(ai) || at === elements.length - 1 ? '' : '\u001d'))
    .join('');
}

/** @param content element values for the GS1 kinds, the text itself for the others */
export function symbolOf(
  kind: SymbolKind | 'datamatrix',
  content: Elements | string,
  options: object = {},
): CodeSymbol {
  const { bcid, format, symbology } = kinds[kind];
  const isText = typeof content === 'string';
  const written = isText ? content : content.map(([ai, value]) => `(${ai})${value}`).join('');
  const text = isText ? content : elementString(content);
  const [drawn] = bwipjs.raw({ bcid, text: written, ...options }) as unknown as readonly Drawn[];
  if (drawn === undefined) throw new Error(`nothing was drawn for ${bcid}`);
  if ('pixs' in drawn) {
    const { pixs, pixx, pixy } = drawn;
    return { format, text, symbology, columns: pixx, rows: pixy, isDark: (x, y) => pixs[y * pixx + x] === 1 };
  }
  const bars = drawn.sbs.flatMap((width, at) => new Array<boolean>(width).fill(at % 2 === 0));
  const rows = Math.max(24, Math.round(bars.length * 0.3));
  return { format, text, symbology, columns: bars.length, rows, isDark: (x) => bars[x] === true };
}

type Drawn =
  | { readonly pixs: readonly number[]; readonly pixx: number; readonly pixy: number }
  | { readonly sbs: readonly number[] };

const letters = 'ABCDEFGHJKLMNPQRSTUVWXYZ0123456789';

function word(chance: Chance, least: number, most: number): string {
  return Array.from({ length: chance.whole(least, most) }, () => letters[chance.whole(0, letters.length - 1)]).join('');
}

function digits(chance: Chance, count: number): string {
  return Array.from({ length: count }, () => chance.whole(0, 9)).join('');
}

function withCheckDigit(body: string): string {
  let sum = 0;
  for (let at = 0; at < body.length; at++) sum += Number(body[body.length - 1 - at]) * (at % 2 === 0 ? 3 : 1);
  return body + ((10 - (sum % 10)) % 10);
}

/** A kit's code: product, expiry, batch, serial, the open lengths in either order so that separators are needed. */
function kitElements(chance: Chance): Elements {
  const gtin = withCheckDigit(`069${digits(chance, 10)}`);
  const expiry = `2${chance.whole(4, 8)}${String(chance.whole(1, 12)).padStart(2, '0')}${String(chance.whole(1, 28)).padStart(2, '0')}`;
  const lot = ['10', word(chance, 4, 9)] as const;
  const serial = ['21', word(chance, 5, 12)] as const;
  const open = chance.next() < 0.5 ? [lot, serial] : [serial, lot];
  return [['01', gtin], ['17', expiry], ...open];
}

/** A symbol of a kind with content as it stands on kits and papers. */
export function randomSymbol(kind: SymbolKind, chance: Chance): CodeSymbol {
  switch (kind) {
    case 'gs1qr':
    case 'gs1datamatrix':
    case 'gs1code128':
      return symbolOf(kind, kitElements(chance));
    case 'qr':
      return symbolOf(kind, `https://kit.example.com/v?sn=${word(chance, 10, 20)}`);
    case 'code128':
      return symbolOf(kind, `${word(chance, 3, 5)}-${digits(chance, chance.whole(4, 9))}`);
    case 'ean13':
      return symbolOf(kind, withCheckDigit(`69${digits(chance, 10)}`));
    case 'pdf417':
      // Two lines of a passport, as papers carry them.
      return symbolOf(
        kind,
        `P<CHNZHANG<<SAN${'<'.repeat(29)}${word(chance, 9, 9)}<CHN${digits(chance, 7)}M${digits(chance, 7)}`,
        {
          columns: 6,
          eclevel: 3,
        },
      );
  }
}
