import type { StatsReply } from '../../shared/central.ts';
import type { Database } from './database.ts';

/**
 * Counts over one site: each test once, by its newest revision, and every pair of tests that hold one kit where either
 * is the site's. Added up from the counts of its stations' days, which each batch keeps.
 */
export async function countSite(database: Database, siteId: string): Promise<StatsReply> {
  // One statement, so that all figures are of the same moment.
  const [row] = await database.query<Omit<StatsReply, 'registered'>>(
    `WITH own AS (SELECT no FROM stations WHERE site_id = $1)
     SELECT coalesce(sum(tests), 0)::bigint AS tests,
            coalesce(sum(negative), 0)::bigint AS negative,
            coalesce(sum(positive), 0)::bigint AS positive,
            coalesce(sum(invalid), 0)::bigint AS invalid,
            coalesce(sum(pending), 0)::bigint AS pending,
            coalesce(sum(void), 0)::bigint AS void,
            coalesce(sum(with_result), 0)::bigint AS "withResult",
            coalesce(sum(corrections), 0)::bigint AS revisions,
            (SELECT count(*) FROM later_holders AS later JOIN kits AS kit USING (kit_key)
              WHERE later.station_no IN (SELECT no FROM own) OR kit.first_station_no IN (SELECT no FROM own)
            ) AS conflicts,
            coalesce(sum(records), 0)::bigint AS records
       FROM day_totals WHERE station_no IN (SELECT no FROM own)`,
    [siteId],
  );
  if (row === undefined) throw new Error('an aggregate without a row');
  // Added up from its terms, so that it can be held against `tests`.
  return { ...row, registered: row.negative + row.positive + row.invalid + row.pending + row.void };
}
