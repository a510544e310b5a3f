import { classify } from '../../../shared/codes/classify.ts';
import { makeOwnCode } from '../../../shared/codes/ownCodes.ts';
import { StationError } from '../../../shared/errors.ts';
import type { DocumentKind, Person, PersonDraft } from '../../../shared/model/person.ts';
import type { PersonSource } from '../../db/people.ts';
import { partsMatching } from '../../db/personWords.ts';
import { maskedPerson } from '../desk/cards.ts';
import { type Handlers, look } from '../dispatch.ts';
import { currentRound, repeatedTest } from '../rounds/rounds.ts';
import { audit, type Station, signedIn, today } from '../station.ts';
import { share } from '../sync/share.ts';
import { documentKindOf } from './documents.ts';
import { findAlike } from './likeness.ts';
import { checkPerson } from './rules.ts';

/**
 * A document number as it is stored: half-width, upper-case, without spaces; a resident ID of 15 digits becomes its 18.
 * Throws INVALID_INPUT at `field` for a number whose check does not hold.
 */
export function storedNumber(kind: DocumentKind, number: string, day: string, field: string): string {
  const plain = number.normalize('NFKC').replaceAll(/[\s-]/g, '').toUpperCase();
  if (kind === 'other' || kind === 'passport') return plain;
  const code = classify(plain, { today: day });
  if (code.ok && documentKindOf(code.kind) === kind) return code.fields['number'] ?? plain;
  // Travel permits of Taiwan are digits only, which classification never guesses: the kind was chosen by hand.
  if (kind === 'travelPermit' && /^\d{8}(\d{2})?$/.test(plain)) return plain;
  throw new StationError('INVALID_INPUT', { path: field, problem: code.ok ? 'otherKind' : code.error.code }, field);
}

/** Writes a new person with a QR code of their own. Throws INVALID_INPUT on a document that cannot be right. */
export function addPerson(station: Station, person: Person, source: PersonSource, importId: string | null): void {
  station.tables.people.insert({
    ...person,
    code: makeOwnCode('YP', station.random),
    source,
    importId,
    atMs: station.clock.now(),
  });
}

/** The number of a form's document as it would be stored, or null while there is none or it cannot be right. */
export function numberOf(station: Station, { documentKind, documentNumber }: PersonDraft): string | null {
  if (documentKind === null || documentNumber === null || documentNumber === '') return null;
  try {
    return storedNumber(documentKind, documentNumber, today(station), 'person.documentNumber');
  } catch (error) {
    if (error instanceof StationError) return null;
    throw error;
  }
}

/**
 * Somebody entered at the desk by the short form. Who is called the same and holds the same document is found, not written
 * twice. Somebody else with that document, or with that name and birth date, is told and asked about: throws
 * PERSON_SAME_DOCUMENT, PERSON_ALIKE unless `isAnother` says that they are two.
 */
export function addPersonAtDesk(station: Station, draft: PersonDraft, isAnother: boolean): Person {
  signedIn(station);
  const day = today(station);
  const { documentKind, documentNumber } = draft;
  if ((documentKind === null) !== (documentNumber === null || documentNumber === '')) {
    throw new StationError(
      'INVALID_INPUT',
      { path: 'person.documentNumber', problem: 'kindOrNumberMissing' },
      'person.documentNumber',
    );
  }
  const number =
    documentKind === null || documentNumber === null
      ? null
      : storedNumber(documentKind, documentNumber, day, 'person.documentNumber');
  const known = number === null ? [] : station.tables.people.findByDocument(number);
  const same = known.find((person) => person.name === draft.name);
  if (same !== undefined) return same;
  const person: Person = {
    id: station.newId(),
    name: draft.name,
    sex: draft.sex,
    birthDate: draft.birthDate,
    documentKind: number === null ? null : documentKind,
    documentNumber: number,
    phone: storedPhone(draft.phone, day),
    address: draft.address,
    guardianName: emptyToNull(draft.guardianName),
  };
  checkPerson(person, day, 'person');
  const [alike] = isAnother ? [] : findAlike(station, { name: person.name, birthDate: person.birthDate, number });
  if (alike !== undefined) throw new StationError(alike.why === 'document' ? 'PERSON_SAME_DOCUMENT' : 'PERSON_ALIKE');
  addPerson(station, person, 'desk', null);
  const counted = station.rosterCount.get();
  if (counted !== null) station.rosterCount.set(counted + 1);
  share(station, 'person', person.id);
  audit(station, 'person.add', `person:${person.id}`, { source: 'desk' });
  return person;
}

/** A mobile number as its 11 digits; any other phone as it was written. */
export function storedPhone(phone: string | null, day: string): string | null {
  const written = emptyToNull(phone?.normalize('NFKC').trim() ?? null);
  if (written === null) return null;
  const code = classify(written, { today: day });
  return code.ok && code.kind === 'mobile' ? (code.fields['number'] ?? written) : written;
}

export function emptyToNull(text: string | null): string | null {
  return text === null || text === '' ? null : text;
}

/** How many people the roster holds. Counted once: among a million that is no matter of a moment. */
function rosterCount(station: Station): number {
  const known = station.rosterCount.get();
  if (known !== null) return known;
  const counted = station.tables.people.count();
  station.rosterCount.set(counted);
  return counted;
}

export const peopleHandlers: Handlers<'people.list'> = {
  'people.list': look((station, { query, limit, offset }) => {
    signedIn(station);
    const { people } = station.tables;
    const typed = query.normalize('NFKC').trim();
    const { total, isMore, rows, question } =
      typed === ''
        ? { total: rosterCount(station), isMore: false, rows: people.list(limit, offset), question: null }
        : people.search(typed, limit, offset);
    const day = today(station);
    const round = currentRound(station);
    return {
      total,
      isMore,
      rows: rows.map((person) => ({
        ...maskedPerson(person, day),
        matched: question === null ? [] : partsMatching(question, person),
        testedThisRound: repeatedTest(station, person.id, round) !== null,
      })),
    };
  }),
};
