import type { Language } from '../../../shared/language.ts';
import { escapeHtml } from './html.ts';
import { document } from './paper.ts';
import { drawSymbol } from './symbols.ts';
import { sheetText } from './text.ts';

export type RecoverySheetInput = {
  readonly recoveryKey: string;
  readonly siteName: string;
  /** `YYYY-MM-DD`, the day of printing. */
  readonly day: string;
  readonly language: Language;
};

/** The sheet that opens a register when nothing else does: the key to read and to scan, and how to keep it. */
export function recoverySheet(input: RecoverySheetInput): string {
  const text = sheetText(input.language).recovery;
  const bars = drawSymbol('code128', input.recoveryKey, { moduleMm: 0.33, barMm: 18 });
  const drawn = bars === null ? '' : `<p class="hint">${text.scan}</p><div class="bars">${bars.svg}</div>`;
  const keeper = `<tr><td></td><td></td><td></td></tr>`;
  const page = `<h1>${text.title}</h1>
<p class="facts"><span>${text.site} <b>${escapeHtml(input.siteName)}</b></span><span>${text.printedOn} <b>${escapeHtml(input.day)}</b></span></p>
<p class="key mono">${groupsOf(input.recoveryKey)
    .map((group) => `<span>${escapeHtml(group)}</span>`)
    .join(' ')}</p>
${drawn}
<ul>${text.what.map((line) => `<li>${line}</li>`).join('')}</ul>
<p class="keep">${text.keep}</p>
<h2>${text.keepers}</h2>
<table><thead><tr><th>${text.keeperName}</th><th>${text.keeperPlace}</th><th>${text.keeperSince}</th></tr></thead><tbody>${keeper.repeat(4)}</tbody></table>`;
  const whole = sheetText(input.language);
  return document({
    lang: whole.htmlLang,
    title: text.title,
    style,
    pages: [page],
    footer: (at, of) =>
      `<span>${text.title} · ${escapeHtml(input.siteName)}</span><span>${whole.day.page(at, of)}</span>`,
  });
}

/** The key as it is grouped already, else in fours. */
function groupsOf(key: string): readonly string[] {
  const given = key.split(/[\s-]+/).filter((part) => part !== '');
  return given.length > 1 ? given : (key.match(/.{1,4}/gu) ?? []);
}

const style = `
h1 { font-size: 9mm; line-height: 13mm; }
h2 { font-size: 4mm; line-height: 8mm; margin-top: 8mm; }
.facts { display: flex; gap: 10mm; margin-top: 2mm; font-size: 4mm; line-height: 6mm; }
.key { margin-top: 10mm; border: 0.6mm solid #000; padding: 6mm 8mm; font-size: 7mm; line-height: 12mm; display: flex; flex-wrap: wrap; gap: 0 6mm; font-weight: 700; }
.key span { white-space: nowrap; }
.hint { margin-top: 6mm; }
.bars { margin: 1.5mm 0 0 -3.3mm; }
.symbol { display: block; }
ul { margin: 9mm 0 0 5mm; font-size: 4mm; line-height: 7mm; }
.keep { margin-top: 6mm; font-size: 4.2mm; line-height: 7mm; font-weight: 700; }
table { width: 182mm; border-collapse: collapse; }
th { text-align: left; border-bottom: 0.4mm solid #000; height: 7mm; }
td { height: 12mm; border-bottom: 0.2mm solid #000; }
`;
