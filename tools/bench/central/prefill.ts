import pg from 'pg';
import { monthOf } from '../../../central/ingest/month.ts';
import { testOf } from '../../../central/simulation/records.ts';
import { maskName } from '../../../shared/codes/mask.ts';
import { copyInto, copyLine } from './copy.ts';

const prefilledStations = 1_000;
const prefilledSites = 100;
const testsAStep = 50_000;
const recordsABatch = 500;

const recordColumns = 'month, station_no, key, test_id, seq, kind, content_hash, payload, batch_no';

/** Lines for COPY of a test's two records, under a station and batch of their own. */
function recordLines(first: number, tests: number, stationNo: (n: number) => number, batchNo: number): string[] {
  const lines: string[] = [];
  for (let n = first; n < first + tests; n += 1) {
    const { bound, resulted } = testOf(n);
    for (const { key, testId, seq, kind, contentHash, payload } of [bound, resulted])
      lines.push(
        copyLine([
          monthOf(key),
          stationNo(n),
          key,
          testId,
          seq,
          kind,
          `\\x${contentHash}`,
          JSON.stringify(payload),
          batchNo,
        ]),
      );
  }
  return lines;
}

/**
 * Brings the city to so many tests, each with its binding and its result, as if they had been ingested: by COPY, since
 * our own way is what is measured afterwards.
 */
export async function prefill(databaseUrl: string, from: number, to: number): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query('SET synchronous_commit = off');
    await client.query(
      `INSERT INTO sites (id, name) SELECT 'prefilled-' || n, 'prefilled site ' || n FROM generate_series(1, ${prefilledSites}) AS n
       ON CONFLICT DO NOTHING`,
    );
    await client.query(
      `INSERT INTO stations (id, site_id, name)
       SELECT 'prefilled-' || n, 'prefilled-' || (n % ${prefilledSites} + 1), 'prefilled ' || n
         FROM generate_series(1, ${prefilledStations}) AS n ON CONFLICT DO NOTHING`,
    );
    const { rows: numbered } = await client.query<{ no: number }>(
      `SELECT no FROM stations WHERE id LIKE 'prefilled-%' ORDER BY no`,
    );
    const numbers = numbered.map(({ no }) => no);
    const stationNo = (n: number): number => numbers[n % numbers.length] ?? 0;
    for (let at = from; at < to; at += testsAStep)
      await prefillStep(client, at, Math.min(to, at + testsAStep), stationNo);
    await client.query('ANALYZE');
    await client.query('CHECKPOINT');
  } finally {
    await client.end();
  }
}

async function prefillStep(
  client: pg.Client,
  from: number,
  to: number,
  stationNo: (n: number) => number,
): Promise<void> {
  const tests: string[] = [];
  const kits: string[] = [];
  const days = new Map<string, { tests: number; positive: number }>();
  const months = new Set<number>();
  for (let n = from; n < to; n += 1) {
    const { day, bound, resulted } = testOf(n);
    if (bound.kind !== 'test.bound' || resulted.kind !== 'test.resulted')
      throw new Error('not a binding and its result');
    const { kit, boundAtMs, person } = bound.payload;
    const { outcome } = resulted.payload;
    const month = monthOf(bound.testId);
    for (const each of [bound, resulted]) months.add(monthOf(each.key));
    months.add(month);
    const masked = maskName(person.name);
    tests.push(
      copyLine([month, bound.testId, stationNo(n), kit.key, day, boundAtMs, masked, 2, outcome, outcome, 1, 0]),
    );
    kits.push(copyLine([kit.key, bound.testId, stationNo(n)]));
    const name = `${stationNo(n)} ${day}`;
    const counts = days.get(name) ?? { tests: 0, positive: 0 };
    counts.tests += 1;
    if (outcome === 'positive') counts.positive += 1;
    days.set(name, counts);
  }
  for (const month of months) await client.query('SELECT add_month($1)', [month]);
  const { rows } = await client.query<{ no: string }>(
    `INSERT INTO batches (station_no, batch_id, installation_id, received_at_ms)
     SELECT $1, 'prefilled', 'prefilled', 1 FROM generate_series(1, $2) RETURNING no`,
    [stationNo(0), Math.ceil(((to - from) * 2) / recordsABatch)],
  );
  const batchNo = Number(rows[0]?.no);
  await client.query('BEGIN');
  await copyInto(client, `records (${recordColumns})`, recordLines(from, to - from, stationNo, batchNo));
  await copyInto(
    client,
    `tests (month, id, station_no, kit_key, day, bound_at_ms, person_masked, last_seq, status, outcome, revision, corrections)`,
    tests,
  );
  await copyInto(client, 'kits (kit_key, first_test_id, first_station_no)', kits);
  const counted = [...days].map(([name, { tests: all, positive }]) => {
    const [station = '', day = ''] = name.split(' ');
    return { station_no: Number(station), day, tests: all, positive, negative: all - positive };
  });
  await client.query(
    `INSERT INTO day_totals AS total (station_no, day, tests, negative, positive, with_result, records)
     SELECT station_no, day, tests, negative, positive, tests, 2 * tests
       FROM jsonb_to_recordset($1::jsonb) AS c (station_no integer, day date, tests integer, negative integer, positive integer)
     ON CONFLICT (station_no, day) DO UPDATE SET tests = total.tests + excluded.tests,
       negative = total.negative + excluded.negative, positive = total.positive + excluded.positive,
       with_result = total.with_result + excluded.with_result, records = total.records + excluded.records`,
    [JSON.stringify(counted)],
  );
  await client.query('COMMIT');
}
