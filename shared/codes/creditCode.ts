import { type CodeFailure, failed, type ParsedCode, parsed } from './codeKinds.ts';
import { compact } from './plainText.ts';

const alphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];

/** The check character that belongs after the first 17 (GB 32100-2015); null for characters outside its alphabet. */
export function creditCodeCheck(first17: string): string | null {
  let sum = 0;
  for (const [index, weight] of weights.entries()) {
    const value = alphabet.indexOf(first17.charAt(index));
    if (value < 0 || first17.charAt(index) === '') return null;
    sum += value * weight;
  }
  return alphabet.charAt((31 - (sum % 31)) % 31);
}

/**
 * Whether 18 characters are built as GB 32100 says: registering authority, kind of body, six digits of a place. One in 31
 * makers' serials has the right check character by chance; this leaves few of them.
 */
export function hasCreditCodeShape(text: string): boolean {
  return /^[1-9ANY][1-9]\d{6}[0-9A-HJ-NPQRTUWXY]{10}$/.test(text);
}

/** Reads a unified social credit code (GB 32100-2015), 18 characters. */
export function readCreditCode(raw: string, start = 0, end = raw.length): ParsedCode | CodeFailure {
  const { text, placeOf } = compact(raw, start, end);
  const wrong = text.search(/[^0-9A-HJ-NPQRTUWXY]/);
  if (wrong >= 0) {
    return failed(
      'creditCode',
      raw,
      'charset',
      'A credit code has digits and letters without I, O, S, V, Z.',
      placeOf(wrong),
    );
  }
  if (text.length !== 18) {
    return failed('creditCode', raw, 'length', 'A credit code has 18 characters.', placeOf(Math.min(text.length, 18)));
  }
  return creditCodeCheck(text.slice(0, 17)) === text.charAt(17)
    ? parsed('creditCode', raw, { number: text })
    : failed('creditCode', raw, 'checkDigit', 'The check character of the credit code is wrong.', placeOf(17));
}
