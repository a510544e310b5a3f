import { createHash } from 'node:crypto';
import { canonicalJson } from '../../../shared/canonicalJson.ts';
import { maskPersonalNumbers } from '../../../shared/codes/personal.ts';
import { StationError } from '../../../shared/errors.ts';
import { balances, type DayFigures, type DaySummary, type Tally } from '../../../shared/model/daySummary.ts';
import { localTime } from '../../../shared/time.ts';
import type { CountedTest } from '../../db/summary.ts';
import { change, type Handlers, look } from '../dispatch.ts';
import { kitBalances } from '../kits/counts.ts';
import { audit, type Station, signedIn, today } from '../station.ts';

const emptyTally: Tally = { registered: 0, negative: 0, positive: 0, invalid: 0, pending: 0, void: 0 };

/** SHA-256, lower-case hex, over the canonical JSON of a day's figures: what the paper carries. */
function figuresHash(figures: DayFigures): string {
  return createHash('sha256').update(canonicalJson(figures)).digest('hex');
}

/** The figures of a site-local day: each test once, by its newest revision, on the day of its binding. */
export function dayFigures(station: Station, day: string): DayFigures {
  // Of a day whose tests were destroyed the figures are kept as they were.
  const kept = station.tables.retention.findKeptDay(day);
  if (kept !== null) return kept;
  const { siteName, stationName, zone } = station.settings.get();
  const tests = station.tables.summary.listTests(day);
  const total = tests.reduce(count, emptyTally);
  const kits = kitBalances(station, day);
  return {
    day,
    siteName,
    stationName,
    total,
    balanced: balances(total),
    byHour: groups(tests, (test) => String(localTime(test.boundAtMs, zone).hour), String)
      .map(({ key, tally }) => ({ hour: Number(key), tally }))
      .sort((a, b) => a.hour - b.hour),
    byOperator: groups(
      tests,
      (test) => test.operatorId,
      (_key, test) => test.operatorName,
    ),
    byProductLot: groups(
      tests,
      (test) => JSON.stringify([test.productName, test.lot]),
      (_key, test) => [test.productName, test.lot].filter((part) => part !== null).join(' · '),
    ),
    byBuilding: groups(
      tests,
      (test) => maskPersonalNumbers(test.building),
      (key) => key,
    ),
    ...station.tables.summary.countFigures(day),
    ...(kits.length === 0 ? {} : { kits }),
  };
}

function groups(
  tests: readonly CountedTest[],
  keyOf: (test: CountedTest) => string,
  labelOf: (key: string, test: CountedTest) => string,
) {
  const found = new Map<string, { key: string; label: string; tally: Tally }>();
  for (const test of tests) {
    const key = keyOf(test);
    const group = found.get(key) ?? { key, label: labelOf(key, test), tally: emptyTally };
    found.set(key, { ...group, tally: count(group.tally, test) });
  }
  return [...found.values()].sort((a, b) => collator.compare(a.label, b.label));
}

/** Building 2 before building 11. */
const collator = new Intl.Collator('zh-CN', { numeric: true });

function count(tally: Tally, { status }: { readonly status: CountedTest['status'] }): Tally {
  if (status === 'undone') return tally;
  return { ...tally, registered: tally.registered + 1, [status]: tally[status] + 1 };
}

function daySummary(station: Station, day: string): DaySummary {
  const figures = dayFigures(station, day);
  return {
    figures,
    sha256: figuresHash(figures),
    takenAtMs: station.clock.now(),
    copiesPrinted: station.tables.papers.count(day),
    delivery: station.tables.summary.countDelivery(day),
  };
}

export const summaryHandlers: Handlers<'summary.get' | 'summary.countCopy'> = {
  'summary.get': look((station, { day }) => {
    signedIn(station);
    return daySummary(station, day ?? today(station));
  }),
  'summary.countCopy': change({
    run: (station, { day, sha256 }) => {
      const operator = signedIn(station);
      // The paper must carry the figures of this moment, or the number would stand for other ones.
      if (figuresHash(dayFigures(station, day)) !== sha256) throw new StationError('NOT_ON_STAGE');
      const copy = station.tables.papers.count(day) + 1;
      station.tables.papers.insert(day, copy, sha256, station.clock.now(), operator.id);
      audit(station, 'summary.copy', `day:${day}`, { copy, sha256 });
      return { copy };
    },
    answer: (_station, stored) => stored,
  }),
};
