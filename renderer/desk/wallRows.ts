import type { WallRow } from '../../shared/model/desk.ts';
import { minute } from '../../shared/time.ts';

/** A window that closes within this time is shown as closing. */
const closingMs = minute;

export type WallState = 'late' | 'closing' | 'open' | 'toCome' | 'awaitsDrop';
export type WallLine = {
  readonly row: WallRow;
  readonly state: WallState;
  /** What is left of the state, ms; for late ones how long they are over. */
  readonly ms: number;
};

function lineOf(row: WallRow, nowMs: number): WallLine {
  if (row.opensAtMs === null || row.closesAtMs === null) return { row, state: 'awaitsDrop', ms: 0 };
  if (nowMs > row.closesAtMs) return { row, state: 'late', ms: nowMs - row.closesAtMs };
  if (nowMs < row.opensAtMs) return { row, state: 'toCome', ms: row.opensAtMs - nowMs };
  const ms = row.closesAtMs - nowMs;
  return { row, state: ms <= closingMs ? 'closing' : 'open', ms };
}

const rank: Readonly<Record<WallState, number>> = { late: 0, closing: 1, open: 1, toCome: 2, awaitsDrop: 3 };

/**
 * The wall in the order in which hands are needed: late ones (the newest first), then what closes next, then what opens
 * next, then what still waits for its sample.
 */
export function wallLines(rows: readonly WallRow[], nowMs: number): readonly WallLine[] {
  return rows
    .map((row) => lineOf(row, nowMs))
    .sort((a, b) => rank[a.state] - rank[b.state] || a.ms - b.ms || a.row.boundAtMs - b.row.boundAtMs);
}
