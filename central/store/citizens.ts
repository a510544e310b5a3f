import type { LatestReply } from '../../shared/central/citizen.ts';
import type { CentralRecord } from '../../shared/central.ts';
import type { ResultOutcome } from '../../shared/model/test.ts';
import type { CitizenKey } from '../citizen/keys.ts';
import { markOf, marksOfPerson, testedAt } from '../citizen/marks.ts';
import { monthOf } from '../ingest/month.ts';
import { isContested } from './contested.ts';
import type { Database, Statements } from './database.ts';

type BoundPayload = Extract<CentralRecord, { readonly kind: 'test.bound' }>['payload'];

/** A row of `citizen_tests`. */
export type CitizenRow = {
  readonly month: number;
  readonly mark: string;
  readonly at_ms: number;
  readonly test_id: string;
  readonly key_id: string;
};

/** What is kept of a binding, a row a key. */
export function citizenRowsOf(
  keys: readonly CitizenKey[],
  testId: string,
  payload: BoundPayload,
  receivedAtMs: number,
): readonly CitizenRow[] {
  return marksOfPerson(keys, payload.person).map(({ key_id, mark }) => ({
    month: monthOf(testId),
    mark,
    at_ms: testedAt(payload, receivedAtMs),
    test_id: testId,
    key_id,
  }));
}

/** The columns of such rows, for `jsonb_to_recordset`. */
export const citizenColumns = 'month integer, mark uuid, at_ms bigint, test_id text, key_id text';

/** The newest test of a document that was not voided. */
export async function findLatest(
  database: Statements,
  keys: readonly CitizenKey[],
  documentHmac: Buffer,
): Promise<LatestReply> {
  const [row] = await database.query<{
    day: string;
    outcome: ResultOutcome | null;
    revision: number;
    isContested: boolean;
  }>(
    `SELECT test.day::text AS day, test.outcome, test.revision,
            ${isContested} AS "isContested"
       FROM citizen_tests AS marked
       JOIN tests AS test ON test.month = marked.month AND test.id = marked.test_id
       JOIN stations AS station ON station.no = test.station_no
      WHERE marked.mark = ANY ($1::uuid[]) AND test.status <> 'void'
      ORDER BY marked.at_ms DESC, test.id DESC LIMIT 1`,
    [keys.map((key) => markOf(key, documentHmac))],
  );
  if (row === undefined) return { status: 'none', outcome: null, day: null, revision: null };
  const { day, outcome, revision } = row;
  if (outcome === null) return { status: 'pending', outcome: null, day, revision: null };
  if (row.isContested) return { status: 'unsettled', outcome: null, day, revision: null };
  return { status: 'settled', outcome, day, revision };
}

const backfillPage = 2000;

/**
 * Marks the tests that were stored before the keys were there, page by page in the order of the records, beside a
 * service that goes on working. Doing it again adds nothing. Answers how many tests were looked at and marked.
 */
export async function backfillCitizens(
  database: Database,
  keys: readonly CitizenKey[],
  onPage: (looked: number) => void = () => {},
): Promise<{ readonly looked: number; readonly marked: number }> {
  let [tx, no, looked, marked] = ['0', '0', 0, 0];
  for (;;) {
    const rows = await database.query<{
      tx: string;
      no: string;
      kind: string;
      testId: string;
      payload: BoundPayload;
      receivedAtMs: number;
    }>(
      `SELECT record.tx::text AS tx, record.no::text AS no, record.kind, record.test_id AS "testId",
              CASE WHEN record.kind = 'test.bound' THEN record.payload END AS payload,
              batch.received_at_ms AS "receivedAtMs"
         FROM (SELECT * FROM records WHERE (tx, no) > ($1::xid8, $2::bigint) ORDER BY tx, no LIMIT ${backfillPage}) AS record
         JOIN batches AS batch ON batch.no = record.batch_no ORDER BY record.tx, record.no`,
      [tx, no],
    );
    const last = rows.at(-1);
    if (last === undefined) return { looked, marked };
    const bound = rows.filter(({ kind }) => kind === 'test.bound');
    const marks = bound.flatMap(({ testId, payload, receivedAtMs }) =>
      citizenRowsOf(keys, testId, payload, receivedAtMs),
    );
    const added = await database.query<{ testId: string }>(
      `INSERT INTO citizen_tests (month, mark, at_ms, test_id, key_id)
       SELECT month, mark, at_ms, test_id, key_id FROM jsonb_to_recordset($1::jsonb) AS row (${citizenColumns})
        WHERE NOT EXISTS (SELECT 1 FROM citizen_tests AS had
                           WHERE had.month = row.month AND had.mark = row.mark AND had.test_id = row.test_id)
       RETURNING test_id AS "testId"`,
      [JSON.stringify(marks)],
    );
    looked += bound.length;
    marked += new Set(added.map(({ testId }) => testId)).size;
    [tx, no] = [last.tx, last.no];
    onPage(looked);
  }
}

/** Takes away every mark of a key that is used no more. Answers how many there were. */
export async function forgetCitizenKey(database: Database, keyId: string): Promise<number> {
  const [row] = await database.query<{ gone: number }>(
    `WITH gone AS (DELETE FROM citizen_tests WHERE key_id = $1 RETURNING 1) SELECT count(*) AS gone FROM gone`,
    [keyId],
  );
  return row?.gone ?? 0;
}
