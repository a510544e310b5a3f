import { StationError } from '../../../shared/errors.ts';
import type { Operator } from '../../../shared/model/staff.ts';
import type { ResultOutcome } from '../../../shared/model/test.ts';
import type { TestRow, WrittenApproval, WrittenReason } from '../../db/tests.ts';
import { followResult, followVoid } from '../followUps/followUps.ts';
import { writeSiblingResult } from '../siblings/siblings.ts';
import { audit, type Station, signedIn, today } from '../station.ts';
import { enqueue } from '../sync/enqueue.ts';
import { phaseOf, type TestEvent, transitions } from './life.ts';

/**
 * Writes a result as the test's next revision, with its outbox row and audit entry: main path, step 2. The caller has
 * checked that it may be. A positive opens a follow-up and goes out first, with its test's whole chain.
 */
export function writeResult(
  station: Station,
  test: TestRow,
  event: TestEvent,
  result: {
    readonly outcome: ResultOutcome;
    readonly confirmedBy: Operator | null;
    readonly reason: WrittenReason | null;
    readonly overrideReason: WrittenReason | null;
    /** Whoever approved it, where its reader may not give it alone. */
    readonly approved: WrittenApproval | null;
  },
): void {
  if (test.sibling !== undefined) {
    writeSiblingResult(station, test, result);
    return;
  }
  const operator = signedIn(station);
  const { tests } = station.tables;
  const nowMs = station.clock.now();
  const revision = test.revision + 1;
  if (revision > 1 && result.reason === null) throw new StationError('REASON_NEEDED');
  const readDay = today(station);
  const clockOffsetMs = station.centralOffsetMs.get();
  tests.insertResult({
    testId: test.id,
    revision,
    outcome: result.outcome,
    readAtMs: nowMs,
    readDay,
    operatorId: operator.id,
    confirmedBy: result.confirmedBy?.id ?? null,
    reasonCode: result.reason?.code ?? null,
    reasonText: result.reason?.text ?? null,
    overrideCode: result.overrideReason?.code ?? null,
    overrideText: result.overrideReason?.text ?? null,
    approvedBy: result.approved?.by ?? null,
    approvalReason: result.approved?.reason ?? null,
    clockOffsetMs,
  });
  const chain = advance(station, test, event, revision);
  // What another station of the site had read otherwise is decided by this.
  if (revision > 1) station.tables.siblings.endConflict(test.id);
  followResult(station, test.id, result.outcome);
  enqueue(
    station,
    {
      kind: 'test.resulted',
      payload: {
        revision,
        outcome: result.outcome,
        readAtMs: nowMs,
        readDay,
        operator: { id: operator.id, name: operator.name },
        confirmedBy: result.confirmedBy === null ? null : { id: result.confirmedBy.id, name: result.confirmedBy.name },
        reason: result.reason,
        overrideReason: result.overrideReason,
        clockOffsetMs,
      },
    },
    { testId: test.id, chain, dueAtMs: nowMs, urgent: result.outcome === 'positive' },
  );
  audit(station, revision === 1 ? 'result.record' : 'result.revise', `test:${test.id}`, {
    revision,
    outcome: result.outcome,
    confirmedBy: result.confirmedBy?.id ?? null,
    reason: result.reason?.code ?? null,
    override: result.overrideReason?.code ?? null,
    ...(result.approved === null ? {} : { approvedBy: result.approved.by, approvalReason: result.approved.reason }),
  });
}

/** Writes a void: the test counts as void from now on and its kit stays used for ever (rule 5). */
export function writeVoid(station: Station, test: TestRow, reason: WrittenReason): void {
  const operator = signedIn(station);
  const { tests } = station.tables;
  const nowMs = station.clock.now();
  const clockOffsetMs = station.centralOffsetMs.get();
  tests.insertVoid({
    testId: test.id,
    atMs: nowMs,
    operatorId: operator.id,
    reasonCode: reason.code,
    reasonText: reason.text,
    clockOffsetMs,
  });
  const chain = advance(station, test, 'void');
  followVoid(station, test.id);
  enqueue(
    station,
    {
      kind: 'test.voided',
      payload: { voidedAtMs: nowMs, operator: { id: operator.id, name: operator.name }, reason, clockOffsetMs },
    },
    { testId: test.id, chain, dueAtMs: nowMs, urgent: false },
  );
  audit(station, 'test.void', `test:${test.id}`, { reason: reason.code });
}

/**
 * Puts a test where an event leads, by the table and in no other way. Answers its chain number: one more than before for
 * what the central service hears of. Throws for what the table refuses, which whoever calls has asked before.
 */
export function advance(station: Station, test: TestRow, event: TestEvent, revision: number = test.revision): number {
  const transition = transitions[phaseOf(test, station.clock.now(), station.clock.behind() !== null)][event];
  if ('refused' in transition) throw new Error(`a test that is ${transition.refused} took ${event}`);
  // An undone binding was never sent: nothing follows it.
  const chain = event === 'undo' ? test.chain : test.chain + 1;
  station.tables.tests.setStatus(test.id, transition.to, revision, chain);
  return chain;
}
