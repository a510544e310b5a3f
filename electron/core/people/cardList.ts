import { maskName } from '../../../shared/codes/mask.ts';
import type { PersonCardPrint } from '../../../shared/contract/people.ts';
import { StationError } from '../../../shared/errors.ts';
import type { Person } from '../../../shared/model/person.ts';
import { shownAddress } from '../desk/cards.ts';
import { change, type Handlers } from '../dispatch.ts';
import { allow } from '../staff/rights.ts';
import { audit, type Station, signedIn } from '../station.ts';
import { refusePersonal } from './reasons.ts';

/** Two hundred sheets: more is a building after the other. */
const cardsAtMost = 2_000;

/** Whose cards, in the order in which they are handed out. Throws CARDS_NONE, CARDS_TOO_MANY. */
function peopleOf(station: Station, query: string, building: string | null): Person[] {
  const { people } = station.tables;
  const typed = query.normalize('NFKC').trim();
  const found =
    typed !== ''
      ? people.listNumbered(people.listMatching(typed, -1, building === null ? cardsAtMost + 1 : numbersAtMost))
      : building === null
        ? people.list(cardsAtMost + 1, 0)
        : people.listInBuilding(building, cardsAtMost + 1);
  const chosen = building === null ? found : found.filter(({ address }) => address.building === building);
  if (chosen.length === 0) throw new StationError('CARDS_NONE');
  if (chosen.length > cardsAtMost) throw new StationError('CARDS_TOO_MANY', { most: cardsAtMost });
  const keyed = chosen.map((person) => ({ person, key: doorOf(person) }));
  keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  return keyed.map(({ person }) => person);
}
/** A search that is narrowed to a building looks at so many. */
const numbersAtMost = 20_000;

/** Building 2 before building 10, floor by floor: a room's number begins with its floor. */
function doorOf({ address, name, id }: Person): string {
  return [address.building, address.unit, address.room, name, id]
    .map((part) => part.replaceAll(/\d+/g, (digits) => digits.padStart(8, '0')))
    .join('\u0000');
}

export const cardHandlers: Handlers<'people.cards'> = {
  'people.cards': change({
    run: (station, { query, building, inClear }) => {
      const operator = allow(station, inClear === null ? 'desk.work' : 'people.exportInClear');
      if (inClear !== null) refusePersonal(inClear.text, 'inClear.text');
      const cards = peopleOf(station, query, building ?? null).length;
      audit(station, 'person.cards', 'people', {
        cards,
        inClear: inClear !== null,
        reason: inClear?.code ?? null,
        words: inClear?.text ?? null,
        searched: query.trim() !== '',
      });
      return { operatorId: operator.id };
    },
    // Read anew: names are kept among the remembered answers of nobody.
    answer: (station, { operatorId }, { query, building, inClear }): { cards: PersonCardPrint[] } => {
      if (signedIn(station).id !== operatorId) throw new StationError('REQUEST_REUSED');
      return {
        cards: peopleOf(station, query, building ?? null).map((person) => ({
          code: station.tables.people.findOrigin(person.id)?.code ?? '',
          name: inClear === null ? maskName(person.name) : person.name,
          address: shownAddress(person.address),
        })),
      };
    },
  }),
};
