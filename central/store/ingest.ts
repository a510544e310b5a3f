import type { Receipt } from '../../shared/central.ts';
import { maskName } from '../../shared/codes/mask.ts';
import { type Decision, decide, type TestState, type Verdict } from '../ingest/decide.ts';
import type { Incoming, Parsed } from '../ingest/parse.ts';
import type { Database, Statements } from './database.ts';
import { type SideRow, toSide } from './kits.ts';
import type { StationIdentity } from './stations.ts';

export type IngestInput = {
  readonly station: StationIdentity;
  readonly batchId: string;
  readonly installationId: string;
  readonly nowMs: number;
  readonly records: readonly Parsed[];
};

type Side = NonNullable<Receipt['other']>;

/**
 * Stores a batch in one transaction of at most ten statements, however many records it holds.
 *
 * A station's own batches take turns on its row, so the same batch sent twice at once is stored once. Bindings of one
 * kit by different stations take turns on the kit's row, so whichever comes second sees the first: under READ COMMITTED
 * each later statement looks anew.
 */
export function ingest(
  database: Database,
  input: IngestInput,
): Promise<{ readonly epoch: string; readonly receipts: readonly Receipt[] }> {
  const incoming = input.records.flatMap((parsed) => (parsed.ok ? [parsed.incoming] : []));
  return database.transaction(async (statements) => {
    const epoch = await lockStation(statements, input.station.stationId);
    if (incoming.length === 0) return { epoch, receipts: receiptsOf(input.records, new Map(), new Map()) };

    const { stationId } = input.station;
    const hashes = await readHashes(statements, stationId, incoming);
    const tests = await readTests(statements, incoming);
    const decision = decide(stationId, incoming, hashes, tests);

    await claimKits(statements, decision);
    await storeTests(statements, input, decision);
    await storeRecords(statements, input, 'records', decision, 'store');
    await updateTests(statements, decision);
    await findConflicts(statements, input, decision);
    await storeRecords(statements, input, 'set_aside', decision, 'setAside');

    const settled = decision.verdicts.filter(({ verdict }) => verdict.kind === 'store' || verdict.kind === 'duplicate');
    const others = await readOtherSides(statements, [...new Set(settled.map((each) => each.incoming.record.testId))]);
    const verdicts = new Map(decision.verdicts.map((each) => [each.incoming.index, each.verdict]));
    return { epoch, receipts: receiptsOf(input.records, verdicts, others) };
  });
}

async function lockStation(statements: Statements, stationId: string): Promise<string> {
  const [row] = await statements.query<{ epoch: string }>(
    'SELECT (SELECT epoch FROM service) AS epoch FROM stations WHERE id = $1 FOR NO KEY UPDATE',
    [stationId],
  );
  if (row === undefined) throw new Error('an authenticated station is missing');
  return row.epoch;
}

async function readHashes(statements: Statements, stationId: string, incoming: readonly Incoming[]) {
  const rows = await statements.query<{ key: string; content_hash: string }>(
    'SELECT key, content_hash FROM records WHERE station_id = $1 AND key = ANY ($2::text[])',
    [stationId, [...new Set(incoming.map(({ record }) => record.key))]],
  );
  return new Map(rows.map((row) => [row.key, row.content_hash]));
}

async function readTests(statements: Statements, incoming: readonly Incoming[]) {
  const rows = await statements.query<TestState>(
    `SELECT id, station_id AS "stationId", kit_key AS "kitKey", last_seq AS "lastSeq", status, outcome, revision, corrections
       FROM tests WHERE id = ANY ($1::text[])`,
    [[...new Set(incoming.map(({ record }) => record.testId))]],
  );
  return new Map(rows.map((row) => [row.id, row]));
}

/**
 * Takes the row of every kit that a test of this batch takes or lets go, in one order for everybody, so that nobody waits
 * in a circle. Another transaction at the same kit is waited for, and what it did is then seen. A kit whose tests were
 * all corrected away has a row and no test: so the row is locked whether it is new or not.
 */
async function claimKits(statements: Statements, { begun, moved }: Decision): Promise<void> {
  const keys = [
    ...begun.map(({ state }) => state.kitKey),
    ...moved.flatMap((each) => [each.state.kitKey, each.formerKey]),
  ];
  if (keys.length === 0) return;
  await statements.query(
    `INSERT INTO kits (kit_key) SELECT DISTINCT key FROM unnest($1::text[]) AS kit (key) ORDER BY key
     ON CONFLICT (kit_key) DO UPDATE SET kit_key = excluded.kit_key`,
    [keys],
  );
}

async function storeTests(statements: Statements, input: IngestInput, { begun }: Decision): Promise<void> {
  if (begun.length === 0) return;
  const rows = begun.map(({ binding, state }, place) => ({
    place,
    id: state.id,
    kit_key: state.kitKey,
    day: binding.payload.day,
    bound_at_ms: binding.payload.boundAtMs,
    person_masked: maskName(binding.payload.person.name),
    last_seq: state.lastSeq,
    status: state.status,
    outcome: state.outcome,
    revision: state.revision,
    corrections: state.corrections,
  }));
  await statements.query(
    `INSERT INTO tests (id, site_id, station_id, kit_key, day, bound_at_ms, person_masked,
                        last_seq, status, outcome, revision, corrections)
     SELECT id, $2, $3, kit_key, day, bound_at_ms, person_masked, last_seq, status, outcome, revision, corrections
       FROM jsonb_to_recordset($1::jsonb) AS test (
              place integer, id text, kit_key text, day text, bound_at_ms bigint, person_masked text,
              last_seq integer, status text, outcome text, revision integer, corrections integer)
      ORDER BY place`,
    [JSON.stringify(rows), input.station.siteId, input.station.stationId],
  );
}

async function storeRecords(
  statements: Statements,
  input: IngestInput,
  table: 'records' | 'set_aside',
  { verdicts }: Decision,
  kind: Verdict['kind'],
): Promise<void> {
  const rows = verdicts
    .filter(({ verdict }) => verdict.kind === kind)
    .map(({ incoming: { record } }) => ({
      key: record.key,
      test_id: record.testId,
      seq: record.seq,
      kind: record.kind,
      content_hash: record.contentHash,
      payload: record.payload,
    }));
  if (rows.length === 0) return;
  // The same stray may come again and again; it is kept once. A record that is in the way of another is a race, which
  // starts the transaction over.
  const repeated = table === 'set_aside' ? 'ON CONFLICT DO NOTHING' : '';
  await statements.query(
    `INSERT INTO ${table} (station_id, key, test_id, seq, kind, content_hash, payload,
                           batch_id, installation_id, received_at_ms)
     SELECT $2, key, test_id, seq, kind, content_hash, payload, $3, $4, $5::bigint
       FROM jsonb_to_recordset($1::jsonb) AS record (
              key text, test_id text, seq integer, kind text, content_hash text, payload jsonb)
     ${repeated}`,
    [JSON.stringify(rows), input.station.stationId, input.batchId, input.installationId, input.nowMs],
  );
}

/**
 * Writes down who came to a kit after somebody else. Where the first of several was corrected away, the next one is the
 * first from then on.
 */
async function findConflicts(statements: Statements, input: IngestInput, { begun, moved }: Decision): Promise<void> {
  if (begun.length + moved.length === 0) return;
  await statements.query(
    `INSERT INTO conflicts (first_test_id, later_test_id, kit_key, found_at_ms)
     SELECT first_test.id, later_test.id, later_test.kit_key, $2::bigint
       FROM tests AS later_test
       CROSS JOIN LATERAL (
              SELECT id, held_no FROM tests WHERE kit_key = later_test.kit_key ORDER BY held_no LIMIT 1
            ) AS first_test
      WHERE (later_test.id = ANY ($1::text[]) OR later_test.kit_key = ANY ($3::text[]))
        AND first_test.held_no < later_test.held_no
     ON CONFLICT DO NOTHING`,
    [
      [...begun, ...moved].map(({ state }) => state.id),
      input.nowMs,
      [...new Set(moved.map(({ formerKey }) => formerKey))],
    ],
  );
}

async function updateTests(statements: Statements, { changed }: Decision): Promise<void> {
  if (changed.length === 0) return;
  await statements.query(
    `UPDATE tests AS test
        SET last_seq = state."lastSeq", status = state.status, outcome = state.outcome,
            revision = state.revision, corrections = state.corrections, kit_key = state."kitKey",
            held_no = CASE WHEN test.kit_key = state."kitKey" THEN test.held_no ELSE nextval('kit_holdings') END
       FROM jsonb_to_recordset($1::jsonb) AS state (
              id text, "kitKey" text, "lastSeq" integer, status text, outcome text, revision integer, corrections integer)
      WHERE test.id = state.id`,
    [JSON.stringify(changed)],
  );
}

/**
 * For each test whose kit has another one, the first of the others. It is the same whenever it is asked, because who
 * came first stays first until a kit is corrected: so a record sent again is answered as it was.
 */
async function readOtherSides(statements: Statements, testIds: readonly string[]): Promise<Map<string, Side>> {
  if (testIds.length === 0) return new Map();
  const rows = await statements.query<SideRow & { asked: string }>(
    `SELECT test.id AS asked, other.id, site.name AS site, station.name AS station,
            other.bound_at_ms, other.person_masked
       FROM tests AS test
       CROSS JOIN LATERAL (
              SELECT * FROM tests WHERE kit_key = test.kit_key AND id <> test.id ORDER BY held_no LIMIT 1
            ) AS other
       JOIN sites AS site ON site.id = other.site_id
       JOIN stations AS station ON station.id = other.station_id
      WHERE test.id = ANY ($1::text[])`,
    [testIds],
  );
  return new Map(rows.map((row) => [row.asked, toSide(row)]));
}

/** One receipt a record, in the batch's order. */
function receiptsOf(
  records: readonly Parsed[],
  verdicts: ReadonlyMap<number, Verdict>,
  others: ReadonlyMap<string, Side>,
): readonly Receipt[] {
  return records.map((parsed) => {
    if (!parsed.ok) return parsed.receipt;
    const { index, record } = parsed.incoming;
    const verdict = verdicts.get(index);
    if (verdict === undefined) throw new Error('a record was not decided');
    if (verdict.kind === 'reject') return rejected(record.key, verdict.code, verdict.message);
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
