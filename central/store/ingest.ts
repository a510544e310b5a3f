import type { Receipt } from '../../shared/central.ts';
import { maskName } from '../../shared/codes/mask.ts';
import type { CitizenKey } from '../citizen/keys.ts';
import { type Decision, decide, type TestState, type Verdict } from '../ingest/decide.ts';
import { monthOf } from '../ingest/month.ts';
import type { Incoming, Parsed } from '../ingest/parse.ts';
import { citizenColumns, citizenRowsOf } from './citizens.ts';
import type { Database, Statements } from './database.ts';
import { admitInstallation } from './installations.ts';
import { findOtherHolders, takeKits } from './kitHolders.ts';
import { type SideRow, toSide } from './kits.ts';
import { settleReadings } from './readings.ts';
import type { StationIdentity } from './stations.ts';

export type IngestInput = {
  readonly station: StationIdentity;
  readonly batchId: string;
  readonly installationId: string;
  readonly nowMs: number;
  readonly records: readonly Parsed[];
};

/** `ended`: another installation sends for the station now; nothing was stored. */
export type Ingested =
  | { readonly ok: true; readonly epoch: string; readonly receipts: readonly Receipt[] }
  | { readonly ok: false; readonly code: 'ended' };

type Side = NonNullable<Receipt['other']>;

/** Months whose partitions are known to be there; one set a database, since each has its own. */
const readyMonths = new WeakMap<Database, Set<number>>();

/**
 * Stores a batch in one transaction of at most nine statements, however many records it holds; one more where it holds
 * records that are not simply new.
 *
 * A station's own batches take turns on its row, so the same batch sent twice at once is stored once. Bindings of one
 * kit by different stations take turns on the kit's row, so whichever comes second sees the first: under READ COMMITTED
 * each later statement looks anew.
 */
export async function ingest(
  database: Database,
  input: IngestInput,
  citizenKeys: readonly CitizenKey[] = [],
): Promise<Ingested> {
  const incoming = input.records.flatMap((parsed) => (parsed.ok ? [parsed.incoming] : []));
  await makeMonths(database, incoming);
  let tries = 0;
  return database.transaction(async (statements) => {
    tries += 1;
    const { epoch, stationNo, siteStations, present } = await lockStation(statements, input.station.stationId);
    const isAdmitted = await admitInstallation(
      statements,
      { no: stationNo, present },
      input.installationId,
      input.nowMs,
    );
    if (!isAdmitted) return { ok: false, code: 'ended' };
    if (incoming.length === 0) return { ok: true, epoch, receipts: receiptsOf(input.records, new Map(), new Map()) };

    const tests = await readSettledTests(statements, stationNo, siteStations, incoming);
    // Nearly every batch is new from end to end. Where it looks so, only the keys of the records can say otherwise, and
    // one that is taken starts the transaction over.
    const asNew = decide(stationNo, incoming, new Map(), tests, siteStations);
    const decision =
      tries === 1 && asNew.verdicts.every(({ verdict }) => verdict.kind === 'store')
        ? asNew
        : decide(stationNo, incoming, await readHashes(statements, stationNo, incoming), tests, siteStations);

    await takeKits(statements, stationNo, decision, input.nowMs);
    await storeTests(statements, stationNo, decision, input.nowMs, citizenKeys);
    await storeRecords(statements, input, stationNo, decision);
    await updateTests(statements, decision);
    await countDays(statements, decision, tests);
    await keepAside(statements, input, decision);
    const readElsewhere = await settleReadings(statements, { ...input.station, stationNo }, decision);

    const others = await readOtherSides(statements, decision, tests);
    const verdicts = new Map(decision.verdicts.map((each) => [each.incoming.index, each.verdict]));
    return { ok: true, epoch, receipts: receiptsOf(input.records, verdicts, others, readElsewhere) };
  });
}

/** Partitions for the months of these ids, before the batch's own transaction: making one waits for nobody who writes. */
async function makeMonths(database: Database, incoming: readonly Incoming[]): Promise<void> {
  const ready = readyMonths.get(database) ?? new Set([0]);
  readyMonths.set(database, ready);
  const months = new Set(incoming.flatMap(({ record }) => [monthOf(record.key), monthOf(record.testId)]));
  for (const month of months) {
    if (ready.has(month)) continue;
    await database.transaction((statements) => statements.query('SELECT add_month($1)', [month]));
    ready.add(month);
  }
}

async function lockStation(
  statements: Statements,
  stationId: string,
): Promise<{
  readonly epoch: string;
  readonly stationNo: number;
  readonly siteStations: ReadonlySet<number>;
  readonly present: string | null;
}> {
  const [row] = await statements.query<{
    epoch: string;
    stationNo: number;
    siteStations: readonly number[];
    present: string | null;
  }>(
    `SELECT (SELECT epoch FROM service) AS epoch, no AS "stationNo", installation_id AS present,
            (SELECT json_agg(other.no) FROM stations AS other WHERE other.site_id = station.site_id) AS "siteStations"
       FROM stations AS station WHERE id = $1 FOR NO KEY UPDATE OF station`,
    [stationId],
  );
  if (row === undefined) throw new Error('an authenticated station is missing');
  return { ...row, siteStations: new Set(row.siteStations) };
}

async function readHashes(statements: Statements, stationNo: number, incoming: readonly Incoming[]) {
  const keys = [...new Set(incoming.map(({ record }) => record.key))];
  const rows = await statements.query<{ key: string; hash: string }>(
    `SELECT key, encode(content_hash, 'hex') AS hash FROM records
      WHERE month = ANY ($1::integer[]) AND station_no = $2 AND key = ANY ($3::text[])`,
    [[...new Set(keys.map(monthOf))], stationNo, keys],
  );
  return new Map(rows.map((row) => [row.key, row.hash]));
}

async function readTests(statements: Statements, incoming: readonly Incoming[]) {
  const ids = [...new Set(incoming.map(({ record }) => record.testId))];
  const rows = await statements.query<TestState>(
    `SELECT id, station_no AS "stationNo", day::text AS day, kit_key AS "kitKey", last_seq AS "lastSeq",
            status, outcome, revision, corrections
       FROM tests WHERE month = ANY ($1::integer[]) AND id = ANY ($2::text[])`,
    [[...new Set(ids.map(monthOf))], ids],
  );
  return new Map(rows.map((row) => [row.id, row]));
}

/**
 * The tests of a batch, with nobody else writing to them: those of another station of the site are read once more after
 * that one's turn is taken too. Where two stations take each other's turn, the database lets one of them begin again.
 */
async function readSettledTests(
  statements: Statements,
  stationNo: number,
  siteStations: ReadonlySet<number>,
  incoming: readonly Incoming[],
): Promise<ReadonlyMap<string, TestState>> {
  const tests = await readTests(statements, incoming);
  const others = new Set([...tests.values()].map((test) => test.stationNo).filter((no) => no !== stationNo));
  const siblings = [...others].filter((no) => siteStations.has(no));
  if (siblings.length === 0) return tests;
  await statements.query('SELECT no FROM stations WHERE no = ANY ($1::integer[]) ORDER BY no FOR NO KEY UPDATE', [
    siblings,
  ]);
  return readTests(statements, incoming);
}

/** Tests that begin, and whose they are: in one statement. */
async function storeTests(
  statements: Statements,
  stationNo: number,
  { begun }: Decision,
  nowMs: number,
  citizenKeys: readonly CitizenKey[],
): Promise<void> {
  if (begun.length === 0) return;
  const rows = begun.map(({ binding, state }) => ({
    month: monthOf(state.id),
    id: state.id,
    kit_key: state.kitKey,
    day: state.day,
    bound_at_ms: binding.payload.boundAtMs,
    person_masked: maskName(binding.payload.person.name),
    last_seq: state.lastSeq,
    status: state.status,
    outcome: state.outcome,
    revision: state.revision,
    corrections: state.corrections,
  }));
  const marks = begun.flatMap(({ binding: { testId, payload } }) => citizenRowsOf(citizenKeys, testId, payload, nowMs));
  const marking = `WITH marked AS (
       INSERT INTO citizen_tests (month, mark, at_ms, test_id, key_id)
       SELECT month, mark, at_ms, test_id, key_id FROM jsonb_to_recordset($3::jsonb) AS row (${citizenColumns})
     )`;
  await statements.query(
    `${marks.length > 0 ? marking : ''}
     INSERT INTO tests (month, id, station_no, kit_key, day, bound_at_ms, person_masked,
                        last_seq, status, outcome, revision, corrections)
     SELECT month, id, $2, kit_key, day, bound_at_ms, person_masked, last_seq, status, outcome, revision, corrections
       FROM jsonb_to_recordset($1::jsonb) AS test (
              month integer, id text, kit_key text, day date, bound_at_ms bigint, person_masked text,
              last_seq integer, status text, outcome text, revision integer, corrections integer)`,
    [JSON.stringify(rows), stationNo, ...(marks.length > 0 ? [JSON.stringify(marks)] : [])],
  );
}

async function storeRecords(
  statements: Statements,
  input: IngestInput,
  stationNo: number,
  { verdicts }: Decision,
): Promise<void> {
  const rows = verdicts
    .filter(({ verdict }) => verdict.kind === 'store')
    .map(({ incoming: { record } }) => ({
      month: monthOf(record.key),
      key: record.key,
      test_id: record.testId,
      seq: record.seq,
      kind: record.kind,
      hash: record.contentHash,
      payload: record.payload,
    }));
  if (rows.length === 0) return;
  // A record that is in the way of another is a race, which starts the transaction over.
  await statements.query(
    `WITH batch AS (
       INSERT INTO batches (station_no, batch_id, installation_id, received_at_ms) VALUES ($2, $3, $4, $5) RETURNING no
     )
     INSERT INTO records (month, station_no, key, test_id, seq, kind, content_hash, payload, batch_no)
     SELECT month, $2, key, test_id, seq, kind, decode(hash, 'hex'), payload, (SELECT no FROM batch)
       FROM jsonb_to_recordset($1::jsonb) AS record (
              month integer, key text, test_id text, seq integer, kind text, hash text, payload jsonb)`,
    [JSON.stringify(rows), stationNo, input.batchId, input.installationId, input.nowMs],
  );
}

/** Strays are kept beside the records; the same one may come again and again and is kept once. */
async function keepAside(statements: Statements, input: IngestInput, { verdicts }: Decision): Promise<void> {
  const rows = verdicts
    .filter(({ verdict }) => verdict.kind === 'setAside')
    .map(({ incoming: { record } }) => ({
      key: record.key,
      test_id: record.testId,
      seq: record.seq,
      kind: record.kind,
      content_hash: record.contentHash,
      payload: record.payload,
    }));
  if (rows.length === 0) return;
  await statements.query(
    `INSERT INTO set_aside (station_id, key, test_id, seq, kind, content_hash, payload,
                            batch_id, installation_id, received_at_ms)
     SELECT $2, key, test_id, seq, kind, content_hash, payload, $3, $4, $5::bigint
       FROM jsonb_to_recordset($1::jsonb) AS record (
              key text, test_id text, seq integer, kind text, content_hash text, payload jsonb)
     ON CONFLICT DO NOTHING`,
    [JSON.stringify(rows), input.station.stationId, input.batchId, input.installationId, input.nowMs],
  );
}

async function updateTests(statements: Statements, { changed }: Decision): Promise<void> {
  if (changed.length === 0) return;
  const rows = changed.map((state) => ({ month: monthOf(state.id), ...state }));
  await statements.query(
    `UPDATE tests AS test
        SET last_seq = state."lastSeq", status = state.status, outcome = state.outcome,
            revision = state.revision, corrections = state.corrections, kit_key = state."kitKey"
       FROM jsonb_to_recordset($1::jsonb) AS state (
              month integer, id text, "kitKey" text, "lastSeq" integer, status text, outcome text, revision integer,
              corrections integer)
      WHERE test.month = ANY ($2::integer[]) AND test.month = state.month AND test.id = state.id`,
    [JSON.stringify(rows), [...new Set(rows.map(({ month }) => month))]],
  );
}

type DayCounts = { readonly station_no: number; readonly day: string } & Record<
  TestState['status'] | 'tests' | 'with_result' | 'corrections' | 'records',
  number
>;

/** What the batch changed in the counts of days: each test counts for the station that bound it. */
async function countDays(
  statements: Statements,
  { verdicts, begun, changed }: Decision,
  before: ReadonlyMap<string, TestState>,
): Promise<void> {
  const days = new Map<string, DayCounts>();
  const of = ({ stationNo, day }: TestState): DayCounts => {
    const key = `${stationNo} ${day}`;
    const counts = days.get(key) ?? {
      station_no: stationNo,
      day,
      tests: 0,
      pending: 0,
      negative: 0,
      positive: 0,
      invalid: 0,
      void: 0,
      with_result: 0,
      corrections: 0,
      records: 0,
    };
    days.set(key, counts);
    return counts;
  };
  const add = (state: TestState, by: 1 | -1): void => {
    const counts = of(state);
    counts[state.status] += by;
    counts.with_result += by * (state.revision > 0 ? 1 : 0);
    counts.corrections += by * state.corrections;
  };
  const states = new Map(before);
  for (const { state } of begun) {
    states.set(state.id, state);
    of(state).tests += 1;
    add(state, 1);
  }
  for (const state of changed) {
    const former = before.get(state.id);
    if (former !== undefined) add(former, -1);
    add(state, 1);
  }
  for (const { incoming, verdict } of verdicts) {
    const state = states.get(incoming.record.testId);
    if (verdict.kind === 'store' && state !== undefined) of(state).records += 1;
  }
  if (days.size === 0) return;
  await statements.query(
    `INSERT INTO day_totals AS total
            (station_no, day, tests, negative, positive, invalid, pending, void, with_result, corrections, records)
     SELECT station_no, day, tests, negative, positive, invalid, pending, void, with_result, corrections, records
       FROM jsonb_to_recordset($1::jsonb) AS counts (
              station_no integer, day date, tests integer, negative integer, positive integer, invalid integer,
              pending integer, void integer, with_result integer, corrections integer, records integer)
     ON CONFLICT (station_no, day) DO UPDATE SET
       tests = total.tests + excluded.tests, negative = total.negative + excluded.negative,
       positive = total.positive + excluded.positive,
       invalid = total.invalid + excluded.invalid, pending = total.pending + excluded.pending,
       void = total.void + excluded.void, with_result = total.with_result + excluded.with_result,
       corrections = total.corrections + excluded.corrections, records = total.records + excluded.records`,
    [JSON.stringify([...days.values()])],
  );
}

/**
 * For each test that a record of this batch belongs to and whose kit has another one, the first of the others. It is the
 * same whenever it is asked, because who came first stays first until a kit is corrected: so a record sent again is
 * answered as it was.
 */
async function readOtherSides(
  statements: Statements,
  { verdicts, begun, changed }: Decision,
  before: ReadonlyMap<string, TestState>,
): Promise<ReadonlyMap<string, Side>> {
  const states = new Map(before);
  for (const state of [...begun.map((each) => each.state), ...changed]) states.set(state.id, state);
  const settled = new Set(
    verdicts
      .filter(({ verdict }) => verdict.kind === 'store' || verdict.kind === 'duplicate')
      .map(({ incoming }) => incoming.record.testId),
  );
  const others = await findOtherHolders(
    statements,
    [...settled].flatMap((id) => states.get(id) ?? []),
  );
  if (others.size === 0) return new Map();
  const ids = [...new Set(others.values())];
  const rows = await statements.query<SideRow>(
    `SELECT test.id, site.name AS site, station.name AS station, test.bound_at_ms, test.person_masked
       FROM tests AS test
       JOIN stations AS station ON station.no = test.station_no
       JOIN sites AS site ON site.id = station.site_id
      WHERE test.month = ANY ($1::integer[]) AND test.id = ANY ($2::text[])`,
    [[...new Set(ids.map(monthOf))], ids],
  );
  const sides = new Map(rows.map((row) => [row.id, toSide(row)]));
  return new Map(
    [...others].flatMap(([id, other]) => {
      const side = sides.get(other);
      return side === undefined ? [] : [[id, side] as const];
    }),
  );
}

/** One receipt a record, in the batch's order. */
function receiptsOf(
  records: readonly Parsed[],
  verdicts: ReadonlyMap<number, Verdict>,
  others: ReadonlyMap<string, Side>,
  readElsewhere: ReadonlyMap<number, 'alike' | 'otherwise'> = new Map(),
): readonly Receipt[] {
  return records.map((parsed) => {
    if (!parsed.ok) return parsed.receipt;
    const { index, record } = parsed.incoming;
    const verdict = verdicts.get(index);
    if (verdict === undefined) throw new Error('a record was not decided');
    if (verdict.kind === 'reject') return rejected(record.key, verdict.code, verdict.message);
    const elsewhere = readElsewhere.get(index);
    if (elsewhere === 'alike') return { key: record.key, status: 'duplicate' };
    if (elsewhere === 'otherwise') {
      return rejected(record.key, 'readElsewhere', 'another station of the site has read this test, and otherwise');
    }
    if (verdict.kind === 'setAside') return rejected(record.key, 'keyReused', verdict.message);
    // Every record of a test in conflict says so: the station that was first has no other way of hearing of it.
    const other = others.get(record.testId);
    if (other !== undefined) return { key: record.key, status: 'conflict', other };
    return { key: record.key, status: verdict.kind === 'store' ? 'stored' : 'duplicate' };
  });
}

function rejected(key: string, code: NonNullable<Receipt['code']>, message: string): Receipt {
  return { key, status: 'rejected', code, message };
}
