import { hour, isRealDay, localTime, minute, second } from '../../shared/time.ts';

const dayMs = 24 * hour;

export type LanguageTag = 'zh-CN' | 'en';

/** `HH:MM` of the site's zone. */
export function clockOf(atMs: number, zone: string): string {
  return localTime(atMs, zone).clock.slice(0, 5);
}

/** `HH:MM:SS` of the site's zone. */
export function clockWithSeconds(atMs: number, zone: string): string {
  return localTime(atMs, zone).clock;
}

const dayFormatters = new Map<string, Intl.DateTimeFormat>();

function dayFormatter(language: LanguageTag, withYear: boolean): Intl.DateTimeFormat {
  const key = `${language}${withYear}`;
  let formatter = dayFormatters.get(key);
  if (formatter === undefined) {
    const tag = language === 'en' ? 'en-GB' : 'zh-CN';
    formatter = new Intl.DateTimeFormat(tag, {
      timeZone: 'UTC',
      month: language === 'en' ? 'short' : 'long',
      day: 'numeric',
      ...(withYear ? { year: 'numeric' } : {}),
    });
    dayFormatters.set(key, formatter);
  }
  return formatter;
}

/** A day as people say it: 4月10日, 10 Apr; with the year where it is not `today`'s. A text that is no day stays as it is. */
export function dayWords(day: string, language: LanguageTag, today: string): string {
  if (!isRealDay(day)) return day;
  const at = Date.UTC(Number(day.slice(0, 4)), Number(day.slice(5, 7)) - 1, Number(day.slice(8, 10)));
  return dayFormatter(language, day.slice(0, 4) !== today.slice(0, 4)).format(at);
}

/** Clock on `today`, else day and clock. */
export function momentWords(atMs: number, zone: string, language: LanguageTag, today: string): string {
  const { day, clock } = localTime(atMs, zone);
  const short = clock.slice(0, 5);
  return day === today ? short : `${dayWords(day, language, today)} ${short}`;
}

export type Lasting =
  | { readonly unit: 'seconds' | 'minutes' | 'hours' | 'days'; readonly n: number }
  | { readonly unit: 'hoursMinutes'; readonly h: number; readonly m: number }
  | { readonly unit: 'daysHours'; readonly d: number; readonly h: number };

/** A length of time in the unit that people would choose. Negative counts as nothing. */
export function lasting(ms: number): Lasting {
  const whole = Math.max(0, ms);
  if (whole < minute) return { unit: 'seconds', n: Math.floor(whole / second) };
  if (whole < hour) return { unit: 'minutes', n: Math.floor(whole / minute) };
  if (whole < dayMs) {
    const h = Math.floor(whole / hour);
    const m = Math.floor((whole % hour) / minute);
    return m === 0 ? { unit: 'hours', n: h } : { unit: 'hoursMinutes', h, m };
  }
  const d = Math.floor(whole / dayMs);
  const h = Math.floor((whole % dayMs) / hour);
  return h === 0 ? { unit: 'days', n: d } : { unit: 'daysHours', d, h };
}

export type Ago =
  | { readonly unit: 'now' }
  | { readonly unit: 'seconds' | 'minutes' | 'hours' | 'days'; readonly n: number };

/** How long ago something was; under five seconds and the future are `now`. */
export function ago(ms: number): Ago {
  if (ms < 5 * second) return { unit: 'now' };
  if (ms < minute) return { unit: 'seconds', n: Math.floor(ms / second) };
  if (ms < hour) return { unit: 'minutes', n: Math.floor(ms / minute) };
  if (ms < dayMs) return { unit: 'hours', n: Math.floor(ms / hour) };
  return { unit: 'days', n: Math.floor(ms / dayMs) };
}

/** Whole days from `today` to `day`, both `YYYY-MM-DD`; negative when it is over. */
export function daysUntil(day: string, today: string): number {
  return Math.round((Date.parse(`${day}T00:00:00Z`) - Date.parse(`${today}T00:00:00Z`)) / dayMs);
}

/** The day `by` days after `day`. */
export function shiftDay(day: string, by: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + by * dayMs).toISOString().slice(0, 10);
}

/** Thousands set apart: 1,842. */
export function figure(n: number): string {
  return n.toLocaleString('en-US');
}

/** A share in per cent with one decimal, or null when there is no whole. */
export function share(part: number, whole: number): string | null {
  if (whole === 0) return null;
  const percent = (part / whole) * 100;
  return `${Number.isInteger(percent) ? percent : percent.toFixed(1)}%`;
}
