import { noncePlaceholder } from '../policy.ts';
import { escapeHtml } from './html.ts';

/** Height in mm that a page has for its content, with some slack for rounding. */
export const contentMm = 256;
/** Width in mm of the content. */
export const contentWidthMm = 182;

/**
 * A whole document of A4 pages. The paper's own margins are inside the pages, so that nothing depends on what a
 * printer's driver thinks of margins. The style is the only thing it loads, by the nonce of its serving.
 */
export function document(parts: {
  readonly lang: string;
  readonly title: string;
  readonly style: string;
  readonly pages: readonly string[];
  readonly footer: (page: number, pages: number) => string;
}): string {
  const pages = parts.pages
    .map(
      (content, index) =>
        `<section class="page"><div class="content">${content}</div><footer>${parts.footer(index + 1, parts.pages.length)}</footer></section>`,
    )
    .join('\n');
  return `<!doctype html>
<html lang="${escapeHtml(parts.lang)}">
<head>
<meta charset="utf-8">
<title>${escapeHtml(parts.title)}</title>
<style nonce="${noncePlaceholder}">${baseStyle}${parts.style}</style>
</head>
<body>
${pages}
</body>
</html>
`;
}

/** Black on white throughout: a grey that looks fine on screen is a smear after a bad copier. */
const baseStyle = `
@page { size: A4 portrait; margin: 0; }
* { box-sizing: border-box; margin: 0; padding: 0; }
html { font: 3.4mm/4.8mm "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Source Han Sans SC", sans-serif;
  color: #000; background: #fff; font-variant-numeric: tabular-nums lining-nums; -webkit-print-color-adjust: exact; }
/* Latin text in a Chinese font has apostrophes as wide as a character. */
html:lang(en) { font-family: "Segoe UI", "Helvetica Neue", Arial, "Liberation Sans", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; }
.page { position: relative; width: 210mm; height: 296.9mm; padding: 14mm 14mm 0; overflow: hidden; break-after: page; }
.page:last-child { break-after: auto; }
.content { height: 262mm; overflow: hidden; }
footer { position: absolute; left: 14mm; right: 14mm; bottom: 9mm; height: 7mm; padding-top: 1.6mm; border-top: 0.25mm solid #000;
  display: flex; justify-content: space-between; gap: 6mm; font-size: 2.9mm; line-height: 4mm; white-space: nowrap; }
footer span:first-child { overflow: hidden; text-overflow: ellipsis; }
.mono { font-family: Consolas, "SF Mono", Menlo, "Liberation Mono", "Noto Sans Mono CJK SC", monospace; font-variant-ligatures: none; }
`;
