import type { Person } from '../../../shared/model/person.ts';
import { currentRound, repeatedTest } from '../rounds/rounds.ts';
import type { Station } from '../station.ts';

/** People at one door that are looked at: more is a dormitory, where a door says nothing of who belongs together. */
const doorAtMost = 20;

/** Who else lives at a person's address; nobody where no room is known. */
export function householdOf(
  station: Station,
  person: Person,
): { readonly person: Person; readonly isTested: boolean }[] {
  const { people } = station.tables;
  if (person.address.room === '') return [];
  const round = currentRound(station);
  return people
    .listAt(person.address, doorAtMost)
    .filter(({ id }) => id !== person.id)
    .map((each) => ({ person: each, isTested: repeatedTest(station, each.id, round) !== null }));
}
