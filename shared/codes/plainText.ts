/** Full-width forms (as a Chinese input method types them) made half-width. One unit for one: places stay the same. */
export function halfWidth(text: string): string {
  return text.replace(/[\uff01-\uff5e\u3000]/g, (character) =>
    character === '\u3000' ? ' ' : String.fromCharCode(character.charCodeAt(0) - 0xfee0),
  );
}

/** What people and programs write between groups of digits: hyphens, dashes, the minus sign. */
export const dashes = '-‐‑‒–—−';

/** A stretch of the raw text, cleaned, that still knows where each of its characters stood. */
export type Compact = {
  readonly text: string;
  /** Index in the raw text of the n-th character; the end of the stretch for n past the last. */
  readonly placeOf: (index: number) => number;
};

/** Half-width, upper case, without spaces: how numbers are compared and stored. `drop` names more to leave out. */
export function compact(raw: string, start = 0, end = raw.length, drop = ''): Compact {
  const places: number[] = [];
  let text = '';
  for (let index = start; index < end; index++) {
    const character = halfWidth(raw.charAt(index));
    if (character === ' ' || character === '\u00a0' || character === '\t' || drop.includes(character)) continue;
    // Only ASCII letters: some other letters grow when made upper case, and places would shift.
    text += character >= 'a' && character <= 'z' ? character.toUpperCase() : character;
    places.push(index);
  }
  return { text, placeOf: (index) => places[index] ?? end };
}

/** Where the text begins and ends once the white space around it (a typed space, a gun's CR LF) is left out. */
export function trimmedSpan(raw: string): { readonly start: number; readonly end: number } {
  const isSpace = (index: number) => ' \t\r\n\u00a0\u3000\ufeff'.includes(raw.charAt(index));
  let start = 0;
  let end = raw.length;
  while (start < end && isSpace(start)) start++;
  while (end > start && isSpace(end - 1)) end--;
  return { start, end };
}

/** What a gun read, without white space around it and without the symbology identifier (`]C0`) before it. */
export function contentOf(raw: string): string {
  const { start, end } = trimmedSpan(raw);
  return raw.slice(start, end).replace(/^\][A-Za-z][0-9A-Za-z]/, '');
}
