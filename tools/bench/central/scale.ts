import pg from 'pg';
import { testOf } from '../../../central/simulation/records.ts';
import { openPostgres } from '../../../central/store/postgres.ts';
import { createStore } from '../../../central/store/store.ts';
import { percentile, rounded } from '../figures.ts';
import { ingestSeconds, recordsOf } from './ingest.ts';
import { prefill } from './prefill.ts';
import type { Served } from './service.ts';

const probes = 1_000;
const pages = 100;
const pageLines = 1_000;
const testsMeasured = 10_000;
const stations = 4;
/** Tests that are measured with lie far beyond those that are prefilled. */
const measuredFrom = 40_000_000;

export type ScaleFigures = {
  readonly records: number;
  readonly ingest: number;
  readonly kit: { readonly p50: number; readonly p99: number };
  readonly feed: { readonly p50: number; readonly p99: number };
  readonly totals: { readonly p50: number; readonly p99: number };
  readonly bytesARecord: number;
};

let measured = 0;

/** How fast the service is once it holds so many records; each test is two of them. */
export async function measureAt(
  databaseUrl: string,
  service: Served,
  former: number,
  records: number,
): Promise<ScaleFigures> {
  await prefill(databaseUrl, former / 2, records / 2);
  const shares = Array.from({ length: stations }, () => {
    measured += testsMeasured / stations;
    return recordsOf(measuredFrom + measured, testsMeasured / stations);
  });
  const count = shares.reduce((sum, share) => sum + share.length, 0);
  const ingest = count / (await ingestSeconds(databaseUrl, service, shares, 500, `at ${records}`));
  const database = openPostgres(databaseUrl, () => {});
  const store = createStore(database);
  try {
    const kit = await timed(probes, async (n) => {
      const { bound } = testOf(spread(n, records / 2));
      if (bound.kind !== 'test.bound') return;
      const found = await store.findKit(bound.payload.kit.key);
      if (!found.bound) throw new Error('a prefilled kit is missing');
    });
    const cursors = await someCursors(databaseUrl);
    const feed = await timed(pages, async (n) => {
      const page = await store.readFeed(cursors[n % cursors.length] ?? null, pageLines);
      if (!page.ok || page.lines.length === 0) throw new Error('a page of the feed is empty');
    });
    const sites = await siteIds(databaseUrl);
    const totals = await timed(pages, async (n) => {
      const counts = await store.countSite(sites[n % sites.length] ?? '');
      if (counts.tests === 0) throw new Error('a prefilled site has no tests');
    });
    return { records, ingest, kit, feed, totals, bytesARecord: (await sizeOf(databaseUrl)) / records };
  } finally {
    await database.close();
  }
}

/** The n-th of numbers that are spread evenly, and in no order, below `below`. */
const spread = (n: number, below: number): number => (n * 7_919 * 104_729) % below;

async function timed(times: number, work: (n: number) => Promise<void>): Promise<{ p50: number; p99: number }> {
  for (let n = 0; n < 20; n += 1) await work(n * 31 + 7);
  const ms: number[] = [];
  for (let n = 0; n < times; n += 1) {
    const startedMs = performance.now();
    await work(n);
    ms.push(performance.now() - startedMs);
  }
  return { p50: rounded(percentile(ms, 0.5)), p99: rounded(percentile(ms, 0.99)) };
}

async function rowsOf<R extends pg.QueryResultRow>(databaseUrl: string, sql: string): Promise<R[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return (await client.query<R>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Places all over the feed. */
async function someCursors(databaseUrl: string): Promise<readonly (string | null)[]> {
  const rows = await rowsOf<{ cursor: string }>(
    databaseUrl,
    `SELECT (SELECT epoch FROM service) || '.' || tx || '.' || no AS cursor
       FROM records TABLESAMPLE SYSTEM (0.1) WHERE station_no <> 0 LIMIT 1000`,
  );
  return [null, ...rows.filter((_row, n) => n % 20 === 0).map(({ cursor }) => cursor)];
}

async function siteIds(databaseUrl: string): Promise<readonly string[]> {
  const rows = await rowsOf<{ id: string }>(databaseUrl, `SELECT id FROM sites WHERE id LIKE 'prefilled-%'`);
  return rows.map(({ id }) => id);
}

/** Bytes of all tables with their indexes. */
async function sizeOf(databaseUrl: string): Promise<number> {
  const [row] = await rowsOf<{ bytes: string }>(
    databaseUrl,
    `SELECT sum(pg_total_relation_size(oid))::text AS bytes FROM pg_class
      WHERE relkind IN ('r', 'm') AND relnamespace = 'public'::regnamespace`,
  );
  return Number(row?.bytes);
}
