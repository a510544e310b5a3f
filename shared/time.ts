import { z } from 'zod';

/** Epoch milliseconds, UTC. */
export const atMsSchema = z.int().min(0).max(8_640_000_000_000_000);

/** A calendar day of the site, `YYYY-MM-DD`, that exists. */
export const daySchema = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/)
  .refine(isRealDay, { message: 'no such day' });

export const second = 1_000;
export const minute = 60_000;
export const hour = 3_600_000;

/** Whether `day` is written `YYYY-MM-DD` and is in the Gregorian calendar. */
export function isRealDay(day: string): boolean {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day);
  if (match === null) return false;
  const [year, month, date] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const probe = new Date(0);
  probe.setUTCFullYear(year, month - 1, date);
  return probe.getUTCFullYear() === year && probe.getUTCMonth() === month - 1 && probe.getUTCDate() === date;
}

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterOf(zone: string): Intl.DateTimeFormat {
  let formatter = formatters.get(zone);
  if (formatter === undefined) {
    formatter = new Intl.DateTimeFormat('en-CA', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
    formatters.set(zone, formatter);
  }
  return formatter;
}

/** The wall clock at an instant in an IANA zone: its day, its hour 0–23 and `HH:MM:SS`. */
export function localTime(
  atMs: number,
  zone: string,
): { readonly day: string; readonly hour: number; readonly clock: string } {
  const parts: Record<string, string> = {};
  for (const part of formatterOf(zone).formatToParts(atMs)) parts[part.type] = part.value;
  return {
    day: `${parts['year']}-${parts['month']}-${parts['day']}`,
    hour: Number(parts['hour']),
    clock: `${parts['hour']}:${parts['minute']}:${parts['second']}`,
  };
}

/** The site's day (`YYYY-MM-DD`) at an instant. */
export function localDay(atMs: number, zone: string): string {
  return localTime(atMs, zone).day;
}

/** The instants between which a site's day lies: from its first to before the next day's first; a change of the clocks counts. */
export function dayBounds(day: string, zone: string): { readonly fromMs: number; readonly toMs: number } {
  const start = (wanted: string): number => {
    // The day begins within a day of its midnight in UTC, wherever that is; it is found to the millisecond by halves.
    const utc = Date.parse(`${wanted}T00:00:00.000Z`);
    let [low, high] = [utc - 24 * hour, utc + 24 * hour];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (localDay(middle, zone) >= wanted) high = middle;
      else low = middle + 1;
    }
    return low;
  };
  const next = new Date(Date.parse(`${day}T00:00:00.000Z`) + 24 * hour).toISOString().slice(0, 10);
  return { fromMs: start(day), toMs: start(next) };
}

/** Whole years lived on `day` by somebody born on `birthDate`; both `YYYY-MM-DD`. Born on 29 February counts from 1 March. */
export function ageOn(birthDate: string, day: string): number {
  const years = Number(day.slice(0, 4)) - Number(birthDate.slice(0, 4));
  return day.slice(5) < birthDate.slice(5) ? years - 1 : years;
}
