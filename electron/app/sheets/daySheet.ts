import type { Language } from '../../../shared/language.ts';
import type { DayFigures, DaySummary, KitBalance, Tally } from '../../../shared/model/daySummary.ts';
import { localTime } from '../../../shared/time.ts';
import { escapeHtml, linesNeeded } from './html.ts';
import { type Piece, paginate, type TablePiece } from './pages.ts';
import { contentMm, contentWidthMm, document } from './paper.ts';
import { sheetText } from './text.ts';
import type { SheetText } from './wording.ts';

export type DaySheetInput = {
  readonly summary: DaySummary;
  /** 1 is the first paper of these figures. */
  readonly copy: number;
  readonly language: Language;
  /** The site's IANA zone, for the moment of counting. */
  readonly zone: string;
  /** The signed head of the audit log, beside the figures and no part of their hash. */
  readonly auditHead: { readonly seq: number; readonly fingerprint: string };
};

const terms = ['registered', 'negative', 'positive', 'invalid', 'pending', 'void'] as const;

/** Heights in mm as planned; the style below makes them so. */
const rowMm = 5.6;
const lineMm = 4.6;
const headMm = 6.6;
const headingMm = 8;
const gapMm = 5;
const most = 6;
/** Width of a table's first column in em of its 3.4 mm text, its padding taken off. */
const labelEm = 20;

/** The day's paper: a complete HTML document, A4, black on white. Holds figures and staff names, nobody who was tested. */
export function daySheet(input: DaySheetInput): string {
  const text = sheetText(input.language);
  const { figures } = input.summary;
  const pages = paginate(piecesOf(input, text), contentMm);
  const short = groups(input.summary.sha256.slice(0, 16), 4);
  const left = `${escapeHtml(text.day.date(figures.day))} · ${text.day.copy(input.copy)}`;
  return document({
    lang: text.htmlLang,
    title: `${text.day.title} ${figures.day}`,
    style,
    pages,
    footer: (page, of) =>
      `<span>${escapeHtml(figures.siteName)}</span><span>${left}</span><span>${text.day.shortDigest} <span class="mono">${short}</span></span><span>${text.day.page(page, of)}</span>`,
  });
}

function piecesOf(input: DaySheetInput, text: SheetText): (Piece | TablePiece)[] {
  const { figures } = input.summary;
  const day = text.day;
  const pieces: (Piece | TablePiece)[] = [
    { kind: 'block', html: heading(input, text), mm: 30 },
    { kind: 'block', html: equation(figures, text), mm: 34 },
    { kind: 'block', html: otherFigures(input.summary, text), mm: 39 },
  ];
  // Whoever signs sees the figures they sign for: the signatures stand on the first page, the tables come after.
  const signing: Piece = { kind: 'block', html: signatures(input, text), mm: 68 };
  if (figures.total.registered === 0 && figures.byHour.length === 0) {
    pieces.push({ kind: 'block', html: `<p class="empty">${day.emptyDay}</p>`, mm: 26 }, signing);
  } else {
    pieces.push({ kind: 'block', html: chart(figures, text), mm: 58 }, signing);
    const byHour = figures.byHour.map((row) => ({ label: day.hourSpan(row.hour), tally: row.tally }));
    pieces.push(table(day.byHour, day.hour, byHour, figures.total, text));
    pieces.push(table(day.byOperator, day.operator, figures.byOperator, figures.total, text));
    pieces.push(table(day.byProductLot, day.productLot, figures.byProductLot, figures.total, text));
    pieces.push(table(day.byBuilding, day.building, figures.byBuilding, figures.total, text));
  }
  if (figures.kits !== undefined) pieces.push(kitTable(figures.kits, text));
  return pieces;
}

/** Kits as they were counted, each difference with its reason. */
function kitTable(kits: readonly KitBalance[], text: SheetText): TablePiece {
  const { day } = text;
  const rows = kits.map((line) => {
    const reasons = line.reasons.map((reason) => reason.text || day.differenceReasons[reason.code]);
    const name = [line.productName, line.lot].filter((part) => part !== '').join(' · ');
    const why = line.difference === 0 ? '' : ` (${[...new Set(reasons)].join(', ')})`;
    const label = `${name}${why} ${day.counted(line.countedBy, line.confirmedBy)}`;
    const lines = linesNeeded(label, labelEm, most);
    const figures = [line.opening, line.received, line.movedIn - line.movedOut, line.used, line.spoiled, line.left];
    const cells = [...figures, line.difference].map((n) => `<td>${n}</td>`).join('');
    return {
      html: `<tr class="l${lines}"><th scope="row"><div>${escapeHtml(label)}</div></th>${cells}</tr>`,
      mm: rowMm + (lines - 1) * lineMm,
    };
  });
  const names = day.kitColumns.map((name) => `<th scope="col">${name}</th>`).join('');
  return {
    kind: 'table',
    heading: (continued) => `<h2>${day.kits}${continued ? day.continued : ''}</h2>`,
    headingMm,
    head: `<thead><tr><th scope="col">${day.productLot}</th>${names}</tr></thead>`,
    headMm,
    rows,
    gapMm,
  };
}

function heading(input: DaySheetInput, text: SheetText): string {
  const { figures, takenAtMs } = input.summary;
  const taken = localTime(takenAtMs, input.zone);
  return `<header><div><p class="site">${escapeHtml(figures.siteName)}</p><h1>${text.day.title}</h1>
<p class="facts"><b>${escapeHtml(text.day.date(figures.day))}</b><span>${text.day.station} ${escapeHtml(figures.stationName)}</span><span>${text.day.takenAt} ${taken.day} ${taken.clock.slice(0, 5)}</span></p></div>
<p class="copy">${text.day.copy(input.copy)}</p></header>`;
}

function equation(figures: DayFigures, text: SheetText): string {
  const signs = ['=', '+', '+', '+', '+', ''];
  const cells = terms
    .map((term, index) => {
      const sign = signs[index] === '' ? '' : `<i>${signs[index]}</i>`;
      return `<div class="term${index === 0 ? ' first' : ''}"><b>${figures.total[term]}</b><span>${text.day.terms[term]}</span></div>${sign}`;
    })
    .join('');
  const verdict = figures.balanced ? `✓ ${text.day.balances}` : `✕ ${text.day.doesNotBalance}`;
  return `<section class="equation"><div class="terms">${cells}</div><p class="verdict${figures.balanced ? '' : ' off'}">${verdict}</p></section>`;
}

function otherFigures({ figures, delivery }: DaySummary, text: SheetText): string {
  const day = text.day;
  const registered = figures.total.registered;
  const share = registered === 0 ? '' : ` (${((figures.typedCodes / registered) * 100).toFixed(1)}%)`;
  const list: readonly (readonly [string, string])[] = [
    [day.readTodayOfEarlierDays, String(figures.readTodayOfEarlierDays)],
    [day.readLaterOfToday, String(figures.readLaterOfToday)],
    [day.undone, String(figures.undone)],
    [day.revised, String(figures.revised)],
    [day.secondTests, String(figures.secondTests)],
    [day.unknownPeople, String(figures.unknownPeople)],
    [day.typedCodes, `${figures.typedCodes}${share}`],
    [day.followUps, String(figures.followUps)],
    [day.unsent, String(delivery.unsent)],
    [day.conflicts, String(delivery.conflicts)],
  ];
  const items = list.map(([label, value]) => `<div><dt>${label}</dt><dd>${value}</dd></div>`).join('');
  return `<section class="others"><h2>${day.otherFigures}</h2><dl>${items}</dl></section>`;
}

/** Bars of what was registered in each hour, figures on top: nothing to look up in a legend. */
function chart(figures: DayFigures, text: SheetText): string {
  const hours = figures.byHour.map((row) => row.hour);
  const first = Math.min(...hours);
  const last = Math.max(...hours);
  const highest = Math.max(1, ...figures.byHour.map((row) => row.tally.registered));
  const slots = last - first + 1;
  const slot = Math.min(26, contentWidthMm / slots);
  const bar = Math.min(12, slot * 0.62);
  const [floor, roof] = [38, 5];
  const bars: string[] = [];
  for (let hour = first; hour <= last; hour += 1) {
    const count = figures.byHour.find((row) => row.hour === hour)?.tally.registered ?? 0;
    const middle = mm((hour - first + 0.5) * slot);
    const high = (count / highest) * (floor - roof);
    if (count > 0) {
      bars.push(
        `<rect x="${mm((hour - first) * slot + (slot - bar) / 2)}" y="${mm(floor - high)}" width="${mm(bar)}" height="${mm(high)}" fill="#000"/>`,
      );
      bars.push(
        `<text x="${middle}" y="${mm(floor - high - 1.2)}" text-anchor="middle" font-size="3.1">${count}</text>`,
      );
    }
    // Narrow slots name every second hour.
    if (slot >= 9 || (hour - first) % 2 === 0) {
      bars.push(
        `<text x="${middle}" y="${floor + 4.4}" text-anchor="middle" font-size="2.9">${text.day.hourTick(hour)}</text>`,
      );
    }
  }
  const width = mm(slots * slot);
  return `<section class="chart"><h2>${text.day.chart}</h2><svg viewBox="0 0 ${contentWidthMm} 44" width="${contentWidthMm}mm" height="44mm" role="img" aria-label="${text.day.chart}">
<line x1="0" y1="${floor}" x2="${width}" y2="${floor}" stroke="#000" stroke-width="0.35"/>${bars.join('')}</svg></section>`;
}

function mm(value: number): string {
  return String(Math.round(value * 100) / 100);
}

function table(
  title: string,
  column: string,
  groupsOf: readonly { readonly label: string; readonly tally: Tally }[],
  total: Tally,
  text: SheetText,
): TablePiece {
  const rows = groupsOf.map((group) => {
    const label = group.label.trim() === '' ? text.day.notGiven : group.label;
    const lines = linesNeeded(label, labelEm, most);
    return { html: row(escapeHtml(label), group.tally, `l${lines}`), mm: rowMm + (lines - 1) * lineMm };
  });
  rows.push({ html: row(text.day.total, total, 'l1 total'), mm: rowMm + 0.4 });
  const names = terms.map((term) => `<th scope="col">${text.day.terms[term]}</th>`).join('');
  return {
    kind: 'table',
    heading: (continued) => `<h2>${title}${continued ? text.day.continued : ''}</h2>`,
    headingMm,
    head: `<thead><tr><th scope="col">${column}</th>${names}</tr></thead>`,
    headMm,
    rows,
    gapMm,
  };
}

function row(label: string, tally: Tally, className: string): string {
  return `<tr class="${className}"><th scope="row"><div>${label}</div></th>${terms.map((term) => `<td>${tally[term]}</td>`).join('')}</tr>`;
}

function signatures({ summary, auditHead }: DaySheetInput, text: SheetText): string {
  const day = text.day;
  const box = (who: string): string =>
    `<div class="sign"><p>${who}</p><p class="rule"><span>${day.signName}</span></p><p class="rule"><span>${day.signAt}</span></p></div>`;
  return `<section class="signatures"><h2>${day.signatures}</h2><div class="boxes">${box(day.signOperator)}${box(day.signSupervisor)}</div>
<p class="digest">${day.digest}<span class="mono">${groups(summary.sha256, 8)}</span></p><p class="note">${day.digestNote}</p>
<p class="digest audit">${day.auditHead(auditHead.seq)}<span class="mono">${escapeHtml(auditHead.fingerprint)}</span></p></section>`;
}

/** Hex in groups, so that two people can compare it aloud. */
function groups(hex: string, size: number): string {
  return (hex.match(new RegExp(`.{1,${size}}`, 'g')) ?? []).join(' ');
}

const labelLines = Array.from({ length: most }, (_, index) => {
  const lines = index + 1;
  const height = rowMm + index * lineMm;
  return `tr.l${lines} > * { height: ${height}mm; } tr.l${lines} div { max-height: ${lines * lineMm}mm; }`;
}).join('\n');

const style = `
header { height: 30mm; display: flex; justify-content: space-between; align-items: flex-start; gap: 8mm; }
header > div { min-width: 0; }
.site { font-size: 4.4mm; line-height: 6mm; height: 6mm; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
h1 { font-size: 7.6mm; line-height: 11mm; font-weight: 700; }
.facts { display: flex; gap: 6mm; white-space: nowrap; margin-top: 1mm; }
.facts span:nth-child(2) { overflow: hidden; text-overflow: ellipsis; }
.copy { flex: none; border: 0.5mm solid #000; padding: 1.4mm 4mm; font-size: 4.6mm; line-height: 6mm; font-weight: 700; white-space: nowrap; }
h2 { font-size: 4mm; line-height: 5mm; font-weight: 700; height: ${headingMm}mm; padding-top: 1mm; }
.equation { height: 34mm; }
.terms { display: flex; align-items: stretch; justify-content: space-between; border: 0.4mm solid #000; height: 21mm; padding: 0 3mm; }
.term { display: flex; flex-direction: column; align-items: center; justify-content: center; min-width: 18mm; }
.term b { font-size: 7mm; line-height: 9mm; font-weight: 700; }
.term.first b { font-size: 8.4mm; }
.terms i { font-style: normal; font-size: 6mm; align-self: center; margin-top: -5mm; }
.verdict { margin-top: 2.4mm; font-weight: 700; }
.verdict.off { border: 0.5mm solid #000; padding: 0.6mm 2mm; margin-top: 1.6mm; }
.others { height: 39mm; }
.others dl { display: grid; grid-template-columns: 1fr 1fr; column-gap: 10mm; }
.others dl div { display: flex; justify-content: space-between; height: 5.6mm; line-height: 5.2mm; border-bottom: 0.15mm solid #000; }
.others dd { font-weight: 700; }
.chart { height: 58mm; }
.chart svg { display: block; font-family: inherit; }
.empty { height: 26mm; padding-top: 8mm; font-size: 4.6mm; line-height: 7mm; text-align: center; }
table { width: ${contentWidthMm}mm; table-layout: fixed; border-collapse: separate; border-spacing: 0; margin-bottom: ${gapMm}mm; }
th, td { padding: 0 1mm; line-height: ${lineMm}mm; vertical-align: middle; border-bottom: 0.15mm solid #000; text-align: right; font-weight: 400; }
thead th { height: ${headMm}mm; font-size: 3.1mm; font-weight: 700; border-bottom: 0.4mm solid #000; white-space: nowrap; }
th:first-child { width: 74mm; text-align: left; padding-left: 0; }
th div { overflow: hidden; overflow-wrap: anywhere; line-break: loose; }
td:nth-child(2) { font-weight: 700; }
tr.total > * { font-weight: 700; border-top: 0.25mm solid #000; border-bottom: 0.4mm solid #000; height: ${rowMm + 0.4}mm; }
${labelLines}
.signatures { height: 68mm; }
.boxes { display: grid; grid-template-columns: 1fr 1fr; gap: 10mm; }
.sign { border: 0.25mm solid #000; height: 34mm; padding: 2mm 3mm; }
.sign p:first-child { font-weight: 700; }
.rule { height: 12mm; border-bottom: 0.25mm solid #000; display: flex; align-items: flex-end; font-size: 3mm; }
.digest { margin-top: 4mm; font-size: 3mm; }
.digest .mono { display: inline-block; margin-left: 3mm; font-size: 3mm; }
.digest.audit { margin-top: 1.6mm; }
.note { font-size: 2.9mm; line-height: 4.4mm; }
`;
