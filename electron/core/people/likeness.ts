import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Likeness, Person } from '../../../shared/model/person.ts';
import type { Station } from '../station.ts';

/** Somebody who is known and may be the same person. */
type Alike = { readonly person: Person; readonly why: Likeness };

/** Names or documents read at once: short enough that a scan between two pieces is not felt. */
const pieceRows = 2_000;
const pairsAtMost = 100;

/**
 * Who is known and may be the person that is being entered: whoever holds the document, and whoever has the same name and
 * birth date. Nobody is merged by it: somebody decides (rule 12).
 */
export function findAlike(
  { tables }: Station,
  {
    name,
    birthDate,
    number,
  }: { readonly name: string; readonly birthDate: string | null; readonly number: string | null },
  exceptId: string | null = null,
): Alike[] {
  const found: Alike[] = [];
  const add = (people: readonly Person[], why: Likeness): void => {
    for (const person of people) {
      if (person.id !== exceptId && !found.some((each) => each.person.id === person.id)) found.push({ person, why });
    }
  };
  if (number !== null) add(tables.people.findByDocument(number), 'document');
  if (birthDate !== null) add(tables.people.findByNameAndBirth(name, birthDate), 'nameAndBirth');
  return found;
}

/** Pairs in the register that may be one person, walked in pieces so that the desk goes on. */
export async function listDoubles(
  station: Station,
): Promise<{ readonly pairs: { why: Likeness; a: Person; b: Person }[]; readonly isMore: boolean }> {
  const { people, merges } = station.tables;
  const pairs: { why: Likeness; a: Person; b: Person }[] = [];
  const taken = new Set<string>();
  const addGroup = (group: readonly Person[], why: Likeness): void => {
    for (const [at, a] of group.entries()) {
      for (const b of group.slice(at + 1)) {
        const key = [a.id, b.id].sort().join(' ');
        if (taken.has(key) || merges.areDistinct(a.id, b.id)) continue;
        taken.add(key);
        pairs.push({ why, a, b });
      }
    }
  };
  const isFull = (): boolean => pairs.length > pairsAtMost;

  let document = '';
  for (let isOver = false; !isOver && !isFull() && station.db.open; ) {
    const piece = people.listDocumentsFrom(document, pieceRows);
    isOver = piece.length < pieceRows;
    for (const number of repeated(piece, (each) => each)) addGroup(people.findByDocument(number), 'document');
    // The last one is read again with the next piece: its like may stand there.
    const last = piece.at(-1) ?? '';
    document = last === document ? `${last}\u0000` : last;
    await nextTurn();
  }
  let from = { name: '', birthDate: '' };
  for (let isOver = false; !isOver && !isFull() && station.db.open; ) {
    const piece = people.listNamesFrom(from, pieceRows);
    isOver = piece.length < pieceRows;
    for (const { name, birthDate } of repeated(piece, (each) => `${each.name}\u0000${each.birthDate}`))
      addGroup(people.findByNameAndBirth(name, birthDate), 'nameAndBirth');
    const last = piece.at(-1) ?? from;
    const isSame = last.name === from.name && last.birthDate === from.birthDate;
    from = isSame ? { ...last, birthDate: `${last.birthDate}\u0000` } : last;
    await nextTurn();
  }
  return { pairs: pairs.slice(0, pairsAtMost), isMore: isFull() };
}

/** Each that stands there more than once, once; the list is in order. */
function repeated<T>(list: readonly T[], keyOf: (each: T) => string): T[] {
  return list.filter((each, at) => {
    const [former, next] = [list[at - 1], list[at + 1]];
    const key = keyOf(each);
    return next !== undefined && keyOf(next) === key && (former === undefined || keyOf(former) !== key);
  });
}
