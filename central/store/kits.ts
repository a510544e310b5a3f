import type { KitReply } from '../../shared/central.ts';
import type { Database } from './database.ts';

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
  const rows = await database.query<SideRow>(
    `SELECT test.id, site.name AS site, station.name AS station, test.bound_at_ms, test.person_masked
       FROM tests AS test
       JOIN sites AS site ON site.id = test.site_id
       JOIN stations AS station ON station.id = test.station_id
      WHERE test.kit_key = $1
      ORDER BY test.held_no`,
    [key],
  );
  return { key, bound: rows.length > 0, bindings: rows.map(toSide) };
}
