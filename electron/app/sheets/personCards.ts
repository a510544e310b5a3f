import type { PersonCardPrint } from '../../../shared/contract/people.ts';
import type { Language } from '../../../shared/language.ts';
import { escapeHtml } from './html.ts';
import { document } from './paper.ts';
import { drawSymbol } from './symbols.ts';
import { sheetText } from './text.ts';

const perPage = 10;

/**
 * Cards of a card's size (85.6 × 54 mm), ten a sheet, to cut along the dashes, in the order in which they are handed out:
 * another building begins on another sheet. The square holds the person's own code and nothing else.
 */
export function personCardSheet(input: {
  readonly cards: readonly PersonCardPrint[];
  readonly siteName: string;
  readonly language: Language;
}): string {
  const whole = sheetText(input.language);
  const text = whole.personCards;
  const pages: string[] = [];
  for (const cards of byBuilding(input.cards)) {
    for (let at = 0; at < cards.length; at += perPage) {
      const drawn = cards.slice(at, at + perPage).map((card) => cardOf(card, input.siteName, text.scan));
      pages.push(`<div class="grid">${drawn.join('')}</div>`);
    }
  }
  return document({
    lang: whole.htmlLang,
    title: text.title,
    style,
    pages,
    footer: (at, of) => `<span>${text.note}</span><span>${whole.day.page(at, of)}</span>`,
  });
}

function byBuilding(cards: readonly PersonCardPrint[]): readonly PersonCardPrint[][] {
  const buildings: PersonCardPrint[][] = [];
  for (const card of cards) {
    const last = buildings.at(-1);
    if (last?.[0]?.address.building === card.address.building) last.push(card);
    else buildings.push([card]);
  }
  return buildings;
}

function cardOf({ code, name, address }: PersonCardPrint, siteName: string, scan: string): string {
  // 0.9 mm a module: read by a gun at arm's length, and still after a bad copier.
  const square = drawSymbol('qrcode', code, { moduleMm: 0.9 });
  if (square === null) throw new Error('a person code cannot be drawn');
  const door = [address.building, address.unit, address.room].filter((part) => part !== '').join(' - ');
  return `<article class="card"><div class="top">${square.svg}<div class="who"><b>${escapeHtml(name)}</b><span>${escapeHtml(door)}</span><i>${scan}</i></div></div><p class="mono">${(code.match(/.{1,4}/g) ?? []).join(' ')}</p><p class="site">${escapeHtml(siteName)}</p></article>`;
}

const style = `
.page { padding: 8mm 19.4mm 0; }
.content { height: 271mm; }
footer { bottom: 5mm; }
.grid { display: grid; grid-template-columns: 85.6mm 85.6mm; }
.card { width: 85.6mm; height: 54mm; border: 0.2mm dashed #000; padding: 4mm 4mm 3mm; display: flex; flex-direction: column; justify-content: space-between; overflow: hidden; }
.top { display: flex; align-items: center; gap: 3mm; }
.who { flex: 1; min-width: 0; }
.who b { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2; overflow: hidden; font-size: 6.5mm; line-height: 8mm; overflow-wrap: anywhere; }
.who span { display: block; font-size: 5mm; line-height: 7mm; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.who i { display: block; font-style: normal; font-size: 3.2mm; line-height: 5mm; }
.card .mono { font-size: 3.4mm; line-height: 4.4mm; white-space: nowrap; }
.site { font-size: 3.2mm; line-height: 4.4mm; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.symbol { display: block; flex: none; }
`;
