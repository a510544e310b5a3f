/** Text as it may stand in HTML: escaped, and without the characters that reorder or hide what follows. */
export function escapeHtml(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cs}\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu, '')
    .replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}

/**
 * A bound on the width of a text in em, for fonts with full-width Chinese: what it takes at most. Made for planning
 * lines, so it rather says too much.
 */
export function widthBound(text: string): number {
  let width = 0;
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    if (code >= 0x1100) width += 1;
    else if (/[A-Z@%&mwMW—…–]/.test(char)) width += 0.95;
    else width += 0.68;
  }
  return width;
}

/**
 * How many lines a text needs at most in a column of `columnEm` em: at least one, at most `most`. Words stay whole where
 * they fit a line, Chinese breaks between any two characters. Filling each line greedily with bounds of the true widths
 * never gives fewer lines than the browser makes.
 */
export function linesNeeded(text: string, columnEm: number, most: number): number {
  // A line may leave one character empty, because some may neither begin nor end a line.
  const room = columnEm - 1;
  let lines = 1;
  let used = 0;
  for (const piece of text.match(/[\u1100-\u{10ffff}]|\s+|[^\s\u1100-\u{10ffff}]+/gu) ?? []) {
    const width = widthBound(piece);
    if (used + width <= room) {
      used += width;
      continue;
    }
    // A word longer than a line is broken anywhere, on a line of its own.
    const own = Math.max(1, Math.ceil(width / (room - 1)));
    lines += used === 0 ? own - 1 : own;
    used = own === 1 ? width : room;
  }
  return Math.min(most, lines);
}
