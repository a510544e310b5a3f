import type { Language } from '../../../shared/language.ts';
import type { Destruction, DestructionPiece } from '../../../shared/model/retention.ts';
import { localTime } from '../../../shared/time.ts';
import { escapeHtml } from './html.ts';
import { type Piece, paginate, type TablePiece } from './pages.ts';
import { contentMm, contentWidthMm, document } from './paper.ts';
import { sheetText } from './text.ts';

export type DestructionSheetInput = {
  readonly destruction: Destruction;
  readonly pieces: readonly DestructionPiece[];
  readonly language: Language;
  /** The site's IANA zone. */
  readonly zone: string;
};

/** Heights in mm as planned; the style below makes them so. */
const rowMm = 5.6;
const headMm = 6.6;

/** The record of a destruction: what, how much, by whom, under which rule. It names nobody who was tested. */
export function destructionSheet({ destruction, pieces, language, zone }: DestructionSheetInput): string {
  const whole = sheetText(language);
  const text = whole.destruction;
  const moment = (atMs: number): string => {
    const { day, clock } = localTime(atMs, zone);
    return `${day} ${clock}`;
  };
  const period = (days: number | null): string => (days === null ? text.forEver : text.days(days));
  const facts: readonly (readonly [string, string])[] = [
    [text.site, `${destruction.siteName} · ${whole.day.station} ${destruction.stationName}`],
    [text.operator, destruction.operatorName],
    [text.begun, moment(destruction.startedAtMs)],
    [text.ended, destruction.endedAtMs === null ? text.notEnded : moment(destruction.endedAtMs)],
    [text.testsPeriod, period(destruction.periods.testsDays)],
    [text.peoplePeriod, period(destruction.periods.peopleDays)],
    [text.auditPeriod, period(destruction.periods.auditDays)],
    [text.testsBefore, destruction.testsBefore ?? whole.day.notGiven],
    [text.peopleBefore, destruction.peopleBeforeMs === null ? whole.day.notGiven : moment(destruction.peopleBeforeMs)],
  ];
  const head = `<h1>${text.title(destruction.number)}</h1>
<dl class="facts">${facts.map(([label, value]) => `<div><dt>${label}</dt><dd>${escapeHtml(value)}</dd></div>`).join('')}</dl>
<p class="sums">${text.sums(destruction.tests, destruction.days, destruction.people, destruction.entries)}</p>
<p class="says">${text.how}</p>`;
  const sign = (who: string): string =>
    `<div class="sign"><p>${who}</p><p class="rule"><span>${whole.day.signName}</span></p><p class="rule"><span>${whole.day.signAt}</span></p></div>`;
  const digest = destruction.sha256 ?? '';
  const foot = `<section class="signatures"><div class="boxes">${sign(text.signDoer)}${sign(text.signWitness)}</div>
<p class="digest">${text.digest}<span class="mono">${grouped(digest, 8)}</span></p><p class="note">${text.digestNote}</p></section>`;
  const content: (Piece | TablePiece)[] = [
    { kind: 'block', html: `<header>${head}</header>`, mm: 96 },
    { kind: 'block', html: foot, mm: 64 },
  ];
  if (pieces.length > 0) {
    content.push({
      kind: 'table',
      heading: (continued) => `<h2>${text.pieces}${continued ? whole.day.continued : ''}</h2>`,
      headingMm: 8,
      head: `<thead><tr>${text.columns.map((name) => `<th scope="col">${name}</th>`).join('')}</tr></thead>`,
      headMm,
      rows: pieces.map((piece) => ({ html: row(piece, text.kinds), mm: rowMm })),
      gapMm: 5,
    });
  }
  const pages = paginate(content, contentMm);
  return document({
    lang: whole.htmlLang,
    title: text.title(destruction.number),
    style,
    pages,
    footer: (page, of) =>
      `<span>${escapeHtml(destruction.siteName)}</span><span>${text.title(destruction.number)}</span><span>${whole.day.shortDigest} <span class="mono">${grouped(digest.slice(0, 16), 4)}</span></span><span>${whole.day.page(page, of)}</span>`,
  });
}

function row(
  { n, kind, day, counts, rowsSha256, recordsSha256 }: DestructionPiece,
  kinds: Readonly<Record<'people' | 'audit', string>>,
): string {
  const cells = [
    String(n),
    kind === 'tests' ? (day ?? '') : kinds[kind],
    String(counts['tests'] ?? 0),
    String(counts['results'] ?? 0),
    String(counts['outbox'] ?? 0),
    String(counts['people'] ?? counts['audit'] ?? 0),
    `<span class="mono">${grouped(rowsSha256.slice(0, 16), 4)}</span>`,
    recordsSha256 === null ? '' : `<span class="mono">${grouped(recordsSha256.slice(0, 16), 4)}</span>`,
  ];
  return `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
}

/** Hex in groups, so that two people can compare it aloud. */
function grouped(hex: string, size: number): string {
  return (hex.match(new RegExp(`.{1,${size}}`, 'g')) ?? []).join(' ');
}

const style = `
header { height: 96mm; }
h1 { font-size: 7.6mm; line-height: 12mm; font-weight: 700; }
h2 { font-size: 4mm; line-height: 5mm; font-weight: 700; height: 8mm; padding-top: 1mm; }
.facts { margin-top: 2mm; display: grid; grid-template-columns: 1fr 1fr; column-gap: 10mm; }
.facts div { display: flex; justify-content: space-between; gap: 4mm; height: 8mm; line-height: 7.6mm; border-bottom: 0.15mm solid #000; white-space: nowrap; overflow: hidden; }
.facts dd { font-weight: 700; overflow: hidden; text-overflow: ellipsis; }
.sums { margin-top: 5mm; font-size: 5mm; line-height: 8mm; font-weight: 700; }
.says { margin-top: 2mm; line-height: 5.2mm; }
.signatures { height: 64mm; }
.boxes { display: grid; grid-template-columns: 1fr 1fr; gap: 10mm; }
.sign { border: 0.25mm solid #000; height: 34mm; padding: 2mm 3mm; }
.sign p:first-child { font-weight: 700; }
.rule { height: 12mm; border-bottom: 0.25mm solid #000; display: flex; align-items: flex-end; font-size: 3mm; }
.digest { margin-top: 4mm; font-size: 3mm; }
.digest .mono { display: inline-block; margin-left: 3mm; font-size: 3mm; }
.note { font-size: 2.9mm; line-height: 4.4mm; }
table { width: ${contentWidthMm}mm; table-layout: fixed; border-collapse: separate; border-spacing: 0; margin-bottom: 5mm; }
th, td { padding: 0 1mm; height: ${rowMm}mm; line-height: 4.6mm; vertical-align: middle; border-bottom: 0.15mm solid #000; text-align: right; font-weight: 400; white-space: nowrap; overflow: hidden; font-size: 3.1mm; }
thead th { height: ${headMm}mm; font-weight: 700; border-bottom: 0.4mm solid #000; }
th:nth-child(1), td:nth-child(1) { width: 10mm; text-align: left; padding-left: 0; }
th:nth-child(2), td:nth-child(2) { width: 26mm; text-align: left; }
th:nth-child(n+7), td:nth-child(n+7) { width: 40mm; }
td .mono { font-size: 2.9mm; }
`;
