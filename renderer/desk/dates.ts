import { isRealDay } from '../../shared/time.ts';

/** A day as people type it (19660410, 1966-4-10, 1966.4.10, 1966年4月10日, full-width digits) as `YYYY-MM-DD`, or null. */
export function typedDay(text: string): string | null {
  const plain = text.normalize('NFKC').trim();
  const match = /^(\d{4})(\d{2})(\d{2})$/.exec(plain) ?? /^(\d{4})[-/.年\s](\d{1,2})[-/.月\s](\d{1,2})日?$/.exec(plain);
  if (match === null) return null;
  const day = `${match[1]}-${(match[2] ?? '').padStart(2, '0')}-${(match[3] ?? '').padStart(2, '0')}`;
  return isRealDay(day) ? day : null;
}
