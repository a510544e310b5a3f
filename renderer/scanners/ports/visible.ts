import { classify } from '../../../shared/codes/classify.ts';
import { maskDocument } from '../../../shared/codes/mask.ts';

/**
 * What a gun sent, for whoever sets it up: control characters as their signs, and a number of a person masked, since this
 * page may stand open in front of a queue. `today` is the site's day.
 */
export function visible(text: string, today: string): string {
  const code = classify(text, { today });
  const number = code.ok ? code.fields['number'] : undefined;
  const shown = number === undefined ? text : maskDocument(number);
  // The control pictures of Unicode stand in the order of the characters they show.
  return [...shown].map((one) => (one < ' ' ? String.fromCharCode(0x2400 + one.charCodeAt(0)) : one)).join('');
}
