import { setImmediate as nextTurn } from 'node:timers/promises';
import type { OrganisationFigures } from '../../../shared/model/organisation.ts';
import type { Counted } from '../../db/organisations.ts';
import type { RoundRow } from '../../db/rounds.ts';
import type { Station } from '../station.ts';

/**
 * How far each organisation is, kept in memory while somebody looks at it: read once, in short pieces, and then followed
 * by looking again at each person whose tests, address or memberships have changed. A merged person stands for whoever
 * became part of them.
 */
type Sums = { target: number; tested: number; positive: number };
/** Somebody for whom the round is and who belongs somewhere. */
type Member = { readonly organisations: readonly string[]; readonly isTested: boolean; readonly isPositive: boolean };

/** People a piece: short enough that a scan between two pieces is not felt. */
const pieceRows = 500;
/** More people changed at once than it pays to look at one by one. */
const followedMost = 5_000;

type Made = {
  readonly station: Station;
  readonly key: string;
  readonly of: Counted;
  readonly members: Map<string, Member>;
  readonly sums: Map<string, Sums>;
  watches: { readonly ids: ReadonlySet<string>; readonly end: () => void }[];
};

export type Figures = ReturnType<typeof createFigures>;

/** The figures of an open register: of one round and day at a time, those that were asked for last. */
export function createFigures() {
  let made: Made | null = null;
  let making: Promise<unknown> = Promise.resolve();

  const watch = (station: Station): Made['watches'] => [station.tables.people.watch(), station.tables.tests.watch()];

  const keyOf = (station: Station, of: Counted): string => {
    const { rounds } = station.tables;
    const { roundId } = of;
    // What another connection wrote is in no watch.
    const version = station.db.pragma('data_version', { simple: true });
    return JSON.stringify([
      of,
      rounds.listBuildings(roundId),
      rounds.listOrganisations(roundId),
      rounds.rosterStamp(),
      version,
    ]);
  };

  const count = (sums: Map<string, Sums>, { organisations, isTested, isPositive }: Member, by: 1 | -1): void => {
    for (const id of organisations) {
      const each = sums.get(id) ?? { target: 0, tested: 0, positive: 0 };
      each.target += by;
      if (isTested) each.tested += by;
      if (isPositive) each.positive += by;
      sums.set(id, each);
    }
  };

  const make = async (station: Station, round: Pick<RoundRow, 'id' | 'targetKind'>, of: Counted): Promise<Made> => {
    const { organisations, rounds } = station.tables;
    const board: Made = {
      station,
      key: keyOf(station, of),
      of,
      members: new Map(),
      sums: new Map(),
      watches: watch(station),
    };
    try {
      const tested = new Map<string, boolean>();
      await inPieces((after) => {
        const piece = organisations.listTestedPiece(of, after, pieceRows);
        for (const { id, positive } of piece) tested.set(id, positive === 1);
        return piece.map(({ id }) => id);
      });
      const belongs = new Map<string, string[]>();
      const wholeOf = organisations.wholeOfMerged();
      await inPieces((after) => {
        const piece = organisations.listMembersPiece(after, pieceRows);
        for (const { id, organisationIds } of piece) {
          const whole = wholeOf.get(id) ?? id;
          const known = belongs.get(whole);
          const found = organisationIds.split(' ');
          belongs.set(whole, known === undefined ? found : [...new Set([...known, ...found])]);
        }
        return piece.map(({ id }) => id);
      });
      await inPieces((after) => {
        const piece = rounds.listTargetPiece(round, after, pieceRows);
        for (const { id } of piece) {
          const its = belongs.get(id);
          if (its === undefined) continue;
          const member = { organisations: its, isTested: tested.has(id), isPositive: tested.get(id) === true };
          board.members.set(id, member);
          count(board.sums, member, 1);
        }
        return piece.map(({ id }) => id);
      });
    } catch (error) {
      for (const { end } of board.watches) end();
      throw error;
    }
    return board;
  };

  /** Looks again at whoever has changed since. */
  const follow = (station: Station, round: Pick<RoundRow, 'id' | 'targetKind'>, board: Made): void => {
    const changed = new Set(board.watches.flatMap(({ ids }) => [...ids]));
    if (changed.size === 0) return;
    for (const { end } of board.watches) end();
    board.watches = watch(station);
    const { organisations, rounds } = station.tables;
    for (const id of changed) {
      const former = board.members.get(id);
      if (former !== undefined) count(board.sums, former, -1);
      board.members.delete(id);
      if (rounds.findInTarget(round, id) === null) continue;
      const its = organisations.listOfPerson(id).map((organisation) => organisation.id);
      if (its.length === 0) continue;
      const positive = organisations.findTested(board.of, id);
      const member = { organisations: its, isTested: positive !== null, isPositive: positive === true };
      board.members.set(id, member);
      count(board.sums, member, 1);
    }
  };

  const look = async (
    station: Station,
    round: RoundRow,
    of: Counted,
  ): Promise<ReadonlyMap<string, OrganisationFigures>> => {
    const isCurrent =
      made?.station === station &&
      made.key === keyOf(station, of) &&
      made.watches.reduce((sum, { ids }) => sum + ids.size, 0) <= followedMost;
    if (made === null || !isCurrent) {
      for (const { end } of made?.watches ?? []) end();
      made = null;
      made = await make(station, round, of);
    }
    follow(station, round, made);
    return new Map(
      [...made.sums].map(([organisationId, { target, tested, positive }]) => [
        organisationId,
        { organisationId, target, tested, positive, notTested: target - tested },
      ]),
    );
  };

  return {
    /** As they are now, by organisation; one without people may be missing. Whoever asks while they are read waits. */
    look: (station: Station, round: RoundRow, of: Counted): Promise<ReadonlyMap<string, OrganisationFigures>> => {
      const next = making.then(() => look(station, round, of));
      making = next.catch(() => {});
      return next;
    },
  };
}

async function inPieces(read: (after: string) => readonly string[]): Promise<void> {
  for (let after = ''; ; ) {
    await nextTurn();
    const ids = read(after);
    after = ids.at(-1) ?? after;
    if (ids.length < pieceRows) return;
  }
}
