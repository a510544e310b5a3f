import { randomUUID } from 'node:crypto';
import { batchReplySchema, type CentralRecord, routes } from '../../shared/central.ts';
import { second } from '../../shared/time.ts';
import { testOf } from './records.ts';

/** Numbers of tests that one seed can use; those of different seeds are different tests. */
const testsOfASeed = 10_000_000;
/** Seeds there are: the number of a test is of 32 bits. */
export const mostSeeds = 400;
/** A result comes so many tests after its binding: a quarter of an hour at a busy desk. */
const readLater = 8;
const requestTimeoutMs = 60 * second;

export type Wish = {
  readonly url: string;
  /** 0 to `mostSeeds` - 1: the same tests for the same seed. */
  readonly seed: number;
  readonly testsAStation: number;
  readonly recordsABatch: number;
  /** Tests a second of all stations together; null: as fast as the service answers. */
  readonly testsPerSecond: number | null;
};

export type Simulated = {
  records: number;
  stored: number;
  duplicate: number;
  conflict: number;
  rejected: number;
  /** Batches that were told to come later, and those that came to nothing. */
  later: number;
  failed: number;
  /** Milliseconds from the post of a batch to its receipts, one each. */
  readonly latenciesMs: number[];
};

export const nothingYet = (): Simulated => ({
  records: 0,
  stored: 0,
  duplicate: 0,
  conflict: 0,
  rejected: 0,
  later: 0,
  failed: 0,
  latenciesMs: [],
});

/** How many tests a run of so many stations may have: each has numbers of its own. */
export const mostTests = (stations: number): number => Math.floor(testsOfASeed / stations);

/** The records of a station's day, in the order in which a desk makes them, made as they are asked for. */
function* recordsOfDay(first: number, tests: number): Generator<CentralRecord> {
  for (let n = 0; n < tests + readLater; n += 1) {
    if (n < tests) yield testOf(first + n).bound;
    if (n < readLater) continue;
    const { resulted, later } = testOf(first + n - readLater);
    yield resulted;
    if (later !== null) yield later;
  }
}

/**
 * One station's day: posts its records batch after batch, keeps what it was told, and sends again what was not taken.
 * Ends when everything is acknowledged, or at `signal`.
 * @param place the station's number among `stations`
 * @param told added to as answers come
 */
export async function simulateStation(
  wish: Wish,
  place: number,
  stations: number,
  token: string,
  told: Simulated,
  signal: AbortSignal,
): Promise<void> {
  const first = wish.seed * testsOfASeed + place * mostTests(stations);
  const installationId = `simulated-${wish.seed}-${place}`;
  const startedMs = performance.now();
  // The stations of a city do not send in the same moment.
  const beginsMs = wish.testsPerSecond === null ? 0 : ((place / stations) * stations * second) / wish.testsPerSecond;
  let tests = 0;
  let batch: CentralRecord[] = [];
  const flush = async (): Promise<void> => {
    if (wish.testsPerSecond !== null) {
      const dueMs = startedMs + beginsMs + (tests * stations * second) / wish.testsPerSecond;
      await wait(dueMs - performance.now(), signal);
    }
    while (!signal.aborted && !(await post(wish.url, token, installationId, batch, told, signal)));
    batch = [];
  };
  for (const record of recordsOfDay(first, wish.testsAStation)) {
    if (signal.aborted) return;
    if (record.kind === 'test.bound') tests += 1;
    batch.push(record);
    if (batch.length >= wish.recordsABatch) await flush();
  }
  if (batch.length > 0) await flush();
}

/** Answers whether it was acknowledged; where not, it has waited before it answers. */
async function post(
  url: string,
  token: string,
  installationId: string,
  records: readonly CentralRecord[],
  told: Simulated,
  signal: AbortSignal,
): Promise<boolean> {
  const startedMs = performance.now();
  let waitMs = second;
  try {
    const response = await fetch(`${url}${routes.batches}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ batchId: randomUUID(), installationId, sentAtMs: Date.now(), records }),
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(requestTimeoutMs)]),
    });
    const body: unknown = await response.json().catch(() => null);
    const reply = batchReplySchema.safeParse(body);
    if (response.ok && reply.success) {
      told.latenciesMs.push(performance.now() - startedMs);
      told.records += records.length;
      for (const { status } of reply.data.receipts) told[status] += 1;
      return true;
    }
    if (response.status === 429 || response.status === 503) {
      told.later += 1;
      waitMs = Math.max(1, Number(response.headers.get('retry-after')) || 1) * second;
    } else told.failed += 1;
  } catch {
    if (!signal.aborted) told.failed += 1;
  }
  await wait(waitMs * (0.5 + Math.random()), signal);
  return false;
}

function wait(ms: number, signal: AbortSignal): Promise<void> {
  if (ms <= 0 || signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const over = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', over);
      resolve();
    };
    const timer = setTimeout(over, ms);
    signal.addEventListener('abort', over);
  });
}
