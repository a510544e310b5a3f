/** Digits at the end of a text that are taken as its number: as many as a double holds exactly. */
const mostDigits = 15;

/**
 * A text as a head and a number of `width` digits at its end; 0 where it ends in none. Each text has exactly one such
 * place, so a range of texts is found by one look at an index over head, width and first number.
 */
export type Spot = { readonly head: string; readonly width: number; readonly number: number };
/** Texts that follow one another, both ends included. */
export type Span = { readonly head: string; readonly width: number; readonly first: number; readonly last: number };

export function spotOf(text: string): Spot {
  let from = text.length;
  while (from > 0 && text.length - from < mostDigits && isDigit(text.charCodeAt(from - 1))) from -= 1;
  const digits = text.slice(from);
  return { head: text.slice(0, from), width: digits.length, number: digits === '' ? 0 : Number(digits) };
}

const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;

/** The text at a place. */
export function textAt(head: string, width: number, number: number): string {
  return width === 0 ? head : head + String(number).padStart(width, '0');
}

export function sizeOf({ first, last }: Pick<Span, 'first' | 'last'>): number {
  return last - first + 1;
}

/** A range from its two ends; `uneven` where they differ in more than their number, `backwards` where the end is first. */
export function spanOf(from: string, to: string): Span | 'uneven' | 'backwards' {
  const one = spotOf(from);
  const other = spotOf(to);
  if (one.head !== other.head || one.width !== other.width) return 'uneven';
  if (other.number < one.number) return 'backwards';
  return { head: one.head, width: one.width, first: one.number, last: other.number };
}

/** Texts in any order as the fewest ranges; a text that comes twice counts once. */
export function spansOf(texts: Iterable<string>): Span[] {
  const groups = new Map<string, { readonly head: string; readonly width: number; readonly numbers: number[] }>();
  for (const text of texts) {
    const { head, width, number } = spotOf(text);
    const key = `${width} ${head}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { head, width, numbers: [number] });
    else group.numbers.push(number);
  }
  return [...groups.values()].flatMap(({ head, width, numbers }) => {
    numbers.sort((a, b) => a - b);
    const spans: { head: string; width: number; first: number; last: number }[] = [];
    for (const number of numbers) {
      const open = spans.at(-1);
      if (open !== undefined && number <= open.last + 1) open.last = number;
      else spans.push({ head, width, first: number, last: number });
    }
    return spans;
  });
}
