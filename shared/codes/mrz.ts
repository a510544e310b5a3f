import { dayOf, fullYear } from './calendar.ts';
import { type CodeFailure, failed, type ParsedCode, parsed } from './codeKinds.ts';
import { halfWidth } from './plainText.ts';

/** ICAO 9303 part 3, 4.9: the check digit of a field; weights 7 3 1, A = 10 … Z = 35, filler = 0. */
export function mrzCheck(text: string): string {
  let sum = 0;
  for (let index = 0; index < text.length; index++) {
    const character = text.charAt(index);
    const value = character === '<' ? 0 : Number.parseInt(character, 36);
    sum += value * ([7, 3, 1][index % 3] ?? 0);
  }
  return String(sum % 10);
}

/** The text without line breaks and spaces, upper case, with the place of each character. */
function flatten(
  raw: string,
  start: number,
  end: number,
): { readonly text: string; readonly places: readonly number[] } {
  const places: number[] = [];
  let text = '';
  for (let index = start; index < end; index++) {
    const character = halfWidth(raw.charAt(index));
    if (' \t\r\n\u00a0'.includes(character)) continue;
    text += character >= 'a' && character <= 'z' ? character.toUpperCase() : character;
    places.push(index);
  }
  return { text, places };
}

/** A passport's second line: `n` digits and fillers, `a` letters and fillers, `x` either. What OCR confuses shows here. */
const secondLine = 'xxxxxxxxxnaaannnnnnnannnnnnnxxxxxxxxxxxxxxnn';

/** Whether a text has the look of a passport's two lines, whole or damaged. */
export function resemblesMrz(raw: string, start: number, end: number): boolean {
  if (end - start < 60 || end - start > 120) return false;
  const { text } = flatten(raw, start, end);
  return /^P[A-Z<][A-Z<]{3}[A-Z]/.test(text) && text.includes('<<');
}

/**
 * Refuses what has the look of a machine readable zone but is no passport's: one line alone, a visa's, an identity card's.
 * Null for other text.
 */
export function refuseOtherMrz(raw: string, start: number, end: number): CodeFailure | null {
  if (end - start < 28 || end - start > 120) return null;
  const { text } = flatten(raw, start, end);
  if (!/^[A-Z0-9<]{28,}$/.test(text) || !text.includes('<<')) return null;
  if (text.length === 44 && !text.startsWith('V')) {
    return failed('passportMrz', raw, 'length', "Only one of the passport's two lines was read.", end);
  }
  const message = 'This is the machine readable zone of another document than a passport, or a part of one.';
  return failed('passportMrz', raw, 'syntax', message, start);
}

/** `YYMMDD` of somebody's birth: never after today. Unknown parts are written as fillers. */
function birthDay(digits: string, today: string): string | null {
  const [shortYear, month, date] = [0, 2, 4].map((at) => Number(digits.slice(at, at + 2)));
  if (shortYear === undefined || month === undefined || date === undefined) return null;
  const century = Number(today.slice(0, 2)) * 100;
  const newest = dayOf(century + shortYear, month, date);
  return newest !== null && newest <= today ? newest : dayOf(century - 100 + shortYear, month, date);
}

function names(field: string): { readonly surname: string; readonly givenNames: string } {
  const [surname = '', ...given] = field.replace(/<+$/, '').split('<<');
  const spaced = (text: string) => text.replace(/</g, ' ').trim();
  return { surname: spaced(surname), givenNames: spaced(given.join(' ')) };
}

/**
 * Reads the machine readable zone of a passport (ICAO 9303 part 4, size TD3): two lines of 44, or the 88 characters in
 * one. Fields: `number`, `issuer`, `surname`, `givenNames`, `name`, `nationality`, `birthDate` and `sex` where known,
 * `expiresOn`. A passport that has expired is read with a warning.
 */
export function readMrz(raw: string, today: string, start = 0, end = raw.length): ParsedCode | CodeFailure {
  const { text, places } = flatten(raw, start, end);
  const no = (code: 'charset' | 'length' | 'checkDigit' | 'date' | 'syntax', message: string, index: number) =>
    failed('passportMrz', raw, code, message, places[index] ?? end);
  const wrong = text.search(/[^0-9A-Z<]/);
  if (wrong >= 0) return no('charset', 'A passport line has letters, digits and the filler < only.', wrong);
  if (text.length !== 88)
    return no('length', 'The two lines of a passport have 44 characters each.', Math.min(text.length, 88));
  if (!/^P[A-Z<]/.test(text)) return no('syntax', "A passport's first line begins with P.", 0);
  if (/\d/.test(text.slice(2, 44))) {
    return no('charset', "A passport's first line has no digits.", 2 + text.slice(2).search(/\d/));
  }

  const second = text.slice(44);
  const at = (index: number) => 44 + index;
  for (let index = 0; index < 44; index++) {
    const shape = secondLine.charAt(index);
    const character = second.charAt(index);
    if (shape === 'n' && /[A-Z]/.test(character)) {
      return no('charset', 'A letter stands where a passport has digits only.', at(index));
    }
    if (shape === 'a' && /\d/.test(character)) {
      return no('charset', 'A digit stands where a passport has letters only.', at(index));
    }
  }
  const checked = [
    { from: 0, to: 9, what: 'document number' },
    { from: 13, to: 19, what: 'birth date' },
    { from: 21, to: 27, what: 'expiry date' },
  ];
  for (const { from, to, what } of checked) {
    if (mrzCheck(second.slice(from, to)) !== second.charAt(to)) {
      return no('checkDigit', `The check digit of the ${what} is wrong.`, at(to));
    }
  }
  const personal = second.slice(28, 42);
  const personalCheck = second.charAt(42);
  const mayBeFiller = personalCheck === '<' && /^<+$/.test(personal);
  if (mrzCheck(personal) !== personalCheck && !mayBeFiller) {
    return no('checkDigit', 'The check digit of the personal number is wrong.', at(42));
  }
  const composite = second.slice(0, 10) + second.slice(13, 20) + second.slice(21, 43);
  if (mrzCheck(composite) !== second.charAt(43)) {
    return no('checkDigit', 'The check digit over the whole line is wrong.', at(43));
  }

  const number = second.slice(0, 9).replace(/<+$/, '');
  if (number === '' || number.includes('<')) return no('syntax', 'The document number is missing.', at(0));
  const birth = second.slice(13, 19);
  const birthDate = /^\d{6}$/.test(birth) ? birthDay(birth, today) : null;
  if (birthDate === null && !/^(?:\d\d|<<){3}$/.test(birth))
    return no('date', 'The birth date is not written in digits.', at(13));
  if (birthDate === null && !birth.includes('<')) return no('date', 'The birth date does not exist.', at(13));
  const expiry = second.slice(21, 27);
  const expiresOn = /^\d{6}$/.test(expiry)
    ? dayOf(fullYear(Number(expiry.slice(0, 2)), today), Number(expiry.slice(2, 4)), Number(expiry.slice(4)))
    : null;
  if (expiresOn === null && expiry !== '<<<<<<') return no('date', 'The expiry date does not exist.', at(21));
  const sexLetter = second.charAt(20);
  if (!'MF<X'.includes(sexLetter)) return no('syntax', 'The sex is written as M, F or a filler.', at(20));

  const { surname, givenNames } = names(text.slice(5, 44));
  const fields: Record<string, string> = {
    number,
    issuer: text.slice(2, 5).replace(/</g, ''),
    surname,
    givenNames,
    name: `${surname} ${givenNames}`.trim(),
    nationality: second.slice(10, 13).replace(/</g, ''),
  };
  if (birthDate !== null) fields['birthDate'] = birthDate;
  if (sexLetter === 'M') fields['sex'] = 'male';
  if (sexLetter === 'F') fields['sex'] = 'female';
  if (expiresOn !== null) fields['expiresOn'] = expiresOn;
  const isExpired = expiresOn !== null && expiresOn < today;
  return parsed(
    'passportMrz',
    raw,
    fields,
    isExpired ? [{ code: 'expired', message: 'The passport has expired.' }] : [],
  );
}

/** Whether a text is the first of a passport's two lines, as guns send them one by one (ICAO 9303-4). */
export function isFirstPassportLine(text: string): boolean {
  return /^P[A-Z<][A-Z<]{42}$/.test(text);
}

/** Whether a text may be the second of a passport's two lines. */
export function isSecondPassportLine(text: string): boolean {
  return /^[0-9A-Z<]{44}$/.test(text);
}
