import { type CodeFailure, failed, type ParsedCode, parsed } from './codeKinds.ts';
import { compact, dashes } from './plainText.ts';

/**
 * Reads a mobile number of mainland China: `1[3-9]` and nine digits, with or without +86 or 0086, spaces and hyphens.
 * `fields.number` has the eleven digits.
 */
export function readMobile(raw: string, start = 0, end = raw.length): ParsedCode | CodeFailure {
  const { text, placeOf } = compact(raw, start, end, dashes);
  const prefix = /^(?:\+86|0086)/.exec(text)?.[0].length ?? 0;
  const number = text.slice(prefix);
  if (number === '') return failed('mobile', raw, prefix === 0 ? 'empty' : 'length', 'There is no number.', end);
  const wrong = number.search(/\D/);
  if (wrong >= 0) return failed('mobile', raw, 'charset', 'A mobile number has digits only.', placeOf(prefix + wrong));
  if (number.length !== 11) {
    const at = placeOf(prefix + Math.min(number.length, 11));
    return failed('mobile', raw, 'length', 'A mobile number has 11 digits.', at);
  }
  if (!/^1[3-9]/.test(number)) {
    return failed('mobile', raw, 'syntax', 'A mobile number begins with 13 to 19.', placeOf(prefix));
  }
  return parsed('mobile', raw, { number });
}
