import { setImmediate as nextTurn } from 'node:timers/promises';
import { countsFrom, floorOf, type RoundCoverage } from '../../../shared/model/round.ts';
import type { RoundRow, TargetRow } from '../../db/rounds.ts';
import { type Station, today } from '../station.ts';

/**
 * Who of a round's target is tested, kept in memory while somebody looks at it. It is read once, in short pieces, and
 * then follows each binding, undo, void, absence and change of a person by looking at that one person again: so a round
 * of a hundred thousand is answered at once, and the desk never waits for it.
 */
export type BoardEntry = {
  readonly id: string;
  readonly building: string;
  readonly unit: string;
  readonly room: string;
  readonly floor: number | null;
  isTested: boolean;
  isAbsent: boolean;
};

export type Board = {
  /** By building, unit and room, as one walks past doors. */
  readonly entries: readonly BoardEntry[];
  readonly coverage: () => RoundCoverage;
};

/** People a piece: short enough that a scan between two pieces is not felt. */
const pieceRows = 500;
/** More people changed at once than it pays to look at one by one. */
const followedMost = 5_000;

type Made = {
  readonly round: RoundRow;
  readonly since: string | null;
  readonly stamp: string;
  readonly targetKey: string;
  entries: BoardEntry[];
  byId: Map<string, BoardEntry>;
  coverage: RoundCoverage | null;
  watches: { readonly ids: ReadonlySet<string>; readonly end: () => void }[];
};

export type Boards = ReturnType<typeof createBoards>;

/** The boards of an open register: one at a time, the one that was asked for last. */
export function createBoards() {
  let made: Made | null = null;
  let making: Promise<unknown> = Promise.resolve();

  const targetKeyOf = (station: Station, round: RoundRow): string =>
    JSON.stringify([
      round.targetKind,
      station.tables.rounds.listBuildings(round.id),
      station.tables.rounds.listOrganisations(round.id),
    ]);

  const isCurrent = (station: Station, round: RoundRow, board: Made): boolean =>
    board.round.id === round.id &&
    board.since === countsFrom(round.everyDays, today(station)) &&
    board.stamp === station.tables.rounds.rosterStamp() &&
    board.targetKey === targetKeyOf(station, round) &&
    board.watches.reduce((sum, { ids }) => sum + ids.size, 0) <= followedMost;

  const watch = (station: Station): Made['watches'] => [station.tables.people.watch(), station.tables.tests.watch()];

  const make = async (station: Station, round: RoundRow): Promise<Made> => {
    const { rounds } = station.tables;
    const since = countsFrom(round.everyDays, today(station));
    const watches = watch(station);
    const board: Made = {
      round,
      since,
      stamp: rounds.rosterStamp(),
      targetKey: targetKeyOf(station, round),
      entries: [],
      byId: new Map(),
      coverage: null,
      watches,
    };
    try {
      const tested = new Set<string>();
      await inPieces((after) => {
        const piece = rounds.listTestedPiece(round.id, since, after, pieceRows);
        for (const id of piece) tested.add(id);
        return piece;
      });
      const absent = new Set(rounds.listAbsent(round.id));
      await inPieces((after) => {
        const piece = rounds.listTargetPiece(round, after, pieceRows);
        for (const row of piece) {
          const entry = entryOf(row, tested.has(row.id), absent.has(row.id));
          board.byId.set(row.id, entry);
        }
        return piece.map(({ id }) => id);
      });
      board.entries = await inOrder([...board.byId.values()]);
    } catch (error) {
      for (const { end } of watches) end();
      throw error;
    }
    return board;
  };

  /** Looks again at whoever has changed since. */
  const follow = (station: Station, board: Made): void => {
    const changed = new Set(board.watches.flatMap(({ ids }) => [...ids]));
    if (changed.size === 0) return;
    for (const { end } of board.watches) end();
    board.watches = watch(station);
    board.coverage = null;
    const { rounds } = station.tables;
    let isMoved = false;
    for (const id of changed) {
      const row = rounds.findInTarget(board.round, id);
      const former = board.byId.get(id);
      if (row === null) {
        if (former !== undefined) {
          board.byId.delete(id);
          board.entries.splice(board.entries.indexOf(former), 1);
        }
        continue;
      }
      const entry = entryOf(
        row,
        rounds.isTested(board.round.id, id, board.since),
        rounds.findAbsence(board.round.id, id) !== null,
      );
      if (former !== undefined && byDoor(former, entry) === 0) {
        former.isTested = entry.isTested;
        former.isAbsent = entry.isAbsent;
        continue;
      }
      if (former !== undefined) board.entries.splice(board.entries.indexOf(former), 1);
      board.byId.set(id, entry);
      board.entries.push(entry);
      isMoved = true;
    }
    if (isMoved) board.entries.sort(byDoor);
  };

  const look = async (station: Station, round: RoundRow): Promise<Board> => {
    if (made === null || !isCurrent(station, round, made)) {
      for (const { end } of made?.watches ?? []) end();
      made = null;
      made = await make(station, round);
    }
    const board = made;
    follow(station, board);
    return {
      entries: board.entries,
      coverage: () => {
        board.coverage ??= coverageOf(board.entries);
        return board.coverage;
      },
    };
  };

  return {
    /** The board of a round as it is now. Whoever asks while one is being made waits for it. */
    look: (station: Station, round: RoundRow): Promise<Board> => {
      const next = making.then(() => look(station, round));
      making = next.catch(() => {});
      return next;
    },
  };
}

/** Reads piece by piece by id until one is not full, and lets the desk go on between two. */
async function inPieces(read: (after: string) => readonly string[]): Promise<void> {
  for (let after = ''; ; ) {
    await nextTurn();
    const ids = read(after);
    after = ids.at(-1) ?? after;
    if (ids.length < pieceRows) return;
  }
}

/** By doors: the houses in their order, then house by house. */
async function inOrder(entries: readonly BoardEntry[]): Promise<BoardEntry[]> {
  const houses = new Map<string, BoardEntry[]>();
  for (const entry of entries) {
    const house = houses.get(entry.building);
    if (house === undefined) houses.set(entry.building, [entry]);
    else house.push(entry);
  }
  const names = [...houses.keys()].sort(compared);
  const ordered: BoardEntry[] = [];
  for (const name of names) {
    await nextTurn();
    for (const entry of (houses.get(name) ?? []).sort(byDoor)) ordered.push(entry);
  }
  return ordered;
}

function entryOf(row: TargetRow, isTested: boolean, isAbsent: boolean): BoardEntry {
  return { ...row, floor: floorOf(row.room), isTested, isAbsent };
}

const numeric = new Intl.Collator('zh-CN', { numeric: true });

/** Building 2 before building 10, unit by unit, from the lowest room up. */
function byDoor(a: TargetRow, b: TargetRow): number {
  return (
    compared(a.building, b.building) ||
    compared(a.unit, b.unit) ||
    compared(a.room, b.room) ||
    (a.id < b.id ? -1 : +(a.id > b.id))
  );
}

const plainNumber = /^\d{1,9}$/;
function compared(a: string, b: string): number {
  if (a === b) return 0;
  // Most are plain numbers, and a collator costs fifty times as much.
  if (plainNumber.test(a) && plainNumber.test(b)) return Number(a) - Number(b) || (a < b ? -1 : 1);
  return numeric.compare(a, b);
}

type Counts = { target: number; tested: number; absent: number };
const none = (): Counts => ({ target: 0, tested: 0, absent: 0 });

function count(counts: Counts, { isTested, isAbsent }: BoardEntry): void {
  counts.target += 1;
  if (isTested) counts.tested += 1;
  else if (isAbsent) counts.absent += 1;
}

function coverageOf(entries: readonly BoardEntry[]): RoundCoverage {
  const total = none();
  const buildings = new Map<string, Counts & { floors: Map<number | null, Counts> }>();
  for (const entry of entries) {
    let house = buildings.get(entry.building);
    if (house === undefined) {
      house = { ...none(), floors: new Map() };
      buildings.set(entry.building, house);
    }
    let floor = house.floors.get(entry.floor);
    if (floor === undefined) {
      floor = none();
      house.floors.set(entry.floor, floor);
    }
    for (const counts of [total, house, floor]) count(counts, entry);
  }
  return {
    ...total,
    buildings: [...buildings].map(([building, { floors, ...counts }]) => ({
      building,
      ...counts,
      floors: [...floors]
        .map(([floor, each]) => ({ floor, ...each }))
        .sort((a, b) => (b.floor ?? Number.NEGATIVE_INFINITY) - (a.floor ?? Number.NEGATIVE_INFINITY)),
    })),
  };
}
