import pg from 'pg';
import { monthOf } from '../../../central/ingest/month.ts';
import { testOf } from '../../../central/simulation/records.ts';
import type { CentralRecord } from '../../../shared/central.ts';
import { copyInto, copyLine } from './copy.ts';
import { enrolledMany, type Served } from './service.ts';

const columns = 'month, station_no, key, test_id, seq, kind, content_hash, payload, batch_no';
const rowsPerInsert = 500;

const cells = ({ key, testId, seq, kind, contentHash, payload }: CentralRecord): readonly (string | number)[] => [
  monthOf(key),
  1,
  key,
  testId,
  seq,
  kind,
  `\\x${contentHash}`,
  JSON.stringify(payload),
  1,
];

/** Seconds that COPY and INSERT of many rows take for these records, in a table made like the service's own. */
export async function plainSeconds(
  databaseUrl: string,
  records: readonly CentralRecord[],
): Promise<{ readonly copy: number; readonly insert: number }> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const seconds = async (work: () => Promise<void>): Promise<number> => {
    await client.query('DROP TABLE IF EXISTS plain');
    await client.query('CREATE TABLE plain (LIKE records_other INCLUDING ALL)');
    const startedMs = performance.now();
    await work();
    return (performance.now() - startedMs) / 1000;
  };
  try {
    const copy = await seconds(async () => {
      await copyInto(client, `plain (${columns})`, records.map(cells).map(copyLine));
    });
    const insert = await seconds(async () => {
      for (let at = 0; at < records.length; at += rowsPerInsert) {
        const piece = records.slice(at, at + rowsPerInsert).map(cells);
        const places = piece.map((row, n) => `(${row.map((_cell, m) => `$${n * row.length + m + 1}`).join(',')})`);
        await client.query(`INSERT INTO plain (${columns}) VALUES ${places.join(',')}`, piece.flat());
      }
    });
    await client.query('DROP TABLE plain');
    return { copy, insert };
  } finally {
    await client.end();
  }
}

/** Records of so many tests, in the order in which a desk makes them: a result a while after its binding. */
export function recordsOf(first: number, tests: number): CentralRecord[] {
  const made = Array.from({ length: tests }, (_each, n) => testOf(first + n));
  const later = 8;
  return made
    .flatMap(({ bound }, n) => [bound, ...(n >= later ? [made[n - later]?.resulted ?? bound] : [])])
    .concat(made.slice(-Math.min(later, tests)).map(({ resulted }) => resulted));
}

/** Seconds until so many stations, each with its share, have all of these records acknowledged. */
export async function ingestSeconds(
  databaseUrl: string,
  service: Served,
  shares: readonly (readonly CentralRecord[])[],
  batchSize: number,
  name: string,
): Promise<number> {
  const tokens = await enrolledMany(databaseUrl, name, shares.length);
  const startedMs = performance.now();
  await Promise.all(
    shares.map(async (records, n) => {
      for (let at = 0; at < records.length; at += batchSize)
        await service.post(tokens[n] ?? '', records.slice(at, at + batchSize));
    }),
  );
  return (performance.now() - startedMs) / 1000;
}
