import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CentralRecord } from '../../shared/central.ts';
import { type Fault, startFaultyProxy } from './faultyProxy.ts';
import { kit, openDesk, type TestDesk } from './openDesk.ts';
import { bothSets, outboxOf } from './sentSet.ts';
import { startCentral, type TestCentral } from './startCentral.ts';

let central: TestCentral;
let proxy: Awaited<ReturnType<typeof startFaultyProxy>>;
let desk: TestDesk;
let token: string;
/** Kits of a test's own: the service knows those of the others. */
let base = 300_000;
beforeAll(async () => {
  central = await startCentral();
});
afterAll(() => central.close());
async function openOwn(): Promise<void> {
  proxy = await startFaultyProxy(central.connection.url);
  token = await central.enrol(`站 ${crypto.randomUUID()}`, '1');
  desk = await openDesk();
  await desk.reopen({
    dataKeyHex: desk.dataKeyHex(),
    resumeSession: true,
    embeddedCentral: { url: proxy.url, token },
    // Impatient, so that a service that never answers is given up at once.
    fetch: (input, init) =>
      fetch(input, { ...init, signal: AbortSignal.any([init?.signal ?? [], AbortSignal.timeout(800)].flat()) }),
  });
}
async function closeOwn(): Promise<void> {
  await desk.close();
  await proxy.close();
}
/** A desk, a way and a station for each test, with kits of their own. */
function each(): void {
  beforeEach(async () => {
    base = (Math.floor(base / 1_000) + 1) * 1_000;
    made = 0;
    await openOwn();
  });
  afterEach(closeOwn);
}

const send = async () => (await desk.call('sync.sendNow', {} as never)).sync;
const posts = () => proxy.seen.filter(({ path }) => path === '/v1/batches');
const batches = () => posts().map(({ body }) => (JSON.parse(body) as { records: CentralRecord[] }).records);
const undoOver = () => desk.clock.pass(10_000);

async function resulted(n: number, outcome: 'negative' | 'positive' | 'invalid'): Promise<string> {
  const testId = await desk.bind(base + n);
  desk.clock.pass(16 * 60_000);
  await desk.scan(kit(base + n));
  await desk.call('results.record', { testId, outcome } as never);
  if (outcome === 'positive') {
    desk.clock.pass(2_000);
    await desk.scan(kit(base + n));
  }
  return testId;
}

const revise = (testId: string, outcome: 'negative' | 'invalid') =>
  desk.call('results.revise', { testId, outcome, reason: { code: 'misread' } } as never);

/** Two bindings, a result, a revision and a void: five records in two chains. */
async function someWork(): Promise<void> {
  const testId = await resulted(1, 'negative');
  await revise(testId, 'invalid');
  const other = await desk.bind(base + 2);
  await desk.call('tests.void', { testId: other, reason: { code: 'kitDamaged' } } as never);
  undoOver();
}

/** How many records earlier tests have made on the same desk. */
let made = 0;

/** Everything that the desk acknowledged is with the service, once and as it was, and nothing else is. */
async function nothingLostNothingDoubled(records: number): Promise<void> {
  for (let tries = 0; tries < 8; tries++) {
    if ((await send()).unsent === 0) break;
    desk.clock.pass(10 * 60_000);
  }
  const { register, service, states } = await bothSets(desk, central, token);
  expect(register).toHaveLength(made + records);
  made = register.length;
  expect(service).toEqual(register);
  expect(states).toEqual(['sent']);
}

const shapes: readonly (readonly [string, Fault, string, string])[] = [
  ['the connection is cut before a byte is read', 'refuse', 'offline', 'offline'],
  ['it is reset in the middle of our body', 'cutSending', 'offline', 'offline'],
  ['it is reset in the middle of the answer', 'halfAnswer', 'offline', 'offline'],
  ['the answer is lost after the service has committed', 'cutAnswer', 'offline', 'offline'],
  ['nobody answers in time after the service has committed', 'silent', 'backingOff', 'slow'],
  ['half of an answer that ends properly', 'shortAnswer', 'backingOff', 'otherService'],
  ['a proxy’s page with status 200', 'html', 'backingOff', 'otherService'],
  ['a proxy’s page with status 400', 'htmlRefusal', 'backingOff', 'otherService'],
  ['a redirect to a page for signing in', 'redirect', 'backingOff', 'otherService'],
  ['an answer without end', 'endless', 'backingOff', 'otherService'],
  ['the answer of another batch', 'former', 'backingOff', 'otherService'],
  ['408', { status: 408 }, 'backingOff', 'slow'],
  ['429', { status: 429 }, 'backingOff', 'busy'],
  ['500', { status: 500 }, 'backingOff', 'server'],
  ['502', { status: 502 }, 'backingOff', 'server'],
  ['503', { status: 503 }, 'backingOff', 'server'],
  ['504', { status: 504 }, 'backingOff', 'slow'],
  ['511: the network asks who we are', { status: 511 }, 'backingOff', 'otherService'],
  ['401', { status: 401 }, 'paused', 'signIn'],
  ['403', { status: 403 }, 'paused', 'forbidden'],
];

describe('on the way to the service', () => {
  // One desk for all of these: each leaves nothing unsent.
  beforeAll(async () => {
    made = 0;
    await openOwn();
  });
  beforeEach(() => {
    base += 10;
    proxy.set('none');
  });
  afterAll(closeOwn);

  it.each(shapes)('%s: said as it is, nothing lost, nothing doubled', async (_name, fault, state, trouble) => {
    // Before the work: the desk sends what is due by itself.
    proxy.set(fault);
    await someWork();
    expect(await send()).toMatchObject({ state, trouble, unsent: 5, parked: 0 });
    proxy.set('none');
    await nothingLostNothingDoubled(5);
    expect(await send()).toMatchObject({ state: 'idle', trouble: null });
  });

  it.each([
    ['408', 408],
    ['429', 429],
    ['503', 503],
  ])('Retry-After is honoured, in seconds and as a date: %s', async (_name, status) => {
    proxy.set({ status, headers: { 'retry-after': '600' } });
    await someWork();
    const seconds = await send();
    expect(seconds.nextTryAtMs).toBeGreaterThanOrEqual(desk.clock.wallMs() + 600_000);
    const at = new Date(Math.ceil(desk.clock.wallMs() / 1000) * 1000 + 1_200_000);
    proxy.set({ status, headers: { 'retry-after': at.toUTCString() } });
    expect((await send()).nextTryAtMs).toBeGreaterThanOrEqual(at.getTime() - 1_000);
    proxy.set({ status, headers: { 'retry-after': 'whenever' } });
    expect((await send()).nextTryAtMs).toBeLessThan(desk.clock.wallMs() + 60_000);
    proxy.set('none');
    await nothingLostNothingDoubled(5);
  });

  it.each<[string, Fault]>([
    ['each request arrives twice', 'twice'],
    ['receipts come in another order, and twice', 'backwards'],
    ['no record has a receipt', 'noReceipts'],
    ['every other record has a receipt', 'halfReceipts'],
  ])('%s: nothing lost, nothing doubled', async (_name, fault) => {
    proxy.set(fault);
    await someWork();
    await send();
    proxy.set('none');
    desk.clock.pass(10 * 60_000);
    await nothingLostNothingDoubled(5);
  });

  it('a closed port is told from a name that nobody knows', async () => {
    proxy.set('refuse');
    await someWork();
    const gone = await startFaultyProxy(proxy.url);
    await gone.close();
    await desk.call('sync.connect', { url: gone.url, token } as never);
    expect(await send()).toMatchObject({ state: 'offline', trouble: 'refused', unsent: 5 });
    expect(await desk.call('sync.test', {} as never)).toMatchObject({ reachable: false, problem: 'refused' });
    await desk.call('sync.connect', { url: 'https://nobody.invalid', token } as never);
    expect(await send()).toMatchObject({ state: 'offline', trouble: 'dns', unsent: 5 });
    expect(await desk.call('sync.test', {} as never)).toMatchObject({ reachable: false, problem: 'dns' });
    proxy.set('none');
    await desk.call('sync.connect', { url: proxy.url, token } as never);
    await nothingLostNothingDoubled(5);
  });

  it.each([
    ['five hours ahead', 5],
    ['five hours behind', -5],
    ['ten years ahead', 87_600],
  ])('the service’s clock is %s: all of it arrives, and the test says so', async (_name, hours) => {
    await someWork();
    const serverAtMs = desk.clock.wallMs() + hours * 3_600_000;
    proxy.set({ change: (answer) => ({ ...answer, ...('serverAtMs' in answer ? { serverAtMs } : {}) }) });
    await nothingLostNothingDoubled(5);
    const test = await desk.call('sync.test', {} as never);
    expect(test).toMatchObject({ reachable: true, accepted: true, problem: null });
    expect(Math.abs((test.clockOffMs ?? 0) - hours * 3_600_000)).toBeLessThan(60_000);
  });

  it('bodies are packed; a service that does not unpack gets them as they are, and keeps getting them so', async () => {
    const before = posts().length;
    proxy.set('plainOnly');
    for (let n = 1; n <= 8; n++) await desk.bind(base + n);
    undoOver();
    expect(await send()).toMatchObject({ state: 'idle', unsent: 0 });
    expect(
      posts()
        .slice(before)
        .map(({ isPacked }) => isPacked),
    ).toEqual([true, false]);
    await desk.bind(base + 9);
    undoOver();
    await send();
    expect(posts().at(-1)?.isPacked).toBe(false);
    const { register, service } = await bothSets(desk, central, token);
    expect(service).toEqual(register);
  });
});

describe('one bad record', () => {
  each();
  it.each([400, 413, 422])(
    'that the service answers with %i for its whole batch blocks none of the rest',
    async (status) => {
      for (let n = 1; n <= 23; n++) await desk.bind(base + n);
      undoOver();
      const bad = outboxOf(desk)[11];
      proxy.set({ refuses: (keys) => (keys.includes(bad?.key ?? '') ? status : null) });
      expect(await send()).toMatchObject({ state: 'idle', unsent: 0, parked: 1 });
      const { register, service } = await bothSets(desk, central, token);
      expect(service).toEqual(register.filter((line) => !line.includes(bad?.key ?? '')));
      const { parked } = await desk.call('sync.get', {} as never);
      expect(parked).toMatchObject([{ testId: bad?.test, code: status === 413 ? 'tooLarge' : 'badRequest' }]);
    },
  );

  it('is mended by a new record; the former stays as it was, and the service has one of them', async () => {
    const testId = await desk.bind(base + 1);
    undoOver();
    const [former] = outboxOf(desk);
    proxy.set({
      rewrite: (body) => body.replace(/"contentHash":"[0-9a-f]{64}"/, `"contentHash":"${'0'.repeat(64)}"`),
    });
    expect(await send()).toMatchObject({ parked: 1 });
    proxy.set('none');
    const { parked } = await desk.call('sync.get', {} as never);
    expect(parked).toMatchObject([{ code: 'hashMismatch', mending: 'anew', testId }]);
    const { sync } = await desk.call('sync.mend', { recordKey: parked[0]?.recordKey ?? '' } as never);
    expect(sync).toMatchObject({ parked: 0 });
    await nothingLostNothingDoubled(1);
    const [now] = outboxOf(desk);
    expect(now?.key).not.toBe(former?.key);
    expect(now?.hash).toBe(former?.hash);
    const again = await desk.reply('sync.mend', { recordKey: parked[0]?.recordKey ?? '' } as never);
    expect(again).toMatchObject({ ok: false, error: { code: 'NOT_FOUND' } });
  });

  it('with words that cannot be stored is sent without them', async () => {
    await desk.addPerson(base + 1, { name: '测\u0000试\ud800甲' });
    await desk.scan(kit(base + 1));
    undoOver();
    const before = await send();
    if (before.parked === 1) {
      const { parked } = await desk.call('sync.get', {} as never);
      expect(parked).toMatchObject([{ code: 'malformed', mending: 'anew' }]);
      await desk.call('sync.mend', { recordKey: parked[0]?.recordKey ?? '' } as never);
    }
    await nothingLostNothingDoubled(1);
  });
});

describe('the order of things', () => {
  each();
  /** No record is ever handed over before those of its test that come before it. */
  const neverOvertaken = () => {
    const given = new Map<string, number>();
    for (const records of batches())
      for (const { testId, seq } of records) {
        expect(seq).toBeLessThanOrEqual((given.get(testId) ?? 0) + 1);
        given.set(testId, Math.max(given.get(testId) ?? 0, seq));
      }
  };

  it('a positive goes first with its whole chain, before a day of others, in the first batch after an outage', async () => {
    proxy.set('refuse');
    for (let n = 10; n < 60; n++) await desk.bind(base + n);
    const urgent = await resulted(1, 'positive');
    await send();
    const refused = posts().length;
    proxy.set('none');
    await nothingLostNothingDoubled(52);
    expect(
      batches()
        [refused]?.slice(0, 2)
        .map(({ testId, seq }) => [testId, seq]),
    ).toEqual([
      [urgent, 1],
      [urgent, 2],
    ]);
    neverOvertaken();
  });

  it('a record does not wait for what is asked of the service while nothing is due', async () => {
    const quiet = await openDesk();
    try {
      // With its own patience: half a minute for the log's heads, ten seconds for a look.
      await quiet.reopen({
        dataKeyHex: quiet.dataKeyHex(),
        resumeSession: true,
        embeddedCentral: { url: proxy.url, token: await central.enrol(`站 ${crypto.randomUUID()}`, '1') },
      });
      proxy.set('silentBeside');
      await quiet.call('audit.sign', { why: 'asked' } as never);
      const asked = quiet.reply('sync.sendNow', {} as never);
      await expect.poll(() => proxy.seen.some(({ path }) => path === '/v1/audit-heads'), { timeout: 8_000 }).toBe(true);
      const testId = await quiet.bind(base + 1);
      const before = performance.now();
      quiet.clock.pass(10_000);
      await quiet.call('tests.void', { testId, reason: { code: 'kitDamaged' } } as never);
      await expect.poll(() => posts().length, { timeout: 8_000 }).toBe(1);
      expect(performance.now() - before).toBeLessThan(8_000);
      void asked;
    } finally {
      // Ends what is still asked, and with it the call that waits for it.
      await quiet.close();
    }
  });

  it('a correction waits while its original is set aside, and follows once that is mended', async () => {
    proxy.set('refuse');
    const testId = await resulted(1, 'negative');
    undoOver();
    const first = outboxOf(desk).find(({ seq }) => seq === 1);
    proxy.set({ refuses: (keys) => (keys.includes(first?.key ?? '') ? 400 : null) });
    expect(await send()).toMatchObject({ parked: 1, unsent: 1 });
    const before = batches().length;
    await revise(testId, 'invalid');
    expect(await send()).toMatchObject({ parked: 1, unsent: 2 });
    desk.clock.pass(3_600_000);
    await send();
    expect(batches().slice(before)).toEqual([]);
    proxy.set('none');
    await desk.call('sync.mend', { recordKey: first?.key ?? '' } as never);
    await nothingLostNothingDoubled(3);
    neverOvertaken();
  });

  it('a correction waits while its original waits', async () => {
    proxy.set('refuse');
    const testId = await resulted(1, 'negative');
    undoOver();
    // The binding and the result are answered for the binding alone: the result waits a minute.
    proxy.set({ change: (answer) => ({ ...answer, receipts: (answer['receipts'] as unknown[])?.slice(0, 1) }) });
    await send();
    proxy.set('none');
    await revise(testId, 'invalid');
    const before = batches().length;
    await send();
    expect(batches().slice(before).flat()).toEqual([]);
    desk.clock.pass(61_000);
    await nothingLostNothingDoubled(3);
    neverOvertaken();
  });

  it('a positive whose original is set aside waits for it, and others are not held up by it', async () => {
    proxy.set('refuse');
    const plain = await desk.bind(base + 2);
    await resulted(1, 'positive');
    undoOver();
    const first = outboxOf(desk).find(({ seq, test }) => seq === 1 && test !== plain);
    proxy.set({ refuses: (keys) => (keys.includes(first?.key ?? '') ? 422 : null) });
    expect(await send()).toMatchObject({ parked: 1, unsent: 1 });
    expect((await central.records(token)).map(({ testId }) => testId)).toEqual([plain]);
    proxy.set('none');
    await desk.call('sync.mend', { recordKey: first?.key ?? '' } as never);
    await nothingLostNothingDoubled(3);
  });

  it('through seventy faults drawn by lot the sets are the same in the end, and nothing overtook', async () => {
    const faults: readonly Fault[] = [
      'none',
      'refuse',
      'cutSending',
      'halfAnswer',
      'cutAnswer',
      'shortAnswer',
      'html',
      'former',
      'twice',
      'backwards',
      'noReceipts',
      'halfReceipts',
      { status: 503 },
      { status: 429 },
      { status: 413 },
    ];
    let state = 20_220_410;
    const lot = (n: number) => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return (state >>> 16) % n;
    };
    let records = 0;
    for (let round = 0; round < 24; round++) {
      const n = 100 + round;
      if (lot(3) === 0) {
        const testId = await resulted(n, lot(4) === 0 ? 'positive' : 'negative');
        records += 2;
        if (lot(2) === 0) {
          await revise(testId, 'invalid');
          records += 1;
        }
      } else {
        await desk.bind(base + n);
        records += 1;
      }
      if (lot(2) === 0) undoOver();
      for (let tries = 0; tries < 3; tries++) {
        proxy.set(faults[lot(faults.length)] ?? 'none');
        await send();
        desk.clock.pass(lot(90_000));
      }
    }
    proxy.set('none');
    desk.clock.pass(3_600_000);
    for (const { recordKey } of (await desk.call('sync.get', {} as never)).parked) {
      await desk.call('sync.mend', { recordKey } as never);
      records += 0;
    }
    await nothingLostNothingDoubled(records);
    const got = await central.records(token);
    for (const { testId, seq } of got)
      for (let before = 1; before < seq; before++)
        expect(got.some((other) => other.testId === testId && other.seq === before)).toBe(true);
  });
});
