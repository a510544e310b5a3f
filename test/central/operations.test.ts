import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTurns } from '../../central/ingest/turns.ts';
import { createLog } from '../../central/log.ts';
import { createMetrics } from '../../central/metrics.ts';
import { readyReplySchema } from '../../shared/central/operations.ts';
import { batchReplySchema, problemSchema, routes } from '../../shared/central.ts';
import { databaseKinds, openMigrated, type TestDatabase } from './databases.ts';
import { bound, resulted } from './records.ts';
import { batchOf, startService } from './service.ts';

const main = fileURLToPath(new URL('../../central/main.ts', import.meta.url));
const server = () => {
  const kind = databaseKinds.find(({ name }) => name === 'PostgreSQL');
  if (kind === undefined) throw new Error('no PostgreSQL');
  return openMigrated(kind);
};

let opened: TestDatabase;
beforeEach(async () => {
  opened = await server();
});
afterEach(async () => {
  await opened.close();
});

/** Holds every station's row, so that batches wait for it in the database; answers what lets them go. */
async function hold(): Promise<() => Promise<void>> {
  let letGo = () => {};
  const until = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  let isHeld = () => {};
  const held = new Promise<void>((resolve) => {
    isHeld = resolve;
  });
  const done = opened.other.transaction(async (statements) => {
    await statements.query('SELECT 1 FROM stations FOR UPDATE');
    isHeld();
    await until;
  });
  await held;
  return async () => {
    letGo();
    await done;
  };
}

/** Until so many statements of others wait for a lock. */
async function waitingForLocks(count: number): Promise<void> {
  for (;;) {
    const [row] = await opened.database.query<{ n: number }>(
      `SELECT count(*) AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    if ((row?.n ?? 0) >= count) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('whoever runs the service', () => {
  it('is told whether a process lives and whether it may be sent requests', async () => {
    const service = await startService(opened.database);
    const get = (route: string) => fetch(`${service.url}${route}`);
    expect(await (await get(routes.live)).json()).toEqual({ status: 'alive' });
    expect(readyReplySchema.parse(await (await get(routes.ready)).json())).toEqual({ status: 'ready' });
    await service.close();

    const gone = {
      ...opened.database,
      query: () => Promise.reject(Object.assign(new Error(), { code: 'ECONNREFUSED' })),
    };
    const without = await startService(gone);
    const ready = await fetch(`${without.url}${routes.ready}`);
    expect([ready.status, ready.headers.get('retry-after')]).toEqual([503, '5']);
    expect((await fetch(`${without.url}${routes.live}`)).status).toBe(200);
    await without.close();
  });

  it('reads figures of requests and records, on no address that stations reach', async () => {
    const metrics = createMetrics(() => 3);
    const service = await startService(opened.database, { metrics });
    const station = await service.station();
    const record = bound();
    await station.post([record, record, { broken: 'x' }]);
    await station.kit('some kit’s own code');
    await fetch(`${service.url}/nowhere/at-all`);
    const text = await metrics.text();
    expect(text).toContain('yiceda_records_total{status="stored"} 1');
    expect(text).toContain('yiceda_records_total{status="duplicate"} 1');
    expect(text).toContain('yiceda_records_total{status="rejected"} 1');
    expect(text).toContain('yiceda_batches_waiting 3');
    expect(text).toContain(`yiceda_request_seconds_count{route="${routes.batches}",method="POST",status="200"} 1`);
    expect(text).toContain('route="none",method="GET",status="404"');
    expect(text).not.toContain('own code');
    expect(text).not.toContain('nowhere');
    expect((await fetch(`${service.url}/metrics`)).status).toBe(404);
    await service.close();
  });

  it('finds nobody in the log, whatever was sent', async () => {
    const lines: string[] = [];
    const log = createLog((line) => lines.push(line), Date.now);
    const service = await startService(opened.database, { log });
    const station = await service.station();
    const record = bound();
    const stray = { ...bound(), contentHash: '0'.repeat(64) };
    await station.post([record, record, stray, { ...bound(), payload: { person: record.payload.person } }]);
    await station.postRaw('{"records": [');
    await station.kit(record.payload.kit.key);
    await fetch(`${service.url}${routes.stats}`, { headers: { authorization: 'Bearer wrong' } });
    const failing = {
      ...opened.database,
      transaction: () => Promise.reject(Object.assign(new Error(record.payload.person.name), { code: '22P02' })),
    };
    const broken = await startService(failing, { log });
    const answer = await station.at(broken).fetch(routes.batches, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(batchOf([record])),
    });
    expect(answer.status).toBe(500);
    expect(await answer.text()).not.toContain(record.payload.person.name);
    await broken.close();
    await service.close();

    const text = lines.join('');
    expect(lines.length).toBeGreaterThan(5);
    for (const line of lines) expect(JSON.parse(line)).toHaveProperty('event');
    const values = (value: unknown): string[] =>
      typeof value === 'string'
        ? [value]
        : typeof value === 'object' && value !== null
          ? Object.values(value).flatMap(values)
          : [];
    const said = [
      ...values(record.payload.person),
      record.payload.kit.key,
      record.payload.kit.serial,
      record.key,
      station.token,
    ];
    // What the log is made of itself, such as a kind of document, is nobody's.
    const own = said.filter((value) => value.length > 4 && value !== record.payload.person.documentKind);
    expect(own.length).toBeGreaterThan(4);
    for (const value of own) expect(text, value).not.toContain(value);
  });

  it('is not overrun: what is too much is told to come later, and nothing of it is stored', async () => {
    const turns = createTurns({ atOnce: 1, waiting: 1 }, () => performance.now());
    const service = await startService(opened.database, { turns });
    const station = await service.station();
    const letGo = await hold();
    const post = (records: readonly unknown[]) => station.postRaw(batchOf(records));
    const first = post([bound()]);
    await waitingForLocks(1);
    const small = post([bound()]);
    while (turns.waiting() === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    const large = await post([bound(), bound(), bound()]);
    expect(large.status).toBe(429);
    expect(problemSchema.parse(await large.json()).code).toBe('tooMany');
    expect(Number(large.headers.get('retry-after'))).toBeGreaterThanOrEqual(2);
    await letGo();
    expect([(await first).status, (await small).status]).toEqual([200, 200]);
    expect((await station.stats()).tests).toBe(2);
    await service.close();
  });
});

it('a process that is told to end answers what it has begun, takes nothing new, and says so', async () => {
  const service = await startService(opened.database);
  const station = await service.station();
  await service.close();
  const child = spawn(process.execPath, [main, 'serve', '--port', '0', '--metrics-port', '0'], {
    env: { ...process.env, DATABASE_URL: opened.url ?? '' },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = once(child, 'exit');
  try {
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    const { listening, metricsPort } = JSON.parse(line.toString()) as { listening: string; metricsPort: number };
    const figures = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
    expect(figures).toContain('yiceda_batches_waiting 0');

    const letGo = await hold();
    const binding = bound();
    const batch = fetch(`${listening}${routes.batches}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${station.token}`, 'content-type': 'application/json' },
      body: JSON.stringify(batchOf([binding, resulted(binding.testId, 2, 1, 'negative')])),
    });
    await waitingForLocks(1);
    // Somebody who connected and never asks is not waited for.
    const silent = connect(Number(new URL(listening).port), '127.0.0.1').on('error', () => {});
    await once(silent, 'connect');
    child.kill('SIGTERM');
    // Until nobody is let in any more.
    for (;;) {
      const refused = await fetch(`${listening}${routes.live}`, { headers: { connection: 'close' } }).then(
        (response) => response.status === 503,
        () => true,
      );
      if (refused) break;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await letGo();
    const answer = await batch;
    expect(answer.status).toBe(200);
    expect(batchReplySchema.parse(await answer.json()).receipts.map(({ status }) => status)).toEqual([
      'stored',
      'stored',
    ]);
    expect(await ended).toEqual([0, null]);
  } finally {
    child.kill('SIGKILL');
  }
});
