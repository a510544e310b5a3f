import type { Language } from '../../../shared/language.ts';
import type { Organisation, OrganisationFigures } from '../../../shared/model/organisation.ts';
import { localTime } from '../../../shared/time.ts';
import { escapeHtml } from './html.ts';
import { paginate } from './pages.ts';
import { contentMm, contentWidthMm, document } from './paper.ts';
import { sheetText } from './text.ts';

export type OrganisationSheetInput = {
  readonly siteName: string;
  readonly roundName: string;
  /** One day of the round, or null for all of it. */
  readonly day: string | null;
  readonly rows: readonly { readonly organisation: Organisation; readonly figures: OrganisationFigures }[];
  readonly language: Language;
  readonly nowAtMs: number;
  /** The site's IANA zone. */
  readonly zone: string;
};

/** Heights in mm as planned; the style below makes them so. */
const rowMm = 9;
const headMm = 8;

/**
 * How far each organisation is, to hand to whoever asks: figures only, nobody's name. There is no sum of them, since one
 * person may belong to two.
 */
export function organisationSheet(input: OrganisationSheetInput): string {
  const { siteName, roundName, day: onDay, rows, language, nowAtMs, zone } = input;
  const whole = sheetText(language);
  const text = whole.organisations;
  const { day, clock } = localTime(nowAtMs, zone);
  const html = rows.map(({ organisation, figures }) => {
    const { target, tested, positive, notTested } = figures;
    const share = target === 0 ? '–' : `${Math.floor((tested / target) * 100)}%`;
    const cells = [
      organisation.name,
      text.kinds[organisation.kind],
      ...[organisation.people, target, tested, positive, notTested].map(String),
      share,
    ];
    return { mm: rowMm, html: `<tr>${cells.map((cell) => `<td>${escapeHtml(cell)}</td>`).join('')}</tr>` };
  });
  return document({
    lang: whole.htmlLang,
    title: text.title,
    style,
    pages: paginate(
      [
        {
          kind: 'block',
          mm: 30,
          html: `<header><h1>${text.title}</h1><p class="sums">${escapeHtml(roundName)} · ${onDay === null ? text.wholeRound : whole.day.date(onDay)}</p><p class="says">${text.how}</p></header>`,
        },
        {
          kind: 'table',
          heading: (continued) => (continued ? `<p class="says">${whole.day.continued}</p>` : ''),
          headingMm: 6,
          head: `<thead><tr>${text.columns.map((name) => `<th scope="col">${name}</th>`).join('')}</tr></thead>`,
          headMm,
          rows: html,
          gapMm: 5,
        },
      ],
      contentMm,
    ),
    footer: (page, of) =>
      `<span>${escapeHtml(siteName)}</span><span>${escapeHtml(roundName)}</span><span>${text.asOf(`${day} ${clock.slice(0, 5)}`)}</span><span>${whole.day.page(page, of)}</span>`,
  });
}

const style = `
header { height: 29mm; }
h1 { font-size: 7mm; line-height: 11mm; font-weight: 700; }
.sums { font-size: 4.4mm; line-height: 7mm; font-weight: 700; }
.says { font-size: 3.4mm; line-height: 5mm; }
table { width: ${contentWidthMm}mm; table-layout: fixed; border-collapse: separate; border-spacing: 0; }
th, td { padding: 0 1mm; height: ${rowMm}mm; line-height: 4mm; vertical-align: middle; border-bottom: 0.15mm solid #000; text-align: right; font-weight: 400; overflow: hidden; font-size: 3.6mm; }
thead th { height: ${headMm}mm; font-weight: 700; font-size: 3.3mm; border-bottom: 0.4mm solid #000; }
th:nth-child(1), td:nth-child(1) { width: 58mm; text-align: left; padding-left: 0; font-weight: 700; overflow-wrap: anywhere; }
th:nth-child(2), td:nth-child(2) { width: 22mm; text-align: left; }
`;
