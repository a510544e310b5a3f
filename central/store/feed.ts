import { type CentralRecord, type FeedLine, feedLimit } from '../../shared/central.ts';
import type { Database } from './database.ts';

/** A place between two records: everything up to it was read. */
type Place = { readonly epoch: string; readonly tx: string; readonly no: string };

export type FeedPage =
  | { readonly ok: true; readonly lines: readonly FeedLine[] }
  | { readonly ok: false; readonly code: 'cursor' | 'epochChanged' };

/** After every record of its transaction. */
const lastNo = '9'.repeat(18);

const textOf = ({ epoch, tx, no }: Place): string => `${epoch}.${tx}.${no}`;

function placeOf(cursor: string): Place | null {
  const [, epoch = '', tx = '', no = ''] = /^([0-9a-f-]{36})\.(\d{1,19})\.(\d{1,18})$/.exec(cursor) ?? [];
  return tx === '' ? null : { epoch, tx, no };
}

/**
 * The records after a cursor, in the order of their transactions. A page ends before the oldest transaction that is
 * still under way: what has a smaller number is there for good or was rolled back, so nothing can appear behind a reader
 * (PostgreSQL's documentation, 9.27.8, pg_snapshot_xmin). A page may therefore be empty for as long as a batch takes.
 * @param cursor null to begin with the first record there is
 */
export async function readFeed(database: Database, cursor: string | null, limit: number): Promise<FeedPage> {
  const place = cursor === null ? null : placeOf(cursor);
  if (cursor !== null && place === null) return { ok: false, code: 'cursor' };
  const rows = await database.query<{
    epoch: string;
    tx: string | null;
    no: string;
    site: string;
    station: string;
    receivedAtMs: number;
    key: string;
    testId: string;
    seq: number;
    kind: CentralRecord['kind'];
    contentHash: string;
    payload: unknown;
  }>(
    `SELECT service.epoch, page.* FROM service LEFT JOIN LATERAL (
       SELECT record.tx::text AS tx, record.no::text AS no, site.name AS site, station.name AS station,
              batch.received_at_ms AS "receivedAtMs", record.key, record.test_id AS "testId", record.seq, record.kind,
              encode(record.content_hash, 'hex') AS "contentHash", record.payload
         FROM (SELECT * FROM records
                WHERE (tx, no) > ($1::xid8, $2::bigint) AND tx < pg_snapshot_xmin(pg_current_snapshot())
                ORDER BY tx, no LIMIT $3) AS record
         JOIN batches AS batch ON batch.no = record.batch_no
         JOIN stations AS station ON station.no = record.station_no
         JOIN sites AS site ON site.id = station.site_id
     ) AS page ON true
     ORDER BY page.tx::xid8, page.no::bigint`,
    [place?.tx ?? '0', place?.no ?? '0', Math.min(feedLimit, limit)],
  );
  const epoch = rows[0]?.epoch;
  if (epoch === undefined) throw new Error('the service has no epoch');
  if (place !== null && place.epoch !== epoch) return { ok: false, code: 'epochChanged' };
  return {
    ok: true,
    lines: rows.flatMap(({ tx, no, site, station, receivedAtMs, key, testId, seq, kind, contentHash, payload }) =>
      tx === null
        ? []
        : [
            {
              cursor: textOf({ epoch, tx, no }),
              site,
              station,
              receivedAtMs,
              record: { key, testId, seq, contentHash, kind, payload } as CentralRecord,
            },
          ],
    ),
  };
}

export type Undecided = { readonly testId: string; readonly cursor: string };

/**
 * Tests that two desks read differently, or of which that ended, after a cursor and among the records of `page`: these
 * have no record of their own then. Each has the place after all records of its transaction.
 * @param horizon a transaction that was the oldest under way before the page was read: what is older is there for good
 */
export async function readUndecided(
  database: Database,
  cursor: string | null,
  horizon: string,
  page: { readonly lines: readonly FeedLine[]; readonly isFull: boolean },
): Promise<readonly Undecided[]> {
  const place = cursor === null ? null : placeOf(cursor);
  const last = page.isFull ? placeOf(page.lines.at(-1)?.cursor ?? '') : null;
  const end = last !== null && BigInt(last.tx) < BigInt(horizon) ? last.tx : horizon;
  const rows = await database.query<{ epoch: string; tx: string; testId: string }>(
    `SELECT service.epoch, tx::text AS tx, item_id AS "testId"
       FROM service CROSS JOIN publications
      WHERE kind = 'readingConflict' AND tx >= $1::xid8 AND (tx, $2::bigint) > ($1::xid8, $3::bigint)
        AND tx < $4::xid8
      ORDER BY publications.tx, item_id LIMIT $5`,
    [place?.tx ?? '0', lastNo, place?.no ?? '0', end, feedLimit],
  );
  return rows.map(({ epoch, tx, testId }) => ({ testId, cursor: textOf({ epoch, tx, no: lastNo }) }));
}

/** The oldest transaction that is under way. */
export async function readHorizon(database: Database): Promise<string> {
  const [row] = await database.query<{ tx: string }>('SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS tx');
  if (row === undefined) throw new Error('the database has no horizon');
  return row.tx;
}

/** Whether one place of the feed comes before another. */
export function isBefore(cursor: string, other: string): boolean {
  const [a, b] = [placeOf(cursor), placeOf(other)];
  if (a === null || b === null) throw new Error('no place of the feed');
  return a.tx === b.tx ? BigInt(a.no) < BigInt(b.no) : BigInt(a.tx) < BigInt(b.tx);
}
