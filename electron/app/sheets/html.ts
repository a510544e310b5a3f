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

/** How many lines a text needs in a column of `columnEm` em, broken anywhere: at least one, at most `most`. */
export function linesNeeded(text: string, columnEm: number, most: number): number {
  // Each line may leave up to one character empty.
  return Math.min(most, Math.max(1, Math.ceil(widthBound(text) / (columnEm - 1))));
}
