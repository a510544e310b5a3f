import { type Command, commandCodes, commands } from '../../../shared/codes/ownCodes.ts';
import type { Language } from '../../../shared/language.ts';
import { document } from './paper.ts';
import { drawSymbol } from './symbols.ts';
import { sheetText } from './text.ts';

/**
 * Cards that order something by a scan: eight to cut out, or all on one sheet to laminate. The words stand in both
 * languages, the sheet's own large. Nothing is coloured: a result is told by its mark and its word.
 */
export function commandCards(input: { readonly language: Language; readonly layout: 'cards' | 'sheet' }): string {
  const whole = sheetText(input.language);
  const other = sheetText(input.language === 'en' ? 'zh-CN' : 'en');
  const text = whole.commands;
  const cards = commands.map((command) => {
    const bars = drawSymbol('code128', commandCodes[command], { moduleMm: 0.33, barMm: 13 });
    const square = drawSymbol('qrcode', commandCodes[command], { moduleMm: 0.6 });
    if (bars === null || square === null) throw new Error(`the code of ${command} cannot be drawn`);
    return `<article class="card"><div class="top"><svg class="mark" viewBox="0 0 24 24" width="13mm" height="13mm" aria-hidden="true">${marks[command]}</svg><div class="words"><b>${text.words[command]}</b><span>${other.commands.words[command]}</span></div>${square.svg}</div>${bars.svg}</article>`;
  });
  const perPage = 8;
  const pages: string[] = [];
  for (let at = 0; at < cards.length; at += perPage) {
    const title = input.layout === 'sheet' ? `<h1>${text.title}</h1>` : '';
    pages.push(`${title}<div class="grid ${input.layout}">${cards.slice(at, at + perPage).join('')}</div>`);
  }
  return document({
    lang: whole.htmlLang,
    title: text.title,
    style,
    pages,
    footer: (at, of) =>
      `<span>${input.layout === 'sheet' ? text.laminate : text.cut}</span><span>${whole.day.page(at, of)}</span>`,
  });
}

/** Drawn with strokes only: a tick would praise, a cross would warn. */
const stroke = 'fill="none" stroke="#000" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"';
const strip = (lines: string): string => `<g ${stroke}><rect x="6" y="2" width="12" height="20" rx="2"/>${lines}</g>`;
const marks: Readonly<Record<Command, string>> = {
  negative: strip('<path d="M9 8h6"/>'),
  positive: strip('<path d="M9 8h6M9 13h6"/>'),
  invalid: strip('<path d="M9 13h6" stroke-dasharray="1 3"/>'),
  confirm: `<path ${stroke} d="M4 12l5 5L20 6"/>`,
  undo: `<path ${stroke} d="M9 5L4 10l5 5M4 10h10a5 5 0 0 1 0 10h-3"/>`,
  void: `<g ${stroke}><circle cx="12" cy="12" r="9"/><path d="M5.6 5.6l12.8 12.8"/></g>`,
  next: `<path ${stroke} d="M4 12h15M13 6l6 6-6 6"/>`,
  lock: `<g ${stroke}><rect x="5" y="11" width="14" height="10" rx="2"/><path d="M8 11V7a4 4 0 0 1 8 0v4"/></g>`,
};

const style = `
h1 { font-size: 6mm; line-height: 10mm; height: 12mm; }
.grid { display: grid; grid-template-columns: 91mm 91mm; }
.card { width: 91mm; height: 62mm; padding: 4mm 0 0; border: 0.2mm dashed #000; display: flex; flex-direction: column; align-items: center; justify-content: space-between; padding-bottom: 5mm; overflow: hidden; }
.sheet .card { border-style: solid; height: 61mm; }
.top { width: 87mm; display: flex; align-items: center; gap: 4mm; }
.mark { flex: none; }
.words { flex: 1; min-width: 0; }
.words b { display: block; font-size: 9mm; line-height: 12mm; }
.words span { display: block; font-size: 4mm; line-height: 6mm; }
.symbol { display: block; flex: none; }
`;
