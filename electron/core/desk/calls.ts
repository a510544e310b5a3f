import type { ParsedInput } from '../../../shared/contract.ts';
import { StationError } from '../../../shared/errors.ts';
import type { DeskView, Stage, Tone } from '../../../shared/model/desk.ts';
import type { PersonDraft } from '../../../shared/model/person.ts';
import { change, type Handler, type Handlers, look } from '../dispatch.ts';
import { recalledKits } from '../kits/recalls.ts';
import { findAlike } from '../people/likeness.ts';
import { addPersonAtDesk, numberOf } from '../people/people.ts';
import { refusePersonal } from '../people/reasons.ts';
import { currentRound, repeatedTest } from '../rounds/rounds.ts';
import { type Station, signedIn, today } from '../station.ts';
import { maskedPerson, testCard } from './cards.ts';
import type { Gesture } from './deskState.ts';
import {
  chooseResult,
  clear,
  giveReason,
  mustFind,
  openPerson,
  retest,
  reviseResult,
  showTest,
  undo,
  voidTest,
} from './gestures.ts';
import { scan } from './scan.ts';
import { currentDesk } from './state.ts';
import { deskView } from './view.ts';

type DeskMethod =
  | 'desk.scan'
  | 'desk.choosePerson'
  | 'desk.registerPerson'
  | 'desk.giveReason'
  | 'desk.retest'
  | 'desk.showTest'
  | 'desk.clear'
  | 'desk.undo'
  | 'results.record'
  | 'results.revise'
  | 'tests.void';

/** What is remembered of a gesture: the stage that it led to. The surroundings are looked up afresh. */
type StoredGesture = { readonly heard: Tone | null; readonly stage: Stage; readonly version: number };

/** A gesture at the desk: one call, one transaction, one reply with all that the screen needs. */
export function gesture<M extends DeskMethod | 'staff.lock' | 'staff.letGo'>(
  run: (station: Station, input: ParsedInput<M>) => Gesture,
): Handler<M> {
  return change<M, StoredGesture>({
    run: (station, input) => {
      const { heard } = run(station, input);
      const { stage, version } = currentDesk(station);
      return { heard, stage, version };
    },
    answer: (station, stored) => {
      const view: DeskView = deskView(station, stored.heard);
      // Where the desk has moved on since, a repeated call still gets the stage that it led to, under its old version.
      const isNewest = view.version === stored.version;
      return (isNewest ? view : { ...view, version: stored.version, stage: stored.stage }) as never;
    },
  });
}

/** The form's words together with what its code said, which the window never had in full. */
function withScanned(station: Station, person: PersonDraft, formId: string | undefined): PersonDraft {
  if (formId === undefined) return person;
  const { stage, scanned } = currentDesk(station);
  if (stage.kind !== 'newPerson' || scanned === null || scanned.formId !== formId)
    throw new StationError('NOT_ON_STAGE');
  const { documentKind, documentNumber, birthDate, phone } = scanned.draft;
  const document = documentNumber === null ? {} : { documentKind, documentNumber };
  return { ...person, ...document, birthDate: birthDate ?? person.birthDate, phone: phone ?? person.phone };
}

export const deskHandlers: Handlers<
  DeskMethod | 'desk.findAlike' | 'desk.get' | 'desk.touch' | 'tests.get' | 'tests.list'
> = {
  'desk.get': look((station) => deskView(station, null)),
  // What it does is done for each call: see staff/idleLock.ts.
  'desk.touch': look(() => ({})),
  'desk.scan': gesture((station, input) => scan(station, input)),
  'desk.choosePerson': gesture((station, { personId }) => {
    signedIn(station);
    const person = station.tables.people.find(personId);
    if (person === null) throw new StationError('NOT_FOUND', { what: 'person' });
    return openPerson(station, person, 'chosen');
  }),
  'desk.registerPerson': gesture((station, { person, formId, isAnother }) =>
    openPerson(station, addPersonAtDesk(station, withScanned(station, person, formId), isAnother), 'form', true),
  ),
  'desk.findAlike': look((station, { person, formId }) => {
    signedIn(station);
    const draft = withScanned(station, person, formId);
    const number = numberOf(station, draft);
    const day = today(station);
    const round = currentRound(station);
    return {
      people: findAlike(station, { name: draft.name, birthDate: draft.birthDate, number }).map((alike) => ({
        ...maskedPerson(alike.person, day),
        why: alike.why,
        testedThisRound: repeatedTest(station, alike.person.id, round) !== null,
      })),
    };
  }),
  'desk.giveReason': gesture((station, { reason }) => {
    signedIn(station);
    refusePersonal(reason.text);
    return giveReason(station, reason);
  }),
  'desk.retest': gesture((station, { testId }) => {
    signedIn(station);
    return retest(station, testId);
  }),
  'desk.showTest': gesture((station, { testId }) => {
    signedIn(station);
    return showTest(station, mustFind(station, testId));
  }),
  'desk.clear': gesture((station) => clear(station)),
  'desk.undo': gesture((station) => undo(station)),
  'results.record': gesture((station, { testId, outcome, overrideReason }) => {
    signedIn(station);
    const { stage } = currentDesk(station);
    // Only what is on the stage: a key pressed a moment too late must not give its result to somebody else's test.
    const isOnStage = (stage.kind === 'test' || stage.kind === 'confirmPositive') && stage.test.testId === testId;
    if (!isOnStage) throw new StationError('NOT_ON_STAGE');
    if (overrideReason !== undefined) refusePersonal(overrideReason.text, 'overrideReason.text');
    return chooseResult(station, testId, outcome, overrideReason ?? null);
  }),
  'results.revise': gesture((station, { testId, outcome, reason }) => {
    refusePersonal(reason.text);
    return reviseResult(station, testId, outcome, reason);
  }),
  'tests.void': gesture((station, { testId, reason }) => {
    signedIn(station);
    refusePersonal(reason.text);
    return voidTest(station, testId, reason);
  }),
  'tests.get': look((station, { testId }) => {
    signedIn(station);
    const test = mustFind(station, testId);
    return {
      test: testCard(station, test),
      revisions: station.tables.tests.listRevisions(testId),
      retests: station.tables.tests.listRetests(testId),
      corrections: station.tables.repairs.listOfTest(testId),
      uploads: station.tables.outbox.listOfTest(testId, station.clock.now()),
    };
  }),
  'tests.list': look((station, { day, status, query, recallId, limit, offset }) => {
    signedIn(station);
    const { total, rows } = station.tables.tests.list({
      day: day ?? null,
      status: status ?? null,
      query: query.normalize('NFKC').trim(),
      reach: recallId === undefined ? null : recalledKits(station, recallId),
      limit,
      offset,
    });
    return { total, rows: rows.map((row) => testCard(station, row)) };
  }),
};
