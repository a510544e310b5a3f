import { migrations } from '../../central/migrations/migrations.ts';
import { migrate } from '../../central/store/migrate.ts';
import { openPostgres } from '../../central/store/postgres.ts';
import { ingestSeconds, plainSeconds, recordsOf } from './central/ingest.ts';
import { served } from './central/service.ts';
import { rounded, table } from './figures.ts';

const batchSizes = [50, 100, 250, 500];
const testsMeasured = 10_000;

/** The central service on a real PostgreSQL: how fast records come in, beside the database's own fastest ways. */
export async function benchCentral(): Promise<Record<string, number>> {
  const databaseUrl = process.env['BENCH_DATABASE_URL'];
  if (databaseUrl === undefined) throw new Error('BENCH_DATABASE_URL is not set: run `npm run bench -- central`');
  const database = openPostgres(databaseUrl, () => {});
  const migrated = await migrate(database, migrations, Date.now());
  await database.close();
  if (!migrated.ok) throw new Error(migrated.code);
  const service = await served(databaseUrl);
  try {
    let next = 0;
    const records = (tests: number) => {
      next += tests;
      return recordsOf(next - tests, tests);
    };
    const warm = records(2_000);
    await ingestSeconds(databaseUrl, service, [warm], 500, 'warm');
    const rates: [string, number][] = [];
    for (const size of batchSizes) {
      const some = records(testsMeasured);
      rates.push([
        `1 station, ${size} a batch`,
        some.length / (await ingestSeconds(databaseUrl, service, [some], size, `b${size}`)),
      ]);
    }
    for (const stations of [2, 4]) {
      const shares = Array.from({ length: stations }, () => records(testsMeasured / stations));
      const count = shares.reduce((sum, share) => sum + share.length, 0);
      rates.push([
        `${stations} stations, 500 a batch`,
        count / (await ingestSeconds(databaseUrl, service, shares, 500, `s${stations}`)),
      ]);
    }
    const some = records(testsMeasured);
    const plain = await plainSeconds(databaseUrl, some);
    rates.push(['COPY', some.length / plain.copy], ['INSERT of 500 rows', some.length / plain.insert]);
    table('records a second', [['', 'rows/s'], ...rates.map(([name, rate]) => [name, String(rounded(rate))])]);
    return Object.fromEntries(rates.map(([name, rate]) => [name.replaceAll(/\W+/g, '_'), rounded(rate)]));
  } finally {
    await service.close();
  }
}
