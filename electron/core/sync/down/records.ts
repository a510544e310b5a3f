import { siblingRecordSchema } from '../../../../shared/central/down.ts';
import { readingConflictSchema } from '../../../../shared/central/siteItems.ts';
import { minute } from '../../../../shared/time.ts';
import type { SiblingRow } from '../../../db/siblings.ts';
import type { TestRow } from '../../../db/tests.ts';
import { followResult } from '../../followUps/followUps.ts';
import { type BoundPayload, productOfBound, type ResultPayload } from '../../siblings/siblings.ts';
import { audit, type Station } from '../../station.ts';
import { outsider } from './outsiders.ts';

/** A record of another station of the site: of a test of its own, or its reading of one of ours. Comes any number of times. */
export function applyRecord(station: Station, item: unknown): void {
  const { station: where, record } = siblingRecordSchema.parse(item);
  const { siblings, tests } = station.tables;
  const own = tests.find(record.testId);
  if (own !== null) {
    if (record.kind === 'test.resulted') applyReading(station, own, record.seq, record.payload, where);
    return;
  }
  const row = siblings.find(record.testId);
  if (record.kind === 'test.bound') {
    if (row === null) keep(station, bindingOf(station, record.testId, record.payload, where));
    return;
  }
  // Of a test from before this station's time.
  if (row === null) return;
  if (record.seq < row.lastSeq || (record.seq === row.lastSeq && record.kind !== 'test.resulted')) return;
  switch (record.kind) {
    case 'test.resulted': {
      const { payload } = record;
      if (payload.revision < row.revision) return;
      keep(station, {
        ...row,
        status: row.status === 'void' ? 'void' : payload.outcome,
        revision: payload.revision,
        lastSeq: record.seq,
        result: JSON.stringify(payload),
        readAt: where,
      });
      return;
    }
    case 'test.voided':
      keep(station, { ...row, status: 'void', lastSeq: record.seq, voided: JSON.stringify(record.payload) });
      return;
    case 'test.kitCorrected': {
      const bound = JSON.parse(row.bound) as BoundPayload;
      const { kit } = record.payload;
      keep(station, { ...row, kitKey: kit.key, lastSeq: record.seq, bound: JSON.stringify({ ...bound, kit }) });
      return;
    }
  }
}

function keep({ tables }: Station, row: SiblingRow): void {
  tables.siblings.save(row);
  if (row.personId !== null) tables.tests.touch(row.personId);
}

function bindingOf(station: Station, testId: string, bound: BoundPayload, where: string): SiblingRow {
  const { rounds } = station.tables;
  // Their moment on our clock, where both were measured against the service's.
  const ourOffsetMs = station.centralOffsetMs.get();
  const aheadMs = bound.clockOffsetMs === null || ourOffsetMs === null ? 0 : bound.clockOffsetMs - ourOffsetMs;
  const boundAtMs = bound.boundAtMs + aheadMs;
  const window = bound.window ?? usualWindow(station, bound);
  const counts = window?.from === 'binding';
  const byId = bound.roundId === undefined ? null : rounds.find(bound.roundId);
  const round =
    byId ?? rounds.list().find(({ name, endedAtMs }) => name === bound.roundName && endedAtMs === null) ?? null;
  return {
    testId,
    station: where,
    kitKey: bound.kit.key,
    bound: JSON.stringify(bound),
    personId: personOf(station, bound),
    roundId: round?.id ?? null,
    day: bound.day,
    boundAtMs,
    opensAtMs: counts ? boundAtMs + window.opensAfterMs : null,
    closesAtMs: counts ? boundAtMs + window.closesAfterMs : null,
    status: 'pending',
    revision: 0,
    lastSeq: 1,
    result: null,
    readAt: null,
    voided: null,
  };
}

/** A station with an older program says nothing of the window: ours of the same product counts. */
function usualWindow(station: Station, bound: BoundPayload): BoundPayload['window'] {
  const { windowFrom, windowOffsetMin } = station.settings.get();
  const window = productOfBound(station, bound)?.window;
  if (window == null) return undefined;
  const offsetMin = windowFrom === 'binding' ? windowOffsetMin : 0;
  return {
    from: windowFrom,
    opensAfterMs: Math.round((window.opensAfterMin + offsetMin) * minute),
    closesAfterMs: Math.round((window.closesAfterMin + offsetMin) * minute),
  };
}

/** The same person of this register: shared with us, of the same id, or the only holder of the same document. */
function personOf({ tables }: Station, { person }: BoundPayload): string | null {
  const { people, down } = tables;
  const shared = down.findShared('person', person.personId)?.localId ?? person.personId;
  const known = people.find(shared);
  if (known !== null) return known.id;
  const holders = person.documentNumber === null ? [] : people.findByDocument(person.documentNumber);
  return holders.length === 1 ? (holders[0]?.id ?? null) : null;
}

/**
 * Another station has read a test of ours: its result is written as if it had been read here, by a reader who is no
 * operator of ours. Where ours stands already and says otherwise, both are kept and a supervisor decides.
 */
function applyReading(station: Station, own: TestRow, seq: number, payload: ResultPayload, where: string): void {
  const { tests } = station.tables;
  const { outcome, revision } = payload;
  if (own.status === 'undone') return;
  if (seq <= own.chain) {
    const ours = tests.listRevisions(own.id).find((each) => each.revision === revision);
    if (ours === undefined || ours.outcome === outcome) return;
    noteConflict(station, own, outcome, [
      { station: where, outcome, revision, readAtMs: payload.readAtMs, operatorName: payload.operator.name },
    ]);
    return;
  }
  if (own.revision >= revision) return;
  const person = (each: { readonly id: string; readonly name: string }) => outsider(station, each.id, each.name, where);
  tests.insertResult({
    testId: own.id,
    revision,
    outcome,
    readAtMs: payload.readAtMs,
    readDay: payload.readDay,
    operatorId: person(payload.operator),
    confirmedBy: payload.confirmedBy === null ? null : person(payload.confirmedBy),
    reasonCode: payload.reason?.code ?? null,
    reasonText: payload.reason?.text ?? null,
    overrideCode: payload.overrideReason?.code ?? null,
    overrideText: payload.overrideReason?.text ?? null,
    approvedBy: null,
    approvalReason: null,
    clockOffsetMs: payload.clockOffsetMs,
  });
  tests.setStatus(own.id, own.status === 'void' ? 'void' : outcome, revision, seq);
  if (own.status !== 'void') followResult(station, own.id, outcome);
  audit(station, 'result.receive', `test:${own.id}`, { revision, outcome, readAt: where });
}

type Reading = {
  readonly station: string;
  readonly outcome: ResultPayload['outcome'];
  readonly revision: number;
  readonly readAtMs: number;
  readonly operatorName: string;
};

function noteConflict(
  station: Station,
  own: TestRow,
  outcome: ResultPayload['outcome'],
  readings: readonly Reading[],
): void {
  const { siblings, followUps } = station.tables;
  const nowMs = station.clock.now();
  const isNew = siblings.findConflict(own.id) === null;
  siblings.saveConflict(own.id, JSON.stringify(readings), nowMs);
  // A positive in any branch is followed at once.
  if (outcome === 'positive' && own.status !== 'void' && followUps.find(own.id) === null) followUps.open(own.id, nowMs);
  if (isNew)
    audit(station, 'sync.conflict', `test:${own.id}`, { readAt: readings.map((each) => each.station).join(' ') });
}

/** The service says that two stations read one test differently, or that it is decided. */
export function applyReadingConflict(station: Station, itemId: string, payload: unknown, isGone: boolean): void {
  const { siblings, tests } = station.tables;
  if (isGone) {
    siblings.endConflict(itemId);
    return;
  }
  const { testId, readings } = readingConflictSchema.parse(payload);
  const own = tests.find(testId);
  if (own === null) {
    // Another station's: the reading of this desk is kept, and the test says that it is disputed.
    if (siblings.find(testId) !== null) siblings.saveConflict(testId, JSON.stringify(readings), station.clock.now());
    return;
  }
  const outcome = readings.some((each) => each.outcome === 'positive') ? 'positive' : 'negative';
  // Told again after it was decided here: the correction is on its way.
  if (readings.every((each) => each.revision < own.revision)) return;
  noteConflict(station, own, outcome, readings);
}
