import { hour, minute, second } from '../../shared/time.ts';

/** An age in one figure and the unit that people would say it in: below a minute seconds, below an hour minutes … */
export function oldestOf(ms: number): { readonly unit: 'seconds' | 'minutes' | 'hours' | 'days'; readonly n: number } {
  const whole = Math.max(0, ms);
  if (whole < minute) return { unit: 'seconds', n: Math.floor(whole / second) };
  if (whole < hour) return { unit: 'minutes', n: Math.floor(whole / minute) };
  if (whole < 24 * hour) return { unit: 'hours', n: Math.floor(whole / hour) };
  return { unit: 'days', n: Math.floor(whole / (24 * hour)) };
}
