import { StationError } from '../../../shared/errors.ts';
import type { Round } from '../../../shared/model/round.ts';
import type { RoundRow } from '../../db/rounds.ts';
import { change, type Handlers, look } from '../dispatch.ts';
import { allow } from '../staff/rights.ts';
import { audit, type Station } from '../station.ts';

export function roundView(station: Station, round: RoundRow): Round {
  return {
    ...round,
    target: countRoster(station),
    tested: station.tables.tests.countTestedInRound(round.id),
  };
}

/** The round that people are tested in now. A register has one from its making. */
export function currentRound(station: Station): RoundRow {
  const round = station.tables.rounds.findCurrent();
  if (round === null) throw new StationError('NOT_FOUND', { what: 'round' });
  return round;
}

function countRoster(station: Station): number {
  const known = station.rosterCount.get();
  if (known !== null) return known;
  const counted = station.tables.people.count();
  station.rosterCount.set(counted);
  return counted;
}

/** Opens a round: from now on it is the current one, in which each person is tested once. */
export function openRound(station: Station, name: string, day: string): RoundRow {
  const round: RoundRow = { id: station.newId(), name, day, openedAtMs: station.clock.now() };
  station.tables.rounds.insert({ ...round, openedBy: station.operator.get()?.id ?? null });
  audit(station, 'round.open', `round:${round.id}`, { day });
  return round;
}

export const roundHandlers: Handlers<'rounds.list' | 'rounds.open'> = {
  'rounds.list': look((station) => {
    const rounds = station.tables.rounds.list();
    return { rounds: rounds.map((round) => roundView(station, round)), currentId: rounds[0]?.id ?? '' };
  }),
  'rounds.open': change({
    run: (station, { name, day }) => {
      allow(station, 'rounds.open');
      return openRound(station, name, day);
    },
    answer: (station, round) => ({ round: roundView(station, round) }),
  }),
};
