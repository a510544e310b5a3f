import { migrations } from '../../central/migrations/migrations.ts';
import { migrate } from '../../central/store/migrate.ts';
import { openPostgres } from '../../central/store/postgres.ts';
import { ingestSeconds, plainSeconds, recordsOf } from './central/ingest.ts';
import { measureReconnect } from './central/reconnect.ts';
import { measureRegistry } from './central/registry.ts';
import { measureAt, type ScaleFigures } from './central/scale.ts';
import { type Served, served } from './central/service.ts';
import { measureTwoDesks } from './central/twoDesks.ts';
import { median, rounded, table } from './figures.ts';

const batchSizes = [50, 100, 250, 500];
const testsMeasured = 10_000;
/** The tests that are compared with lie beyond those that are prefilled. */
const comparedFrom = 20_000_000;
/** Records in the city when it is measured; `BENCH_RECORDS` ends the list sooner. */
const sizes = [1_000_000, 5_000_000, 27_000_000];

/**
 * The central service on a real PostgreSQL: how fast records come in beside the database's own fastest ways, what it
 * costs as the city grows, and a thousand stations that come back at once. The largest size takes half an hour and
 * 40 GB of disk.
 */
export async function benchCentral(): Promise<Record<string, number>> {
  const databaseUrl = process.env['BENCH_DATABASE_URL'];
  if (databaseUrl === undefined) throw new Error('BENCH_DATABASE_URL is not set: run `npm run bench -- central`');
  const most = Number(process.env['BENCH_RECORDS'] ?? sizes.at(-1));
  const database = openPostgres(databaseUrl, () => {});
  const migrated = await migrate(database, migrations, Date.now());
  await database.close();
  if (!migrated.ok) throw new Error(migrated.code);
  const services = [await served(databaseUrl), await served(databaseUrl)] as const;
  try {
    const rates = await benchIngest(databaseUrl, services[0]);
    const grown = await benchGrowth(
      databaseUrl,
      services[0],
      sizes.filter((size) => size <= most),
    );
    return {
      ...rates,
      ...grown,
      ...(await benchRegistry(databaseUrl)),
      ...(await benchReconnect(databaseUrl, services)),
      ...(await benchTwoDesks(databaseUrl, services[0])),
    };
  } finally {
    for (const service of services) await service.close();
  }
}

/** Each way in turn, three rounds of all, so that what else the machine does meets them alike. */
async function benchIngest(databaseUrl: string, service: Served): Promise<Record<string, number>> {
  let next = comparedFrom;
  const records = (tests: number) => {
    next += tests;
    return recordsOf(next - tests, tests);
  };
  await ingestSeconds(databaseUrl, service, [records(2_000)], 500, 'warm');
  const ways: [name: string, rate: () => Promise<number>][] = [
    ...batchSizes.map((size): [string, () => Promise<number>] => [
      `1 station, ${size} a batch`,
      async () => {
        const some = records(testsMeasured);
        return some.length / (await ingestSeconds(databaseUrl, service, [some], size, `batch ${size} ${next}`));
      },
    ]),
    ...[2, 4].map((stations): [string, () => Promise<number>] => [
      `${stations} stations, 500 a batch`,
      async () => {
        const shares = Array.from({ length: stations }, () => records(testsMeasured / stations));
        const count = shares.reduce((sum, share) => sum + share.length, 0);
        return count / (await ingestSeconds(databaseUrl, service, shares, 500, `stations ${stations} ${next}`));
      },
    ]),
  ];
  const rates = new Map<string, number[]>();
  const note = (name: string, rate: number) => rates.set(name, [...(rates.get(name) ?? []), rate]);
  for (let round = 0; round < 3; round += 1) {
    for (const [name, rate] of ways) note(name, await rate());
    const some = records(testsMeasured);
    const plain = await plainSeconds(databaseUrl, some);
    note('COPY', some.length / plain.copy);
    note('INSERT of 500 rows', some.length / plain.insert);
  }
  const rate = (name: string): number => median(rates.get(name) ?? []);
  const copy = rate('COPY');
  table('records a second, the median of three rounds', [
    ['', 'rows/s', 'of COPY'],
    ...[...rates.keys()].map((name) => [name, String(rounded(rate(name))), String(rounded(rate(name) / copy))]),
  ]);
  return {
    ingestOneStation: rounded(rate('1 station, 500 a batch')),
    ingestFourStations: rounded(rate('4 stations, 500 a batch')),
    copy: rounded(copy),
    insert: rounded(rate('INSERT of 500 rows')),
    ingestToCopyRatio: rounded(rate('4 stations, 500 a batch') / copy),
    ingestToCopyRatioOneStation: rounded(rate('1 station, 500 a batch') / copy),
  };
}

async function benchGrowth(
  databaseUrl: string,
  service: Served,
  steps: readonly number[],
): Promise<Record<string, number>> {
  const grown: ScaleFigures[] = [];
  for (const size of steps) {
    grown.push(await measureAt(databaseUrl, service, grown.at(-1)?.records ?? 0, size));
    const millions = `${size / 1_000_000} million records`;
    process.stderr.write(`${millions}: measured\n`);
  }
  const [least, largest] = [grown[0], grown.at(-1)];
  if (least === undefined || largest === undefined) return {};
  const ms = ({ p50, p99 }: { readonly p50: number; readonly p99: number }) => `${p50} / ${p99}`;
  table('as the city grows (ms: p50 / p99)', [
    ['records', 'ingest rows/s', 'kit probe', 'page of 1000', "a site's totals", 'bytes a record'],
    ...grown.map(({ records, ingest, kit, feed, totals, bytesARecord }) => [
      records.toLocaleString('en'),
      String(rounded(ingest)),
      ms(kit),
      ms(feed),
      ms(totals),
      String(Math.round(bytesARecord)),
    ]),
  ]);
  const name = `ingestAt${largest.records / 1_000_000}mTo1m`;
  return {
    records: largest.records,
    [name]: rounded(largest.ingest / least.ingest),
    kitProbeP99Ms: largest.kit.p99,
    feedPageP99Ms: largest.feed.p99,
    totalsP99Ms: largest.totals.p99,
    bytesARecord: Math.round(largest.bytesARecord),
  };
}

async function benchRegistry(databaseUrl: string): Promise<Record<string, number>> {
  const { rows, seconds, kits, ranges, probe } = await measureRegistry(databaseUrl);
  table("the registry: a maker's list", [
    ['rows of the file', 'seconds', 'rows/s', 'kits', 'ranges', 'is a code known, ms p50 / p99'],
    [...[rows, rounded(seconds), rounded(rows / seconds), kits, ranges].map(String), `${probe.p50} / ${probe.p99}`],
  ]);
  return { manifestRowsPerSecond: rounded(rows / seconds), knownKitP99Ms: probe.p99 };
}

async function benchReconnect(databaseUrl: string, services: readonly Served[]): Promise<Record<string, number>> {
  const { records, drainSeconds, errors, retried, positives, others } = await measureReconnect(databaseUrl, services);
  table('a thousand stations come back at once, two processes', [
    ['records', 'seconds', 'rows/s', 'errors', 'told to come later', 'positives s p50 / p99', 'others s p50 / p99'],
    [
      ...[records, drainSeconds, rounded(records / drainSeconds), errors, retried].map(String),
      `${positives.p50} / ${positives.p99}`,
      `${others.p50} / ${others.p99}`,
    ],
  ]);
  return { drainSeconds, drainErrors: errors, positivesP99Seconds: positives.p99, othersP50Seconds: others.p50 };
}

async function benchTwoDesks(databaseUrl: string, service: Served): Promise<Record<string, number>> {
  const { p50, p95, most } = await measureTwoDesks(databaseUrl, service);
  table('a kit bound at one desk, known at the other, ms after its seconds of undo', [
    ['p50', 'p95', 'most'],
    [String(p50), String(p95), String(most)],
  ]);
  return { deskToDeskP50Ms: p50, deskToDeskP95Ms: p95 };
}
