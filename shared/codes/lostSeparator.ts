import { dayOfShort, fullYear } from './calendar.ts';
import { gs } from './gs1.ts';
import { isGtin } from './gtin.ts';

/** Identifiers of fixed length that stand before a lot or serial on kits, with the length of their values. */
const fixedLengths: Readonly<Record<string, number>> = { '11': 6, '13': 6, '15': 6, '16': 6, '17': 6, '20': 2 };
/** The longest lot or serial. */
const longest = 20;
/** What a date may be followed by when it was swallowed: nothing, or the next identifier. */
const afterDate = /^$|^(?:1[01357]|2[01]|240)./;

/**
 * Whether a text looks like a GS1 kit code whose gun left the separators out, so that the lot or the serial swallowed
 * what follows: a lot with 21 and a serial in it, a lot or serial that ends with 17 and a credible date, or one that is
 * longer than 20 characters. A text with any separator in it never does, nor one that is no GTIN with more. `today` is
 * `YYYY-MM-DD`. It is a suspicion with few false alarms, no proof: a short lot that holds 21 by chance stays unsuspected,
 * and a lot that begins with a year and month is a date.
 */
export function lostSeparator(text: string, today: string): boolean {
  const body = text.trim().replace(/^\](?:C1|d2|Q3|e0|J1)/, '');
  if (body.includes(gs) || !/^01\d{14}/.test(body) || !isGtin(body.slice(2, 16))) return false;
  let rest = body.slice(16);
  const seen = new Set<string>();
  for (;;) {
    const ai = rest.slice(0, 2);
    const length = fixedLengths[ai];
    if (length === undefined) return (ai === '10' || ai === '21') && swallowed(ai, rest.slice(2), seen, today);
    seen.add(ai);
    rest = rest.slice(2 + length);
  }
}

function swallowed(ai: string, value: string, seen: ReadonlySet<string>, today: string): boolean {
  const holdsDate = !seen.has('17') && endsWithExpiry(value, today);
  if (holdsDate) return true;
  if (ai === '10' && holdsSerial(value)) return true;
  return value.length > longest && /.(?:10|11|17|21)./.test(value);
}

/** 17 and a day between five years back and ten ahead, not at the very beginning, then nothing or the next identifier. */
function endsWithExpiry(value: string, today: string): boolean {
  const year = Number(today.slice(0, 4));
  for (let at = value.indexOf('17', 1); at >= 0; at = value.indexOf('17', at + 1)) {
    const digits = value.slice(at + 2, at + 8);
    if (!/^\d{6}$/.test(digits) || dayOfShort(digits, today, true) === null) continue;
    const distance = fullYear(Number(digits.slice(0, 2)), today) - year;
    if (distance >= -5 && distance <= 10 && afterDate.test(value.slice(at + 8))) return true;
  }
  return false;
}

/** A lot of two and more characters, 21, a serial of three and more. */
function holdsSerial(value: string): boolean {
  // Plain digits tell nothing unless there are too many for a lot's number.
  if (value.length < (/^\d+$/.test(value) ? 13 : 9)) return false;
  for (let at = value.indexOf('21', 2); at >= 0; at = value.indexOf('21', at + 1)) {
    const isYear = value.slice(at - 2, at) === '20' && /^(?:0[1-9]|1[0-2])/.test(value.slice(at + 2));
    if (!isYear && value.length - at - 2 >= 3) return true;
  }
  return false;
}
