import { dayOf, fullYear } from './calendar.ts';
import { ambiguous, type CodeReading, type CodeWarning, parsed } from './codeKinds.ts';
import { countriesAlpha3 } from './codeLists.ts';
import type { Compact } from './plainText.ts';

/** Mainland travel permit of Hong Kong and Macao residents: H or M and 8 digits, older cards 10. */
export function isHongKongMacaoPermit(text: string): boolean {
  return /^[HM](?:\d{8}|\d{10})$/.test(text);
}

/** Mainland travel permit of Taiwan residents: 8 digits (older cards 10), which nothing tells from other numbers. */
export function mayBeTaiwanPermit(text: string): boolean {
  return /^(?:\d{8}|\d{10})$/.test(text);
}

export function readHongKongMacaoPermit(raw: string, { text }: Compact): CodeReading {
  return parsed('travelPermit', raw, { number: text, region: text.startsWith('H') ? 'HK' : 'MO' });
}

/**
 * A foreign permanent resident card of before December 2023: the country's three letters and 12 digits, of which the
 * 5th to 10th are the birth date. Its check digit is not published, so the date has to speak: without a real one the
 * text may as well be a maker's serial, and is asked. Null: not the shape, or letters of no foreign country.
 */
export function readOldPermanentResident(raw: string, { text, placeOf }: Compact, today: string): CodeReading | null {
  const nationality = text.slice(0, 3);
  if (!/^[A-Z]{3}\d{12}$/.test(text) || !countriesAlpha3.has(nationality) || nationality === 'CHN') return null;
  const shortYear = Number(text.slice(7, 9));
  const [month, date] = [Number(text.slice(9, 11)), Number(text.slice(11, 13))];
  const year = fullYear(shortYear, today);
  const soon = dayOf(year, month, date);
  // Who was born in "45" was born in 1945, as nobody is born after today.
  const birthDate = soon !== null && soon <= today ? soon : dayOf(shortYear + 1900, month, date);
  if (birthDate === null || birthDate > today) return ambiguous(raw, placeOf(0), ['permanentResident', 'serial']);
  const warnings: CodeWarning[] = [
    { code: 'unchecked', message: 'Nothing in an old permanent resident number could be checked but its birth date.' },
  ];
  return parsed('permanentResident', raw, { number: text, nationality, birthDate }, warnings);
}
