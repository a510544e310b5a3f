import type { DayFigures, Tally } from '../../shared/model/daySummary.ts';

/** The terms that must add up to `registered`, in the order in which they are written. */
export const terms = ['negative', 'positive', 'invalid', 'pending', 'void'] as const;
export type Term = (typeof terms)[number];

export const groupings = ['byHour', 'byOperator', 'byProductLot', 'byBuilding'] as const;
export type Grouping = (typeof groupings)[number];

export function sumOfTerms(tally: Tally): number {
  return terms.reduce((sum, term) => sum + tally[term], 0);
}

/** Where a day does not add up. */
export type Imbalance =
  /** The day's own terms: `by` is their sum minus what was registered. */
  | { readonly kind: 'total'; readonly sum: number; readonly by: number }
  /** One line of a table does not add up in itself. */
  | { readonly kind: 'line'; readonly table: Grouping; readonly label: string }
  /** A table's lines together are not the day's total. */
  | { readonly kind: 'table'; readonly table: Grouping; readonly sum: number; readonly total: number };

type Line = { readonly label: string; readonly tally: Tally };

function linesOf(figures: DayFigures, table: Grouping): readonly Line[] {
  if (table === 'byHour') return figures.byHour.map(({ hour, tally }) => ({ label: hourLabel(hour), tally }));
  return figures[table];
}

/** `08:00`; the hour of the site's day, 0–23. */
export function hourLabel(hour: number): string {
  return `${String(hour).padStart(2, '0')}:00`;
}

/** Everything that does not add up, the day's own equation first. Empty when the day balances. */
export function imbalances(figures: DayFigures): readonly Imbalance[] {
  const found: Imbalance[] = [];
  const sum = sumOfTerms(figures.total);
  if (sum !== figures.total.registered) found.push({ kind: 'total', sum, by: sum - figures.total.registered });
  for (const table of groupings) {
    const lines = linesOf(figures, table);
    for (const { label, tally } of lines) {
      if (sumOfTerms(tally) !== tally.registered) found.push({ kind: 'line', table, label });
    }
    const registered = lines.reduce((total, line) => total + line.tally.registered, 0);
    if (registered !== figures.total.registered) {
      found.push({ kind: 'table', table, sum: registered, total: figures.total.registered });
    }
  }
  return found;
}

export type HourBar = { readonly hour: number; readonly label: string; readonly registered: number };

/** One bar for each hour from the first to the last with anything bound, the empty ones between them included. */
export function hourBars(figures: DayFigures): readonly HourBar[] {
  const hours = figures.byHour.map((entry) => entry.hour);
  if (hours.length === 0) return [];
  const counts = new Map(figures.byHour.map((entry) => [entry.hour, entry.tally.registered]));
  const first = Math.min(...hours);
  const last = Math.max(...hours);
  return Array.from({ length: last - first + 1 }, (_, index) => {
    const hour = first + index;
    return { hour, label: hourLabel(hour), registered: counts.get(hour) ?? 0 };
  });
}

/** The hour with most people, the earliest of several; null on an empty day. */
export function busiest(bars: readonly HourBar[]): HourBar | null {
  return bars.reduce<HourBar | null>((top, bar) => (top === null || bar.registered > top.registered ? bar : top), null);
}

/** The fingerprint as people compare it: the first twelve characters in threes of four. */
export function shortFingerprint(sha256: string): string {
  return sha256.slice(0, 12).replaceAll(/(.{4})(?=.)/g, '$1 ');
}
