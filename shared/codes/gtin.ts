import { type CodeReading, failed, parsed } from './codeKinds.ts';
import { mod10Check } from './gs1Checks.ts';
import type { Compact } from './plainText.ts';

/** Whether the digits are a GTIN-8, -12, -13 or -14 with the right check digit. */
export function isGtin(digits: string): boolean {
  return /^(?:\d{8}|\d{12,14})$/.test(digits) && mod10Check(digits.slice(0, -1)) === digits.slice(-1);
}

/**
 * The UPC-A that eight digits of a UPC-E stand for (GS1 General Specifications, 5.2.3.4); null when its check digit, which
 * is that of the UPC-A, is wrong or the number system is not 0 or 1.
 */
export function expandUpcE(digits: string): string | null {
  if (!/^[01]\d{7}$/.test(digits)) return null;
  const [system, body, last] = [digits.slice(0, 1), digits.slice(1, 6), Number(digits.charAt(6))];
  const [kept, moved] = last < 3 ? [2, `${last}0000`] : last < 5 ? [last, '00000'] : [5, `0000${last}`];
  const upcA = system + body.slice(0, kept) + moved + body.slice(kept) + digits.charAt(7);
  return isGtin(upcA) ? upcA : null;
}

/**
 * Reads a bare GTIN (EAN-8, UPC-A, EAN-13, GTIN-14): `fields.gtin` has 14 digits. It names a product, not a kit.
 * `mayBeUpcE`: the symbol is of the kind that a gun may send as the eight digits of a UPC-E.
 */
export function readGtin(raw: string, { text, placeOf }: Compact, mayBeUpcE = false): CodeReading {
  const wrong = text.search(/\D/);
  if (wrong >= 0) return failed('gtin', raw, 'charset', 'A GTIN has digits only.', placeOf(wrong));
  if (![8, 12, 13, 14].includes(text.length)) {
    return failed('gtin', raw, 'length', 'A GTIN has 8, 12, 13 or 14 digits.', placeOf(text.length));
  }
  const upcA = mayBeUpcE ? expandUpcE(text) : null;
  if (upcA !== null) return parsed('gtin', raw, { gtin: upcA.padStart(14, '0') });
  if (!isGtin(text)) {
    return failed('gtin', raw, 'checkDigit', 'The check digit of the GTIN is wrong.', placeOf(text.length - 1));
  }
  return parsed('gtin', raw, { gtin: text.padStart(14, '0') });
}
