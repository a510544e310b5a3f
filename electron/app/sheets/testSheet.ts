import { testSheet as codes, type TestSheetCode } from '../../../shared/codes/testSheet.ts';
import type { Language } from '../../../shared/language.ts';
import { escapeHtml } from './html.ts';
import { type Piece, paginate } from './pages.ts';
import { contentMm, document } from './paper.ts';
import { drawSymbol } from './symbols.ts';
import { sheetText } from './text.ts';

/** Codes by which a gun shows how it is set, one below the other with so much white between that none is hit by chance. */
export function testSheet(input: { readonly language: Language }): string {
  const whole = sheetText(input.language);
  const text = whole.test;
  const head: Piece = {
    kind: 'block',
    mm: 44,
    html: `<div class="head"><h1>${text.title}</h1><ol>${text.how.map((line) => `<li>${line}</li>`).join('')}</ol></div>`,
  };
  const hints: Piece = {
    kind: 'block',
    mm: 44,
    html: `<div class="hints"><h2>${text.hintsTitle}</h2><ul>${text.hints.map((line) => `<li>${line}</li>`).join('')}</ul></div>`,
  };
  return document({
    lang: whole.htmlLang,
    title: text.title,
    style,
    pages: paginate(
      [head, ...codes.map((code, index) => row(code, index, text.tries[code.key] ?? '')), hints],
      contentMm,
    ),
    footer: (at, of) => `<span>${text.title}</span><span>${whole.day.page(at, of)}</span>`,
  });
}

function row(code: TestSheetCode, index: number, tries: string): Piece {
  const isLine = code.symbol === 'code128' || code.symbol === 'gs1-128';
  const symbol =
    (isLine ? drawSymbol(code.symbol, code.text, { moduleMm: 0.38, barMm: 15 }) : null) ??
    drawSymbol(code.symbol, code.text, { moduleMm: isLine ? 0.33 : 0.6, barMm: 15 });
  if (symbol === null) throw new Error(`the test sheet's code ${code.key} cannot be drawn`);
  const narrowed = symbol.widthMm > 180 ? drawSymbol(code.symbol, code.text, { moduleMm: 0.33, barMm: 15 }) : symbol;
  const drawn = narrowed ?? symbol;
  const mm = drawn.heightMm + 32;
  return {
    kind: 'block',
    mm,
    html: `<section class="code"><p class="what"><b class="number">${index + 1}</b>${escapeHtml(tries)}</p><div class="drawn">${drawn.svg}</div></section>`,
  };
}

const style = `
.head { height: 44mm; overflow: hidden; }
h1 { font-size: 7mm; line-height: 10mm; }
h2 { font-size: 4mm; line-height: 7mm; }
ol, ul { margin: 1.5mm 0 0 6mm; font-size: 3.8mm; line-height: 6mm; }
.code { padding: 4mm 0 20mm; }
.what { display: flex; align-items: center; gap: 3mm; height: 8mm; font-size: 3.8mm; }
.number { flex: none; width: 7mm; height: 7mm; border: 0.4mm solid #000; border-radius: 50%; text-align: center; line-height: 6.2mm; font-size: 4mm; }
.symbol { display: block; }
.hints { height: 44mm; padding-top: 3mm; border-top: 0.3mm dashed #000; overflow: hidden; }
`;
