import { isGs1Symbol } from './content.ts';
import type { Decoded } from './decoder.ts';
import type { Found } from './engine.ts';

/** What was decided about a picture; `undecided` asks for another look. */
export type Choice = Decoded | 'ambiguous' | 'undecided';

/**
 * Which of the symbols in a picture is meant. A GS1 matrix code stands before everything, since it is what names one kit;
 * an EAN-13 after everything, since it names a product only. Two different contents of the same rank are ambiguous: to
 * guess would be to bind the wrong kit.
 */
export function choose(found: readonly Found[]): Choice {
  let best: Found | null = null;
  let isTie = false;
  for (const one of found) {
    if (best === null || rankOf(one) > rankOf(best)) {
      best = one;
      isTie = false;
    } else if (rankOf(one) === rankOf(best) && one.text !== best.text) {
      isTie = true;
    }
  }
  if (best === null) return 'undecided';
  if (isTie) return 'ambiguous';
  const { text, format, symbology, engine } = best;
  return { text, format, symbology, engine };
}

function rankOf({ format, symbology }: Found): number {
  if (format === 'ean13') return 0;
  return isGs1Symbol(symbology) && format !== 'code128' ? 2 : 1;
}
