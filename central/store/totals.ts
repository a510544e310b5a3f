import type { TotalsDimension, TotalsReply } from '../../shared/central/totals.ts';
import type { Database } from './database.ts';

/** What each part of a row is in the statement below. */
const columns: Readonly<Record<TotalsDimension, string>> = {
  day: 'counted.day::text',
  district: 'place.district',
  organisation: 'place.organisation',
  outcome: 'counted.outcome',
};

/**
 * Tests of these days by whatever is asked, from the counts that each batch keeps: no test is counted one by one but
 * those of contested kits and those that two desks read differently, which are moved from their outcome to `unsettled`. One statement, so that all figures are of
 * the same moment.
 */
export async function readTotals(
  database: Database,
  { from, to, by }: { readonly from: string; readonly to: string; readonly by: readonly TotalsDimension[] },
): Promise<TotalsReply['rows']> {
  const rows = await database.query<TotalsReply['rows'][number]>(
    `WITH side AS (
       SELECT first_test_id AS id FROM kits WHERE kit_key IN (SELECT kit_key FROM later_holders)
       UNION SELECT test_id FROM later_holders
       UNION SELECT item_id FROM publications WHERE kind = 'readingConflict' AND NOT is_gone
     ), contested AS (
       SELECT test.station_no, test.day, test.status, count(*) AS tests
         FROM side JOIN tests AS test ON test.month = month_of(side.id) AND test.id = side.id
        WHERE test.status IN ('negative', 'positive', 'invalid') AND test.day BETWEEN $1::date AND $2::date
        GROUP BY test.station_no, test.day, test.status
     ), counted AS (
       SELECT station_no, day, term.outcome, term.tests
         FROM day_totals
        CROSS JOIN LATERAL (VALUES ('negative', negative), ('positive', positive), ('invalid', invalid),
                                   ('pending', pending), ('void', void)) AS term (outcome, tests)
        WHERE day BETWEEN $1::date AND $2::date
       UNION ALL SELECT station_no, day, status, -tests FROM contested
       UNION ALL SELECT station_no, day, 'unsettled', tests FROM contested
     )
     SELECT ${by.map((each) => `${columns[each]} AS ${each}, `).join('')} sum(counted.tests)::bigint AS tests
       FROM counted
       JOIN stations AS station ON station.no = counted.station_no
       LEFT JOIN site_places AS place ON place.site_id = station.site_id
      ${by.length === 0 ? '' : `GROUP BY ${by.map((each) => columns[each]).join(', ')}`}
     HAVING sum(counted.tests) > 0
      ${by.length === 0 ? '' : `ORDER BY ${by.map((each) => `${columns[each]} NULLS LAST`).join(', ')}`}`,
    [from, to],
  );
  return [...rows];
}

/** Says where a site is and whose it is. Answers whether there is such a site. */
export async function placeSite(
  database: Database,
  site: string,
  { district, organisation }: { readonly district: string | null; readonly organisation: string | null },
): Promise<boolean> {
  const rows = await database.query(
    `INSERT INTO site_places (site_id, district, organisation) SELECT id, $2, $3 FROM sites WHERE name = $1
     ON CONFLICT (site_id) DO UPDATE SET district = excluded.district, organisation = excluded.organisation
     RETURNING site_id`,
    [site, district, organisation],
  );
  return rows.length > 0;
}
