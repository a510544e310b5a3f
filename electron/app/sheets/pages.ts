/**
 * Breaks a document into pages before the browser sees it: every piece has a planned height in mm, so that page x of y,
 * repeated table heads and headings that stay with what they head are the same in a file and on every printer.
 */
export type Piece = { readonly kind: 'block'; readonly html: string; readonly mm: number };
export type TablePiece = {
  readonly kind: 'table';
  /** Heading over the table; `continued` says that it goes on from the page before. */
  readonly heading: (continued: boolean) => string;
  readonly headingMm: number;
  /** The table's own head row, repeated on each page. */
  readonly head: string;
  readonly headMm: number;
  readonly rows: readonly { readonly html: string; readonly mm: number }[];
  readonly gapMm: number;
};

type Row = TablePiece['rows'][number];

/** Rows of a table that stay together at its end: the total is never alone. */
const togetherAtEnd = 2;
/** Rows that a table shows at least before it goes on overleaf. */
const togetherAtStart = 5;
/** A table lower than this part of a page is not broken at all. */
const wholeUpTo = 0.5;

/** The pages' contents, in order; at least one page. A piece higher than a page gets a page of its own. */
export function paginate(pieces: readonly (Piece | TablePiece)[], pageMm: number): string[] {
  const pages: string[] = [];
  let html = '';
  let used = 0;
  const turn = (): void => {
    if (html === '') return;
    pages.push(html);
    html = '';
    used = 0;
  };
  for (const piece of pieces) {
    if (piece.kind === 'block') {
      if (used + piece.mm > pageMm) turn();
      html += piece.html;
      used += piece.mm;
      continue;
    }
    let rest: readonly Row[] = piece.rows;
    let continued = false;
    while (rest.length > 0) {
      const frame = piece.headingMm + piece.headMm + piece.gapMm;
      let count = fitting(rest, pageMm - used - frame);
      const onFreshPage = used === 0;
      if (count < rest.length) {
        if (rest.length - count < togetherAtEnd) count = Math.max(0, rest.length - togetherAtEnd);
        const isLow = frame + rest.reduce((sum, row) => sum + row.mm, 0) <= pageMm * wholeUpTo;
        if (!onFreshPage && (count < togetherAtStart || isLow)) count = 0;
        if (count === 0 && onFreshPage) count = 1;
      }
      if (count === 0) {
        turn();
        continue;
      }
      const taken = rest.slice(0, count);
      html += `${piece.heading(continued)}<table>${piece.head}<tbody>${taken.map((row) => row.html).join('')}</tbody></table>`;
      used += frame + taken.reduce((sum, row) => sum + row.mm, 0);
      rest = rest.slice(count);
      continued = true;
      if (rest.length > 0) turn();
    }
  }
  turn();
  return pages.length === 0 ? [''] : pages;
}

function fitting(rows: readonly Row[], mm: number): number {
  let sum = 0;
  let count = 0;
  for (const row of rows) {
    sum += row.mm;
    if (sum > mm) break;
    count += 1;
  }
  return count;
}
