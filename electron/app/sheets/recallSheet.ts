import type { Language } from '../../../shared/language.ts';
import type { Recall, RecalledTests } from '../../../shared/model/recall.ts';
import type { TestCard, TestStatus } from '../../../shared/model/test.ts';
import { localTime } from '../../../shared/time.ts';
import { escapeHtml, linesNeeded } from './html.ts';
import { type Piece, paginate, type TablePiece } from './pages.ts';
import { contentMm, contentWidthMm, document } from './paper.ts';
import { sheetText } from './text.ts';

export type RecallSheetInput = {
  readonly siteName: string;
  readonly recall: Recall;
  readonly tests: RecalledTests;
  /** Every test done with it, the newest first. */
  readonly rows: readonly TestCard[];
  readonly language: Language;
  readonly nowAtMs: number;
  /** The site's IANA zone. */
  readonly zone: string;
};

/** Heights in mm as planned; the style below makes them so. */
const rowMm = 7;
const headMm = 7;
const lineMm = 6;
/** What stands on a line of the facts, in em of its 3.6 mm text. */
const factEm = 36;
const mostLines = 4;
const order = ['positive', 'negative', 'invalid', 'pending', 'void'] as const satisfies readonly TestStatus[];

/** Who was tested with what is recalled: a table a result, what matters most first. Names stand in their masked form. */
export function recallSheet(input: RecallSheetInput): string {
  const { siteName, recall, tests, rows, language, nowAtMs, zone } = input;
  const whole = sheetText(language);
  const text = whole.recall;
  const moment = (atMs: number): string => {
    const { day, clock } = localTime(atMs, zone);
    return `${day} ${clock.slice(0, 5)}`;
  };
  const { kits, lifted } = recall;
  const what = kits === null ? text.wholeLot(recall.lot ?? '') : text.kits(kits.from, kits.to, kits.count);
  const facts: readonly (readonly [string, string])[] = [
    [text.what, `${recall.productName} · ${what}`],
    [text.reason, recall.reason],
    [text.source, recall.source],
    [text.recorded, `${moment(recall.atMs)} · ${recall.operatorName}`],
    ...(lifted === null
      ? []
      : [[text.lifted, `${moment(lifted.atMs)} · ${lifted.operatorName} · ${lifted.reason}`] as const]),
  ];
  const factsMm = facts.reduce((sum, [, fact]) => sum + linesNeeded(fact, factEm, mostLines) * lineMm, 0);
  const total = order.reduce((sum, status) => sum + tests[status], 0);
  const sums = order
    .filter((status) => tests[status] > 0)
    .map((status) => `${text.status[status]} ${tests[status]}`)
    .join(' · ');
  const content: (Piece | TablePiece)[] = [
    {
      kind: 'block',
      mm: 24 + factsMm,
      html: `<header><h1>${text.title}</h1><dl>${facts
        .map(([name, fact]) => `<dt>${name}</dt><dd>${escapeHtml(fact)}</dd>`)
        .join('')}</dl><p class="sums">${text.total(total)}${sums === '' ? '' : ` · ${sums}`}</p></header>`,
    },
  ];
  for (const status of order) {
    const some = rows.filter((row) => row.status === status);
    if (some.length === 0) continue;
    content.push({
      kind: 'table',
      heading: (continued) =>
        `<h2>${text.status[status]} · ${text.tests(some.length)}${continued ? whole.day.continued : ''}</h2>`,
      headingMm: 9,
      head: `<thead><tr>${text.columns.map((name) => `<th scope="col">${name}</th>`).join('')}</tr></thead>`,
      headMm,
      rows: some.map((row) => ({
        mm: rowMm,
        html: `<tr>${[
          moment(row.boundAtMs),
          row.person.nameMasked,
          [row.person.address.building, row.person.address.unit, row.person.address.room]
            .filter((part) => part !== '')
            .join('-'),
          row.kit.serial,
          row.result === null ? '' : moment(row.result.readAtMs),
          row.result?.operatorName ?? row.boundByName,
        ]
          .map((cell) => `<td>${escapeHtml(cell)}</td>`)
          .join('')}</tr>`,
      })),
      gapMm: 5,
    });
  }
  return document({
    lang: whole.htmlLang,
    title: text.title,
    style,
    pages: paginate(content, contentMm),
    footer: (page, of) =>
      `<span>${escapeHtml(siteName)}</span><span>${escapeHtml(what)}</span><span>${text.asOf(moment(nowAtMs))}</span><span>${whole.day.page(page, of)}</span>`,
  });
}

const style = `
h1 { font-size: 7mm; line-height: 10mm; font-weight: 700; }
h2 { font-size: 4.4mm; line-height: 7mm; font-weight: 700; height: 9mm; padding-top: 1mm; }
dl { display: grid; grid-template-columns: 34mm 1fr; font-size: 3.6mm; line-height: ${lineMm}mm; }
dt { color: #444; }
dd { overflow-wrap: anywhere; }
.sums { font-size: 4.2mm; line-height: 8mm; font-weight: 700; }
table { width: ${contentWidthMm}mm; table-layout: fixed; border-collapse: separate; border-spacing: 0; margin-bottom: 5mm; }
th, td { padding: 0 1mm; height: ${rowMm}mm; vertical-align: middle; border-bottom: 0.15mm solid #000; text-align: left; font-weight: 400; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; font-size: 3.4mm; }
thead th { height: ${headMm}mm; font-weight: 700; font-size: 3.3mm; border-bottom: 0.4mm solid #000; }
th:nth-child(1), td:nth-child(1) { width: 32mm; padding-left: 0; }
th:nth-child(2), td:nth-child(2) { width: 24mm; font-weight: 700; }
th:nth-child(5), td:nth-child(5) { width: 32mm; }
th:nth-child(6), td:nth-child(6) { width: 22mm; }
`;
