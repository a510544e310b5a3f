import type { StatsReply } from '../../shared/central.ts';
import type { Database } from './database.ts';

/** Counts over one site: each test once, by its newest revision; a conflict counts when either side is the site's,
 * as long as both tests still hold the kit and the one is still its first. */
export async function countSite(database: Database, siteId: string): Promise<StatsReply> {
  // One statement, so that all figures are of the same moment.
  const [row] = await database.query<Omit<StatsReply, 'registered'>>(
    `SELECT count(*) AS tests,
            count(*) FILTER (WHERE status = 'negative') AS negative,
            count(*) FILTER (WHERE status = 'positive') AS positive,
            count(*) FILTER (WHERE status = 'invalid') AS invalid,
            count(*) FILTER (WHERE status = 'pending') AS pending,
            count(*) FILTER (WHERE status = 'void') AS void,
            count(*) FILTER (WHERE revision > 0) AS "withResult",
            coalesce(sum(corrections), 0)::bigint AS revisions,
            (SELECT count(*) FROM conflicts AS conflict
               JOIN tests AS first_test ON first_test.id = conflict.first_test_id
               JOIN tests AS later_test ON later_test.id = conflict.later_test_id
              WHERE (first_test.site_id = $1 OR later_test.site_id = $1)
                AND first_test.kit_key = conflict.kit_key AND later_test.kit_key = conflict.kit_key
                AND NOT EXISTS (SELECT 1 FROM tests AS earlier
                                 WHERE earlier.kit_key = conflict.kit_key AND earlier.held_no < first_test.held_no)
            ) AS conflicts,
            (SELECT count(*) FROM records AS record JOIN stations AS station ON station.id = record.station_id
              WHERE station.site_id = $1) AS records
       FROM tests WHERE site_id = $1`,
    [siteId],
  );
  if (row === undefined) throw new Error('an aggregate without a row');
  // Added up from its terms, so that it can be held against `tests`.
  return { ...row, registered: row.negative + row.positive + row.invalid + row.pending + row.void };
}
