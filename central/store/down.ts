import { type DownPage, downLimit } from '../../shared/central/down.ts';
import type { Database } from './database.ts';
import type { StationIdentity } from './stations.ts';

/** A place in both orders: everything up to it was read. */
type Place = {
  readonly epoch: string;
  readonly itemTx: string;
  readonly itemNo: string;
  readonly recordTx: string;
  readonly recordNo: string;
};

export type DownAnswer =
  | { readonly ok: true; readonly page: Omit<DownPage, 'serverAtMs'> }
  | { readonly ok: false; readonly code: 'cursor' | 'epochChanged' };

/** Whoever comes new to a site hears of its other stations' tests of so many days: what can still be read or counted. */
const historyMs = 14 * 24 * 3_600_000;

const textOf = ({ epoch, itemTx, itemNo, recordTx, recordNo }: Place): string =>
  `${epoch}.${itemTx}.${itemNo}.${recordTx}.${recordNo}`;

function placeOf(cursor: string): Place | null {
  const [, epoch = '', itemTx = '', itemNo = '', recordTx = '', recordNo = ''] =
    /^([0-9a-f-]{36})\.(\d{1,19})\.(\d{1,18})\.(\d{1,19})\.(\d{1,18})$/.exec(cursor) ?? [];
  return recordNo === '' ? null : { epoch, itemTx, itemNo, recordTx, recordNo };
}

type ItemRow = {
  readonly tx: string;
  readonly no: string;
  readonly kind: string;
  readonly itemId: string;
  readonly isOfSite: boolean;
  readonly isGone: boolean;
  readonly version: number;
  readonly payload: unknown;
};
type RecordRow = {
  readonly tx: string;
  readonly no: string;
  readonly station: string;
  readonly receivedAtMs: number;
  readonly key: string;
  readonly testId: string;
  readonly seq: number;
  readonly kind: string;
  readonly contentHash: string;
  readonly payload: unknown;
};

/**
 * What a station has not heard yet: what was published to everybody or to its site, and what its site's other stations
 * sent. Both stand in the order of their transactions, and a page ends before the oldest one that is still under way, so
 * nothing can appear behind a station (as in `feed.ts`). Neither half waits for the other: each page holds of both.
 * @param cursor null to begin anew
 */
export async function readDown(
  database: Database,
  station: StationIdentity,
  { cursor, limit, nowMs }: { readonly cursor: string | null; readonly limit: number; readonly nowMs: number },
): Promise<DownAnswer> {
  const place = cursor === null ? null : placeOf(cursor);
  if (cursor !== null && place === null) return { ok: false, code: 'cursor' };
  const most = Math.min(limit, downLimit);
  // One statement is one snapshot: both halves end at the same place.
  const [row] = await database.query<{
    epoch: string;
    siblings: number;
    items: readonly ItemRow[] | null;
    records: readonly RecordRow[] | null;
  }>(
    `WITH horizon AS MATERIALIZED (SELECT pg_snapshot_xmin(pg_current_snapshot()) AS tx),
     page AS (
       SELECT * FROM (
         (SELECT * FROM publications
           WHERE site_id = '' AND (tx, no) > ($2::text::xid8, $3::bigint) AND tx < (SELECT tx FROM horizon)
           ORDER BY tx, no LIMIT $6)
         UNION ALL
         (SELECT * FROM publications
           WHERE site_id = $1 AND (tx, no) > ($2::text::xid8, $3::bigint) AND tx < (SELECT tx FROM horizon)
           ORDER BY tx, no LIMIT $6)
       ) AS both_kinds ORDER BY tx, no LIMIT $6
     ),
     sent AS (
       SELECT record.tx, record.no, station.name, record.received_at_ms, record.key, record.test_id, record.seq, record.kind,
              record.content_hash, record.payload
         FROM stations AS station
         CROSS JOIN LATERAL (
           SELECT each.*, batch.received_at_ms
             FROM batches AS batch JOIN records AS each ON each.tx = batch.tx
            WHERE batch.station_no = station.no AND batch.received_at_ms >= $8
              AND batch.tx >= $4::text::xid8 AND batch.tx < (SELECT tx FROM horizon)
              AND (each.tx, each.no) > ($4::text::xid8, $5::bigint)
            ORDER BY batch.tx, each.no LIMIT $6) AS record
        WHERE station.site_id = $1 AND station.id <> $7
        ORDER BY record.tx, record.no LIMIT $6
     )
     SELECT service.epoch,
            (SELECT count(*)::integer FROM stations WHERE site_id = $1 AND id <> $7) AS siblings,
            (SELECT json_agg(json_build_object('tx', tx::text, 'no', no::text, 'kind', kind, 'itemId', item_id,
                      'isOfSite', site_id <> '', 'isGone', is_gone, 'version', version, 'payload', payload)
                      ORDER BY tx, no) FROM page) AS items,
            (SELECT json_agg(json_build_object('tx', tx::text, 'no', no::text, 'station', name,
                      'receivedAtMs', received_at_ms, 'key', key, 'testId', test_id, 'seq', seq, 'kind', kind,
                      'contentHash', encode(content_hash, 'hex'), 'payload', payload)
                      ORDER BY tx, no) FROM sent) AS records
       FROM service`,
    [
      station.siteId,
      place?.itemTx ?? '0',
      place?.itemNo ?? '0',
      place?.recordTx ?? '0',
      place?.recordNo ?? '0',
      most,
      station.stationId,
      // A station that has heard something goes on from there, however long it was away.
      place === null || place.recordTx === '0' ? nowMs - historyMs : 0,
    ],
  );
  if (row === undefined) throw new Error('the service has no epoch');
  const { epoch } = row;
  if (place !== null && place.epoch !== epoch) return { ok: false, code: 'epochChanged' };
  const items = row.items ?? [];
  const records = row.records ?? [];
  const lastItem = items.at(-1);
  const lastRecord = records.at(-1);
  const next: Place = {
    epoch,
    itemTx: lastItem?.tx ?? place?.itemTx ?? '0',
    itemNo: lastItem?.no ?? place?.itemNo ?? '0',
    recordTx: lastRecord?.tx ?? place?.recordTx ?? '0',
    recordNo: lastRecord?.no ?? place?.recordNo ?? '0',
  };
  return {
    ok: true,
    page: {
      epoch,
      cursor: textOf(next),
      siblings: row.siblings,
      more: items.length === most || records.length === most,
      items: items.map(({ tx: _tx, no: _no, ...item }) => item),
      records: records.map(({ tx: _tx, no: _no, station: name, receivedAtMs, ...record }) => ({
        station: name,
        receivedAtMs,
        record,
      })),
    },
  };
}
