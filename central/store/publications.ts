import type { Statements } from './database.ts';

/** One thing as stations shall have it from now on. */
export type Publication = {
  /** What it is, as `shared/central/down.ts` lists them; a station that does not know the kind passes it over. */
  readonly kind: string;
  /** Of the thing among those of its kind, at most 200 characters. */
  readonly itemId: string;
  /** Null for every station of the service. */
  readonly siteId: string | null;
  /** Whole: what was published before under the same kind and id is replaced. */
  readonly payload: unknown;
  /** There is no such thing any more; stations are told once and keep nothing of it. */
  readonly isGone?: boolean;
};

/** What stations of one site share: of two that say it differently the higher version stays. */
export type SharedPublication = Publication & { readonly version: number; readonly stationNo: number };

/**
 * Publishes to stations, in one statement of the caller's transaction. What is published again takes the place of the
 * former and comes to every station once more, so the caller leaves out what has not changed. Of the same thing twice
 * among the items the last one counts.
 */
export async function publish(
  statements: Statements,
  items: readonly (Publication | SharedPublication)[],
): Promise<void> {
  if (items.length === 0) return;
  const rows = items.map((item) => ({
    site_id: item.siteId ?? '',
    kind: item.kind,
    item_id: item.itemId,
    payload: item.payload,
    is_gone: item.isGone ?? false,
    version: 'version' in item ? item.version : 0,
    by_station_no: 'stationNo' in item ? item.stationNo : 0,
  }));
  const last = new Map(rows.map((row) => [`${row.site_id}\n${row.kind}\n${row.item_id}`, row]));
  // In one order for everybody, so that two who publish the same things never wait for each other in a circle.
  const ordered = [...last].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
  await statements.query(
    `INSERT INTO publications AS had (site_id, kind, item_id, payload, is_gone, version, by_station_no)
     SELECT site_id, kind, item_id, coalesce(payload, 'null'), is_gone, version, by_station_no
       FROM jsonb_to_recordset($1::jsonb) AS item (
              site_id text, kind text, item_id text, payload jsonb, is_gone boolean, version bigint,
              by_station_no integer)
     ON CONFLICT (site_id, kind, item_id) DO UPDATE SET
       payload = excluded.payload, is_gone = excluded.is_gone, version = excluded.version,
       by_station_no = excluded.by_station_no, tx = excluded.tx, no = excluded.no
       WHERE (excluded.version, excluded.by_station_no) >= (had.version, had.by_station_no)`,
    [JSON.stringify(ordered)],
  );
}
