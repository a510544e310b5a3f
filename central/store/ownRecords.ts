import { ownRecordsLimit } from '../../shared/central/installations.ts';
import type { CentralRecord } from '../../shared/central.ts';
import type { Database } from './database.ts';

type Place = { readonly month: number; readonly key: string };

export type OwnPage =
  | { readonly ok: true; readonly records: readonly CentralRecord[]; readonly cursor: string | null }
  | { readonly ok: false };

/** As the cursor is written: the month's six digits, a point, the key of the last record. */
const cursorPattern = /^(\d{1,6})\.(.{0,64})$/s;

/**
 * A page of a station's own records in the order of their keys, month by month: each page is found in the partition that
 * it stands in, however many records the city has. Records whose ids say no time come first.
 * @param from a cursor of an earlier page, or the time (epoch ms) from which ids count; what was made within the month
 *   before it comes too
 */
export async function readOwnRecords(
  database: Database,
  stationId: string,
  from: { readonly cursor: string } | { readonly sinceMs: number },
  nowMs: number,
): Promise<OwnPage> {
  const place = placeOf(from);
  if (place === null) return { ok: false };
  const records: CentralRecord[] = [];
  const first = 'sinceMs' in from ? earliest(from.sinceMs) : place.month;
  const months = [place.month, ...monthsAfter(Math.max(place.month, first - 1), nowMs)].filter(
    (month, index, all) => all.indexOf(month) === index,
  );
  for (const month of months) {
    const after = month === place.month ? place.key : '';
    const rows = await database.query<CentralRecord>(
      `SELECT key, test_id AS "testId", seq, kind, encode(content_hash, 'hex') AS "contentHash", payload
         FROM records
        WHERE month = $1 AND station_no = (SELECT no FROM stations WHERE id = $2) AND key > $3
        ORDER BY key LIMIT $4`,
      [month, stationId, after, ownRecordsLimit - records.length],
    );
    records.push(...rows);
    const last = rows.at(-1);
    if (records.length >= ownRecordsLimit && last !== undefined)
      return { ok: true, records, cursor: `${month}.${last.key}` };
  }
  return { ok: true, records, cursor: null };
}

function placeOf(from: { readonly cursor: string } | { readonly sinceMs: number }): Place | null {
  if ('sinceMs' in from) return { month: 0, key: '' };
  const found = cursorPattern.exec(from.cursor);
  if (found === null) return null;
  return { month: Number(found[1]), key: found[2] ?? '' };
}

const firstMonth = 202001;

/** The month of a time, by the ids made then. */
function monthAt(atMs: number): number {
  const at = new Date(atMs);
  return at.getUTCFullYear() * 100 + at.getUTCMonth() + 1;
}

function earliest(sinceMs: number): number {
  return Math.max(firstMonth, monthAt(Math.max(0, sinceMs)));
}

/** The months after one, up to the one after now: a station's clock may be ahead. */
function monthsAfter(month: number, nowMs: number): number[] {
  const months: number[] = [];
  const last = monthAt(nowMs + 32 * 24 * 3_600_000);
  let [year, number] = month < firstMonth ? [2019, 12] : [Math.floor(month / 100), month % 100];
  for (;;) {
    [year, number] = number >= 12 ? [year + 1, 1] : [year, number + 1];
    const next = year * 100 + number;
    if (next > last) return months;
    months.push(next);
  }
}
