import type { ReadingWindow } from '../../shared/model/kit.ts';

/** Bounds of the contract's reading window, in minutes. */
const opensMost = 240;
const closesMost = 480;
const gtinsMost = 20;

export type MinuteFault =
  | { readonly code: 'windowNotNumber' }
  | { readonly code: 'windowNegative' }
  | { readonly code: 'windowNeedsBoth' }
  | { readonly code: 'windowOpensMost' | 'windowClosesMost'; readonly most: number }
  | { readonly code: 'windowReversed'; readonly opens: string };

export type WindowCheck = {
  /** Null where both are empty (the product cannot be bound then) or something is wrong. */
  readonly window: ReadingWindow | null;
  readonly opens: MinuteFault | null;
  readonly closes: MinuteFault | null;
};

/** Minutes as people type them: full-width digits, a comma or a full stop for the decimals; null for anything else. */
export function readMinutes(text: string): number | null {
  const plain = text.normalize('NFKC').trim().replace('。', '.').replace(',', '.');
  return /^-?\d{1,6}(\.\d{1,3})?$/.test(plain) ? Number(plain) : null;
}

/** Checks the two fields of the reading window together, as they are typed. */
export function checkWindow(opensText: string, closesText: string): WindowCheck {
  const [hasOpens, hasCloses] = [opensText.trim() !== '', closesText.trim() !== ''];
  if (!hasOpens && !hasCloses) return { window: null, opens: null, closes: null };
  const opensAfterMin = hasOpens ? readMinutes(opensText) : null;
  const closesAfterMin = hasCloses ? readMinutes(closesText) : null;
  const opens = !hasOpens
    ? ({ code: 'windowNeedsBoth' } as const)
    : minuteFault(opensAfterMin, 'windowOpensMost', opensMost);
  const closes = !hasCloses
    ? ({ code: 'windowNeedsBoth' } as const)
    : minuteFault(closesAfterMin, 'windowClosesMost', closesMost);
  if (opens !== null || closes !== null || opensAfterMin === null || closesAfterMin === null) {
    return { window: null, opens, closes };
  }
  if (closesAfterMin <= opensAfterMin) {
    return { window: null, opens: null, closes: { code: 'windowReversed', opens: String(opensAfterMin) } };
  }
  return { window: { opensAfterMin, closesAfterMin }, opens: null, closes: null };
}

function minuteFault(
  minutes: number | null,
  code: 'windowOpensMost' | 'windowClosesMost',
  most: number,
): MinuteFault | null {
  if (minutes === null) return { code: 'windowNotNumber' };
  if (minutes < 0) return { code: 'windowNegative' };
  return minutes > most ? { code, most } : null;
}

export type GtinFault =
  | { readonly code: 'gtinDigits' | 'gtinCheck' | 'gtinDoubled'; readonly gtin: string }
  | { readonly code: 'gtinMost'; readonly most: number };

/** GTINs, one a line or set apart by commas, brought to 14 digits; the first fault found, or null. */
export function checkGtins(text: string): { readonly gtins: readonly string[]; readonly fault: GtinFault | null } {
  const entries = text
    .normalize('NFKC')
    .split(/[\s,、;]+/)
    .filter((entry) => entry !== '');
  const gtins: string[] = [];
  for (const entry of entries) {
    // The device part of an MA code; core looks at it more closely.
    if (/^MA\.\d{3}\.[\w.-]{4,50}$/.test(entry)) {
      if (gtins.includes(entry)) return { gtins, fault: { code: 'gtinDoubled', gtin: entry } };
      gtins.push(entry);
      continue;
    }
    if (!/^(\d{8}|\d{12,14})$/.test(entry)) return { gtins, fault: { code: 'gtinDigits', gtin: entry } };
    const gtin = entry.padStart(14, '0');
    if (!hasRightCheckDigit(gtin)) return { gtins, fault: { code: 'gtinCheck', gtin: entry } };
    if (gtins.includes(gtin)) return { gtins, fault: { code: 'gtinDoubled', gtin: entry } };
    gtins.push(gtin);
  }
  if (gtins.length > gtinsMost) return { gtins, fault: { code: 'gtinMost', most: gtinsMost } };
  return { gtins, fault: null };
}

/** GS1 General Specifications, 7.9: weights 3 and 1 from the right, mod 10. */
function hasRightCheckDigit(gtin14: string): boolean {
  let sum = 0;
  for (let index = 0; index < 14; index += 1) sum += Number(gtin14[index]) * (index % 2 === 0 ? 3 : 1);
  return sum % 10 === 0;
}
