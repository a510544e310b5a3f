import type { Language } from '../../../shared/language.ts';
import type { SlipPrint, SlipSize } from '../../../shared/model/slip.ts';
import { localTime } from '../../../shared/time.ts';
import { escapeHtml, widthBound } from './html.ts';
import { document } from './paper.ts';
import { drawSymbol } from './symbols.ts';
import { sheetText } from './text.ts';

/** Half of A4 across, a quarter of it upright, and a label of 100 by 150 mm that is a page of its own. */
const forms: Readonly<Record<SlipSize, { readonly width: number; readonly height: number; readonly isWide: boolean }>> =
  {
    a5: { width: 210, height: 148.4, isWide: true },
    a6: { width: 105, height: 148.4, isWide: false },
    label: { width: 100, height: 150, isWide: false },
  };

/** The paper that a printer is told of; null for A4. */
export function slipPaper(size: SlipSize): { readonly widthMm: number; readonly heightMm: number } | null {
  return size === 'label' ? { widthMm: forms.label.width, heightMm: forms.label.height } : null;
}

/**
 * One person's result, to take home: what was found, what it means and what to do now, and a code by which the desk says
 * what the paper is worth. On A4 it stands in the upper left corner, with marks where to cut.
 */
export function resultSlip(input: {
  readonly slip: SlipPrint;
  readonly size: SlipSize;
  readonly language: Language;
  /** The site's IANA zone. */
  readonly zone: string;
}): string {
  const { slip, size, language, zone } = input;
  const whole = sheetText(language);
  const text = whole.slip;
  const form = forms[size];
  const at = (ms: number): string => {
    const { day, clock } = localTime(ms, zone);
    return `${day} ${clock.slice(0, 5)}`;
  };
  // 0.66 mm a module: read by a gun at a hand's length, and still after a bad copier.
  const square = drawSymbol('qrcode', slip.code, { moduleMm: form.isWide ? 0.8 : 0.66 });
  if (square === null) throw new Error('a slip code cannot be drawn');
  const { kit } = slip;
  const person = [
    slip.sex === null ? '' : text.sexes[slip.sex],
    slip.age === null ? '' : text.age(slip.age),
    slip.document === null
      ? ''
      : `${slip.documentKind === null ? '' : text.documents[slip.documentKind]} ${slip.document}`,
  ].filter((part) => part !== '');
  const facts: (readonly [string, string])[] = [
    [text.product, [kit.productName, kit.method].filter(Boolean).join(' ')],
    ...(kit.registrationNumber === null ? [] : [[text.registration, kit.registrationNumber] as const]),
    [text.lot, `${kit.lot ?? text.unknown} · ${text.expires} ${kit.expiresOn ?? text.unknown}`],
    [text.serial, kit.serial],
    [text.sampled, at(slip.sampledAtMs)],
    ...(slip.read === null
      ? []
      : [[text.read, `${at(slip.read.atMs)} · ${text.readBy(slip.read.by, slip.read.confirmedBy)}`] as const]),
    ...(slip.corrected === null
      ? []
      : [[text.correctedAt, `${at(slip.corrected.atMs)} · ${slip.corrected.by}`] as const]),
    ...(slip.voided === null ? [] : [[text.voidedAt, `${at(slip.voided.atMs)} · ${slip.voided.by}`] as const]),
  ];
  const notices = [
    ...(slip.corrected === null || slip.status === 'void' ? [] : [text.corrected]),
    ...(slip.replaces === null ? [] : [text.replaces(slip.replaces.number, at(slip.replaces.printedAtMs))]),
  ];
  const zoom = isCrowded(slip, facts, notices) ? (form.isWide ? 0.8 : 0.92) : 1;
  const contact = slip.siteContact === '' ? '' : `<p>${escapeHtml(text.contact(slip.siteContact))}</p>`;
  const content = `<article class="slip">
<header><div class="head"><h1>${text.title}</h1><p><b>${escapeHtml(slip.siteName)}</b></p>${contact}</div><div class="code">${square.svg}<p class="mono">${(slip.code.match(/.{1,7}/g) ?? []).join('<br>')}</p></div></header>
${notices.length === 0 ? '' : `<p class="notice">${notices.map(escapeHtml).join(' ')}</p>`}
<div class="top"><div class="who"><b>${escapeHtml(slip.name)}</b><span>${person.map(escapeHtml).join(' · ')}</span></div><p class="result" data-status="${slip.status}">${text.results[slip.status]}</p></div>
<div class="means"><p>${text.means[slip.status]}</p><ul>${text.todo[slip.status].map((line) => `<li>${line}</li>`).join('')}</ul></div>
<dl>${facts.map(([label, value]) => `<div><dt>${label}</dt><dd>${escapeHtml(value)}</dd></div>`).join('')}</dl>
<p class="foot">${escapeHtml(text.printed(slip.number, at(slip.printedAtMs), slip.printedBy))} ${text.check}</p>
</article>${size === 'label' ? '' : cutMarks(form.isWide)}`;
  return document({
    lang: whole.htmlLang,
    title: text.title,
    style: `${style}${form.isWide ? wide : tall}
.slip { zoom: ${zoom}; width: ${form.width / zoom}mm; height: ${form.height / zoom}mm; }
${size === 'label' ? `@page { size: ${form.width}mm ${form.height}mm; margin: 0; }\n.page, .content { width: ${form.width}mm; height: ${form.height}mm; }` : ''}`,
    pages: [content],
    footer: () => '',
  });
}

/** More lines than the usual slip has: everything is set smaller, rather than cut off at the foot. */
function isCrowded(
  slip: SlipPrint,
  facts: readonly (readonly [string, string])[],
  notices: readonly string[],
): boolean {
  const lines =
    facts.reduce((sum, [, value]) => sum + (widthBound(value) > 22 ? 2 : 1), 0) +
    notices.length +
    (widthBound(slip.siteName) + widthBound(slip.siteContact) > 40 ? 2 : 0) +
    (widthBound(slip.name) > 10 ? 1 : 0);
  return lines > 9;
}

/** Dashes along the edges that are not the sheet's own. */
function cutMarks(isWide: boolean): string {
  return `<i class="cut across"></i>${isWide ? '' : '<i class="cut down"></i>'}`;
}

const style = `
.page { padding: 0; }
.content { position: relative; height: 296.9mm; }
footer { display: none; }
.slip { display: flex; flex-direction: column; overflow: hidden; }
header { display: flex; justify-content: space-between; gap: 4mm; }
.head { flex: 1; min-width: 0; }
.head p, dd { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2; overflow: hidden; overflow-wrap: anywhere; }
.code { flex: none; text-align: center; }
.symbol { display: block; margin: 0 auto; }
.code .mono { font-size: 2.5mm; line-height: 3mm; }
.notice { border: 0.5mm solid #000; font-weight: 700; }
.top { display: flex; align-items: center; justify-content: space-between; gap: 4mm; border-top: 0.4mm solid #000; border-bottom: 0.4mm solid #000; }
.who { flex: 1; min-width: 0; }
.who b, .who span { display: block; overflow: hidden; }
.who b { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2; overflow-wrap: anywhere; }
.result { flex: none; font-weight: 700; }
.means p { font-weight: 700; }
ul { padding-left: 4mm; }
dl div { display: flex; gap: 3mm; border-bottom: 0.15mm solid #000; }
dt { flex: none; }
dd { flex: 1; min-width: 0; overflow-wrap: anywhere; }
.foot { margin-top: auto; }
.cut { position: absolute; display: block; }
.across { left: 0; top: 148.4mm; width: 210mm; border-top: 0.2mm dashed #000; }
.down { left: 105mm; top: 0; height: 148.4mm; border-left: 0.2mm dashed #000; }
`;
const wide = `
.slip { padding: 8mm 14mm 6mm; font-size: 3.9mm; line-height: 5.6mm; }
h1 { font-size: 7.4mm; line-height: 10.4mm; }
.notice { margin-top: 1.5mm; padding: 1mm 2.5mm; }
.top { margin-top: 2mm; padding: 2mm 0; }
.who b { font-size: 7.4mm; line-height: 9.4mm; }
.result { font-size: 13mm; line-height: 15mm; }
.means { margin-top: 2.4mm; }
.means p { font-size: 4.6mm; line-height: 7mm; }
dl { margin-top: 2.4mm; display: grid; grid-template-columns: 1fr 1fr; column-gap: 8mm; font-size: 3.6mm; line-height: 5.2mm; }
dt { width: 17mm; }
html:lang(en) dt { width: 23mm; }
dl div { padding: 0.5mm 0; }
.foot { font-size: 3mm; line-height: 4.2mm; padding-top: 1.5mm; }
`;
const tall = `
.slip { padding: 5mm 6mm 4mm; font-size: 2.9mm; line-height: 3.9mm; }
h1 { font-size: 5.2mm; line-height: 7mm; }
.notice { margin-top: 1mm; padding: 0.6mm 1.6mm; font-size: 2.7mm; line-height: 3.6mm; }
.top { margin-top: 1.4mm; padding: 1.2mm 0; }
.who b { font-size: 5.4mm; line-height: 6.6mm; }
.result { font-size: 9mm; line-height: 10mm; }
.means { margin-top: 1.4mm; }
.means p { font-size: 3.2mm; line-height: 4.5mm; }
dl { margin-top: 1.4mm; font-size: 2.8mm; line-height: 3.7mm; }
dt { width: 14mm; }
html:lang(en) dt { width: 18mm; }
dl div { padding: 0.2mm 0; }
.foot { font-size: 2.4mm; line-height: 3.2mm; padding-top: 1mm; }
`;
