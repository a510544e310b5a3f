import type { CentralRecord, RejectionCode } from '../../shared/central.ts';
import type { ResultOutcome } from '../../shared/model/test.ts';
import type { Incoming } from './parse.ts';

/** The newest state of a test, as far as a decision needs it. */
export type TestState = {
  readonly id: string;
  readonly stationNo: number;
  /** The day of the binding, YYYY-MM-DD. */
  readonly day: string;
  /** The kit that the test holds. */
  readonly kitKey: string;
  readonly lastSeq: number;
  readonly status: 'pending' | ResultOutcome | 'void';
  readonly outcome: ResultOutcome | null;
  /** 0 while there is no result. */
  readonly revision: number;
  /** Results with a revision above 1. */
  readonly corrections: number;
};

export type Verdict =
  | { readonly kind: 'store' }
  | { readonly kind: 'duplicate' }
  | { readonly kind: 'setAside'; readonly message: string; readonly isReading?: true }
  | { readonly kind: 'reject'; readonly code: RejectionCode; readonly message: string };

export type Bound = Extract<CentralRecord, { readonly kind: 'test.bound' }>;

export type Decision = {
  /** One an incoming record, in the order in which they were decided. */
  readonly verdicts: readonly { readonly incoming: Incoming; readonly verdict: Verdict }[];
  /** Tests that begin here, in order, with their state after the batch. */
  readonly begun: readonly { readonly binding: Bound; readonly state: TestState }[];
  /** Tests known before that have moved on, with their state after the batch. */
  readonly changed: readonly TestState[];
  /** Those of them that hold another kit than before. */
  readonly moved: readonly { readonly state: TestState; readonly formerKey: string }[];
};

/**
 * Decides what becomes of a station's records. They are taken by seq, so that a batch may hold a test's records in any
 * order; records that say the same thing twice in one batch are treated as if they had come one after the other.
 * @param storedHashes content hashes of this station's records whose keys are in the batch
 * @param storedTests tests, of any station, whose ids are in the batch
 * @param siteStations the numbers of all stations of the asking one's site: each may read a test of another's
 */
export function decide(
  stationNo: number,
  batch: readonly Incoming[],
  storedHashes: ReadonlyMap<string, string>,
  storedTests: ReadonlyMap<string, TestState>,
  siteStations: ReadonlySet<number> = new Set(),
): Decision {
  const hashes = new Map(storedHashes);
  const tests = new Map(storedTests);
  const bindings: Bound[] = [];
  const verdicts: { incoming: Incoming; verdict: Verdict }[] = [];

  for (const incoming of batch.toSorted((a, b) => a.record.seq - b.record.seq || a.index - b.index)) {
    const { record } = incoming;
    const verdict = judge(stationNo, record, hashes.get(record.key), tests.get(record.testId), siteStations);
    verdicts.push({ incoming, verdict });
    if (verdict.kind !== 'store') continue;
    hashes.set(record.key, record.contentHash);
    tests.set(record.testId, advance(stationNo, record, tests.get(record.testId)));
    if (record.kind === 'test.bound') bindings.push(record);
  }

  const stateOf = (id: string) => {
    const state = tests.get(id);
    if (state === undefined) throw new Error('a decided test has no state');
    return state;
  };
  const before = [...storedTests.values()];
  return {
    verdicts,
    begun: bindings.map((binding) => ({ binding, state: stateOf(binding.testId) })),
    changed: before.map(({ id }) => stateOf(id)).filter((state) => state !== storedTests.get(state.id)),
    moved: before
      .map(({ id, kitKey }) => ({ state: stateOf(id), formerKey: kitKey }))
      .filter(({ state, formerKey }) => state.kitKey !== formerKey),
  };
}

function judge(
  stationNo: number,
  record: CentralRecord,
  knownHash: string | undefined,
  test: TestState | undefined,
  siteStations: ReadonlySet<number>,
): Verdict {
  if (knownHash === record.contentHash) return { kind: 'duplicate' };
  if (knownHash !== undefined) return { kind: 'setAside', message: 'key: it already stands for other content' };
  const isOthers = test !== undefined && test.stationNo !== stationNo;
  // A site's stations read for one another; whatever else happens to a test happens where it was bound.
  if (isOthers && !(record.kind === 'test.resulted' && siteStations.has(test.stationNo))) {
    return { kind: 'reject', code: 'notYours', message: 'testId: the test belongs to another station' };
  }
  if (test === undefined && record.kind !== 'test.bound') {
    return { kind: 'reject', code: 'testUnknown', message: 'testId: the binding of this test is not known' };
  }
  const lastSeq = test?.lastSeq ?? 0;
  if (record.seq <= lastSeq) {
    const message = `seq: the test already has another record ${record.seq}`;
    return { kind: 'setAside', message, ...(record.kind === 'test.resulted' ? { isReading: true as const } : {}) };
  }
  if (record.seq > lastSeq + 1) {
    return { kind: 'reject', code: 'outOfOrder', message: `seq: record ${lastSeq + 1} of the test is still missing` };
  }
  if (record.kind === 'test.kitCorrected' && record.payload.formerKey !== test?.kitKey) {
    return { kind: 'reject', code: 'malformed', message: 'payload.formerKey: the test holds another kit' };
  }
  return { kind: 'store' };
}

function advance(stationNo: number, record: CentralRecord, before: TestState | undefined): TestState {
  if (record.kind === 'test.bound') {
    const { testId: id, seq: lastSeq } = record;
    const { day, kit } = record.payload;
    const kitKey = kit.key;
    return { id, stationNo, day, kitKey, lastSeq, status: 'pending', outcome: null, revision: 0, corrections: 0 };
  }
  if (before === undefined) throw new Error('a test goes on that never began');
  if (record.kind === 'test.kitCorrected') return { ...before, lastSeq: record.seq, kitKey: record.payload.kit.key };
  if (record.kind === 'test.voided') return { ...before, lastSeq: record.seq, status: 'void' };
  const { revision, outcome } = record.payload;
  const isNewest = revision >= before.revision;
  const newest = isNewest ? { revision, outcome } : { revision: before.revision, outcome: before.outcome };
  return {
    ...before,
    ...newest,
    lastSeq: record.seq,
    // A void is final: a result that comes after it is kept, and changes no count.
    status: before.status === 'void' ? 'void' : (newest.outcome ?? 'pending'),
    corrections: before.corrections + (revision > 1 ? 1 : 0),
  };
}
