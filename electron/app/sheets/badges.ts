import type { Language } from '../../../shared/language.ts';
import type { Role } from '../../../shared/model/staff.ts';
import { escapeHtml } from './html.ts';
import { document } from './paper.ts';
import { drawSymbol } from './symbols.ts';
import { sheetText } from './text.ts';

export type Badge = { readonly name: string; readonly role: Role; readonly badge: string };

const perPage = 10;

/** Badges of a card's size (85.6 × 54 mm), ten a sheet, to cut along the dashes. */
export function badgeSheet(input: {
  readonly badges: readonly Badge[];
  readonly siteName: string;
  readonly language: Language;
}): string {
  const whole = sheetText(input.language);
  const text = whole.badges;
  const cards = input.badges.map(({ name, role, badge }) => {
    // 0.3 mm is the widest module with which bars and their quiet zones fit a card; the square beside them is generous.
    const bars = drawSymbol('code128', badge, { moduleMm: 0.3, barMm: 12 });
    const square = drawSymbol('qrcode', badge, { moduleMm: 0.7 });
    if (bars === null || square === null) throw new Error('a badge code cannot be drawn');
    return `<article class="card"><p class="site">${escapeHtml(input.siteName)}</p><div class="top"><div class="who"><b>${escapeHtml(name)}</b><span>${text.role[role]}</span></div>${square.svg}</div>${bars.svg}</article>`;
  });
  const pages: string[] = [];
  for (let at = 0; at < cards.length; at += perPage) {
    pages.push(`<div class="grid">${cards.slice(at, at + perPage).join('')}</div>`);
  }
  return document({
    lang: whole.htmlLang,
    title: text.title,
    style,
    pages,
    footer: (at, of) => `<span>${text.note}</span><span>${whole.day.page(at, of)}</span>`,
  });
}

const style = `
.page { padding: 8mm 19.4mm 0; }
.content { height: 271mm; }
footer { bottom: 5mm; }
.grid { display: grid; grid-template-columns: 85.6mm 85.6mm; }
.card { width: 85.6mm; height: 54mm; border: 0.2mm dashed #000; padding: 3mm 0 3mm; display: flex; flex-direction: column; align-items: center; justify-content: space-between; overflow: hidden; }
.site { width: 78mm; font-size: 3.2mm; line-height: 5mm; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.top { width: 78mm; display: flex; align-items: center; gap: 3mm; }
.who { flex: 1; min-width: 0; }
.who b { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2; overflow: hidden; font-size: 6mm; line-height: 7.5mm; overflow-wrap: anywhere; }
.who span { display: block; font-size: 3.8mm; line-height: 6mm; }
.symbol { display: block; flex: none; }
`;
