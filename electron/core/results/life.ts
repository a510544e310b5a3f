import { outcomes, type ResultOutcome, type TestStatus } from '../../../shared/model/test.ts';

/**
 * A test's life as one table: what may happen to it in each phase, where that leads, and why not otherwise. The desk
 * asks the table what to offer, and every write passes through it.
 */

/** What decides the phase of a test. Times in epoch ms. */
export type LifeState = {
  readonly status: TestStatus;
  /** Null while the scan that says the sample was dropped is missing. */
  readonly opensAtMs: number | null;
  readonly closesAtMs: number | null;
};

/**
 * Where a test stands at a moment. A pending one is `undropped` before the scan that starts its window, `unsure` while
 * the clock is behind its high-water mark, else `early`, `open` or `late` by its window.
 */
export const phases = [
  'undropped',
  'early',
  'open',
  'late',
  'unsure',
  'negative',
  'positive',
  'invalid',
  'void',
  'undone',
] as const;
export type Phase = (typeof phases)[number];

/**
 * What can happen to a test after its binding. `override…` is a result outside its time with a supervisor's reason;
 * `confirm` and `confirmRevised` are the second scan of a positive that was chosen when it was allowed.
 */
export const testEvents = [
  'drop',
  'negative',
  'positive',
  'invalid',
  'overrideNegative',
  'overridePositive',
  'overrideInvalid',
  'confirm',
  'reviseNegative',
  'revisePositive',
  'reviseInvalid',
  'confirmRevised',
  'void',
  'undo',
  'retest',
  'correctKit',
] as const;
export type TestEvent = (typeof testEvents)[number];

/** Why a test takes no result. */
type Unreadable = 'tooEarly' | 'tooLate' | 'clockBehind' | 'notDropped' | 'alreadyResulted' | 'void';
/** Why something may not happen. */
export type Blocked = Unreadable | 'alreadyDropped' | 'notResulted' | 'sameOutcome' | 'notInvalid' | 'undoOver';

export type Transition = { readonly to: TestStatus } | { readonly refused: Blocked };
/** A first result is refused for the reasons that the desk shows beside its keys. */
type Row = {
  readonly [E in TestEvent]:
    | { readonly to: TestStatus }
    | { readonly refused: E extends ResultOutcome ? Unreadable : Blocked };
};

const to = (status: TestStatus) => ({ to: status });
const no = <B extends Blocked>(refused: B) => ({ refused });
const all = <E extends TestEvent, T extends Transition>(events: readonly E[], transition: T) =>
  Object.fromEntries(events.map((event) => [event, transition])) as Record<E, T>;

const firstResults = ['negative', 'positive', 'invalid'] as const;
const overrides = ['overrideNegative', 'overridePositive', 'overrideInvalid'] as const;
const revisions = ['reviseNegative', 'revisePositive', 'reviseInvalid', 'confirmRevised'] as const;

/** What a pending test takes in every phase. Undo is held to its seconds beside the table: they are the desk's. */
const pending = {
  ...all(revisions, no('notResulted')),
  void: to('void'),
  undo: to('undone'),
  retest: no('notInvalid'),
  correctKit: to('pending'),
};
const dropped = { ...pending, drop: no('alreadyDropped') };
const overridden = {
  overrideNegative: to('negative'),
  // A positive that was chosen waits for its second scan; it is written by `confirm`.
  overridePositive: to('pending'),
  overrideInvalid: to('invalid'),
  confirm: to('positive'),
};
/** Rule 10: a result that stands is corrected by a newer revision, or voided; a binding that has one is not undone. */
const resulted = (own: ResultOutcome) => ({
  ...all(firstResults, no('alreadyResulted')),
  ...all(overrides, no('alreadyResulted')),
  drop: no('alreadyDropped'),
  confirm: no('alreadyResulted'),
  reviseNegative: own === 'negative' ? no('sameOutcome') : to('negative'),
  revisePositive: own === 'positive' ? no('sameOutcome') : to(own),
  reviseInvalid: own === 'invalid' ? no('sameOutcome') : to('invalid'),
  confirmRevised: own === 'positive' ? no('sameOutcome') : to('positive'),
  void: to('void'),
  undo: no('undoOver'),
  // Rule 9: an invalid offers a re-test with a new kit.
  retest: own === 'invalid' ? to('invalid') : no('notInvalid'),
  correctKit: to(own),
});
const over = all(testEvents, no('void'));

/** Rules 5 to 10 of the desk: what may happen to a test in each phase, and where that leads. */
export const transitions: Readonly<Record<Phase, Row>> = {
  undropped: {
    ...pending,
    ...all(firstResults, no('notDropped')),
    ...all(overrides, no('notDropped')),
    confirm: no('notDropped'),
    drop: to('pending'),
  },
  // Never before the window, not even with a reason: nothing has shown yet.
  early: {
    ...dropped,
    ...all(firstResults, no('tooEarly')),
    ...all(overrides, no('tooEarly')),
    confirm: no('tooEarly'),
  },
  open: { ...dropped, ...overridden, negative: to('negative'), positive: to('pending'), invalid: to('invalid') },
  late: { ...dropped, ...overridden, negative: no('tooLate'), positive: no('tooLate'), invalid: to('invalid') },
  unsure: {
    ...dropped,
    ...overridden,
    negative: no('clockBehind'),
    positive: no('clockBehind'),
    invalid: to('invalid'),
  },
  negative: resulted('negative'),
  positive: resulted('positive'),
  invalid: resulted('invalid'),
  // A void keeps its kit for ever, so a code that was read wrongly may still be put right.
  void: { ...over, correctKit: to('void') },
  undone: over,
};

/** The phase of a test at a moment, epoch ms. */
export function phaseOf(test: LifeState, nowMs: number, isClockBehind: boolean): Phase {
  if (test.status !== 'pending') return test.status;
  if (test.opensAtMs === null || test.closesAtMs === null) return 'undropped';
  if (isClockBehind) return 'unsure';
  if (nowMs < test.opensAtMs) return 'early';
  return nowMs > test.closesAtMs ? 'late' : 'open';
}

/** Why an event is refused in a phase; null where it is not. */
export function refusedBy(phase: Phase, event: TestEvent): Blocked | null {
  const transition = transitions[phase][event];
  return 'refused' in transition ? transition.refused : null;
}

/** What the desk offers for a test in a phase: the outcomes, else why not, and whether a reason would help. */
export function readable(phase: Phase): {
  readonly allowed: readonly ResultOutcome[];
  readonly blockedBy: Unreadable | null;
  readonly mayBeOverridden: boolean;
} {
  const { negative } = transitions[phase];
  const blockedBy = 'refused' in negative ? negative.refused : null;
  return {
    allowed: outcomes.filter((outcome) => refusedBy(phase, outcome) === null),
    blockedBy,
    mayBeOverridden: blockedBy !== null && refusedBy(phase, 'overrideNegative') === null,
  };
}
