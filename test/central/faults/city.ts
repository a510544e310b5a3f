import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { expect } from 'vitest';
import type { Database } from '../../../central/store/database.ts';
import { openPostgres } from '../../../central/store/postgres.ts';
import { admitReader } from '../../../central/store/readers.ts';
import { newEpoch } from '../../../central/store/service.ts';
import { enrol } from '../../../central/store/stations.ts';
import { verifyRegister } from '../../../electron/core/register/verify.ts';
import { openRegister, type Register } from '../../../electron/db/open.ts';
import { type FeedLine, routes, statsReplySchema } from '../../../shared/central.ts';
import type { Output } from '../../../shared/contract.ts';
import { type Fault, startFaultyProxy } from '../../core/faultyProxy.ts';
import { restartingCore } from '../../core/kill/restartingCore.ts';
import { seeded } from '../../core/kill/seeded.ts';
import { checkRequests, checkSound, expectedOf, heldIn, randomWork } from '../../core/kill/work.ts';
import { openDesk } from '../../core/openDesk.ts';
import { outboxOf } from '../../core/sentSet.ts';
import { dropDatabase, makeMigratedDatabase } from '../../madeOnce.ts';
import { allSettled } from '../databases.ts';
import { readWholeFeed, startFollower } from './follower.ts';
import { restartingService } from './services.ts';

export type CityPlan = {
  readonly seed: number;
  readonly sites: number;
  readonly stationsASite: number;
  /** So much is acknowledged by the desks together, at least, … */
  readonly facts: number;
  /** … and so often something goes wrong. */
  readonly disturbances: number;
  /** The service is restored from a backup of its first half. */
  readonly restores: boolean;
};

export type CityFigures = {
  readonly facts: number;
  readonly records: number;
  readonly faults: Readonly<Record<string, number>>;
  readonly feedRestarts: number;
};

/** The undo of a binding is over after this. */
const undoMs = 11_000;
/** A desk's pause between two people, so that there is time for things to go wrong. */
const stepMs = 40;
/** How long the last of it may take to arrive once nothing goes wrong any more. */
const settledWithinMs = 120_000;

const networkFaults: readonly Fault[] = [
  'refuse',
  'cutSending',
  'cutAnswer',
  'halfAnswer',
  'shortAnswer',
  'html',
  'htmlRefusal',
  'redirect',
  'twice',
  'former',
  'backwards',
  'noReceipts',
  'halfReceipts',
  { status: 503 },
  { status: 429, headers: { 'retry-after': '1' } },
  { status: 408 },
];
const nameOf = (fault: Fault): string =>
  (typeof fault === 'object' ? Object.values(fault).map(String)[0] : fault) ?? '';

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function openOnServer(): Promise<{ database: Database; url: string; close: () => Promise<void> }> {
  const server = process.env['TEST_DATABASE_URL'];
  if (server === undefined) throw new Error('TEST_DATABASE_URL is not set: `npm test` starts a PostgreSQL for this');
  const name = `city_${randomUUID().replaceAll('-', '')}`;
  const url = await makeMigratedDatabase(server, name);
  // Its connections are cut on purpose.
  const database = openPostgres(url, () => {});
  await newEpoch(database);
  return {
    database,
    url,
    close: async () => {
      await database.close();
      await dropDatabase(server, name);
    },
  };
}

/** A desk whose core is a process of its own, behind a network of its own. */
async function openStation(site: string, name: string, token: string, service: string, seed: number, n: number) {
  const proxy = await startFaultyProxy(service);
  const central = { url: proxy.url, token };
  const desk = await openDesk({ core: { embeddedCentral: central } });
  await desk.core().close();
  const core = restartingCore({ registerFile: desk.registerFile, dataKeyHex: desk.dataKeyHex(), central });
  await core.start();
  const asked = new Set<string>();
  const work = randomWork({
    call: core.call,
    advance: core.advance,
    random: seeded(seed + n + 1),
    folder: desk.folder,
    asks: (requestId) => asked.add(requestId),
    after: (n + 1) * 10_000,
  });
  return { site, name, token, proxy, desk, core, work, asked };
}
type Station = Awaited<ReturnType<typeof openStation>>;

/**
 * A city on a bad day: desks of several sites at work, each behind a network that breaks in every way a network does; two
 * processes of the service on one PostgreSQL, killed and started again; connections of the database cut; desks killed; and
 * where asked, the database put back to what it was earlier. All that is chosen derives from the seed; when things meet is
 * the machine's.
 *
 * Checks at the end, when nothing goes wrong any more: what the service holds is what the desks acknowledged, record by
 * record; nothing is left at a desk, parked or in conflict; the service's totals are the desks' own; a reader who followed
 * the feed all the while has what one has who reads it now, each record once; desks of a site know each other's tests.
 */
export async function cityUnderFaults(plan: CityPlan): Promise<CityFigures> {
  const random = seeded(plan.seed);
  const chosen = <T>(all: readonly T[]): T => {
    const one = all[Math.floor(random() * all.length)];
    if (one === undefined) throw new Error('nothing to choose from');
    return one;
  };
  const opened = await openOnServer();
  const services = [restartingService(opened.url), restartingService(opened.url)];
  const stations: Station[] = [];
  const faults = new Map<string, number>();
  const count = (what: string) => faults.set(what, (faults.get(what) ?? 0) + 1);
  try {
    await Promise.all(services.map((service) => service.start()));
    const reader = await admitReader(opened.database, 'the city', ['feed'], Date.now());
    for (let n = 0; n < plan.sites * plan.stationsASite; n += 1) {
      const who = { site: `site ${Math.floor(n / plan.stationsASite)}`, station: `station ${n}` };
      const enrolled = await enrol(opened.database, who, Date.now(), false);
      if (!enrolled.ok) throw new Error(enrolled.code);
      const service = services[n % services.length]?.url() ?? '';
      stations.push(await openStation(who.site, who.station, enrolled.token, service, plan.seed, n));
    }
    const follower = startFollower(reader, () => services.map((service) => service.url()));

    const done = () => stations.reduce((sum, { work }) => sum + work.facts.length, 0);
    let isBusy = true;
    const busy = stations.map(async ({ work, core }) => {
      for (let n = 0; isBusy; n += 1) {
        await work.step();
        // Now and then nobody comes for a while, so that what could be undone is due.
        if (n % 6 === 5) await core.advance(undoMs);
        await pause(stepMs);
      }
    });

    /** Things that go wrong one after another, each for a while. */
    const disturb: readonly (() => Promise<void>)[] = [
      ...Array.from({ length: 6 }, () => async () => {
        const { proxy } = chosen(stations);
        const fault = chosen(networkFaults);
        count(nameOf(fault));
        proxy.set(fault);
        await pause(random() * 300);
        proxy.set('none');
      }),
      async () => {
        count('another process');
        chosen(stations).proxy.leadTo(chosen(services).url());
      },
      async () => {
        count('partition');
        const cut = stations.filter(() => random() < 0.5);
        for (const { proxy } of cut) proxy.set('refuse');
        await pause(200 + random() * 600);
        for (const { proxy } of cut) proxy.set('none');
      },
      async () => {
        count('service killed');
        const service = chosen(services);
        await service.kill();
        await pause(random() * 400);
        await service.start();
      },
      async () => {
        count('database connections cut');
        await opened.database.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid() AND random() < 0.7`,
        );
      },
      async () => {
        count('desk killed');
        const { core } = chosen(stations);
        await core.kill();
        core.pass(undoMs);
        await core.start();
      },
    ];
    const saved = plan.restores ? `saved_${randomUUID().replaceAll('-', '')}` : null;
    let step: 'before' | 'saved' | 'restored' = saved === null ? 'restored' : 'before';
    for (let n = 0; n < plan.disturbances || done() < plan.facts || step !== 'restored'; n += 1) {
      await chosen(disturb)();
      await pause(20 + random() * 80);
      const isPast = (share: number) => n >= plan.disturbances * share && done() >= plan.facts * share;
      if (saved !== null && step === 'before' && isPast(1 / 3)) {
        step = 'saved';
        await withServicesDown(services, opened.url, (admin, name) =>
          admin.query(`CREATE DATABASE ${saved} TEMPLATE ${name}`),
        );
      } else if (saved !== null && step === 'saved' && isPast(2 / 3)) {
        step = 'restored';
        count('service restored from a backup');
        await withServicesDown(services, opened.url, async (admin, name) => {
          await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
          await admin.query(`ALTER DATABASE ${saved} RENAME TO ${name}`);
          const restored = openPostgres(opened.url, () => {});
          await newEpoch(restored);
          await restored.close();
        });
      }
    }
    isBusy = false;
    await Promise.all(busy);

    for (const { proxy } of stations) proxy.set('none');
    await settled(stations);
    await allSettled(opened.database);
    const followed = await follower.end();
    const whole = await readWholeFeed(reader, services[0]?.url() ?? '');
    const known = await siblingsKnown(stations);
    for (const { core } of stations) await core.stop();

    const records = await checkRecords(opened.database, stations);
    checkFeed(followed, whole, records);
    for (const station of stations) await checkStation(station);
    await checkTotals(stations, services[0]?.url() ?? '');
    expect(known).toBe(true);
    return {
      facts: done(),
      records: records.length,
      faults: Object.fromEntries([...faults].toSorted()),
      feedRestarts: follower.restarts(),
    };
  } finally {
    for (const service of services) await service.kill();
    for (const { desk, proxy } of stations) {
      await desk.close();
      await proxy.close();
    }
    await opened.close();
  }
}

/** Both processes away, so that the server lets a whole database be copied or put in another's place. */
async function withServicesDown(
  services: readonly ReturnType<typeof restartingService>[],
  url: string,
  work: (admin: pg.Client, name: string) => Promise<unknown>,
): Promise<void> {
  for (const service of services) await service.kill();
  const name = new URL(url).pathname.slice(1);
  const address = new URL(url);
  address.pathname = '/postgres';
  const admin = new pg.Client({ connectionString: address.href });
  await admin.connect();
  await admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [name]);
  await work(admin, name);
  await admin.end();
  await Promise.all(services.map((service) => service.start()));
}

/** Until every desk has sent all it has. */
async function settled(stations: readonly Station[]): Promise<void> {
  const until = performance.now() + settledWithinMs;
  for (const { core, name } of stations) {
    for (;;) {
      await core.advance(undoMs);
      const reply = await core.call('sync.sendNow', {});
      if (!reply.ok) throw new Error(`${name}: ${reply.error.code}`);
      const { sync } = reply.value as Output<'sync.sendNow'>;
      if (sync.unsent === 0) break;
      if (performance.now() > until) throw new Error(`${name} still holds ${sync.unsent}: ${JSON.stringify(sync)}`);
      await pause(100);
    }
  }
}

const lineOf = (station: string, key: string, test: string, seq: number, hash: string) =>
  `${station} ${test} ${seq} ${key} ${hash}`;

/** The service's set is the union of the desks' own. Answers it, a line a record. */
async function checkRecords(database: Database, stations: readonly Station[]): Promise<readonly string[]> {
  const rows = await database.query<{ station: string; key: string; test: string; seq: number; hash: string }>(
    `SELECT station.name AS station, key, test_id AS test, seq, encode(content_hash, 'hex') AS hash
       FROM records JOIN stations AS station ON station.no = records.station_no`,
  );
  const held = rows.map(({ station, key, test, seq, hash }) => lineOf(station, key, test, seq, hash)).toSorted();
  const union = stations.flatMap(({ name, desk }) =>
    outboxOf(desk).map(({ key, test, seq, hash }) => lineOf(name, key, test, seq, hash)),
  );
  expect(held).toEqual(union.toSorted());
  return held;
}

/** Whoever followed has what whoever comes now gets: each record once, those of a test in their order. */
function checkFeed(followed: readonly FeedLine[], whole: readonly FeedLine[], records: readonly string[]): void {
  expect(followed.map(({ cursor }) => cursor)).toEqual(whole.map(({ cursor }) => cursor));
  const told = whole.map(({ station, record: { key, testId, seq, contentHash } }) =>
    lineOf(station, key, testId, seq, contentHash),
  );
  expect(told.toSorted()).toEqual(records);
  const last = new Map<string, number>();
  for (const { record } of whole) {
    expect(record.seq).toBe((last.get(record.testId) ?? 0) + 1);
    last.set(record.testId, record.seq);
  }
}

async function checkStation({ desk, work, asked, name }: Station): Promise<void> {
  const db = openRegister({ file: desk.registerFile, dataKeyHex: desk.dataKeyHex(), readonly: true });
  try {
    checkSound(db);
    checkRequests(db, work.facts, asked);
    // People come from the other desks of the site too; tests are the desk's own.
    expect(heldIn(db).tests).toEqual(expectedOf(work.facts).tests);
    expect(await verifyRegister(db), name).toBeNull();
    const states = db.prepare("SELECT DISTINCT state FROM outbox WHERE state <> 'withdrawn'").pluck().all();
    expect(states, name).toEqual(['sent']);
    expect(db.prepare('SELECT count(*) FROM conflicts').pluck().get()).toBe(0);
    // A roster whose core died is chosen again; nothing else is refused.
    expect([...work.refusals.keys()].filter((code) => code !== 'IMPORT_GONE')).toEqual([]);
  } finally {
    db.close();
  }
}

const statuses = ['pending', 'negative', 'positive', 'invalid', 'void'] as const;

/** What the service counts of a site is what its desks count together. */
async function checkTotals(stations: readonly Station[], url: string): Promise<void> {
  for (const site of new Set(stations.map((station) => station.site))) {
    const its = stations.filter((station) => station.site === site);
    const ours = Object.fromEntries(statuses.map((status) => [status, 0])) as Record<(typeof statuses)[number], number>;
    for (const { desk } of its) {
      for (const line of readRegister(desk, (db) => heldIn(db).tests)) {
        const status = line.split(' ').at(-1) ?? '';
        if (status !== 'undone') ours[status as (typeof statuses)[number]] += 1;
      }
    }
    const response = await fetch(`${url}${routes.stats}`, { headers: { authorization: `Bearer ${its[0]?.token}` } });
    const { pending, negative, positive, invalid, void: voided, tests } = statsReplySchema.parse(await response.json());
    expect({ pending, negative, positive, invalid, void: voided }).toEqual(ours);
    expect(tests).toBe(Object.values(ours).reduce((sum, each) => sum + each, 0));
  }
}

function readRegister<T>(desk: Station['desk'], read: (db: Register) => T): T {
  const db = openRegister({ file: desk.registerFile, dataKeyHex: desk.dataKeyHex(), readonly: true });
  try {
    return read(db);
  } finally {
    db.close();
  }
}

/** Whether each desk has come to know every test of the others of its site, as they stand there. */
async function siblingsKnown(stations: readonly Station[]): Promise<boolean> {
  const until = performance.now() + settledWithinMs;
  const isKnown = () =>
    stations.every(({ desk, site, name }) => {
      const theirs = stations
        .filter((other) => other.site === site && other.name !== name)
        .flatMap((other) => readRegister(other.desk, (db) => heldIn(db).tests))
        .filter((line) => !line.endsWith(' undone'))
        .toSorted();
      const copies = readRegister(
        desk,
        (db) =>
          db
            .prepare("SELECT json_extract(bound, '$.kit.serial') || ' ' || status FROM sibling_tests")
            .pluck()
            .all() as string[],
      );
      return JSON.stringify(copies.toSorted()) === JSON.stringify(theirs);
    });
  while (!isKnown()) {
    if (performance.now() > until) return false;
    await pause(200);
  }
  return true;
}
