import type { JsonValue } from '../../shared/canonicalJson.ts';
import { type SiteItem, type SiteItemReceipt, siteItemSchema } from '../../shared/central/siteItems.ts';
import { describeIssue, findUnstorable } from '../ingest/parse.ts';
import type { Database } from './database.ts';
import { publish } from './publications.ts';
import type { StationIdentity } from './stations.ts';

export type SharedItems = {
  readonly station: StationIdentity;
  readonly items: readonly unknown[];
  readonly nowMs: number;
};

/** A clock this far ahead would win over everybody for as long. */
const aheadMs = 24 * 3_600_000;

/** Publishes what a station shares to its site. Of two versions of a thing the higher stays, whichever came first. */
export async function shareItems(database: Database, input: SharedItems): Promise<readonly SiteItemReceipt[]> {
  const { station, nowMs } = input;
  const parsed = input.items.map((item, index) => readItem(item, index, nowMs));
  const good = parsed.flatMap((each) => (each.ok ? [each.item] : []));
  const standing = new Map<string, { readonly version: number; readonly isOurs: boolean }>();
  if (good.length > 0) {
    await database.transaction(async (statements) => {
      const [row] = await statements.query<{ no: number }>('SELECT no FROM stations WHERE id = $1', [
        station.stationId,
      ]);
      if (row === undefined) throw new Error('an authenticated station is missing');
      await publish(
        statements,
        // The higher version last, where one thing comes twice.
        good
          .toSorted((a, b) => a.version - b.version)
          .map(({ kind, itemId, version, payload }) => ({
            kind,
            itemId,
            siteId: station.siteId,
            payload,
            version,
            stationNo: row.no,
          })),
      );
      const rows = await statements.query<{ kind: string; item_id: string; version: number; by_station_no: number }>(
        `SELECT kind, item_id, version, by_station_no FROM publications
          WHERE site_id = $1 AND kind = ANY ($2::text[]) AND item_id = ANY ($3::text[])`,
        [station.siteId, [...new Set(good.map(({ kind }) => kind))], good.map(({ itemId }) => itemId)],
      );
      for (const each of rows)
        standing.set(`${each.kind}\n${each.item_id}`, {
          version: each.version,
          isOurs: each.by_station_no === row.no,
        });
    });
  }
  return parsed.map((each) => {
    if (!each.ok) return each.receipt;
    const { kind, itemId, version } = each.item;
    const kept = standing.get(`${kind}\n${itemId}`);
    const isStored = kept?.isOurs === true && kept.version === version;
    return { itemId, status: isStored ? 'stored' : 'older' };
  });
}

type Read = { readonly ok: true; readonly item: SiteItem } | { readonly ok: false; readonly receipt: SiteItemReceipt };

function readItem(item: unknown, index: number, nowMs: number): Read {
  const parsed = siteItemSchema.safeParse(item);
  const named = (item as { itemId?: unknown } | null)?.itemId;
  const isNamed = typeof named === 'string' && named.length >= 1 && named.length <= 64;
  const itemId = isNamed ? named : `#${index}`;
  const no = (message: string): Read => ({ ok: false, receipt: { itemId, status: 'rejected', message } });
  if (!parsed.success) return no(describeIssue(parsed.error));
  if (parsed.data.itemId !== parsed.data.payload.id) return no('itemId: it is not the id of what it holds');
  if (parsed.data.version > nowMs + aheadMs) return no('version: the clock of the station is far ahead');
  const unstorable = findUnstorable(parsed.data as unknown as JsonValue);
  if (unstorable !== null) return no(`${unstorable}: has a character that cannot be stored`);
  return { ok: true, item: parsed.data };
}
