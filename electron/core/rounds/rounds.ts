import { maskPersonalNumbers } from '../../../shared/codes/personal.ts';
import type { ParsedInput } from '../../../shared/contract.ts';
import { StationError } from '../../../shared/errors.ts';
import { countsFrom, isRepeat, type Round, type RoundTarget } from '../../../shared/model/round.ts';
import type { RoundRow } from '../../db/rounds.ts';
import type { TestRow } from '../../db/tests.ts';
import { maskedPerson } from '../desk/cards.ts';
import { change, type Handlers, look } from '../dispatch.ts';
import { refusePersonal } from '../people/reasons.ts';
import { findTest } from '../siblings/siblings.ts';
import { allow } from '../staff/rights.ts';
import { audit, type Station, today } from '../station.ts';
import { share } from '../sync/share.ts';
import type { BoardEntry, Boards } from './board.ts';

export function roundView(station: Station, round: RoundRow): Round {
  const { targetKind, ...rest } = round;
  return {
    ...rest,
    targetIs: targetOf(station, round),
    target: targetKind === 'all' ? countRoster(station) : countTarget(station, round),
    tested: countTested(station, round),
  };
}

function countTested(station: Station, round: RoundRow): number {
  const day = today(station);
  // The current one is asked for after each scan; another one only where rounds are listed.
  return currentRound(station).id === round.id
    ? station.tested.count(round, day)
    : station.tables.tests.countTestedInRound(round.id, countsFrom(round.everyDays, day));
}

function targetOf(station: Station, { id, targetKind }: RoundRow): RoundTarget {
  const { rounds } = station.tables;
  switch (targetKind) {
    case 'all':
      return { kind: 'all' };
    case 'buildings':
      return { kind: 'buildings', buildings: rounds.listBuildings(id).map(maskPersonalNumbers) };
    case 'organisations':
      return {
        kind: 'organisations',
        organisations: rounds.listOrganisations(id).map((organisationId) => ({
          organisationId,
          name: station.tables.organisations.find(organisationId)?.name ?? '',
        })),
      };
    case 'list':
      return { kind: 'list', people: rounds.countPeople(id) };
  }
}

function countTarget(station: Station, round: RoundRow): number {
  const { id, targetKind } = round;
  const { rounds } = station.tables;
  if (targetKind === 'organisations')
    // As with who is tested: the current one is asked for after each scan.
    return currentRound(station).id === id ? station.target.count(round) : rounds.countInOrganisations(id);
  return targetKind === 'buildings' ? rounds.countInBuildings(id) : rounds.countPeople(id);
}

/** The round that people are tested in now. A register has one from its making. */
export function currentRound(station: Station): RoundRow {
  const round = station.tables.rounds.findCurrent();
  if (round === null) throw new StationError('NOT_FOUND', { what: 'round' });
  return round;
}

/**
 * The test of a person that a test of theirs now would repeat by the round's rule, or null: the desk then asks for a
 * reason. An undone or void one is none.
 */
export function repeatedTest(station: Station, personId: string, round: RoundRow): TestRow | null {
  const { tests } = station.tables;
  const own = tests.findOfPersonInRound(personId, round.id);
  const id = own ?? station.tables.siblings.findOfPersonInRound(personId, round.id);
  const test = id === null ? null : findTest(station, id);
  return test !== null && isRepeat(round.everyDays, test.day, today(station)) ? test : null;
}

function countRoster(station: Station): number {
  const known = station.rosterCount.get();
  if (known !== null) return known;
  const counted = station.tables.people.count();
  station.rosterCount.set(counted);
  return counted;
}

function mustFind(station: Station, roundId: string): RoundRow {
  const round = station.tables.rounds.find(roundId);
  if (round === null) throw new StationError('NOT_FOUND', { what: 'round' });
  return round;
}

type Planned = Pick<RoundRow, 'name' | 'day' | 'lastDay' | 'everyDays'>;
type TargetInput = ParsedInput<'rounds.open'>['target'];

/** Opens a round: from now on it is the current one. Throws ROUND_DAYS, ROUND_EMPTY. */
export function openRound(station: Station, planned: Planned, target: TargetInput = { kind: 'all' }): RoundRow {
  checkDays(planned);
  const round: RoundRow = {
    id: station.newId(),
    ...planned,
    targetKind: target.kind === 'search' ? 'list' : target.kind,
    openedAtMs: station.clock.now(),
    endedAtMs: null,
  };
  station.tables.rounds.insert({ ...round, openedBy: station.operator.get()?.id ?? null });
  setTarget(station, round, target);
  station.tables.settings.set('rounds.current', round.id);
  audit(station, 'round.open', `round:${round.id}`, facts(round));
  return round;
}

function facts({ day, lastDay, everyDays, targetKind }: RoundRow) {
  return { day, lastDay, everyDays, target: targetKind };
}

function checkDays({ day, lastDay }: Planned): void {
  if (lastDay !== null && lastDay < day) throw new StationError('ROUND_DAYS', {}, 'lastDay');
}

function setTarget(station: Station, round: RoundRow, target: TargetInput): void {
  const { rounds, people } = station.tables;
  if (target.kind !== 'search') {
    const organisationIds = target.kind === 'organisations' ? target.organisationIds : [];
    for (const id of organisationIds)
      if (station.tables.organisations.find(id) === null) throw new StationError('NOT_FOUND', { what: 'organisation' });
    rounds.setTarget(round.id, { organisationIds, buildings: target.kind === 'buildings' ? target.buildings : [] });
    if (target.kind === 'organisations' && rounds.countInOrganisations(round.id) === 0)
      throw new StationError('ROUND_EMPTY', {}, 'target.organisationIds');
    if (target.kind === 'buildings' && rounds.countInBuildings(round.id) === 0)
      throw new StationError('ROUND_EMPTY', {}, 'target.buildings');
    return;
  }
  const found: string[] = [];
  for (let offset = 0; ; offset += 500) {
    const { rows, isMore } = people.search(target.query, 500, offset);
    // A list that cannot be counted is no list: who is on it would be chance.
    if (isMore) throw new StationError('ROUND_TOO_MANY', {}, 'target.query');
    found.push(...rows.map(({ id }) => id));
    if (rows.length < 500) break;
  }
  if (found.length === 0) throw new StationError('ROUND_EMPTY', {}, 'target.query');
  rounds.setTarget(round.id, { people: found });
}

const oneRound = (station: Station, roundId: string) => {
  station.emit('desk.changed', { why: 'other' });
  return { round: roundView(station, mustFind(station, roundId)) };
};

type RoundMethod =
  | 'rounds.list'
  | 'rounds.open'
  | 'rounds.change'
  | 'rounds.choose'
  | 'rounds.end'
  | 'rounds.buildings'
  | 'rounds.coverage'
  | 'rounds.notTested'
  | 'rounds.noteAbsence';

export function roundHandlers(boards: Boards): Handlers<RoundMethod> {
  return {
    'rounds.list': look((station) => {
      const rounds = station.tables.rounds.list();
      return {
        rounds: rounds.map((round) => roundView(station, round)),
        currentId: station.tables.rounds.findCurrent()?.id ?? '',
      };
    }),
    'rounds.open': change({
      run: (station, { requestId: _requestId, target, ...planned }) => {
        allow(station, 'rounds.open');
        const { id } = openRound(station, planned, target);
        share(station, 'round', id);
        return id;
      },
      answer: oneRound,
    }),
    'rounds.change': change({
      run: (station, { requestId: _requestId, roundId, target, ...planned }) => {
        allow(station, 'rounds.open');
        checkDays(planned);
        const former = mustFind(station, roundId);
        const targetKind = target === undefined ? former.targetKind : target.kind === 'search' ? 'list' : target.kind;
        const round: RoundRow = { ...former, ...planned, targetKind };
        station.tables.rounds.change(round);
        if (target !== undefined) setTarget(station, round, target);
        share(station, 'round', roundId);
        audit(station, 'round.change', `round:${roundId}`, { from: facts(former), to: facts(round) });
        return roundId;
      },
      answer: oneRound,
    }),
    'rounds.choose': change({
      run: (station, { roundId }) => {
        allow(station, 'rounds.open');
        if (mustFind(station, roundId).endedAtMs !== null) throw new StationError('ROUND_ENDED');
        station.tables.settings.set('rounds.current', roundId);
        audit(station, 'round.choose', `round:${roundId}`);
        return roundId;
      },
      answer: oneRound,
    }),
    'rounds.end': change({
      run: (station, { roundId }) => {
        allow(station, 'rounds.open');
        if (mustFind(station, roundId).endedAtMs !== null) return roundId;
        const isLast = station.tables.rounds.list().every(({ id, endedAtMs }) => id === roundId || endedAtMs !== null);
        if (isLast) throw new StationError('LAST_ROUND');
        station.tables.rounds.end(roundId, station.clock.now());
        share(station, 'round', roundId);
        audit(station, 'round.end', `round:${roundId}`);
        return roundId;
      },
      answer: oneRound,
    }),
    'rounds.buildings': look((station) => ({
      buildings: station.tables.rounds
        .listAllBuildings()
        .filter(({ building }) => building !== '' && maskPersonalNumbers(building) === building),
    })),
    'rounds.coverage': look(async (station, { roundId }) => {
      const board = await boards.look(station, mustFind(station, roundId));
      const { buildings, ...total } = board.coverage();
      return {
        coverage: {
          ...total,
          buildings: buildings.map(({ building, ...rest }) => ({ building: maskPersonalNumbers(building), ...rest })),
        },
      };
    }),
    'rounds.notTested': look(async (station, input) => {
      const round = mustFind(station, input.roundId);
      const board = await boards.look(station, round);
      const found = searched(station, input.query);
      const entries = board.entries.filter(
        (entry) => isWanted(entry, input) && (found === null || found.has(entry.id)),
      );
      const rows = entries.slice(input.offset, input.offset + input.limit);
      return { total: entries.length, rows: rows.flatMap((entry) => notTestedRow(station, round, entry)) };
    }),
    'rounds.noteAbsence': change({
      run: (station, { roundId, personId, reason, note }) => {
        const operator = allow(station, 'rounds.noteAbsence');
        refusePersonal(note, 'note');
        if (reason === 'other' && note.length < 2) throw new StationError('REASON_NEEDED', {}, 'note');
        const round = mustFind(station, roundId);
        if (station.tables.people.find(personId) === null) throw new StationError('NOT_FOUND', { what: 'person' });
        const atMs = station.clock.now();
        station.tables.rounds.noteAbsence({ roundId: round.id, personId, reason, note, atMs, operatorId: operator.id });
        // Whoever keeps the round's figures looks at this person again.
        station.tables.tests.touch(personId);
        audit(station, 'round.absence', `person:${personId}`, { round: roundId, reason });
        return personId;
      },
      answer: (station, personId) => {
        station.emit('desk.changed', { why: 'other' });
        return { personId };
      },
    }),
  };
}

type Part = Pick<ParsedInput<'rounds.notTested'>, 'building' | 'floor' | 'absence'>;

export function isWanted(entry: BoardEntry, { building, floor, absence }: Part): boolean {
  return (
    !entry.isTested &&
    (building === undefined || entry.building === building) &&
    (floor === undefined || entry.floor === floor) &&
    (absence === 'any' || (absence === 'noted') === entry.isAbsent)
  );
}

/** The ids of whoever answers to a search; null for no search. */
function searched(station: Station, query: string): ReadonlySet<string> | null {
  const typed = query.normalize('NFKC').trim();
  if (typed === '') return null;
  return new Set(station.tables.people.search(typed, 1_000, 0).rows.map(({ id }) => id));
}

/** One row of the list; none for whoever has gone since. */
export function notTestedRow(station: Station, round: RoundRow, entry: BoardEntry) {
  const person = station.tables.people.find(entry.id);
  if (person === null) return [];
  return [
    {
      ...maskedPerson(person, today(station)),
      floor: entry.floor,
      absence: station.tables.rounds.findAbsence(round.id, entry.id),
    },
  ];
}
