import { isRealDay } from '../../../shared/time.ts';
import { dayOfSerial } from './xlsx/numbers.ts';

/** Which of two numbers before a year is the month, where it has been seen: `5/13/1988` says month first. */
export type DayOrder = 'dayFirst' | 'monthFirst' | null;

const months: Readonly<Record<string, number>> = {
  jan: 1,
  feb: 2,
  mar: 3,
  apr: 4,
  may: 5,
  jun: 6,
  jul: 7,
  aug: 8,
  sep: 9,
  oct: 10,
  nov: 11,
  dec: 12,
};

/** A time behind a day: nobody's birthday has one that matters. */
const clock = /[T ]+(?:[ap]m|上午|下午)? *\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: *[ap]m)?(?:Z|[+-]\d{2}:?\d{2})?$/i;
const yearLast = /^(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})$/;

/**
 * A day as files write it, as `YYYY-MM-DD`; null when it is none. Year first with any separator or none, day and month
 * before the year where their order is plain (or `order` says it), months by their English names, and Excel's serial
 * days of five digits.
 */
export function readDay(text: string, order: DayOrder = null): string | null {
  const plain = text.slice(0, 60).trim().replace(clock, '');
  const separated = /^(\d{4}) ?[-/.年\\] ?(\d{1,2}) ?[-/.月\\] ?(\d{1,2}) ?[日号]?$/.exec(plain);
  if (separated !== null) return day(separated[1], separated[2], separated[3]);
  const joined = /^(\d{4})(\d{2})(\d{2})$/.exec(plain);
  if (joined !== null) return day(joined[1], joined[2], joined[3]);
  if (/^\d{5}$/.test(plain)) return dayOfSerial(Number(plain), false)?.slice(0, 10) ?? null;
  const last = yearLast.exec(plain);
  if (last !== null) {
    const known = orderIn(plain) ?? order;
    if (known === null) return null;
    return known === 'dayFirst' ? day(last[3], last[2], last[1]) : day(last[3], last[1], last[2]);
  }
  const named = /^(\d{1,2})[- ]([A-Za-z]{3,9})\.?[-, ] ?(\d{4})$/.exec(plain);
  if (named !== null) return day(named[3], monthOf(named[2]), named[1]);
  const american = /^([A-Za-z]{3,9})\.? (\d{1,2}),? (\d{4})$/.exec(plain);
  return american === null ? null : day(american[3], monthOf(american[1]), american[2]);
}

/** What a day with its year at the end says about the order of the other two; both the same number say either. */
export function orderIn(text: string): DayOrder {
  const parts = yearLast.exec(text.slice(0, 60).trim().replace(clock, ''));
  if (parts === null) return null;
  const [first, second] = [Number(parts[1]), Number(parts[2])];
  if (first > 12) return second > 12 ? null : 'dayFirst';
  if (second > 12 || first === second) return 'monthFirst';
  return null;
}

/** Whether a day is written so that its month and day may be either. */
export function isAmbiguousDay(text: string): boolean {
  return yearLast.test(text.slice(0, 60).trim().replace(clock, '')) && orderIn(text) === null;
}

/** A year and a month without a day, as `YYYY-MM`; null when it is something else. */
export function readMonth(text: string): string | null {
  const parts = /^(\d{4}) ?[-/.年] ?(\d{1,2}) ?月?$/.exec(text.trim());
  const number = Number(parts?.[2]);
  return parts === null || number < 1 || number > 12 ? null : `${parts[1]}-${String(number).padStart(2, '0')}`;
}

/** As readDay; a month without a day means its last one, as on labels. */
export function readExpiry(text: string): string | null {
  const month = readMonth(text);
  if (month === null) return readDay(text);
  const [year = '', number = ''] = month.split('-');
  const last = new Date(Date.UTC(Number(year), Number(number), 0)).getUTCDate();
  return day(year, number, String(last));
}

function monthOf(name: string | undefined): string {
  return String(months[(name ?? '').slice(0, 3).toLowerCase()] ?? 0);
}

function day(year: string | undefined, month: string | undefined, date: string | undefined): string | null {
  const text = `${year}-${month?.padStart(2, '0')}-${date?.padStart(2, '0')}`;
  return isRealDay(text) ? text : null;
}
