import { dayOfDigits } from './calendar.ts';
import { type CodeFailure, type CodeKind, failed, type ParsedCode, parsed } from './codeKinds.ts';
import { type Compact, compact, dashes } from './plainText.ts';

/** Province level of GB/T 2260: first two digits. County codes are not checked: abolished ones are still on cards. */
const provinces = new Set(
  '11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82'.split(' '),
);
const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/** The check character after the first 17 digits (GB 11643-1999, ISO 7064 MOD 11-2). */
export function residentIdCheck(first17: string): string {
  let sum = 0;
  for (const [index, weight] of weights.entries()) sum += Number(first17.charAt(index)) * weight;
  return '10X98765432'.charAt(sum % 11);
}

/** What an 18-character number is by its first six: residence permits and foreign cards share the citizens' scheme. */
function kindOf(number: string): CodeKind {
  if (number.startsWith('9')) return 'permanentResident';
  return /^8[123]0000/.test(number) ? 'residencePermit' : 'residentId';
}

function isKnownRegion(number: string): boolean {
  if (number.startsWith('9')) return provinces.has(number.slice(1, 3));
  return kindOf(number) === 'residencePermit' || provinces.has(number.slice(0, 2));
}

function sexOf(number: string): 'male' | 'female' {
  return Number(number.charAt(16)) % 2 === 1 ? 'male' : 'female';
}

function readEighteen(raw: string, { text, placeOf }: Compact, today: string): ParsedCode | CodeFailure {
  const kind = kindOf(text);
  const wrong = text.search(/^\d{0,16}\D|^\d{17}[^\dX]/);
  if (wrong >= 0) {
    const index = text.search(/\D/);
    return failed(kind, raw, 'charset', 'The number has 17 digits, then a digit or X.', placeOf(index));
  }
  const birthDate = dayOfDigits(text.slice(6, 14));
  if (birthDate === null || birthDate < '1800') {
    return failed(kind, raw, 'date', 'The birth date does not exist.', placeOf(6));
  }
  if (birthDate > today) return failed(kind, raw, 'date', 'The birth date is in the future.', placeOf(6));
  if (residentIdCheck(text) !== text.charAt(17)) {
    return failed(kind, raw, 'checkDigit', 'The check character is wrong.', placeOf(17));
  }
  // Which authorities issue foreign cards is not published in full; theirs is not refused for it.
  if (kind !== 'permanentResident' && !isKnownRegion(text)) {
    return failed(kind, raw, 'syntax', 'The number begins with no known province.', placeOf(0));
  }
  return parsed(kind, raw, { number: text, birthDate, sex: sexOf(text) });
}

function readFifteen(raw: string, { text, placeOf }: Compact): ParsedCode | CodeFailure {
  const wrong = text.search(/\D/);
  if (wrong >= 0) return failed('residentId', raw, 'charset', 'The old number has 15 digits.', placeOf(wrong));
  const first17 = `${text.slice(0, 6)}19${text.slice(6)}`;
  const birthDate = dayOfDigits(first17.slice(6, 14));
  if (birthDate === null) return failed('residentId', raw, 'date', 'The birth date does not exist.', placeOf(6));
  if (!provinces.has(text.slice(0, 2))) {
    return failed('residentId', raw, 'syntax', 'The number begins with no known province.', placeOf(0));
  }
  const number = first17 + residentIdCheck(first17);
  const message = 'An old number of 15 digits was completed to 18 characters; nothing in it could be checked.';
  return parsed('residentId', raw, { number, birthDate, sex: sexOf(number) }, [{ code: 'fifteenDigits', message }]);
}

/**
 * Reads a number of the citizens' scheme: resident ID (18 characters, or the old 15 digits, completed), residence permit
 * of Hong Kong, Macao and Taiwan residents, foreign permanent resident card of 2023 (kind says which). Full-width,
 * spaced, hyphenated and lower-case input is understood; `fields.number` is half-width upper case. `today` as `YYYY-MM-DD`: nobody
 * is born after it.
 */
export function readResidentId(raw: string, today: string, start = 0, end = raw.length): ParsedCode | CodeFailure {
  const number = compact(raw, start, end, dashes);
  if (number.text === '') return failed('residentId', raw, 'empty', 'There is no number.', end);
  if (number.text.length === 18) return readEighteen(raw, number, today);
  if (number.text.length === 15) return readFifteen(raw, number);
  const at = number.placeOf(Math.min(number.text.length, 18));
  return failed('residentId', raw, 'length', 'A resident ID has 18 characters, an old one 15 digits.', at);
}

function isPast(birth: string, today: string, years: number): boolean {
  const day = dayOfDigits(birth);
  return day !== null && day >= '1800' && Number(today.slice(0, 4)) - Number(day.slice(0, 4)) >= years;
}

/**
 * Whether a text that is no right number is nevertheless somebody's, mistyped: such a text is refused, never taken for
 * a kit's serial. 18 characters are, with one of
 * - X at the end;
 * - a known province, and a year from 1800 to this one in its place;
 * - a known province, a year of the 19th to 22nd century, and a real day or the right check character;
 * - a real day five years back or more (a serial may carry a recent date, but hardly an old one).
 * A character lost or added: a known province and a real day at least a year back.
 */
export function resemblesResidentId(text: string, today: string): boolean {
  if (/^\d{17}X$/.test(text)) return true;
  if (/^\d{18}$/.test(text)) {
    const birth = text.slice(6, 14);
    const isRegion = isKnownRegion(text);
    const year = Number(birth.slice(0, 4));
    if (isRegion && year >= 1800 && year <= Number(today.slice(0, 4))) return true;
    const hasMore = dayOfDigits(birth) !== null || residentIdCheck(text) === text.charAt(17);
    if (isRegion && year >= 1800 && year < 2200 && hasMore) return true;
    return isPast(birth, today, 5);
  }
  if (/^(?:\d{17}|\d{19}|\d{16}X|\d{18}X)$/.test(text)) {
    return isKnownRegion(text) && isPast(text.slice(6, 14), today, 1);
  }
  return false;
}

/**
 * Whether 15 digits are an old resident ID whose birth date was mistyped: a known province, and a month and day that
 * one wrong digit could have made of a real one.
 */
export function resemblesOldResidentId(text: string): boolean {
  return /^\d{8}[01]\d[0-3]\d{4}$/.test(text) && provinces.has(text.slice(0, 2));
}
