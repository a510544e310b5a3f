import { maskName } from '../../../shared/codes/mask.ts';
import { StationError } from '../../../shared/errors.ts';
import {
  type FollowUp,
  type FollowUpDue,
  type FollowUpEntry,
  type FollowUpOutcome,
  type FollowUpStep,
  followUpSteps,
  stepNeeds,
} from '../../../shared/model/followUp.ts';
import type { ResultOutcome } from '../../../shared/model/test.ts';
import { minute } from '../../../shared/time.ts';
import type { FollowUpRow } from '../../db/followUps.ts';
import { shownAddress, tailOf } from '../desk/cards.ts';
import { change, type Handlers, look } from '../dispatch.ts';
import { refusePersonal } from '../people/reasons.ts';
import { allow } from '../staff/rights.ts';
import { audit, type Station } from '../station.ts';

/**
 * Follow-ups of positives. Opened and closed by results and voids in their own transactions (rule 8); what staff do in
 * between is noted line by line, and a line that was wrong is taken back by another.
 */

/** After a result: a positive has an open follow-up, and nothing else keeps one open. */
export function followResult(station: Station, testId: string, outcome: ResultOutcome): void {
  const { followUps } = station.tables;
  const atMs = station.clock.now();
  const former = followUps.find(testId);
  if (outcome !== 'positive') endByProgram(station, testId, 'revised');
  else if (former === null) followUps.open(testId, atMs);
  else if (former.closedAtMs !== null) {
    followUps.setOpened(testId, atMs);
    followUps.write({ testId, kind: 'reopened', step: null, outcome: null, note: '', atMs, operatorId: null });
  }
}

/** After a void. */
export function followVoid(station: Station, testId: string): void {
  endByProgram(station, testId, 'voided');
}

function endByProgram(station: Station, testId: string, outcome: FollowUpOutcome): void {
  const { followUps } = station.tables;
  const former = followUps.find(testId);
  if (former === null || former.closedAtMs !== null) return;
  const atMs = station.clock.now();
  followUps.write({ testId, kind: 'closed', step: null, outcome, note: '', atMs, operatorId: null });
  followUps.setClosed(testId, atMs);
}

/** Each step with the entry by which it is done. What was done before a new beginning is to be done again. */
function stepsOf(row: FollowUpRow, entries: readonly FollowUpEntry[], due: FollowUpDue): FollowUp['steps'] {
  const done = new Map<FollowUpStep, FollowUpEntry>();
  for (const entry of entries) {
    if (entry.kind === 'reopened') done.clear();
    else if (entry.step !== null && entry.kind === 'step') done.set(entry.step, entry);
    else if (entry.step !== null) done.delete(entry.step);
  }
  return followUpSteps.map((step) => ({
    step,
    dueAtMs: row.openedAtMs + due[step] * minute,
    done: done.get(step) ?? null,
    waitsFor: stepNeeds[step].filter((needed) => !done.has(needed)),
  }));
}

function viewOf(station: Station, row: FollowUpRow): FollowUp {
  const entries = station.tables.followUps.listEntries(row.testId);
  const steps = stepsOf(row, entries, station.settings.get().followUpDue);
  const left = steps.filter(({ done }) => done === null).map(({ dueAtMs }) => dueAtMs);
  return {
    testId: row.testId,
    personId: row.personId,
    nameMasked: maskName(row.personName),
    address: shownAddress({ building: row.building, unit: row.unit, room: row.room }),
    kitTail: tailOf(row.kitSerial),
    day: row.day,
    status: row.status,
    openedAtMs: row.openedAtMs,
    closedAtMs: row.closedAtMs,
    steps,
    nextDueAtMs: row.closedAtMs !== null || left.length === 0 ? null : Math.min(...left),
    entries,
  };
}

/** What is due first on top; where every step is done, the end is what is left to do, and comes last. */
function openOnes(station: Station): FollowUp[] {
  return station.tables.followUps
    .listOpen()
    .map((row) => viewOf(station, row))
    .sort((a, b) => (a.nextDueAtMs ?? Number.MAX_SAFE_INTEGER) - (b.nextDueAtMs ?? Number.MAX_SAFE_INTEGER));
}

function mustFind(station: Station, testId: string): FollowUp {
  const row = station.tables.followUps.find(testId);
  if (row === null) throw new StationError('NOT_FOUND', { what: 'followUp' });
  return viewOf(station, row);
}

type Write =
  | { readonly kind: 'step' | 'withdrawn'; readonly step: FollowUpStep; readonly note: string }
  | { readonly kind: 'closed'; readonly outcome: FollowUpOutcome; readonly note: string }
  | { readonly kind: 'reopened'; readonly note: string };

const actions = {
  step: 'followUp.note',
  withdrawn: 'followUp.withdraw',
  closed: 'followUp.close',
  reopened: 'followUp.reopen',
} as const;

/** Throws FOLLOW_UP_CLOSED, FOLLOW_UP_OPEN, or FOLLOW_UP_STEP with what is wrong. */
function check({ steps, closedAtMs, status }: FollowUp, entry: Write): void {
  if (entry.kind === 'reopened') {
    if (closedAtMs === null) throw new StationError('FOLLOW_UP_OPEN');
    // Whatever the program has closed is opened again by a result, not by hand.
    if (status !== 'positive') throw new StationError('FOLLOW_UP_CLOSED');
    return;
  }
  if (closedAtMs !== null) throw new StationError('FOLLOW_UP_CLOSED');
  if (entry.kind === 'closed') {
    const left = steps.filter(({ done }) => done === null).map(({ step }) => step);
    if (left.length > 0 && entry.note.length < 2) throw new StationError('FOLLOW_UP_STEP', { problem: 'left' }, 'note');
    return;
  }
  const step = steps.find((each) => each.step === entry.step);
  if (step === undefined) throw new Error('a step that is none');
  if (entry.kind === 'step' && step.done !== null)
    throw new StationError('FOLLOW_UP_STEP', { problem: 'done' }, 'step');
  if (entry.kind === 'withdrawn' && step.done === null)
    throw new StationError('FOLLOW_UP_STEP', { problem: 'notDone' }, 'step');
  if (entry.kind === 'step' && step.waitsFor.length > 0)
    throw new StationError('FOLLOW_UP_STEP', { problem: 'needs', steps: step.waitsFor }, 'step');
}

function write(station: Station, testId: string, entry: Write): string {
  const operator = allow(station, 'followUps.work');
  refusePersonal(entry.note, 'note');
  check(mustFind(station, testId), entry);
  const atMs = station.clock.now();
  const { followUps } = station.tables;
  const step = 'step' in entry ? entry.step : null;
  const outcome = 'outcome' in entry ? entry.outcome : null;
  followUps.write({ testId, kind: entry.kind, step, outcome, note: entry.note, atMs, operatorId: operator.id });
  if (entry.kind === 'closed') followUps.setClosed(testId, atMs);
  if (entry.kind === 'reopened') followUps.setOpened(testId, atMs);
  audit(station, actions[entry.kind], `test:${testId}`, { step, outcome });
  return testId;
}

const answer = (station: Station, testId: string) => {
  station.emit('followUps.changed', {});
  return { followUp: mustFind(station, testId) };
};

export const followUpHandlers: Handlers<
  | 'followUps.list'
  | 'followUps.count'
  | 'followUps.get'
  | 'followUps.note'
  | 'followUps.withdraw'
  | 'followUps.close'
  | 'followUps.reopen'
> = {
  'followUps.list': look((station, { state, limit, offset }) => {
    const nowAtMs = station.clock.now();
    const { followUps } = station.tables;
    if (state === 'closed') {
      const rows = followUps.listClosed(limit, offset).map((row) => viewOf(station, row));
      return { total: followUps.countClosed(), nowAtMs, rows };
    }
    const all = openOnes(station);
    return { total: all.length, nowAtMs, rows: all.slice(offset, offset + limit) };
  }),
  'followUps.count': look((station) => {
    const nowMs = station.clock.now();
    const open = openOnes(station);
    return { open: open.length, overdue: open.filter(({ nextDueAtMs }) => (nextDueAtMs ?? nowMs) < nowMs).length };
  }),
  'followUps.get': look((station, { testId }) => ({ followUp: mustFind(station, testId) })),
  'followUps.note': change({
    run: (station, { testId, step, note }) => write(station, testId, { kind: 'step', step, note }),
    answer,
  }),
  'followUps.withdraw': change({
    run: (station, { testId, step, note }) => write(station, testId, { kind: 'withdrawn', step, note }),
    answer,
  }),
  'followUps.close': change({
    run: (station, { testId, outcome, note }) => write(station, testId, { kind: 'closed', outcome, note }),
    answer,
  }),
  'followUps.reopen': change({
    run: (station, { testId, note }) => write(station, testId, { kind: 'reopened', note }),
    answer,
  }),
};
