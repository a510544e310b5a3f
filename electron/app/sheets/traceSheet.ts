import type { Language } from '../../../shared/language.ts';
import { type ReasonCode, reasonCodes } from '../../../shared/model/test.ts';
import type { KitTrace, TracedTest } from '../../../shared/model/trace.ts';
import { localTime } from '../../../shared/time.ts';
import { escapeHtml, linesNeeded } from './html.ts';
import { type Piece, paginate, type TablePiece } from './pages.ts';
import { contentMm, contentWidthMm, document } from './paper.ts';
import { sheetText } from './text.ts';

export type TraceSheetInput = {
  readonly trace: KitTrace;
  readonly language: Language;
  readonly nowAtMs: number;
  /** The site's IANA zone. */
  readonly zone: string;
};

/** Heights in mm as planned; the style below makes them so. */
const lineMm = 4.8;
const padMm = 2.4;
const headMm = 7;
/** What stands on a line of the facts and of a row's words, in em of their text. */
const factEm = 40;
const wordsEm = 27;
const whatEm = 8;
const mostLines = 6;

/** One thing that happened: when (null: not known, or not at a moment), what, in words, by whom. */
type Told = { readonly atMs: number | null; readonly what: string; readonly words: string; readonly who: string };
type Wording = ReturnType<typeof sheetText>['trace'];

/** Where one kit came from and went, as a table from its arrival to the uploads. People stand in their masked form. */
export function traceSheet({ trace, language, nowAtMs, zone }: TraceSheetInput): string {
  const whole = sheetText(language);
  const text = whole.trace;
  const moment = (atMs: number): string => {
    const { day, clock } = localTime(atMs, zone);
    return `${day} ${clock.slice(0, 5)}`;
  };
  const { product, lot, expiresOn, serial } = trace;
  const use = trace.tests.find(({ isNow }) => isNow);
  const standing =
    trace.standing === 'used' ? (use === undefined ? '' : text.status[use.test.status]) : text.standing[trace.standing];
  const facts: readonly (readonly [string, string])[] = [
    [text.serial, serial],
    [text.maker, product === null ? text.unknown : product.registrant],
    [
      text.product,
      product === null
        ? (trace.productCode ?? text.unknown)
        : [product.shortName, product.method ?? ''].filter((part) => part !== '').join(' · '),
    ],
    [text.registration, product?.registrationNumber ?? text.unknown],
    [text.lot, `${lot === null || lot === '' ? text.unknown : lot} · ${text.expires(expiresOn ?? text.unknown)}`],
    [text.state, trace.recalls.some(({ lifted }) => lifted === null) ? `${standing} · ${text.recalled}` : standing],
  ];
  const factsMm = facts.reduce((sum, [, fact]) => sum + linesNeeded(fact, factEm, mostLines) * 6, 0);
  const rows = eventsOf(trace, text).map(({ atMs, what, words, who }) => {
    const lines = Math.max(linesNeeded(words, wordsEm, mostLines), linesNeeded(what, whatEm, mostLines));
    const cells = [atMs === null ? '' : moment(atMs), what, words, who];
    return {
      mm: lines * lineMm + padMm,
      html: `<tr style="height:${lines * lineMm + padMm}mm">${cells.map((cell) => `<td>${escapeHtml(cell)}</td>`).join('')}</tr>`,
    };
  });
  const content: (Piece | TablePiece)[] = [
    {
      kind: 'block',
      mm: 24 + factsMm,
      html: `<header><h1>${text.title}</h1><dl>${facts
        .map(([name, fact]) => `<dt>${name}</dt><dd>${escapeHtml(fact)}</dd>`)
        .join('')}</dl><p class="says">${text.masked}</p></header>`,
    },
    {
      kind: 'table',
      heading: (continued) => `<h2>${text.steps}${continued ? whole.day.continued : ''}</h2>`,
      headingMm: 9,
      head: `<thead><tr>${text.columns.map((name) => `<th scope="col">${name}</th>`).join('')}</tr></thead>`,
      headMm,
      rows,
      gapMm: 5,
    },
    {
      kind: 'block',
      mm: 24,
      html: `<section class="sign"><p>${text.sign}</p><p class="rule"><span>${whole.day.signName}</span><span>${whole.day.signAt}</span></p></section>`,
    },
  ];
  return document({
    lang: whole.htmlLang,
    title: text.title,
    style,
    pages: paginate(content, contentMm),
    footer: (page, of) =>
      `<span>${escapeHtml(trace.site)} · ${whole.day.station} ${escapeHtml(trace.station)}</span><span>${escapeHtml(serial)}</span><span>${text.asOf(moment(nowAtMs))}</span><span>${whole.day.page(page, of)}</span>`,
  });
}

/** Everything that has a moment, oldest first; what is not at one stands where it belongs. */
function eventsOf(trace: KitTrace, text: Wording): readonly Told[] {
  const { origin, moves, recalls, spoiled, counted, tests, spent, lotChanges } = trace;
  const first: Told[] = [];
  const told: Told[] = [];
  if (origin === null && moves[0]?.direction !== 'in')
    first.push({ atMs: null, what: text.came.none, words: '', who: '' });
  else if (origin?.by === 'lot')
    for (const box of origin.boxes)
      first.push({ atMs: box.atMs, what: text.came.lot, words: text.box(box), who: box.operatorName });
  else if (origin !== null) {
    const words =
      origin.by === 'box'
        ? text.box(origin)
        : origin.by === 'list'
          ? origin.fileName
          : text.sticker(origin.number, origin.count);
    told.push({ atMs: origin.atMs, what: text.came[origin.by], words, who: origin.operatorName });
  }
  for (const { atMs, from, to, reason, operatorName } of lotChanges) {
    const words = `${from ?? text.unknown} → ${to ?? text.unknown} · ${reason}`;
    told.push({ atMs, what: text.expiryChanged, words, who: operatorName });
  }
  for (const { atMs, direction, site, operatorName } of moves)
    told.push({ atMs, what: text.moved[direction], words: site, who: operatorName });
  for (const { atMs, source, reason, operatorName, lifted } of recalls) {
    told.push({ atMs, what: text.recalled, words: `${source} · ${reason}`, who: operatorName });
    if (lifted !== null)
      told.push({ atMs: lifted.atMs, what: text.recallLifted, words: lifted.reason, who: lifted.operatorName });
  }
  if (spoiled !== null) {
    const words = [text.spoilReasons[spoiled.reason], spoiled.text].filter((part) => part !== '').join(' · ');
    told.push({ atMs: spoiled.atMs, what: text.spoiled, words, who: spoiled.operatorName });
  }
  if (counted !== null)
    told.push({
      atMs: counted.atMs,
      what: text.counted,
      words: text.count(counted.counted, counted.difference),
      who: counted.countedBy,
    });
  const blocks = [
    ...told.map((one) => ({ atMs: one.atMs ?? 0, rows: [one] })),
    ...tests.map((traced) => ({ atMs: traced.test.boundAtMs, rows: ofTest(traced, text) })),
  ].sort((a, b) => a.atMs - b.atMs);
  const last: Told[] = [];
  if (spent !== null)
    last.push({ atMs: spent.destroyedAtMs, what: text.destroyed, words: text.spent(spent.day), who: '' });
  else if (!tests.some(({ isNow }) => isNow) && spoiled === null)
    last.push({ atMs: null, what: text.neverUsed, words: '', who: '' });
  return [...first, ...blocks.flatMap(({ rows }) => rows), ...last];
}

/** A binding with what came of it, in its order, and what the central service has of it. */
function ofTest(traced: TracedTest, text: Wording): readonly Told[] {
  const { test, revisions, corrections, undone, dropped, uploads, conflicts, slips } = traced;
  const { person } = test;
  const door = [person.address.building, person.address.unit, person.address.room].filter((part) => part !== '');
  const who = [person.nameMasked, person.documentMasked ?? '', door.join('-')].filter((part) => part !== '');
  const reasonOf = (reason: { readonly code: string; readonly text: string } | null): string => {
    if (reason === null) return '';
    const code = reasonCodes.find((each): each is ReasonCode => each === reason.code);
    return [code === undefined ? reason.code : text.reasons[code], reason.text]
      .filter((part) => part !== '')
      .join(' · ');
  };
  const told: Told[] = [
    {
      atMs: test.boundAtMs,
      what: traced.isNow ? text.bound : text.wasBound,
      words: who.join(' · '),
      who: test.boundByName,
    },
  ];
  if (dropped !== null) told.push({ atMs: dropped.atMs, what: text.dropped, words: '', who: dropped.operatorName });
  for (const {
    revision,
    outcome,
    readAtMs,
    operatorName,
    confirmedByName,
    approved,
    reason,
    overrideReason,
  } of revisions)
    told.push({
      atMs: readAtMs,
      what: revision === 1 ? text.result : text.revised,
      words: [
        text.status[outcome],
        reasonOf(reason),
        reasonOf(overrideReason),
        confirmedByName === null ? '' : text.confirmedBy(confirmedByName),
        approved === null ? '' : text.approvedBy(approved.byName),
      ]
        .filter((part) => part !== '')
        .join(' · '),
      who: operatorName,
    });
  for (const { atMs, fromSerial, toSerial, reason, operatorName } of corrections)
    told.push({ atMs, what: text.corrected, words: `${fromSerial} → ${toSerial} · ${reason}`, who: operatorName });
  if (undone !== null) told.push({ atMs: undone.atMs, what: text.undone, words: '', who: undone.operatorName });
  if (test.voided !== null)
    told.push({
      atMs: test.voided.atMs,
      what: text.status.void,
      words: reasonOf(test.voided.reason),
      who: test.voided.operatorName,
    });
  for (const { number, atMs, operatorName } of slips)
    told.push({ atMs, what: text.slip, words: text.slipNumber(number), who: operatorName });
  for (const { site, station, boundAtMs, personMasked } of conflicts)
    told.push({ atMs: boundAtMs, what: text.conflict, words: `${site} · ${station} · ${personMasked}`, who: '' });
  told.sort((a, b) => (a.atMs ?? 0) - (b.atMs ?? 0));
  for (const { kind, state, settledAtMs, code, message } of uploads)
    told.push({
      atMs: settledAtMs,
      what: text.upload,
      words: [text.records[kind], text.states[state], state === 'parked' ? (message ?? code ?? '') : '']
        .filter((part) => part !== '')
        .join(' · '),
      who: '',
    });
  return told;
}

const style = `
h1 { font-size: 7mm; line-height: 10mm; font-weight: 700; }
h2 { font-size: 4.4mm; line-height: 7mm; font-weight: 700; height: 9mm; padding-top: 1mm; }
dl { display: grid; grid-template-columns: 30mm 1fr; font-size: 3.6mm; line-height: 6mm; margin-top: 1mm; }
dt { font-weight: 400; }
dd { overflow-wrap: anywhere; font-weight: 700; }
.says { font-size: 3.2mm; line-height: 8mm; }
table { width: ${contentWidthMm}mm; table-layout: fixed; border-collapse: separate; border-spacing: 0; margin-bottom: 5mm; }
th, td { padding: ${padMm / 2}mm 1mm; vertical-align: top; border-bottom: 0.15mm solid #000; text-align: left; font-weight: 400; overflow: hidden; overflow-wrap: anywhere; font-size: 3.4mm; line-height: ${lineMm}mm; }
thead th { height: ${headMm}mm; font-weight: 700; font-size: 3.3mm; border-bottom: 0.4mm solid #000; }
th:nth-child(1), td:nth-child(1) { width: 32mm; padding-left: 0; white-space: nowrap; }
th:nth-child(2), td:nth-child(2) { width: 32mm; font-weight: 700; }
th:nth-child(4), td:nth-child(4) { width: 24mm; white-space: nowrap; text-overflow: ellipsis; }
.sign { height: 24mm; font-size: 3.4mm; }
.sign p:first-child { font-weight: 700; }
.rule { height: 14mm; width: 120mm; border-bottom: 0.25mm solid #000; display: flex; align-items: flex-end; gap: 50mm; font-size: 3mm; }
`;
