import type { KitReply } from '../../shared/central.ts';
import { monthOf } from '../ingest/month.ts';
import type { Database } from './database.ts';
import { findKnownKit } from './registry.ts';

/** A test as another station may see it: site, station, time, masked person. */
export type SideRow = {
  readonly id: string;
  readonly site: string;
  readonly station: string;
  readonly bound_at_ms: number;
  readonly person_masked: string;
};

export function toSide(row: SideRow): KitReply['bindings'][number] {
  return {
    testId: row.id,
    site: row.site,
    station: row.station,
    boundAtMs: row.bound_at_ms,
    personMasked: row.person_masked,
  };
}

/** Every binding of the kit, who came first to it first. A void does not free a kit, so voided tests are among them. */
export async function findKit(database: Database, key: string): Promise<KitReply> {
  const holders = await database.query<{ id: string }>(
    `SELECT first_test_id AS id, 0 AS no FROM kits WHERE kit_key = $1 AND first_test_id IS NOT NULL
     UNION ALL SELECT test_id, no FROM later_holders WHERE kit_key = $1 ORDER BY no`,
    [key],
  );
  const ids = holders.map(({ id }) => id);
  const rows = await database.query<SideRow>(
    `SELECT test.id, site.name AS site, station.name AS station, test.bound_at_ms, test.person_masked
       FROM tests AS test
       JOIN stations AS station ON station.no = test.station_no
       JOIN sites AS site ON site.id = station.site_id
      WHERE test.month = ANY ($1::integer[]) AND test.id = ANY ($2::text[])
      ORDER BY array_position($2::text[], test.id)`,
    [[...new Set(ids.map(monthOf))], ids],
  );
  return { key, bound: rows.length > 0, bindings: rows.map(toSide), known: await findKnownKit(database, key) };
}
