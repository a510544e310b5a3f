import { type CodeReading, failed, parsed } from './codeKinds.ts';
import { mod10Check } from './gs1Checks.ts';
import type { Compact } from './plainText.ts';

/** Whether the digits are a GTIN-8, -12, -13 or -14 with the right check digit. */
export function isGtin(digits: string): boolean {
  return /^(?:\d{8}|\d{12,14})$/.test(digits) && mod10Check(digits.slice(0, -1)) === digits.slice(-1);
}

/** Reads a bare GTIN (EAN-8, UPC-A, EAN-13, GTIN-14): `fields.gtin` has 14 digits. It names a product, not a kit. */
export function readGtin(raw: string, { text, placeOf }: Compact): CodeReading {
  const wrong = text.search(/\D/);
  if (wrong >= 0) return failed('gtin', raw, 'charset', 'A GTIN has digits only.', placeOf(wrong));
  if (![8, 12, 13, 14].includes(text.length)) {
    return failed('gtin', raw, 'length', 'A GTIN has 8, 12, 13 or 14 digits.', placeOf(text.length));
  }
  if (!isGtin(text)) {
    return failed('gtin', raw, 'checkDigit', 'The check digit of the GTIN is wrong.', placeOf(text.length - 1));
  }
  return parsed('gtin', raw, { gtin: text.padStart(14, '0') });
}
