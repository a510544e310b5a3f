import { maskName } from '../../../shared/codes/mask.ts';
import { type ErrorCode, StationError } from '../../../shared/errors.ts';
import type { Stage } from '../../../shared/model/desk.ts';
import type { MaskedPerson, Person } from '../../../shared/model/person.ts';
import { standingOf } from '../../../shared/model/rights.ts';
import type { Operator } from '../../../shared/model/staff.ts';
import type { ResultOutcome, ScanSource } from '../../../shared/model/test.ts';
import { minute } from '../../../shared/time.ts';
import type { TestRow, WrittenReason } from '../../db/tests.ts';
import { kitGone } from '../kits/kitState.ts';
import { householdOf } from '../people/household.ts';
import { type Blocked, type Phase, phaseOf, readable, refusedBy, type TestEvent } from '../results/life.ts';
import { scannedSlip } from '../results/slips.ts';
import { advance, writeResult, writeVoid } from '../results/write.ts';
import { currentRound, repeatedTest } from '../rounds/rounds.ts';
import { findTest, findTestByKit } from '../siblings/siblings.ts';
import { approvalOf } from '../staff/rights.ts';
import { audit, type Station, signedIn, today } from '../station.ts';
import { bind } from './bind.ts';
import {
  heldKitCard,
  maskedNameOf,
  maskedPerson,
  personCard,
  shownAddress,
  stageTest,
  tailOf,
  testCard,
} from './cards.ts';
import {
  type ChosenPositive,
  type Gesture,
  type HeldKit,
  type HeldPerson,
  nothingDone,
  type Refusal,
  refusal,
} from './deskState.ts';
import { currentDesk, doubleReadMs, halfOpenMs, letGo, setDesk, undoMs, withRail } from './state.ts';

/**
 * What can happen at the desk, one function a gesture. Each runs inside the transaction of its call, puts the stage in
 * its new state and answers what is to be heard.
 */

/** Puts a refusal on the stage. Who or what was waiting goes on waiting. */
export function refuse(station: Station, reason: Refusal, kit: HeldKit | null = null): Gesture {
  const state = currentDesk(station);
  if (state.stage.kind === 'newPerson') {
    // Who it is for is being entered: the form stays, and the refusal is said above it.
    setDesk(station, {
      stage: { ...state.stage, refused: { code: reason.code, params: { ...reason.params } } },
      rail: withRail(station, refusedItem(reason, kit)),
    });
    return { heard: 'refused' };
  }
  const person = state.heldPerson === null ? null : station.tables.people.find(state.heldPerson.personId);
  setDesk(station, {
    heldPerson: state.heldPerson,
    heldKit: state.heldKit,
    heldUntilMs: state.heldUntilMs,
    chosen: state.chosen,
    stage: {
      kind: 'refused',
      code: reason.code,
      params: { ...reason.params },
      kit: kit === null ? null : heldKitCard(station, kit),
      held: {
        person: person === null ? null : personCard(person, today(station)),
        kit: state.heldKit === null ? null : heldKitCard(station, state.heldKit),
        expiresAtMs: state.heldUntilMs,
      },
    },
    // A typed code that is asked for once more is nothing that went wrong.
    rail: reason.code === 'typedOnce' ? state.rail : withRail(station, refusedItem(reason, kit)),
  });
  return { heard: reason.code === 'typedOnce' ? 'waiting' : 'refused' };
}

function refusedItem({ code, params }: Refusal, kit: HeldKit | null) {
  return {
    tone: 'refused',
    what: `refused:${code}`,
    personMasked: typeof params['person'] === 'string' ? params['person'] : null,
    kitTail: typeof params['tail'] === 'string' ? params['tail'] : kit === null ? null : tailOf(kit.serial),
  } as const;
}

/** Somebody was scanned, chosen or entered: they take a waiting kit, or wait for one. */
export function openPerson(station: Station, person: Person, source: ScanSource, isNew = false): Gesture {
  const state = currentDesk(station);
  const round = currentRound(station);
  const earlier = repeatedTest(station, person.id, round);
  // Rule 9: after an invalid the same person is tested again, linked to the first, without being asked why.
  const isRetest = earlier !== null && earlier.status === 'invalid';
  // A link leads to a test of this register.
  const retestOf = isRetest && earlier.sibling === undefined ? earlier.id : null;
  const held: HeldPerson = { personId: person.id, source, isNew, retestOf, secondReason: null };
  if (earlier !== null && !isRetest) return askSecondTest(station, person, held, earlier, state.heldKit);
  return admit(station, person, held);
}

function askSecondTest(
  station: Station,
  person: Person,
  held: HeldPerson,
  earlier: TestRow,
  kit: HeldKit | null,
): Gesture {
  const expiresAtMs = station.clock.now() + halfOpenMs;
  setDesk(station, {
    chosen: null,
    scanned: null,
    heldPerson: held,
    heldKit: kit,
    heldUntilMs: expiresAtMs,
    stage: {
      kind: 'secondTest',
      person: personCard(person, today(station)),
      earlier: testCard(station, earlier),
      kit: kit === null ? null : heldKitCard(station, kit),
      expiresAtMs,
    },
  });
  return { heard: 'attention' };
}

/** A person who may be tested: bound to the waiting kit, or waiting themselves. */
function admit(station: Station, person: Person, held: HeldPerson): Gesture {
  const state = currentDesk(station);
  if (state.heldKit !== null) return bindNow(station, person, held, state.heldKit);
  const former =
    state.stage.kind === 'person' && state.heldPerson?.personId !== person.id ? state.stage.person.nameMasked : null;
  const expiresAtMs = station.clock.now() + halfOpenMs;
  setDesk(station, {
    ...letGo,
    heldPerson: held,
    heldUntilMs: expiresAtMs,
    stage: {
      kind: 'person',
      person: personCard(person, today(station)),
      replacedMasked: former,
      isNew: held.isNew,
      asksConsent: asksConsent(station, person.id),
      retestOf: held.retestOf,
      expiresAtMs,
    },
  });
  return { heard: former === null ? 'waiting' : 'attention' };
}

/** A kit that may be bound: to the waiting person, or it waits itself. */
export function offerKit(station: Station, kit: HeldKit): Gesture {
  const state = currentDesk(station);
  if (state.heldPerson !== null && state.stage.kind !== 'secondTest') {
    const person = station.tables.people.find(state.heldPerson.personId);
    if (person !== null) return bindNow(station, person, state.heldPerson, kit);
  }
  const expiresAtMs = station.clock.now() + halfOpenMs;
  if (state.stage.kind === 'secondTest') {
    // The question comes first; the kit waits with it.
    setDesk(station, {
      heldKit: kit,
      heldUntilMs: expiresAtMs,
      stage: { ...state.stage, kit: heldKitCard(station, kit), expiresAtMs },
    });
    return { heard: 'attention' };
  }
  if (state.stage.kind === 'newPerson' || state.stage.kind === 'choose') {
    // Who it is for is just being asked: the kit waits with the question, and what was typed stays.
    const card = heldKitCard(station, kit);
    const stage = state.stage.kind === 'choose' ? state.stage : { ...state.stage, refused: null };
    setDesk(station, { heldKit: kit, stage: { ...stage, kit: card } });
    return { heard: 'waiting' };
  }
  const replaced = state.heldKit !== null && state.heldKit.kitKey !== kit.kitKey ? tailOf(state.heldKit.serial) : null;
  setDesk(station, {
    ...letGo,
    heldKit: kit,
    heldUntilMs: expiresAtMs,
    stage: { kind: 'kit', kit: heldKitCard(station, kit), replacedTail: replaced, expiresAtMs },
  });
  return { heard: replaced === null ? 'waiting' : 'attention' };
}

function bindNow(station: Station, person: Person, held: HeldPerson, kit: HeldKit): Gesture {
  const used = findTestByKit(station, kit.kitKey);
  if (used !== null) return refuseUsed(station, used);
  const gone = kitGone(station, kit);
  if (gone !== null) {
    // The kit is let go, the person goes on waiting.
    setDesk(station, {
      ...letGo,
      heldPerson: held,
      heldUntilMs: station.clock.now() + halfOpenMs,
      stage: { kind: 'idle' },
    });
    return refuse(station, gone, kit);
  }
  const testId = bind(station, person, held, kit);
  const test = mustFind(station, testId);
  setDesk(station, {
    ...letGo,
    stage: {
      kind: 'bound',
      test: stageTest(station, test),
      undoUntilMs: test.boundAtMs + undoMs,
      household: othersAtDoor(station, person),
    },
    rail: withRail(station, {
      tone: 'done',
      what: 'bound',
      personMasked: maskName(person.name),
      kitTail: tailOf(kit.serial),
    }),
  });
  return {
    heard: kit.warnings.some(({ code }) => code !== 'codeWarning' && code !== 'olderLotOpen') ? 'attention' : 'done',
  };
}

/** People of one door that are offered at most: each has a key, and nobody reads more. */
const offeredAtMost = 6;

/** Who else lives there and was not tested in this round. */
function othersAtDoor(station: Station, person: Person): MaskedPerson[] {
  const day = today(station);
  return householdOf(station, person)
    .filter(({ isTested }) => !isTested)
    .slice(0, offeredAtMost)
    .map((other) => maskedPerson(other.person, day));
}

/** The site asks, and this person's consent is not noted. */
export function asksConsent(station: Station, personId: string): boolean {
  return station.settings.get().askConsent && station.tables.consents.findNewest(personId)?.state !== 'given';
}

function refuseUsed(station: Station, testId: string): Gesture {
  const test = mustFind(station, testId);
  return refuse(
    station,
    refusal(test.status === 'void' ? 'kitVoid' : 'kitUsed', {
      boundAtMs: test.boundAtMs,
      person: maskedNameOf(test),
      address: Object.values(
        shownAddress({ building: test.personBuilding, unit: test.personUnit, room: test.personRoom }),
      )
        .filter((part) => part !== '')
        .join(' '),
      operator: test.operatorName,
      tail: tailOf(test.kitSerial),
      lot: test.kitLot ?? '',
    }),
  );
}

/** A kit that is bound already was scanned: its test comes up, or a waiting positive is confirmed, or it is refused. */
export function scanBoundKit(station: Station, testId: string): Gesture {
  const state = currentDesk(station);
  const test = mustFind(station, testId);
  if (state.chosen !== null) {
    if (state.chosen.testId !== testId)
      return refuse(station, refusal('confirmOtherKit', { tail: tailOf(test.kitSerial) }));
    return confirmPositive(station, null);
  }
  const isSamePerson = state.heldPerson !== null && state.heldPerson.personId === test.personId;
  const isForAnother =
    (state.heldPerson !== null && !isSamePerson) || state.stage.kind === 'newPerson' || state.stage.kind === 'choose';
  if (isForAnother || test.status === 'void') return refuseUsed(station, testId);
  if (test.sibling === undefined && test.windowFrom === 'drop' && refusedBy(phaseNow(station, test), 'drop') === null)
    return drop(station, test);
  return showTest(station, test);
}

/** Rule 6, where the site counts from it: the sample was dropped on the kit now. */
function drop(station: Station, test: TestRow): Gesture {
  const nowMs = station.clock.now();
  station.tables.tests.insertDrop(
    test.id,
    nowMs,
    signedIn(station).id,
    nowMs + test.opensAfterMs,
    nowMs + test.closesAfterMs,
  );
  audit(station, 'test.drop', `test:${test.id}`);
  setDesk(station, {
    ...letGo,
    stage: { kind: 'dropped', test: stageTest(station, mustFind(station, test.id)) },
    rail: withRail(station, {
      tone: 'done',
      what: 'dropped',
      personMasked: maskedNameOf(test),
      kitTail: tailOf(test.kitSerial),
    }),
  });
  return { heard: 'done' };
}

/** `slip`: the number of the print that was scanned to bring it up. */
export function testStage(station: Station, test: TestRow, slip: number | null = null): Stage {
  const { allowed, blockedBy, mayBeOverridden } = readable(phaseNow(station, test));
  const operator = station.operator.get();
  return {
    kind: 'test',
    test: stageTest(station, test),
    allowed: [...allowed],
    blockedBy,
    mayOverride: mayBeOverridden && operator !== null && standingOf(operator.role, 'results.override') !== 'never',
    slip: slip === null ? null : scannedSlip(station, test.id, slip),
  };
}

/** A result slip was scanned: its test comes up with what the paper is worth now. Nothing that waits is let go for it. */
export function showSlip(station: Station, code: string): Gesture {
  const state = currentDesk(station);
  const slip = station.tables.slips.find(code);
  const test = slip === null ? null : station.tables.tests.find(slip.testId);
  if (slip === null || test === null) return refuse(station, refusal('slipUnknown'));
  if (state.chosen !== null) return refuse(station, refusal('confirmNeedsKit'));
  const isBusy =
    state.heldPerson !== null ||
    state.heldKit !== null ||
    state.stage.kind === 'newPerson' ||
    state.stage.kind === 'choose' ||
    state.stage.kind === 'voidReason';
  if (isBusy) return refuse(station, refusal('slipWaits'));
  const stage = testStage(station, test, slip.n);
  // A paper from outside opens somebody by name.
  audit(station, 'test.show', `test:${test.id}`, { slip: slip.n });
  setDesk(station, { ...letGo, stage });
  return { heard: stage.kind === 'test' && stage.slip?.standing === 'holds' ? 'done' : 'attention' };
}

export function showTest(station: Station, test: TestRow): Gesture {
  const stage = testStage(station, test);
  setDesk(station, { ...letGo, stage });
  return { heard: 'waiting' };
}

/** A result was chosen for the test on the stage. A positive waits for its confirmation. */
export function chooseResult(
  station: Station,
  testId: string,
  outcome: ResultOutcome,
  overrideReason: WrittenReason | null,
): Gesture {
  signedIn(station);
  const test = mustFind(station, testId);
  const phase = phaseNow(station, test);
  const isOverridden =
    overrideReason !== null && refusedBy(phase, outcome) !== null && refusedBy(phase, overrideOf[outcome]) === null;
  const event = isOverridden ? overrideOf[outcome] : outcome;
  const { blockedBy } = readable(phase);
  if (refusedBy(phase, event) !== null) return refuse(station, blockedRefusal(station, test, blockedBy));
  const approved = isOverridden ? approvalOf(station, 'results.override') : null;
  const reason = isOverridden ? overrideReason : null;
  if (outcome === 'positive') return askConfirmation(station, test, { override: reason, revise: null, approved });
  writeResult(station, test, event, { outcome, confirmedBy: null, reason: null, overrideReason: reason, approved });
  return recorded(station, test.id, outcome);
}

const overrideOf = {
  negative: 'overrideNegative',
  positive: 'overridePositive',
  invalid: 'overrideInvalid',
} as const satisfies Record<ResultOutcome, TestEvent>;
const reviseTo = {
  negative: 'reviseNegative',
  positive: 'revisePositive',
  invalid: 'reviseInvalid',
} as const satisfies Record<ResultOutcome, TestEvent>;

function phaseNow(station: Station, test: TestRow): Phase {
  return phaseOf(test, station.clock.now(), station.clock.behind() !== null);
}

/** For what a screen offers only where it may be: throws what the table says. */
function mustTake(station: Station, test: TestRow, event: TestEvent): void {
  const refused = refusedBy(phaseNow(station, test), event);
  if (refused !== null) throw new StationError(refusedCalls[refused] ?? 'NOT_ON_STAGE');
}

const refusedCalls: Partial<Record<Blocked, ErrorCode>> = {
  void: 'ALREADY_VOID',
  sameOutcome: 'ALREADY_RESULTED',
};

function blockedRefusal(station: Station, test: TestRow, blockedBy: ReturnType<typeof readable>['blockedBy']): Refusal {
  const tail = tailOf(test.kitSerial);
  switch (blockedBy) {
    case 'tooEarly':
      return refusal('tooEarly', { opensAtMs: test.opensAtMs ?? 0, tail });
    case 'tooLate':
      return refusal('tooLate', { closedAtMs: test.closesAtMs ?? 0, tail });
    case 'clockBehind':
      return refusal('clockBehind', { highWaterMs: station.clock.behind() ?? 0, tail });
    case 'notDropped':
      return refusal('notDropped', { tail });
    case 'void':
      return refusal('kitVoid', {
        boundAtMs: test.boundAtMs,
        person: maskedNameOf(test),
        address: '',
        operator: test.operatorName,
        tail,
      });
    default:
      return refusal('alreadyResulted', { tail });
  }
}

function askConfirmation(
  station: Station,
  test: TestRow,
  asked: Pick<ChosenPositive, 'override' | 'revise' | 'approved'>,
): Gesture {
  const atMs = station.clock.now();
  const expiresAtMs = atMs + halfOpenMs;
  setDesk(station, {
    ...letGo,
    chosen: { testId: test.id, atMs, ...asked },
    heldUntilMs: expiresAtMs,
    stage: { kind: 'confirmPositive', test: stageTest(station, test), confirmFromMs: atMs + doubleReadMs, expiresAtMs },
  });
  return { heard: 'waiting' };
}

/** Rule 8: the kit's second scan, or another operator's badge. `by` is that operator, or null for the second scan. */
export function confirmPositive(station: Station, by: Operator | null): Gesture {
  const state = currentDesk(station);
  if (state.chosen === null) return refuse(station, refusal('noResultPending'));
  if (station.clock.now() < state.chosen.atMs + doubleReadMs) return nothingDone;
  const test = mustFind(station, state.chosen.testId);
  writeResult(station, test, state.chosen.revise === null ? 'confirm' : 'confirmRevised', {
    outcome: 'positive',
    confirmedBy: by,
    reason: state.chosen.revise,
    overrideReason: state.chosen.override,
    approved: state.chosen.approved,
  });
  return recorded(station, test.id, 'positive');
}

/** The screen after a result. Seen or heard from across the room it is the same whatever the result is. */
function recorded(station: Station, testId: string, outcome: ResultOutcome): Gesture {
  const test = mustFind(station, testId);
  setDesk(station, {
    ...letGo,
    stage: {
      kind: 'recorded',
      test: stageTest(station, test),
      offersRetest: outcome === 'invalid' && test.sibling === undefined,
    },
    rail: withRail(station, {
      tone: 'done',
      what: 'result',
      personMasked: maskedNameOf(test),
      kitTail: tailOf(test.kitSerial),
    }),
  });
  return { heard: 'done' };
}

/** Rule 10: a recorded result is corrected by a newer revision with a reason. */
export function reviseResult(station: Station, testId: string, outcome: ResultOutcome, reason: WrittenReason): Gesture {
  const approved = approvalOf(station, 'results.revise');
  const test = mustBeOurs(mustFind(station, testId));
  mustTake(station, test, reviseTo[outcome]);
  if (outcome === 'positive') return askConfirmation(station, test, { override: null, revise: reason, approved });
  writeResult(station, test, reviseTo[outcome], { outcome, confirmedBy: null, reason, overrideReason: null, approved });
  return recorded(station, test.id, outcome);
}

export function voidTest(station: Station, testId: string, reason: WrittenReason): Gesture {
  const test = mustBeOurs(mustFind(station, testId));
  mustTake(station, test, 'void');
  writeVoid(station, test, reason);
  setDesk(station, {
    ...letGo,
    stage: { kind: 'voided', test: stageTest(station, mustFind(station, testId)) },
    rail: withRail(station, {
      tone: 'attention',
      what: 'void',
      personMasked: maskedNameOf(test),
      kitTail: tailOf(test.kitSerial),
    }),
  });
  return { heard: 'attention' };
}

/** VOID without a reason yet: the stage asks for it. */
export function askVoidReason(station: Station, test: TestRow): Gesture {
  if (test.sibling !== undefined) return refuse(station, refusal('otherStation', { station: test.sibling }));
  setDesk(station, { ...letGo, stage: { kind: 'voidReason', test: stageTest(station, test) } });
  return { heard: 'attention' };
}

/** The newest binding that can still be undone, or null. */
export function undoable(station: Station): { readonly testId: string; readonly untilMs: number } | null {
  const testId = station.tables.tests.findNewestPending();
  if (testId === null) return null;
  const test = mustFind(station, testId);
  const untilMs = test.boundAtMs + undoMs;
  const nowMs = station.clock.now();
  // Before the binding: the clock was set back since, and the seconds of undo are over.
  return nowMs < untilMs && nowMs >= test.boundAtMs ? { testId, untilMs } : null;
}

/** Rule 5: the newest binding never was; its kit is free, nothing of it was sent. */
export function undo(station: Station): Gesture {
  const operator = signedIn(station);
  const newestId = station.tables.tests.findNewestPending();
  if (newestId === null) return refuse(station, refusal('nothingToUndo'));
  const test = mustFind(station, newestId);
  const nowMs = station.clock.now();
  const isRecent = nowMs - test.boundAtMs < 10 * minute;
  if (nowMs >= test.boundAtMs + undoMs || nowMs < test.boundAtMs) {
    return refuse(
      station,
      refusal(isRecent ? 'undoTooLate' : 'nothingToUndo', isRecent ? { tail: tailOf(test.kitSerial) } : {}),
    );
  }
  // Its record waits out the seconds of undo, so nothing was handed out; were it, only a void would be honest.
  if (station.tables.outbox.withdraw(test.id, nowMs) === 0) {
    return refuse(station, refusal('undoTooLate', { tail: tailOf(test.kitSerial) }));
  }
  station.tables.tests.insertUndo(test.id, nowMs, operator.id);
  advance(station, test, 'undo');
  audit(station, 'test.undo', `test:${test.id}`);
  setDesk(station, {
    ...letGo,
    // The very same kit may be scanned again at once: that is no double read.
    lastScan: null,
    stage: { kind: 'undone', test: stageTest(station, mustFind(station, test.id)) },
    rail: withRail(station, {
      tone: 'attention',
      what: 'undone',
      personMasked: maskedNameOf(test),
      kitTail: tailOf(test.kitSerial),
    }),
  });
  return { heard: 'attention' };
}

/** The answer to "tested already in this round": the reason stands with the new test. */
export function giveReason(station: Station, reason: WrittenReason): Gesture {
  const state = currentDesk(station);
  if (state.stage.kind !== 'secondTest' || state.heldPerson === null) throw new StationError('NOT_ON_STAGE');
  const person = station.tables.people.find(state.heldPerson.personId);
  if (person === null) throw new StationError('NOT_FOUND', { what: 'person' });
  return admit(station, person, { ...state.heldPerson, secondReason: reason });
}

/** Rule 9: the person of an invalid test takes a new kit, linked to the first. */
export function retest(station: Station, testId: string): Gesture {
  const test = mustBeOurs(mustFind(station, testId));
  mustTake(station, test, 'retest');
  const person = station.tables.people.find(test.personId);
  if (person === null) throw new StationError('NOT_FOUND', { what: 'person' });
  return admit(station, person, {
    personId: person.id,
    source: 'chosen',
    isNew: false,
    retestOf: test.id,
    secondReason: null,
  });
}

export function clear(station: Station): Gesture {
  setDesk(station, { ...letGo, lastScan: null, stage: { kind: 'idle' } });
  return nothingDone;
}

/** A test that must be there; throws NOT_FOUND. */
export function mustFind(station: Station, testId: string): TestRow {
  const test = findTest(station, testId);
  if (test === null) throw new StationError('NOT_FOUND', { what: 'test' });
  return test;
}

/** Another station's test is read here and nothing else. Throws OTHER_STATION. */
function mustBeOurs(test: TestRow): TestRow {
  if (test.sibling !== undefined) throw new StationError('OTHER_STATION', { station: test.sibling });
  return test;
}
