import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { verifyRegister } from '../../electron/core/register/verify.ts';
import { openRegister } from '../../electron/db/open.ts';
import { ownRecordsReplySchema } from '../../shared/central/installations.ts';
import { batchReplySchema, routes } from '../../shared/central.ts';
import type { CoreMethod, Output } from '../../shared/contract.ts';
import { openNodeCore } from '../../tools/hosts/core.ts';
import { putEmptyCluster } from '../madeOnce.ts';
import { startFaultyProxy } from './faultyProxy.ts';
import { kit, openDesk, passphrase, pin, signIn, type TestDesk } from './openDesk.ts';
import { bothSets, outboxOf } from './sentSet.ts';
import { startCentral, type TestCentral } from './startCentral.ts';

let central: TestCentral;
let proxy: Awaited<ReturnType<typeof startFaultyProxy>>;
let desk: TestDesk;
let token: string;
let base = 820_000;
beforeAll(async () => {
  central = await startCentral();
});
afterAll(() => central.close());
beforeEach(async () => {
  base += 100;
  proxy = await startFaultyProxy(central.connection.url);
  token = await central.enrol(`站 ${crypto.randomUUID()}`, '1');
  desk = await openDesk();
  await desk.call('sync.connect', { url: proxy.url, token } as never);
});
afterEach(async () => {
  await desk.close();
  await proxy.close();
});

const send = async () => (await desk.call('sync.sendNow', {} as never)).sync;
const undoOver = () => desk.clock.pass(10_000);
async function result(n: number, testId: string, outcome: 'negative' | 'positive' | 'invalid'): Promise<void> {
  desk.clock.pass(16 * 60_000);
  await desk.scan(kit(base + n));
  await desk.call('results.record', { testId, outcome } as never);
  if (outcome !== 'positive') return;
  desk.clock.pass(2_000);
  await desk.scan(kit(base + n));
}
const testOf = async (testId: string) => (await desk.call('tests.get', { testId } as never)).test;
async function restore(path: string): Promise<void> {
  const { present } = await desk.call('backups.preview', { path } as never);
  const lostEntries = present.kind === 'readable' ? present.lostEntries : null;
  await desk.call('backups.restore', { path, lostEntries } as never);
  await signIn(desk);
}

describe('a register restored from a backup', () => {
  it('fetches its own records before it sends, says how many, and binds none of those kits again', async () => {
    const pending = await desk.bind(base + 1);
    const voided = await desk.bind(base + 2);
    undoOver();
    await send();
    const { backup } = await desk.call('backups.make', {} as never);
    await result(1, pending, 'positive');
    await desk.call('tests.void', { testId: voided, reason: { code: 'kitDamaged' } } as never);
    const later = await desk.bind(base + 3);
    await result(3, later, 'negative');
    await desk.bind(base + 4);
    undoOver();
    expect(await send()).toMatchObject({ unsent: 0 });
    const before = (await central.records(token)).length;

    proxy.set('refuse');
    await restore(backup.path);
    const owedSinceMs = desk.clock.wallMs();
    const offline = await send();
    expect(offline).toMatchObject({ state: 'offline', ownRecords: { fetchedAtMs: null, taken: 0, kits: 0 } });
    expect(Math.abs((offline.ownRecords?.owedSinceMs ?? 0) - owedSinceMs)).toBeLessThan(60_000);
    expect((await desk.call('desk.get', {} as never)).sync.ownRecords).toEqual(offline.ownRecords);
    expect((await testOf(pending)).status).toBe('pending');

    proxy.set('none');
    const first = proxy.seen.length;
    expect(await send()).toMatchObject({
      state: 'idle',
      unsent: 0,
      parked: 0,
      ownRecords: { fetchedAtMs: expect.any(Number), taken: 2, kits: 2, left: 0 },
    });
    // Announced, then fetched, and only then anything else.
    expect(proxy.seen.slice(first, first + 2).map(({ path }) => path.split('?')[0])).toEqual([
      '/v1/installations',
      '/v1/records/own',
    ]);
    expect(await testOf(pending)).toMatchObject({ status: 'positive', central: 'sent' });
    expect(await testOf(voided)).toMatchObject({ status: 'void', central: 'sent' });
    expect((await desk.call('followUps.count', {} as never)).open).toBe(1);
    await desk.addPerson(base + 9);
    for (const n of [3, 4]) {
      const { stage } = await desk.scanLater(kit(base + n));
      expect(stage).toMatchObject({ kind: 'refused', code: 'kitServed' });
    }
    await desk.call('results.revise', { testId: pending, outcome: 'negative', reason: { code: 'misread' } } as never);
    await desk.bind(base + 5);
    undoOver();
    expect(await send()).toMatchObject({ unsent: 0, parked: 0 });
    const db = openRegister({
      file: desk.registerFile,
      dataKeyHex: desk.dataKeyHex(),
      nativeBinding: null,
      readonly: true,
    });
    expect(await verifyRegister(db)).toBeNull();
    db.close();
    // All that was ever acknowledged is there once: before the backup, after it, and since the restore.
    const service = await central.records(token);
    expect(service).toHaveLength(before + 2);
    const keys = new Set(service.map(({ key }) => key));
    for (const { key, state } of outboxOf(desk)) expect([keys.has(key), state]).toEqual([true, 'sent']);
  });

  it('goes on where fetching was broken off, and takes nothing twice', async () => {
    const { backup } = await desk.call('backups.make', {} as never);
    for (let n = 1; n <= 3; n++) await desk.bind(base + n);
    undoOver();
    expect(await send()).toMatchObject({ unsent: 0 });
    proxy.set('cutAnswer');
    await restore(backup.path);
    for (const fault of ['cutAnswer', 'html', 'halfAnswer'] as const) {
      proxy.set(fault);
      expect(await send()).toMatchObject({ ownRecords: { fetchedAtMs: null, kits: 0 } });
    }
    // The first page holds one record; whoever asks for the next gets nothing to read.
    proxy.set({
      change: (answer) => {
        const records = answer['records'] as readonly { readonly key: string }[] | undefined;
        if (records === undefined) return answer;
        if (records.length < 3) return {};
        return { ...answer, records: records.slice(0, 1), cursor: `202204.${records[0]?.key}` };
      },
    });
    expect(await send()).toMatchObject({ state: 'backingOff', ownRecords: { fetchedAtMs: null, kits: 1 } });
    proxy.set('none');
    expect(await send()).toMatchObject({ state: 'idle', ownRecords: { kits: 3, taken: 0, left: 0 } });
    await desk.reopen();
    await desk.call('register.unlock', { passphrase } as never);
    expect((await desk.call('station.get', {} as never)).phase).toBe('ready');
    await signIn(desk);
    expect(await send()).toMatchObject({ ownRecords: { kits: 3 } });
  });

  it('leaves with the service what only somebody unknown here could have done, and says so', async () => {
    const testId = await desk.bind(base + 1);
    undoOver();
    await send();
    const { backup } = await desk.call('backups.make', {} as never);
    const { operator } = await desk.call('staff.enrol', { name: '后来的人', role: 'operator', pin: '7391' } as never);
    await desk.call('staff.signIn', { operatorId: operator.id, pin: '7391' } as never);
    await result(1, testId, 'negative');
    await send();
    const { operators } = await desk.call('staff.list', {} as never);
    const first = operators.find(({ id }) => id !== operator.id);
    await desk.call('staff.signIn', { operatorId: first?.id ?? '', pin } as never);
    await restore(backup.path);
    expect(await send()).toMatchObject({ state: 'idle', ownRecords: { taken: 0, kits: 0, left: 1 } });
    expect((await testOf(testId)).status).toBe('pending');
  });
});

describe('a register that was copied', () => {
  it('the copy that came last goes on; the other is refused, says so, and keeps all that it has', async () => {
    await desk.bind(base + 1);
    undoOver();
    await send();
    const folder = mkdtempSync(join(tmpdir(), 'yiceda-clone-'));
    try {
      await desk.reopen();
      await desk.core().close();
      mkdirSync(join(folder, 'register'));
      const clone = join(folder, 'register', 'register.db');
      for (const end of ['', '.keys.json']) copyFileSync(desk.registerFile + end, clone + end);
      await desk.reopen({ dataKeyHex: desk.dataKeyHex(), resumeSession: true });
      const other = await openNodeCore({
        registerFile: clone,
        time: desk.clock,
        dataKeyHex: desk.dataKeyHex(),
        resumeSession: true,
      });
      const ask = async <M extends CoreMethod>(method: M, input: object): Promise<Output<M>> => {
        const reply = await other.dispatch(method, input);
        if (!reply.ok) throw new Error(JSON.stringify(reply.error));
        return reply.value as Output<M>;
      };
      expect((await ask('sync.sendNow', {})).sync).toMatchObject({
        state: 'idle',
        ownRecords: { taken: 0, kits: 0, left: 0 },
      });

      await desk.bind(base + 2);
      undoOver();
      expect(await send()).toMatchObject({ state: 'paused', trouble: 'installationEnded', unsent: 1, parked: 0 });
      expect(await desk.call('sync.test', {} as never)).toMatchObject({
        reachable: true,
        accepted: false,
        problem: 'installationEnded',
      });
      expect(await central.records(token)).toHaveLength(1);

      // The city's staff enrol the one that shall go on anew: whoever has the new token sends.
      const { enrol } = await import('../../central/store/stations.ts');
      const [row] = await central.database.query<{ site: string }>(
        `SELECT site.name AS site FROM stations AS s JOIN sites AS site ON site.id = s.site_id
          ORDER BY s.no DESC LIMIT 1`,
      );
      const again = await enrol(central.database, { site: row?.site ?? '', station: '1' }, Date.now(), true);
      if (!again.ok) throw new Error(again.code);
      await desk.call('sync.connect', { url: proxy.url, token: again.token } as never);
      expect(await send()).toMatchObject({ state: 'idle', unsent: 0 });
      const { register, service } = await bothSets(desk, central, again.token);
      expect(service).toEqual(register);
      expect((await ask('sync.sendNow', {})).sync).toMatchObject({ unsent: 0 });
      await other.close();
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

const main = fileURLToPath(new URL('../../central/main.ts', import.meta.url));

/** The service as a process of its own over a folder. */
async function serve(folder: string) {
  const child = spawn(process.execPath, [main, 'serve', '--embedded', '--data', folder, '--port', '0'], {
    stdio: 'pipe',
  });
  child.stderr.resume();
  child.stdout.setEncoding('utf8');
  let said = '';
  for await (const text of child.stdout) {
    said += text as string;
    if (said.includes('\n')) break;
  }
  const { listening, stationToken } = JSON.parse(said.split('\n')[0] ?? '') as {
    listening: string;
    stationToken: string;
  };
  return {
    url: listening,
    token: stationToken,
    end: async () => {
      const over = once(child, 'exit');
      child.kill('SIGTERM');
      await over;
    },
  };
}

describe('a central service restored from an older backup', () => {
  it('hears again of all that it lost, once, and of what no longer counts as recent when something follows it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'yiceda-epoch-'));
    const [data, saved] = [join(folder, 'data'), join(folder, 'saved')];
    try {
      await putEmptyCluster(data);
      let service = await serve(data);
      const connect = () => desk.call('sync.connect', { url: service.url, token: service.token } as never);
      const records = async () => {
        const response = await fetch(`${service.url}${routes.ownRecords}?since=0`, {
          headers: { authorization: `Bearer ${service.token}` },
        });
        return ownRecordsReplySchema
          .parse(await response.json())
          .records.map(({ key }) => key)
          .toSorted();
      };
      await connect();
      await desk.call('sync.setResendDays', { days: 2 } as never);
      const kept = await desk.bind(base + 1);
      undoOver();
      await send();
      await service.end();
      cpSync(data, saved, { recursive: true });

      service = await serve(data);
      await connect();
      const old = await desk.bind(base + 2);
      await result(1, kept, 'negative');
      await send();
      desk.clock.pass(5 * 24 * 3_600_000);
      const recent = await desk.bind(base + 3);
      undoOver();
      expect(await send()).toMatchObject({ unsent: 0 });
      expect(await records()).toHaveLength(4);
      await service.end();

      rmSync(data, { recursive: true });
      cpSync(saved, data, { recursive: true });
      const [code] = (await once(
        spawn(process.execPath, [main, 'new-epoch', '--data', data], { stdio: 'ignore' }),
        'exit',
      )) as [number];
      expect(code).toBe(0);
      service = await serve(data);
      await connect();
      expect(await send()).toMatchObject({ state: 'idle', unsent: 0, parked: 0 });
      const { resent } = await desk.call('sync.get', {} as never);
      expect(resent).toMatchObject({ records: 1 });
      const held = outboxOf(desk);
      const keyOf = (test: string, seq: number) => held.find((row) => row.test === test && row.seq === seq)?.key ?? '';
      expect(await records()).toEqual([keyOf(kept, 1), keyOf(recent, 1)].toSorted());

      // Five days old, so not sent again by itself; its correction brings the whole chain.
      await desk.call('results.revise', { testId: kept, outcome: 'invalid', reason: { code: 'misread' } } as never);
      await desk.call('tests.void', { testId: old, reason: { code: 'kitDamaged' } } as never);
      for (let tries = 0; tries < 4; tries++) {
        await send();
        desk.clock.pass(120_000);
      }
      expect(await send()).toMatchObject({ state: 'idle', unsent: 0, parked: 0 });
      expect(await records()).toEqual(
        held.length === 4
          ? outboxOf(desk)
              .map(({ key }) => key)
              .toSorted()
          : [],
      );
      await service.end();
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }, 120_000);

  it('answers in another life while the station sends: what was settled before goes again, what it took now does not', async () => {
    await desk.bind(base + 1);
    undoOver();
    await send();
    let isNew = false;
    proxy.set({ change: (answer) => ('epoch' in answer && isNew ? { ...answer, epoch: 'another life' } : answer) });
    isNew = true;
    await desk.bind(base + 2);
    undoOver();
    expect(await send()).toMatchObject({ state: 'idle', unsent: 0 });
    const posted = proxy.seen.filter(({ path }) => path === routes.batches);
    expect(posted.map(({ body }) => (JSON.parse(body) as { records: unknown[] }).records.length)).toEqual([1, 1, 1]);
    expect(batchReplySchema.shape.epoch.safeParse('another life').success).toBe(true);
    const { register, service } = await bothSets(desk, central, token);
    expect(service).toEqual(register);
  });
});
