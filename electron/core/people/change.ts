import { maskName } from '../../../shared/codes/mask.ts';
import { StationError } from '../../../shared/errors.ts';
import type { Consent, Person, PersonChange } from '../../../shared/model/person.ts';
import { change, type Handlers } from '../dispatch.ts';
import { allow } from '../staff/rights.ts';
import { audit, type Station, today } from '../station.ts';
import { share } from '../sync/share.ts';
import { findAlike } from './likeness.ts';
import { differing } from './merge.ts';
import { emptyToNull, storedNumber, storedPhone } from './people.ts';
import { checkPerson, isChild } from './rules.ts';

function changed(person: Person, part: PersonChange, day: string): Person {
  const { document, address } = part;
  return {
    ...person,
    ...(part.name === undefined ? {} : { name: part.name }),
    ...(part.sex === undefined ? {} : { sex: part.sex }),
    ...(part.birthDate === undefined ? {} : { birthDate: part.birthDate }),
    ...(part.phone === undefined ? {} : { phone: storedPhone(part.phone, day) }),
    ...(part.guardianName === undefined ? {} : { guardianName: emptyToNull(part.guardianName) }),
    address: {
      building: address?.building ?? person.address.building,
      unit: address?.unit ?? person.address.unit,
      room: address?.room ?? person.address.room,
    },
    ...(document === undefined
      ? {}
      : document === null
        ? { documentKind: null, documentNumber: null }
        : {
            documentKind: document.kind,
            documentNumber: storedNumber(document.kind, document.number, day, 'change.document'),
          }),
  };
}

/** What is noted of a person's consent, as their page shows it. */
export function consentOf(station: Station, personId: string): Consent | null {
  const row = station.tables.consents.findNewest(personId);
  if (row === null) return null;
  const { guardianName, ...consent } = row;
  return { ...consent, guardianMasked: guardianName === null ? null : maskName(guardianName) };
}

export const changeHandlers: Handlers<'people.change' | 'people.noteConsent'> = {
  'people.change': change({
    run: (station, { personId, change: part, isAnother }) => {
      allow(station, 'people.change');
      const { people } = station.tables;
      const day = today(station);
      const former = people.find(personId);
      if (former === null) throw new StationError('NOT_FOUND', { what: 'person' });
      const person = changed(former, part, day);
      const fields = differing(former, person);
      if (fields.length === 0) return { changed: fields };
      // A roster may bring a child without a guardian; correcting their door asks for none.
      const asksGuardian = fields.some((field) => ['birthDate', 'document', 'guardianName'].includes(field));
      checkPerson(asksGuardian ? person : { ...person, guardianName: person.guardianName ?? '-' }, day, 'change');
      const tells = fields.some((field) => ['document', 'name', 'birthDate'].includes(field));
      if (tells && !isAnother) {
        const [alike] = findAlike(
          station,
          { name: person.name, birthDate: person.birthDate, number: person.documentNumber },
          person.id,
        );
        if (alike !== undefined)
          throw new StationError(alike.why === 'document' ? 'PERSON_SAME_DOCUMENT' : 'PERSON_ALIKE');
      }
      people.rewrite(person, station.clock.now());
      share(station, 'person', person.id);
      audit(station, 'person.change', `person:${person.id}`, { fields });
      return { changed: fields };
    },
    answer: (station, stored) => {
      station.emit('desk.changed', { why: 'other' });
      return stored;
    },
  }),
  'people.noteConsent': change({
    run: (station, { personId, state, how }) => {
      const operator = allow(station, 'desk.work');
      const person = station.tables.people.find(personId);
      if (person === null) throw new StationError('NOT_FOUND', { what: 'person' });
      const byGuardian = isChild(person, today(station));
      if (byGuardian && person.guardianName === null)
        throw new StationError('INVALID_INPUT', { path: 'personId', problem: 'neededForChild' }, 'personId');
      station.tables.consents.insert({
        personId: person.id,
        state,
        how,
        givenBy: byGuardian ? 'guardian' : 'self',
        guardianName: byGuardian ? person.guardianName : null,
        atMs: station.clock.now(),
        operatorId: operator.id,
      });
      audit(station, 'person.consent', `person:${person.id}`, { state, how, by: byGuardian ? 'guardian' : 'self' });
      return {};
    },
    answer: (station) => {
      station.emit('desk.changed', { why: 'other' });
      return {};
    },
  }),
};
