import { maskDocument } from './mask.ts';

/**
 * Documents and phones inside a text that somebody wrote: a reason, a cell of a file, a heading. It takes too much rather
 * than too little: any run of seven and more digits counts, also in groups with blanks, dots or hyphens between, in full width
 * or another script's digits, and with up to three letters before it, as permits and passports have. A date does not.
 */

/** The shortest number of a phone or document that is looked for. */
const fewest = 7;

type Place = { readonly from: number; readonly to: number; readonly text: string };

/** Numbers said in characters; single ones are counts and names. */
const spokenRun = /[〇零○一二三四五六七八九]{5,}/gu;
const spokenDigits = '〇一二三四五六七八九';

/** One ASCII digit or letter for each that means it; the same number of code points as before. */
function plainPoint(point: string): string {
  const plain = point.normalize('NFKC');
  if (/^[\dA-Za-z]$/.test(plain)) return plain;
  if (/^\p{Nd}$/u.test(point)) return String(digitValue(point));
  return [...plain].length === 1 ? plain : point;
}

function spokenAsDigits(text: string): string {
  return text.replace(spokenRun, (run) =>
    [...run].map((point) => String(Math.max(0, spokenDigits.indexOf(point)))).join(''),
  );
}

/** The value of a decimal digit of any script: they stand ten in a row, zero first. */
function digitValue(point: string): number {
  const code = point.codePointAt(0) ?? 0;
  let zero = code;
  while (code - zero < 9 && /^\p{Nd}$/u.test(String.fromCodePoint(zero - 1))) zero -= 1;
  return (code - zero) % 10;
}

const run =
  /(?<![A-Za-z])(?:[A-Za-z]{1,3}[\s.·-]{0,2})?\d(?:[\s.·\p{Pd}]{0,2}\d){6,}(?:[\s.·\p{Pd}]{0,2}[Xx](?![A-Za-z]))?/gu;
const date = /^(?:19|20)\d{2}[\s./\p{Pd}]?(?:0?[1-9]|1[0-2])[\s./\p{Pd}]?(?:0?[1-9]|[12]\d|3[01])$/u;

/** Digits apart are one number where their groups are as long as those of phones and documents; 5-12-1201 is a door. */
function isNumber(match: string): boolean {
  if (date.test(match.trim())) return false;
  const groups = match.match(/\d+/g) ?? [];
  const lengths = groups.map((group) => group.length);
  const digits = lengths.reduce((sum, length) => sum + length, 0);
  return (
    Math.max(...lengths) >= fewest ||
    Math.min(...lengths) >= 3 ||
    lengths.every((length) => length === 1) ||
    (digits >= 10 && digits / lengths.length >= 3)
  );
}

function places(text: string): readonly Place[] {
  if (text.length < fewest) return [];
  const plain = Array.from(spokenAsDigits(text)).map(plainPoint);
  // Offsets of the regular expression are UTF-16 units, those of the places code points.
  const joined = plain.join('');
  const pointAt: number[] = [];
  plain.forEach((point, index) => {
    for (let unit = 0; unit < point.length; unit += 1) pointAt.push(index);
  });
  return [...joined.matchAll(run)]
    .filter((match) => isNumber(match[0]))
    .map((match) => {
      const from = pointAt[match.index] ?? 0;
      const to = (pointAt[match.index + match[0].length - 1] ?? from) + 1;
      return { from, to, text: match[0] };
    });
}

/** Whether a text holds what may be the number of a document or a phone. */
export function holdsPersonalNumber(text: string): boolean {
  return places(text).length > 0;
}

/** The text with such numbers masked by the rule for documents; the same number of code points. */
export function maskPersonalNumbers(text: string): string {
  const points = Array.from(text);
  for (const { from, to } of places(text)) {
    const masked = Array.from(maskDocument(points.slice(from, to).join('')));
    points.splice(from, to - from, ...masked);
  }
  return points.join('');
}
