import { maskName } from '../../../shared/codes/mask.ts';
import { StationError } from '../../../shared/errors.ts';
import { type Person, type PersonField, type PersonMerge, personFields } from '../../../shared/model/person.ts';
import { maskedPerson } from '../desk/cards.ts';
import { change, type Handlers, look } from '../dispatch.ts';
import { allow } from '../staff/rights.ts';
import { audit, type Station, today } from '../station.ts';
import { listDoubles } from './likeness.ts';

/** The same part of two people, as one value that can be compared. */
function partOf(person: Person, field: PersonField): string {
  switch (field) {
    case 'document':
      return JSON.stringify([person.documentKind, person.documentNumber]);
    case 'address':
      return JSON.stringify([person.address.building, person.address.unit, person.address.room]);
    default:
      return JSON.stringify(person[field]);
  }
}

export function differing(a: Person, b: Person): PersonField[] {
  return personFields.filter((field) => partOf(a, field) !== partOf(b, field));
}

/** `person` with this part as it is in `from`. */
function withPart(person: Person, field: PersonField, from: Person): Person {
  switch (field) {
    case 'document':
      return { ...person, documentKind: from.documentKind, documentNumber: from.documentNumber };
    case 'address':
      return { ...person, address: from.address };
    default:
      return { ...person, [field]: from[field] };
  }
}

/** Somebody who stands by themselves. Throws NOT_FOUND, or PERSON_MERGED for a part of another. */
function mustStand(station: Station, personId: string): Person {
  const { people } = station.tables;
  if (people.findMergedInto(personId) !== null) throw new StationError('PERSON_MERGED');
  const person = people.find(personId);
  if (person === null) throw new StationError('NOT_FOUND', { what: 'person' });
  return person;
}

/** What a person's page says of those who turned out to be them. */
export function mergesOf(station: Station, personId: string): PersonMerge[] {
  const { merges, people } = station.tables;
  return merges
    .listOfPerson(personId)
    .filter(({ keptId }) => keptId === personId)
    .map(({ id, atMs, operatorName, absorbedId, undone }) => ({
      mergeId: id,
      atMs,
      operatorName,
      absorbedMasked: maskName(people.findAlone(absorbedId)?.name ?? ''),
      tests: merges.countTests(id),
      undone,
    }));
}

function compared(station: Station, person: Person) {
  const { people, tests } = station.tables;
  const origin = people.findOrigin(person.id);
  return {
    person: maskedPerson(person, today(station)),
    tests: tests.countOfPerson(person.id),
    source: origin?.source ?? 'desk',
    addedAtMs: origin?.atMs ?? 0,
  };
}

export const mergeHandlers: Handlers<
  'people.listDoubles' | 'people.compare' | 'people.merge' | 'people.undoMerge' | 'people.setDistinct'
> = {
  'people.listDoubles': look(async (station) => {
    allow(station, 'people.merge');
    const { pairs, isMore } = await listDoubles(station);
    const day = today(station);
    return { pairs: pairs.map(({ why, a, b }) => ({ why, a: maskedPerson(a, day), b: maskedPerson(b, day) })), isMore };
  }),
  'people.compare': look((station, { aId, bId }) => {
    allow(station, 'people.merge');
    const [a, b] = [mustStand(station, aId), mustStand(station, bId)];
    return { a: compared(station, a), b: compared(station, b), differs: differing(a, b) };
  }),
  'people.merge': change({
    run: (station, { keptId, absorbedId, take }) => {
      const operator = allow(station, 'people.merge');
      const { people, merges } = station.tables;
      const [kept, absorbed] = [mustStand(station, keptId), mustStand(station, absorbedId)];
      if (kept.id === absorbed.id) throw new StationError('INVALID_INPUT', { path: 'absorbedId', problem: 'same' });
      const fields = [...new Set(take)].filter((field) => differing(kept, absorbed).includes(field));
      const after = fields.reduce((person, field) => withPart(person, field, absorbed), kept);
      const atMs = station.clock.now();
      const mergeId = station.newId();
      people.setMergedInto(absorbed.id, kept.id);
      people.rewrite(after, atMs);
      const tests = merges.insert({
        id: mergeId,
        keptId: kept.id,
        absorbedId: absorbed.id,
        atMs,
        operatorId: operator.id,
        before: kept,
        after,
      });
      station.rosterCount.set(null);
      audit(station, 'person.merge', `person:${kept.id}`, { absorbed: absorbed.id, merge: mergeId, fields, tests });
      return { mergeId, tests };
    },
    answer: (station, stored) => {
      station.emit('desk.changed', { why: 'other' });
      return stored;
    },
  }),
  'people.undoMerge': change({
    run: (station, { mergeId }) => {
      const operator = allow(station, 'people.merge');
      const { people, merges } = station.tables;
      const merge = merges.find(mergeId);
      const states = merges.findStates(mergeId);
      if (merge === null || states === null) throw new StationError('NOT_FOUND', { what: 'merge' });
      if (merge.undone !== null) throw new StationError('MERGE_UNDONE');
      // In the reverse order, or the parts that the later one chose would stand on a person who is two again.
      if (merges.findLater(merge) !== null) throw new StationError('MERGE_LATER');
      const now = mustStand(station, merge.keptId);
      const changed = differing(states.before, states.after);
      const kept = changed.filter((field) => partOf(now, field) !== partOf(states.after, field));
      const back = changed
        .filter((field) => !kept.includes(field))
        .reduce((person, field) => withPart(person, field, states.before), now);
      const atMs = station.clock.now();
      people.rewrite(back, atMs);
      people.setMergedInto(merge.absorbedId, null);
      const tests = merges.undo(merge, atMs, operator.id);
      const stay = merges.countTestsSince(merge);
      station.rosterCount.set(null);
      audit(station, 'person.undoMerge', `person:${merge.keptId}`, {
        absorbed: merge.absorbedId,
        merge: mergeId,
        tests,
        stay,
        kept,
      });
      return { tests, stay, kept };
    },
    answer: (station, stored) => {
      station.emit('desk.changed', { why: 'other' });
      return stored;
    },
  }),
  'people.setDistinct': change({
    run: (station, { aId, bId }) => {
      const operator = allow(station, 'people.merge');
      const [a, b] = [mustStand(station, aId), mustStand(station, bId)];
      if (a.id === b.id) throw new StationError('INVALID_INPUT', { path: 'bId', problem: 'same' });
      station.tables.merges.setDistinct(a.id, b.id, station.clock.now(), operator.id);
      audit(station, 'person.distinct', `person:${a.id}`, { other: b.id });
      return {};
    },
    answer: () => ({}),
  }),
};
