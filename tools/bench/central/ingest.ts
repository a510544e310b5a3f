import { once } from 'node:events';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { monthOf } from '../../../central/ingest/month.ts';
import type { CentralRecord } from '../../../shared/central.ts';
import { testOf } from './records.ts';
import { enrolled, type Served } from './service.ts';

const columns = 'month, station_no, key, test_id, seq, kind, content_hash, payload, batch_no';
const rowsPerInsert = 500;

/** One field of PostgreSQL's text format for COPY (its documentation, COPY, File Formats). */
const field = (text: string): string =>
  text.replace(/[\\\n\r\t]/g, (each) => `\\${{ '\\': '\\', '\n': 'n', '\r': 'r', '\t': 't' }[each]}`);

function cells({ key, testId, seq, kind, contentHash, payload }: CentralRecord): readonly string[] {
  return [String(monthOf(key)), '1', key, testId, String(seq), kind, `\\x${contentHash}`, JSON.stringify(payload), '1'];
}

async function copied(client: pg.Client, table: string, lines: Iterable<string>, names: string): Promise<void> {
  const stream = client.query(copyFrom(`COPY ${table} (${names}) FROM STDIN`));
  for (const line of lines) if (!stream.write(line)) await once(stream, 'drain');
  stream.end();
  await once(stream, 'finish');
}

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
      const lines = records.map((record) => `${cells(record).map(field).join('\t')}\n`);
      await copied(client, 'plain', lines, columns);
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
  const tokens: string[] = [];
  for (const n of shares.keys()) tokens.push(await enrolled(databaseUrl, `bench site ${n % 100}`, `${name} ${n}`));
  const startedMs = performance.now();
  await Promise.all(
    shares.map(async (records, n) => {
      for (let at = 0; at < records.length; at += batchSize)
        await service.post(tokens[n] ?? '', records.slice(at, at + batchSize));
    }),
  );
  return (performance.now() - startedMs) / 1000;
}
