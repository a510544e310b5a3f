import type { KnownKit } from '../../shared/central/registry.ts';
import { type CentralRecord, feedLimit } from '../../shared/central.ts';
import { spotOf } from '../../shared/codes/kitSpan.ts';
import type { TestChain } from '../fhir/life.ts';
import { monthOf } from '../ingest/month.ts';
import { isContested } from './contested.ts';
import type { Database } from './database.ts';
import { type FeedPage, isBefore, readFeed, readHorizon, readUndecided } from './feed.ts';

/** A test as it is now, and where to go on after it. */
export type ChainLine = {
  /** Null: from the first record on. */
  readonly cursor: string | null;
  readonly chain: TestChain;
};

export type ChainPage =
  | { readonly ok: true; readonly lines: readonly ChainLine[] }
  | Extract<FeedPage, { readonly ok: false }>;

/** These tests with all their records, in the order asked; those that are not there are left out. */
export async function readChains(database: Database, testIds: readonly string[]): Promise<readonly TestChain[]> {
  if (testIds.length === 0) return [];
  const tests = await database.query<{
    id: string;
    siteId: string;
    siteName: string;
    stationId: string;
    stationName: string;
    kitKey: string;
    isContested: boolean;
  }>(
    `SELECT test.id, site.id AS "siteId", site.name AS "siteName", station.id AS "stationId",
            station.name AS "stationName", test.kit_key AS "kitKey",
            ${isContested} AS "isContested"
       FROM tests AS test
       JOIN stations AS station ON station.no = test.station_no
       JOIN sites AS site ON site.id = station.site_id
      WHERE test.month = ANY ($1::integer[]) AND test.id = ANY ($2::text[])`,
    [[...new Set(testIds.map(monthOf))], testIds],
  );
  const records = await database.query<{
    testId: string;
    key: string;
    seq: number;
    kind: CentralRecord['kind'];
    contentHash: string;
    payload: unknown;
    receivedAtMs: number;
    stationId: string;
    stationName: string;
  }>(
    `SELECT record.test_id AS "testId", record.key, record.seq, record.kind,
            encode(record.content_hash, 'hex') AS "contentHash", record.payload,
            batch.received_at_ms AS "receivedAtMs", station.id AS "stationId", station.name AS "stationName"
       FROM records AS record
       JOIN batches AS batch ON batch.no = record.batch_no
       JOIN stations AS station ON station.no = record.station_no
      WHERE record.test_id = ANY ($1::text[]) ORDER BY record.test_id, record.seq`,
    [testIds],
  );
  const known = await findKnownKits(
    database,
    tests.map(({ kitKey }) => kitKey),
  );
  const stepsOf = new Map<string, TestChain['records'][number][]>(tests.map(({ id }) => [id, []]));
  for (const { receivedAtMs, stationId, stationName, ...record } of records) {
    stepsOf.get(record.testId)?.push({
      receivedAtMs,
      station: { id: stationId, name: stationName },
      record: record as CentralRecord,
    });
  }
  const chains = new Map(
    tests.map((test): readonly [string, TestChain] => [
      test.id,
      {
        testId: test.id,
        site: { id: test.siteId, name: test.siteName },
        station: { id: test.stationId, name: test.stationName },
        records: stepsOf.get(test.id) ?? [],
        isContested: test.isContested,
        known: known.get(test.kitKey) ?? null,
      },
    ]),
  );
  return testIds.flatMap((id) => chains.get(id) ?? []);
}

/** What the registry knows of these kits, in one statement: one step down one index a kit. */
async function findKnownKits(database: Database, keys: readonly string[]): Promise<ReadonlyMap<string, KnownKit>> {
  const spots = keys.map(spotOf);
  const rows = await database.query<KnownKit & { readonly kitKey: string }>(
    `SELECT kit.key AS "kitKey", product.id AS "productId", product.document->>'shortName' AS "productName",
            product.document->>'registrationNumber' AS "registrationNumber",
            product.document->>'registrant' AS registrant, range.lot, lot.expires_on::text AS "expiresOn",
            NULL AS recalled
       FROM unnest($1::text[], $2::text[], $3::smallint[], $4::bigint[]) AS kit (key, head, width, number)
       CROSS JOIN LATERAL (
              SELECT * FROM kit_ranges WHERE head = kit.head AND width = kit.width AND first <= kit.number
               ORDER BY first DESC LIMIT 1
            ) AS range
       JOIN manifests AS manifest ON manifest.no = range.manifest_no AND manifest.kits IS NOT NULL
       JOIN products AS product ON product.no = range.product_no
       LEFT JOIN lots AS lot ON lot.product_no = range.product_no AND lot.lot = range.lot
      WHERE range.last >= kit.number`,
    [keys, spots.map(({ head }) => head), spots.map(({ width }) => width), spots.map(({ number }) => number)],
  );
  return new Map(rows.map(({ kitKey, ...known }) => [kitKey, known]));
}

/** Ids of the tests of these days, in an order that stays as it is. */
export async function listTestIds(
  database: Database,
  {
    from,
    to,
    after,
    limit,
  }: { readonly from: string; readonly to: string; readonly after: string | null; readonly limit: number },
): Promise<readonly string[]> {
  const rows = await database.query<{ id: string }>(
    `SELECT id FROM tests
      WHERE (month, id) > ($3::integer, $4::text) AND day BETWEEN $1::date AND $2::date
      ORDER BY month, id LIMIT $5`,
    [from, to, after === null ? -1 : monthOf(after), after ?? '', limit],
  );
  return rows.map(({ id }) => id);
}

/**
 * Every test that changed after a cursor, as it is now: by the same order and the same cursors as the feed of records.
 * A test that changed several times within a page stands there once, at its last change.
 *
 * A kit that a second test takes also changes the test that held it, though that has no record of its own then: it comes
 * before the record that did it, with the cursor of the line before, so that whoever breaks off between the two sees
 * both again. A test that two desks read differently has none either: it comes after the records of that moment.
 */
export async function readChangedChains(database: Database, cursor: string | null, limit: number): Promise<ChainPage> {
  const horizon = await readHorizon(database);
  const page = await readFeed(database, cursor, limit);
  if (!page.ok) return page;
  const isFull = page.lines.length >= limit;
  const undecided = [...(await readUndecided(database, cursor, horizon, { lines: page.lines, isFull }))];
  const firsts = await findFirstHolders(
    database,
    page.lines.flatMap(({ record }) => kitsOf(record)),
  );
  const places = new Map<string, string | null>();
  const put = (testId: string, place: string | null) => {
    places.delete(testId);
    places.set(testId, place);
  };
  // More of them than a page holds: the records after the last one wait for the next page.
  const end = undecided.length < feedLimit ? null : (undecided.at(-1)?.cursor ?? null);
  let before = cursor;
  const putUndecided = (until: string | null) => {
    while (undecided[0] !== undefined && (until === null || isBefore(undecided[0].cursor, until))) {
      put(undecided[0].testId, undecided[0].cursor);
      before = undecided[0].cursor;
      undecided.shift();
    }
  };
  for (const { cursor: place, record } of page.lines) {
    if (end !== null && isBefore(end, place)) break;
    putUndecided(place);
    for (const key of kitsOf(record)) {
      const first = firsts.get(key);
      if (first !== undefined && first !== record.testId) put(first, before);
    }
    put(record.testId, place);
    before = place;
  }
  putUndecided(null);
  const chains = await readChains(database, [...places.keys()]);
  return { ok: true, lines: chains.map((chain) => ({ cursor: places.get(chain.testId) ?? null, chain })) };
}

/** The kits that a record takes or leaves. */
function kitsOf(record: CentralRecord): readonly string[] {
  if (record.kind === 'test.bound') return [record.payload.kit.key];
  return record.kind === 'test.kitCorrected' ? [record.payload.formerKey, record.payload.kit.key] : [];
}

async function findFirstHolders(database: Database, keys: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (keys.length === 0) return new Map();
  const rows = await database.query<{ kitKey: string; testId: string }>(
    `SELECT kit_key AS "kitKey", first_test_id AS "testId" FROM kits
      WHERE kit_key = ANY ($1::text[]) AND first_test_id IS NOT NULL`,
    [[...new Set(keys)]],
  );
  return new Map(rows.map(({ kitKey, testId }) => [kitKey, testId]));
}
