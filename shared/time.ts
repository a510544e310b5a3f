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

/** Whole years lived on `day` by somebody born on `birthDate`; both `YYYY-MM-DD`. Born on 29 February counts from 1 March. */
export function ageOn(birthDate: string, day: string): number {
  const years = Number(day.slice(0, 4)) - Number(birthDate.slice(0, 4));
  return day.slice(5) < birthDate.slice(5) ? years - 1 : years;
}
