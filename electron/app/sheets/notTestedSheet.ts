import type { Language } from '../../../shared/language.ts';
import type { NotTestedRow, Round } from '../../../shared/model/round.ts';
import { localTime } from '../../../shared/time.ts';
import { escapeHtml } from './html.ts';
import { type Piece, paginate, type TablePiece } from './pages.ts';
import { contentMm, contentWidthMm, document } from './paper.ts';
import { sheetText } from './text.ts';

export type NotTestedSheetInput = {
  readonly siteName: string;
  readonly round: Round;
  /** By building, floor and room. */
  readonly rows: readonly NotTestedRow[];
  readonly language: Language;
  readonly nowAtMs: number;
  /** The site's IANA zone. */
  readonly zone: string;
};

/** Heights in mm as planned; the style below makes them so. */
const rowMm = 8;
const headMm = 7;

/** Whom to look for behind which door: a table a building, with boxes to tick with a pen. Names stand in their masked form. */
export function notTestedSheet({ siteName, round, rows, language, nowAtMs, zone }: NotTestedSheetInput): string {
  const whole = sheetText(language);
  const text = whole.notTested;
  const { day, clock } = localTime(nowAtMs, zone);
  const buildings = new Map<string, NotTestedRow[]>();
  for (const row of rows) {
    const house = buildings.get(row.address.building);
    if (house === undefined) buildings.set(row.address.building, [row]);
    else house.push(row);
  }
  const content: (Piece | TablePiece)[] = [
    {
      kind: 'block',
      mm: 26,
      html: `<header><h1>${text.title}</h1><p class="sums">${escapeHtml(round.name)} · ${text.sums(rows.length, round.target)}</p><p class="says">${text.how}</p></header>`,
    },
  ];
  for (const [building, people] of buildings) {
    content.push({
      kind: 'table',
      heading: (continued) =>
        `<h2>${building === '' ? text.noBuilding : text.building(escapeHtml(building))} · ${text.people(people.length)}${continued ? whole.day.continued : ''}</h2>`,
      headingMm: 9,
      head: `<thead><tr>${text.columns.map((name) => `<th scope="col">${name}</th>`).join('')}</tr></thead>`,
      headMm,
      rows: people.map((person) => ({ html: rowOf(person, text), mm: rowMm })),
      gapMm: 5,
    });
  }
  return document({
    lang: whole.htmlLang,
    title: text.title,
    style,
    pages: paginate(content, contentMm),
    footer: (page, of) =>
      `<span>${escapeHtml(siteName)}</span><span>${escapeHtml(round.name)}</span><span>${text.asOf(`${day} ${clock.slice(0, 5)}`)}</span><span>${whole.day.page(page, of)}</span>`,
  });
}

function rowOf(
  { address, floor, nameMasked, age, phoneMasked, absence }: NotTestedRow,
  text: ReturnType<typeof sheetText>['notTested'],
): string {
  const cells = [
    floor === null ? '' : String(floor),
    escapeHtml([address.unit, address.room].filter((part) => part !== '').join('-')),
    escapeHtml(nameMasked),
    age === null ? '' : String(age),
    escapeHtml(phoneMasked ?? ''),
    '<span class="box"></span>',
    '<span class="box"></span>',
    '<span class="box"></span>',
    absence === null
      ? ''
      : escapeHtml([text.reasons[absence.reason], absence.note].filter((part) => part !== '').join(' ')),
  ];
  return `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
}

const style = `
header { height: 26mm; }
h1 { font-size: 7mm; line-height: 10mm; font-weight: 700; }
h2 { font-size: 4.4mm; line-height: 7mm; font-weight: 700; height: 9mm; padding-top: 1mm; }
.sums { font-size: 4.2mm; line-height: 7mm; font-weight: 700; }
.says { font-size: 3.4mm; line-height: 6mm; }
table { width: ${contentWidthMm}mm; table-layout: fixed; border-collapse: separate; border-spacing: 0; margin-bottom: 5mm; }
th, td { padding: 0 1mm; height: ${rowMm}mm; vertical-align: middle; border-bottom: 0.15mm solid #000; text-align: left; font-weight: 400; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; font-size: 3.6mm; }
thead th { height: ${headMm}mm; font-weight: 700; font-size: 3.3mm; border-bottom: 0.4mm solid #000; }
th:nth-child(1), td:nth-child(1) { width: 12mm; padding-left: 0; }
th:nth-child(2), td:nth-child(2) { width: 24mm; font-weight: 700; }
th:nth-child(3), td:nth-child(3) { width: 24mm; }
th:nth-child(4), td:nth-child(4) { width: 12mm; }
th:nth-child(5), td:nth-child(5) { width: 30mm; }
th:nth-child(6), td:nth-child(6), th:nth-child(7), td:nth-child(7), th:nth-child(8), td:nth-child(8) { width: 14mm; text-align: center; }
.box { display: inline-block; width: 4.4mm; height: 4.4mm; border: 0.3mm solid #000; vertical-align: middle; }
`;
