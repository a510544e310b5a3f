import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readRetryAfter } from '../../electron/core/sync/uploader.ts';
import { startFaultyProxy } from './faultyProxy.ts';
import { kit, openDesk, type TestDesk } from './openDesk.ts';
import { startCentral, type TestCentral } from './startCentral.ts';

let central: TestCentral;
let proxy: Awaited<ReturnType<typeof startFaultyProxy>>;
let desk: TestDesk;
let token: string;
beforeAll(async () => {
  central = await startCentral();
});
afterAll(() => central.close());
beforeEach(async () => {
  proxy = await startFaultyProxy(central.connection.url);
  token = await central.enrol(`站 ${crypto.randomUUID()}`, '1');
  desk = await openDesk({ core: { embeddedCentral: { url: proxy.url, token } } });
});
afterEach(async () => {
  await desk.close();
  await proxy.close();
});

/** Kits of a test's own: the service knows those of the others. */
let base = 0;
beforeEach(() => {
  base += 1_000;
});
const own = (n: number) => base + n;

const send = async () => (await desk.call('sync.sendNow', {} as never)).sync;
const undoOver = () => desk.clock.pass(10_000);
const posts = () => proxy.seen.filter(({ path }) => path === '/v1/batches');

async function resulted(n: number, outcome: 'negative' | 'positive' | 'invalid'): Promise<string> {
  const testId = await desk.bind(own(n));
  desk.clock.pass(16 * 60_000);
  await desk.scan(kit(own(n)));
  await desk.call('results.record', { testId, outcome } as never);
  if (outcome === 'positive') {
    desk.clock.pass(2_000);
    await desk.scan(kit(own(n)));
  }
  return testId;
}

describe('what is sent', () => {
  it('a binding waits out the seconds of undo, then goes; the service counts it and the desk knows', async () => {
    const testId = await desk.bind(own(1));
    expect(await send()).toMatchObject({ unsent: 1 });
    expect(posts()).toHaveLength(0);
    undoOver();
    expect(await send()).toMatchObject({ state: 'idle', unsent: 0, oldestUnsentAtMs: null });
    expect((await desk.call('tests.get', { testId } as never)).test.central).toBe('sent');
    expect(await central.stats(token)).toMatchObject({ tests: 1, pending: 1 });
  });

  it('an undone binding is never sent', async () => {
    await desk.bind(own(1));
    await desk.call('desk.undo', {} as never);
    undoOver();
    await send();
    expect(posts()).toHaveLength(0);
  });

  it('positives go first and by themselves, with their whole chain; results, revisions and voids arrive in order', async () => {
    // Nothing goes out before all of it is there.
    proxy.set('refuse');
    const plain = await resulted(1, 'negative');
    await resulted(2, 'invalid');
    const urgent = await resulted(3, 'positive');
    await desk.call('results.revise', { testId: plain, outcome: 'invalid', reason: { code: 'misread' } } as never);
    await desk.call('tests.void', { testId: plain, reason: { code: 'kitDamaged' } } as never);
    await send();
    const refused = posts().length;
    proxy.set('none');
    await send();
    const recordsOf = (place: number) =>
      (JSON.parse(posts()[place]?.body ?? '{}') as { records: { testId: string; kind: string; seq: number }[] })
        .records;
    expect(recordsOf(refused).map((record) => [record.testId, record.kind])).toEqual([
      [urgent, 'test.bound'],
      [urgent, 'test.resulted'],
    ]);
    expect(
      recordsOf(refused + 1)
        .filter((record) => record.testId === plain)
        .map((record) => record.seq),
    ).toEqual([1, 2, 3, 4]);
    expect(await central.stats(token)).toMatchObject({
      tests: 3,
      positive: 1,
      invalid: 1,
      void: 1,
      negative: 0,
      revisions: 1,
    });
  });

  it('carries the person as tested and the frozen payload, whatever the roster says later', async () => {
    await desk.bind(own(1));
    undoOver();
    await send();
    const { records } = JSON.parse(posts()[0]?.body ?? '{}') as {
      records: { payload: { person: object; kit: object } }[];
    };
    expect(records[0]?.payload).toMatchObject({
      person: { name: `测试${own(1)}`, address: { building: '5' } },
      kit: { serial: `SN${String(own(1)).padStart(6, '0')}`, lot: 'LOT1' },
    });
  });

  it('more than a batch goes in several', async () => {
    for (let n = 1; n <= 520; n++) await desk.bind(own(n));
    undoOver();
    expect(await send()).toMatchObject({ unsent: 0 });
    expect(posts().map(({ body }) => (JSON.parse(body) as { records: unknown[] }).records.length)).toEqual([500, 20]);
    expect(await central.stats(token)).toMatchObject({ tests: 520 });
  });
});

describe('what goes wrong', () => {
  const kinds = [
    ['the connection is cut', 'refuse', 'offline'],
    ['a proxy’s page with status 200', 'html', 'backingOff'],
    ['500', { status: 500 }, 'backingOff'],
    ['429', { status: 429 }, 'backingOff'],
    ['408', { status: 408 }, 'backingOff'],
    ['404: another service', { status: 404 }, 'backingOff'],
  ] as const;
  it.each(kinds)(
    '%s: nothing is lost, it is tried again, and once it works all of it is there once',
    async (_name, fault, state) => {
      await desk.bind(own(1));
      undoOver();
      proxy.set(fault);
      expect(await send()).toMatchObject({ state, unsent: 1 });
      proxy.set('none');
      expect(await send()).toMatchObject({ state: 'idle', unsent: 0 });
      expect(await central.stats(token)).toMatchObject({ tests: 1, records: 1 });
    },
  );

  it('the answer is lost after the service had stored it: sent again, stored once', async () => {
    await desk.bind(own(1));
    undoOver();
    proxy.set('cutAnswer');
    expect(await send()).toMatchObject({ unsent: 1 });
    expect(await central.stats(token)).toMatchObject({ tests: 1 });
    proxy.set('none');
    expect(await send()).toMatchObject({ unsent: 0 });
    expect(await central.stats(token)).toMatchObject({ tests: 1, records: 1 });
  });

  it('no receipt, no settlement', async () => {
    await desk.bind(own(1));
    undoOver();
    proxy.set('noReceipts');
    expect(await send()).toMatchObject({ unsent: 1, parked: 0 });
    proxy.set('none');
    desk.clock.pass(60_000);
    expect(await send()).toMatchObject({ unsent: 0 });
  });

  it.each([
    [401, 'signIn'],
    [403, 'forbidden'],
  ] as const)('%i pauses, and says why', async (status, trouble) => {
    await desk.bind(own(1));
    undoOver();
    proxy.set({ status });
    expect(await send()).toMatchObject({ state: 'paused', trouble, unsent: 1 });
    const tried = posts().length;
    await desk.bind(own(2));
    undoOver();
    await desk.call('desk.get', {} as never);
    expect(posts()).toHaveLength(tried);
  });

  it('the service is honoured when it says how long to wait', async () => {
    await desk.bind(own(1));
    undoOver();
    proxy.set({ status: 503, headers: { 'retry-after': '120' } });
    const { nextTryAtMs } = await send();
    expect(nextTryAtMs).toBeGreaterThanOrEqual(desk.clock.wallMs() + 120_000);
  });

  it('a record that the service refuses is parked in plain words; the rest goes through', async () => {
    await desk.bind(own(1));
    await desk.bind(own(2));
    undoOver();
    proxy.set({
      rewrite: (body) => {
        const batch = JSON.parse(body) as { records: { contentHash: string }[] };
        const records = batch.records.map((record, index) =>
          index === 0 ? { ...record, contentHash: '0'.repeat(64) } : record,
        );
        return JSON.stringify({ ...batch, records });
      },
    });
    await send();
    const { sync, parked } = await desk.call('sync.get', {} as never);
    expect(sync).toMatchObject({ unsent: 0, parked: 1 });
    expect(parked).toMatchObject([
      { code: 'hashMismatch', personMasked: expect.stringMatching(/^测\*+$/), kitTail: String(own(1)).slice(-4) },
    ]);
    expect(await central.stats(token)).toMatchObject({ tests: 1 });
  });

  it('two stations bound one kit: both are kept, the second is told site, time and masked person, its desk shows it', async () => {
    const otherToken = await central.enrol(`别站 ${crypto.randomUUID()}`, '2');
    const other = await openDesk({ core: { embeddedCentral: { url: central.connection.url, token: otherToken } } });
    const unique = 700_001;
    try {
      await other.bind(unique);
      other.clock.pass(10_000);
      await other.call('sync.sendNow', {} as never);
      const testId = await desk.bind(unique);
      undoOver();
      expect(await send()).toMatchObject({ unsent: 0, conflicts: 1 });
      const { conflicts } = await desk.call('sync.get', {} as never);
      expect(conflicts).toMatchObject([
        { testId, otherPersonMasked: expect.stringMatching(/^测\*+$/), otherStation: '2' },
      ]);
      expect((await desk.call('tests.get', { testId } as never)).test.central).toBe('conflict');
      expect((await desk.call('desk.get', {} as never)).sync.conflicts).toBe(1);
      expect(await central.stats(token)).toMatchObject({ tests: 1, conflicts: 1 });
    } finally {
      await other.close();
    }
  });

  it('plain HTTP beyond this machine is refused', async () => {
    const refused = await desk.reply('sync.connect', {
      url: 'http://central.example.com',
      token: 'some-token-here',
    } as never);
    expect(refused).toMatchObject({ ok: false, error: { code: 'CENTRAL_URL_UNSAFE', field: 'url' } });
  });

  it('the connection test says what is wrong', async () => {
    expect(await desk.call('sync.test', {} as never)).toMatchObject({ reachable: true, accepted: true, problem: null });
    proxy.set('refuse');
    expect(await desk.call('sync.test', {} as never)).toMatchObject({ reachable: false, problem: 'offline' });
    proxy.set('html');
    expect(await desk.call('sync.test', {} as never)).toMatchObject({ reachable: false, problem: 'otherService' });
  });
});

describe('Retry-After', () => {
  const now = Date.UTC(2022, 3, 10, 2, 0, 0);
  it.each([
    ['120', 120_000],
    ['0', 0],
    ['Sun, 10 Apr 2022 02:01:00 GMT', 60_000],
    ['999999999', 3_600_000],
    ['Sun, 10 Apr 2022 01:00:00 GMT', null],
    ['soon', null],
    [null, null],
  ])('%s', (header, expected) => {
    expect(readRetryAfter(header, now)).toBe(expected);
  });
});
