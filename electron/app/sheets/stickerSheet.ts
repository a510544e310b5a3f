import type { Language } from '../../../shared/language.ts';
import type { StickerBatch, StickerLayout } from '../../../shared/model/sticker.ts';
import { escapeHtml } from './html.ts';
import { document } from './paper.ts';
import { drawSymbol } from './symbols.ts';
import { sheetText } from './text.ts';

type Grid = {
  readonly columns: number;
  readonly rows: number;
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly top: number;
  readonly gap: number;
  readonly moduleMm: number;
};

/** The usual label sheets, in mm: size of a label, margins left and above, the gap between columns. */
const grids: Readonly<Record<StickerLayout, Grid>> = {
  '65': { columns: 5, rows: 13, width: 38.1, height: 21.2, left: 4.75, top: 10.7, gap: 2.5, moduleMm: 0.5 },
  '24': { columns: 3, rows: 8, width: 70, height: 37, left: 0, top: 0.4, gap: 0, moduleMm: 0.8 },
  '24gap': { columns: 3, rows: 8, width: 63.5, height: 33.9, left: 7.25, top: 12.9, gap: 2.5, moduleMm: 0.8 },
};

/** How many labels a sheet has. */
export function labelsPerSheet(layout: StickerLayout): number {
  return grids[layout].columns * grids[layout].rows;
}

/** Stickers on a label sheet, from place `startAt` (1 = top left, row by row) on, so that a begun sheet is used up. */
export function stickerSheet(input: {
  readonly batch: StickerBatch;
  readonly stickers: readonly { readonly number: number; readonly code: string }[];
  readonly layout: StickerLayout;
  readonly startAt: number;
  readonly language: Language;
}): string {
  const whole = sheetText(input.language);
  const text = whole.stickers;
  const grid = grids[input.layout];
  const perPage = grid.columns * grid.rows;
  const { batch } = input;
  const lot = `${text.lot} ${escapeHtml(batch.lot)}`;
  const expires = batch.expiresOn === null ? '' : `<span>${text.expires} ${escapeHtml(batch.expiresOn)}</span>`;
  const labels = [
    ...Array.from({ length: Math.min(input.startAt, perPage) - 1 }, () => '<div class="label"></div>'),
    ...input.stickers.map(({ number, code }) => {
      const square = drawSymbol('datamatrix', code, { moduleMm: grid.moduleMm });
      if (square === null) throw new Error('a sticker code cannot be drawn');
      return `<div class="label"><div class="row">${square.svg}<div class="facts"><b>${escapeHtml(batch.productName)}</b><span>${lot}</span>${expires}<span>${number}/${batch.count}</span></div></div><p class="mono">${(code.match(/.{1,4}/g) ?? []).join(' ')}</p></div>`;
    }),
  ];
  const pages: string[] = [];
  for (let at = 0; at < labels.length; at += perPage) {
    pages.push(`<div class="grid">${labels.slice(at, at + perPage).join('')}</div>`);
  }
  const isSmall = input.layout === '65';
  return document({
    lang: whole.htmlLang,
    title: text.title,
    style: `
.page { padding: ${grid.top}mm 0 0 ${grid.left}mm; }
.content { height: ${grid.height * grid.rows + 0.1}mm; }
footer { display: none; }
.grid { display: grid; grid-template-columns: repeat(${grid.columns}, ${grid.width}mm); column-gap: ${grid.gap}mm; grid-auto-rows: ${grid.height}mm; }
.label { overflow: hidden; padding: ${isSmall ? '2mm 2mm 0' : '4mm 5mm 0'}; }
.row { display: flex; gap: ${isSmall ? 1.5 : 3}mm; align-items: center; }
.symbol { display: block; flex: none; }
.facts { flex: 1; min-width: 0; font-size: ${isSmall ? 2.3 : 3.2}mm; line-height: ${isSmall ? 2.9 : 4.4}mm; }
.facts b, .facts span { display: block; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.label .mono { margin-top: ${isSmall ? 1 : 2}mm; font-size: ${isSmall ? 2.2 : 3.4}mm; line-height: ${isSmall ? 3 : 4.4}mm; white-space: nowrap; }
`,
    pages,
    footer: () => '',
  });
}
