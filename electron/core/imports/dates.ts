import { isRealDay } from '../../../shared/time.ts';

/** A day as files write it, as `YYYY-MM-DD`; null when it is none. Excel's serial days (since 1899-12-30) count too. */
export function readDay(text: string): string | null {
  const plain = text.replace(/[ T]00:00(:00(\.0+)?)?$/, '').trim();
  const separated = /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$/.exec(plain);
  if (separated !== null) return day(separated[1], separated[2], separated[3]);
  const joined = /^(\d{4})(\d{2})(\d{2})$/.exec(plain);
  if (joined !== null) return day(joined[1], joined[2], joined[3]);
  const serial = /^\d{5}$/.test(plain) ? Number(plain) : Number.NaN;
  if (serial >= 1 && serial <= 80_000)
    return new Date(Date.UTC(1899, 11, 30) + serial * 86_400_000).toISOString().slice(0, 10);
  return null;
}

/** As readDay; a month without a day means its last one, as on labels. */
export function readExpiry(text: string): string | null {
  const month = /^(\d{4})[-/.年](\d{1,2})月?$/.exec(text.trim());
  if (month === null) return readDay(text);
  const last = new Date(Date.UTC(Number(month[1]), Number(month[2]), 0)).getUTCDate();
  return day(month[1], month[2], String(last));
}

function day(year: string | undefined, month: string | undefined, date: string | undefined): string | null {
  const text = `${year}-${month?.padStart(2, '0')}-${date?.padStart(2, '0')}`;
  return isRealDay(text) ? text : null;
}
