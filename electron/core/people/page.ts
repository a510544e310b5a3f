import { StationError } from '../../../shared/errors.ts';
import type { PersonRound, PersonTest } from '../../../shared/model/disclosure.ts';
import type { Person } from '../../../shared/model/person.ts';
import { minute } from '../../../shared/time.ts';
import { maskedPerson, personCard, tailOf } from '../desk/cards.ts';
import { mustFind } from '../desk/gestures.ts';
import { change, type Handlers } from '../dispatch.ts';
import { allow } from '../staff/rights.ts';
import { audit, type Station, signedIn, today } from '../station.ts';
import { consentOf } from './change.ts';
import { householdOf } from './household.ts';
import { mergesOf } from './merge.ts';
import { refusePersonal } from './reasons.ts';
import { isChild } from './rules.ts';

/** Tests on a page at most; somebody tested more often has them all under Results. */
const testsAtMost = 100;
/** A call that is sent again while core restarts comes within this time; later it would be another look. */
export const sameLookMs = minute;

/** Who looked, and when: an answer that is asked for again is theirs, and only for as long as that look may last. */
type Looked = { readonly operatorId: string; readonly atMs: number };

export function looked(station: Station): Looked {
  return { operatorId: signedIn(station).id, atMs: station.clock.now() };
}

/** Throws REQUEST_REUSED where a remembered answer is asked for by somebody else, or long after. */
export function sameLook(station: Station, { operatorId, atMs }: Looked, forMs: number): void {
  const isTheirs = signedIn(station).id === operatorId;
  if (!isTheirs || station.clock.now() - atMs > forMs) throw new StationError('REQUEST_REUSED');
}

function mustFindPerson(station: Station, personId: string): Person {
  const person = station.tables.people.find(personId);
  if (person === null) throw new StationError('NOT_FOUND', { what: 'person' });
  return person;
}

/** One test as a person's history tells it: who changed it, oldest change first. */
export function personTest(station: Station, testId: string, roundNames: ReadonlyMap<string, string>): PersonTest {
  const { tests, repairs } = station.tables;
  const row = mustFind(station, testId);
  const undone = tests.findUndo(testId);
  const changes: PersonTest['changes'] = [
    { atMs: row.boundAtMs, what: 'bound', operatorName: row.operatorName, outcome: null },
    ...tests.listRevisions(testId).map(({ revision, readAtMs, operatorName, outcome }) => ({
      atMs: readAtMs,
      what: revision === 1 ? ('resulted' as const) : ('revised' as const),
      operatorName,
      outcome,
    })),
    ...repairs.listOfTest(testId).map(({ atMs, operatorName }) => ({
      atMs,
      what: 'kitCorrected' as const,
      operatorName,
      outcome: null,
    })),
    ...(row.voidAtMs === null
      ? []
      : [{ atMs: row.voidAtMs, what: 'void' as const, operatorName: row.voidBy ?? '', outcome: null }]),
    ...(undone === null ? [] : [{ ...undone, what: 'undone' as const, outcome: null }]),
  ];
  return {
    testId,
    day: row.day,
    roundName: roundNames.get(row.roundId) ?? '',
    boundAtMs: row.boundAtMs,
    kitKey: row.kitKey,
    kitTail: tailOf(row.kitSerial),
    productName: row.productName,
    status: row.status,
    changes: changes.sort((a, b) => a.atMs - b.atMs),
  };
}

/** How somebody stands in each round that is for them, or in which they were tested. */
function personRounds(station: Station, personId: string): PersonRound[] {
  const { rounds } = station.tables;
  const sinceMs = rounds.personSince(personId);
  return rounds.list().flatMap((round): PersonRound[] => {
    const { id: roundId, name, day, lastDay, endedAtMs } = round;
    const stands = { roundId, name, day, lastDay };
    if (rounds.isTested(roundId, personId, null)) return [{ ...stands, standing: 'tested', absence: null }];
    // Nobody has missed a round that was over before they came.
    const wasOver = endedAtMs !== null && sinceMs !== null && endedAtMs < sinceMs;
    if (wasOver || rounds.findInTarget(round, personId) === null) return [];
    const absence = rounds.findAbsence(roundId, personId);
    return [{ ...stands, standing: absence === null ? 'notTested' : 'absent', absence }];
  });
}

/** One person's page, and their numbers in full: each look is an entry in the audit log, by reference. */
export const personPageHandlers: Handlers<'people.get' | 'people.reveal'> = {
  'people.get': change({
    run: (station, { personId }) => {
      allow(station, 'desk.work');
      mustFindPerson(station, personId);
      audit(station, 'person.read', `person:${personId}`);
      return looked(station);
    },
    // The page is read anew: it stays open while tests go on, and nothing of it is kept among the remembered answers.
    answer: (station, stored, { personId }) => {
      sameLook(station, stored, 60 * sameLookMs);
      const testIds = station.tables.tests.listOfPerson(mustFindPerson(station, personId).id, testsAtMost + 1);
      const roundNames = new Map(station.tables.rounds.list().map(({ id, name }) => [id, name]));
      const person = mustFindPerson(station, personId);
      const day = today(station);
      return {
        person: personCard(person, day),
        household: householdOf(station, person).map((other) => ({
          ...maskedPerson(other.person, day),
          testedThisRound: other.isTested,
        })),
        merges: mergesOf(station, person.id),
        consent: consentOf(station, person.id),
        isChild: isChild(person, day),
        tests: testIds.slice(0, testsAtMost).map((testId) => personTest(station, testId, roundNames)),
        more: testIds.length > testsAtMost,
        organisations: station.tables.organisations
          .listOfPerson(personId)
          .map(({ id, kind, name }) => ({ organisationId: id, kind, name })),
        rounds: personRounds(station, personId),
      };
    },
  }),
  'people.reveal': change({
    run: (station, { personId, reason }) => {
      allow(station, 'people.reveal');
      refusePersonal(reason.text);
      mustFindPerson(station, personId);
      audit(station, 'person.reveal', `person:${personId}`, { reason: reason.code, words: reason.text });
      return looked(station);
    },
    answer: (station, stored, { personId }) => {
      sameLook(station, stored, sameLookMs);
      const { id, documentNumber, phone, birthDate, guardianName } = mustFindPerson(station, personId);
      return { personId: id, documentNumber, phone, birthDate, guardianName };
    },
  }),
};
