import { second } from '../../shared/time.ts';
import {
  mostSeeds,
  mostTests,
  nothingYet,
  type Simulated,
  simulateStation,
  type Wish,
} from '../simulation/stations.ts';
import { countStationsBeside, enrol } from '../store/stations.ts';
import { type Command, type CommandContext, Refusal, type Values, WrongUse } from './command.ts';

/** What every simulated site's name begins with. */
const siteMark = '模拟 ';
const stationsASite = 10;
const saidEveryMs = 5 * second;
const loopback: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

export const simulateCommand: Command = {
  name: 'simulate',
  usage: [
    [
      '[--url http://127.0.0.1:8080] [--stations 10] [--tests 1000] [--rate N] [--batch 50] [--seed 1]',
      'plays stations with made-up people against a running service of this database; --rate is tests a second of all',
    ],
    ['… --beside-real-stations', 'where the database has stations that are not simulated'],
  ],
  options: {
    url: { type: 'string' },
    stations: { type: 'string' },
    tests: { type: 'string' },
    rate: { type: 'string' },
    batch: { type: 'string' },
    seed: { type: 'string' },
    'beside-real-stations': { type: 'boolean' },
  },
  read: (values) => {
    const stations = wholeIn(values, 'stations', 10, 1, 10_000);
    const wish: Wish = {
      url: urlIn(values),
      seed: wholeIn(values, 'seed', 1, 0, mostSeeds - 1),
      testsAStation: wholeIn(values, 'tests', 1_000, 1, mostTests(stations)),
      recordsABatch: wholeIn(values, 'batch', 50, 1, 500),
      testsPerSecond: values['rate'] === undefined ? null : wholeIn(values, 'rate', 1, 1, 100_000),
    };
    return (context) => simulate(wish, stations, values['beside-real-stations'] === true, context);
  },
};

function wholeIn(values: Values, option: string, usual: number, least: number, most: number): number {
  const text = values[option];
  if (text === undefined) return usual;
  const value = /^\d{1,9}$/.test(String(text)) ? Number(text) : Number.NaN;
  if (!(value >= least && value <= most)) throw new WrongUse(`--${option} takes ${least} to ${most}`);
  return value;
}

function urlIn(values: Values): string {
  const text = typeof values['url'] === 'string' ? values['url'] : 'http://127.0.0.1:8080';
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !loopback.has(url.hostname) || url.protocol !== 'http:')
    throw new WrongUse('--url takes the address of a service on this machine, as http://127.0.0.1:8080');
  return url.origin;
}

async function simulate(
  wish: Wish,
  stations: number,
  isBesideReal: boolean,
  { database, log, tell }: CommandContext,
): Promise<void> {
  const others = await countStationsBeside(database, siteMark);
  if (others > 0 && !isBesideReal)
    throw new Refusal(
      `the database has ${others} stations that are not simulated, and what is simulated stays in it; --beside-real-stations goes on all the same`,
    );
  const tokens: string[] = [];
  for (let place = 0; place < stations; place += 1) {
    const site = `${siteMark}${wish.seed}-${Math.floor(place / stationsASite) + 1}`;
    const enrolled = await enrol(database, { site, station: `${place + 1}` }, Date.now(), true);
    if (!enrolled.ok) throw new Error(enrolled.code);
    tokens.push(enrolled.token);
  }
  const told = nothingYet();
  const stopped = new AbortController();
  const stop = () => stopped.abort();
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  const startedMs = performance.now();
  const saying = setInterval(() => log('info', 'simulating', figuresOf(told, startedMs)), saidEveryMs);
  try {
    await Promise.all(
      tokens.map((token, place) => simulateStation(wish, place, stations, token, told, stopped.signal)),
    );
  } finally {
    clearInterval(saying);
    process.removeListener('SIGINT', stop);
    process.removeListener('SIGTERM', stop);
  }
  tell({ stations, ...figuresOf(told, startedMs) });
  if (stopped.signal.aborted) throw new Refusal('it was stopped before everything was sent');
}

function figuresOf({ latenciesMs, ...counts }: Simulated, startedMs: number): Record<string, number> {
  const seconds = (performance.now() - startedMs) / second;
  const sorted = Float64Array.from(latenciesMs).sort();
  const ms = (share: number) => Math.round(sorted[Math.ceil(share * sorted.length) - 1] ?? 0);
  return {
    ...counts,
    seconds: Math.round(seconds * 10) / 10,
    recordsPerSecond: Math.round(counts.records / seconds),
    p50Ms: ms(0.5),
    p95Ms: ms(0.95),
    p99Ms: ms(0.99),
  };
}
