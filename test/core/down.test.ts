import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { publish } from '../../central/store/publications.ts';
import { makeRecall, saveLots, saveProduct } from '../../central/store/registry.ts';
import type { CentralProduct } from '../../shared/central/registry.ts';
import { gtin, kit, openDesk, type TestDesk } from './openDesk.ts';
import { startCentral, type TestCentral } from './startCentral.ts';

let central: TestCentral;
let sites = 0;
const open: TestDesk[] = [];
beforeAll(async () => {
  central = await startCentral();
});
afterAll(() => central.close());
afterEach(async () => {
  for (const desk of open.splice(0)) {
    await desk.close();
  }
});

/** A desk of a site, connected to the service. */
async function deskOf(site: string, station: string): Promise<TestDesk> {
  const token = await central.enrol(site, station);
  const desk = await openDesk({ core: { embeddedCentral: { url: central.connection.url, token } } });
  open.push(desk);
  return desk;
}

const nextSite = () => `下行 ${++sites}`;
let base = 500_000;
const fresh = () => {
  base += 1;
  return base;
};

const view = (desk: TestDesk) => desk.call('desk.get', {} as never);
const stageOf = async (desk: TestDesk, text: string) => (await desk.scanLater(text)).stage;
/** Waits until a desk says what is expected of it. */
async function eventually(look: () => Promise<boolean>): Promise<void> {
  const until = performance.now() + 12_000;
  while (!(await look()) && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 20));
}
const send = async (desk: TestDesk) => {
  desk.clock.pass(10_000);
  await desk.call('sync.sendNow', {} as never);
};

async function bindAt(desk: TestDesk, n: number): Promise<string> {
  const testId = await desk.bind(n);
  await send(desk);
  return testId;
}

/** Until the other desk brings the kit's test up. */
const knows = (desk: TestDesk, n: number) =>
  eventually(async () => {
    const stage = await stageOf(desk, kit(n));
    await desk.call('desk.clear', {} as never);
    return stage.kind === 'test';
  });

describe('a kit that another desk of the site bound', () => {
  it('comes up with its clock, is read, and the desk that bound it has the result', async () => {
    const site = nextSite();
    const [a, b] = [await deskOf(site, '1'), await deskOf(site, '2')];
    const n = fresh();
    const testId = await bindAt(a, n);
    const boundAtMs = a.clock.wallMs() - 10_000;
    await knows(b, n);
    expect(await stageOf(b, kit(n))).toMatchObject({
      kind: 'test',
      blockedBy: 'tooEarly',
      test: {
        testId,
        boundAtStation: '1',
        boundByName: '李娟（1）',
        status: 'pending',
        boundAtMs,
        opensAtMs: boundAtMs + 15 * 60_000,
        closesAtMs: boundAtMs + 20 * 60_000,
        person: { name: `测试${n}` },
      },
    });
    b.clock.pass(16 * 60_000);
    await b.scan(kit(n));
    const read = await b.call('results.record', { testId, outcome: 'negative' } as never);
    expect(read.stage).toMatchObject({ kind: 'recorded', test: { status: 'negative', central: 'waiting' } });
    await eventually(async () => (await a.call('tests.get', { testId } as never)).test.status === 'negative');
    const { test, revisions } = await a.call('tests.get', { testId } as never);
    expect(test.result).toMatchObject({ outcome: 'negative', operatorName: '李娟（2）' });
    expect(revisions).toHaveLength(1);
    expect((await view(a)).tally).toMatchObject({ registered: 1, negative: 1, pending: 0 });
    // The other one's day is its own.
    expect((await view(b)).tally.registered).toBe(0);
    expect((await view(b)).sync.unsent).toBe(0);
    // Nobody who acted elsewhere is staff here.
    const staff = await a.call('staff.listAll', {} as never);
    expect(staff.staff.map(({ name }) => name)).toEqual(['李娟']);
  });

  it('is refused for anybody else, with who and where; only the desk that bound it voids it', async () => {
    const site = nextSite();
    const [a, b] = [await deskOf(site, '1'), await deskOf(site, '2')];
    const n = fresh();
    const testId = await bindAt(a, n);
    await knows(b, n);
    await b.addPerson(fresh());
    b.clock.pass(2_000);
    expect((await b.scan(kit(n))).stage).toMatchObject({
      kind: 'refused',
      code: 'kitUsed',
      params: { operator: '李娟（1）', tail: kit(n).slice(-4), person: expect.stringContaining('*') },
    });
    await b.call('desk.clear', {} as never);
    const voided = await b.reply('tests.void', { testId, reason: { code: 'kitDamaged' } } as never);
    expect(voided).toMatchObject({ ok: false, error: { code: 'OTHER_STATION' } });
    await a.call('tests.void', { testId, reason: { code: 'kitDamaged' } } as never);
    await send(a);
    await eventually(async () => {
      const stage = await stageOf(b, kit(n));
      return stage.kind === 'refused' && stage.code === 'kitVoid';
    });
  });

  it('that was read differently at both is in conflict at both, a positive is followed, and a correction decides', async () => {
    const site = nextSite();
    const [a, b] = [await deskOf(site, '1'), await deskOf(site, '2')];
    const n = fresh();
    const testId = await bindAt(a, n);
    await knows(b, n);
    a.clock.pass(16 * 60_000);
    b.clock.pass(16 * 60_000);
    // Both at once: neither has heard of the other's.
    await a.scan(kit(n));
    await b.scan(kit(n));
    await b.call('results.record', { testId, outcome: 'positive' } as never);
    b.clock.pass(2_000);
    await Promise.all([a.call('results.record', { testId, outcome: 'negative' } as never), b.scan(kit(n))]);
    await a.call('sync.sendNow', {} as never);
    await eventually(async () => (await a.call('tests.get', { testId } as never)).test.central === 'conflict');
    const followUps = await a.call('followUps.list', { state: 'open' } as never);
    expect(JSON.stringify(followUps)).toContain(testId);
    await a.call('results.revise', { testId, outcome: 'invalid', reason: { code: 'misread' } } as never);
    expect((await a.call('tests.get', { testId } as never)).test.central).not.toBe('conflict');
  });

  it('is forgotten after a month: a copy of other people is not kept for longer', async () => {
    const site = nextSite();
    const [a, b] = [await deskOf(site, '1'), await deskOf(site, '2')];
    const n = fresh();
    const testId = await bindAt(a, n);
    await knows(b, n);
    b.clock.pass(32 * 24 * 3_600_000);
    await b.reopen({ dataKeyHex: b.dataKeyHex(), resumeSession: true });
    await eventually(async () => !(await b.reply('tests.get', { testId } as never)).ok);
    expect(await b.reply('tests.get', { testId } as never)).toMatchObject({ ok: false, error: { code: 'NOT_FOUND' } });
  });

  it('counts for the round at the other desk, and its person is asked why they come twice', async () => {
    const site = nextSite();
    const [a, b] = [await deskOf(site, '1'), await deskOf(site, '2')];
    const round = await a.call('rounds.open', {
      name: '共同轮次',
      day: '2022-04-10',
      lastDay: null,
      everyDays: null,
      target: { kind: 'all' },
    } as never);
    await eventually(async () => (await view(b)).round.id === round.round.id);
    const n = fresh();
    await bindAt(a, n);
    await eventually(async () => (await view(b)).round.tested === 1);
    const coverage = await b.call('rounds.coverage', { roundId: round.round.id } as never);
    expect(coverage.coverage).toMatchObject({ target: 1, tested: 1 });
    const { rows } = await b.call('people.list', { query: `测试${n}`, limit: 5, offset: 0 } as never);
    const again = await b.call('desk.choosePerson', { personId: rows[0]?.personId ?? '' } as never);
    expect(again.stage).toMatchObject({ kind: 'secondTest', earlier: { boundAtStation: '1' } });
    await a.call('rounds.change', {
      roundId: round.round.id,
      name: '改名',
      day: '2022-04-10',
      lastDay: null,
      everyDays: null,
    } as never);
    await eventually(async () => (await view(b)).round.name === '改名');
  });
});

describe('what the service publishes', () => {
  const product: CentralProduct = {
    id: 'central-1',
    registrant: '中心登记的厂',
    shortName: '中心产品',
    method: null,
    registrationNumber: '国械注准20223400001',
    approvedOn: '2022-03-12',
    gtins: ['06900000000014'],
    window: { opensAfterMin: 15, closesAfterMin: 20 },
    storage: null,
  };

  it('products and lots come down; what a supervisor entered stays, and of two expiry days the earlier', async () => {
    const desk = await deskOf(nextSite(), '1');
    const ours = await desk.addProduct({
      gtins: ['06900000000021'],
      window: { opensAfterMin: 10, closesAfterMin: 12 },
    });
    await central.database.transaction(async (statements) => {
      // The lots first: they wait for their product.
      await publish(statements, [
        {
          kind: 'lot',
          itemId: 'central-2:L9',
          siteId: null,
          payload: { productId: 'central-2', lot: 'L9', expiresOn: '2022-12-31' },
        },
        { kind: 'from the future', itemId: '1', siteId: null, payload: { any: 'thing' } },
        { kind: 'product', itemId: 'bad', siteId: null, payload: { id: 1 } },
      ]);
      await saveProduct(statements, product);
      await saveProduct(statements, {
        ...product,
        id: 'central-2',
        registrationNumber: null,
        gtins: ['06900000000021'],
      });
    });
    const products = async () => (await desk.call('products.list', {} as never)).products;
    await eventually(async () => (await products()).some(({ id }) => id === 'central-1'));
    const list = await products();
    expect(list.find(({ id }) => id === 'central-1')).toMatchObject({ ...product });
    const own = (ours as unknown as { product: { id: string } }).product.id;
    expect(list.find(({ id }) => id === own)?.window).toEqual({ opensAfterMin: 10, closesAfterMin: 12 });
    expect(list.filter(({ gtins }) => gtins.includes('06900000000021'))).toHaveLength(1);
    const lotOf = async (lot: string) =>
      (await desk.call('lots.list', {} as never)).lots.find((row) => row.lot === lot)?.expiresOn;
    await eventually(async () => (await lotOf('L9')) === '2022-12-31');
    const saved = (expiresOn: string) =>
      central.database.transaction((statements) =>
        saveLots(statements, [{ productId: 'central-2', lot: 'L9', expiresOn }]),
      );
    await saved('2023-12-31');
    await saved('2022-06-30');
    await eventually(async () => (await lotOf('L9')) === '2022-06-30');
    await saved('2023-01-31');
    const [marker] = [{ ...product, id: 'central-3', registrationNumber: null, gtins: [] }];
    await central.database.transaction((statements) => saveProduct(statements, marker));
    await eventually(async () => (await products()).some(({ id }) => id === 'central-3'));
    expect(await lotOf('L9')).toBe('2022-06-30');
  });

  it('a recall stops the next scan at an open desk, also of a kit that waits on the stage', async () => {
    const desk = await deskOf(nextSite(), '1');
    await central.database.transaction((statements) =>
      saveProduct(statements, { ...product, id: 'central-r', registrationNumber: null, gtins: [gtin] }),
    );
    const n = fresh();
    expect((await desk.scan(kit(n, { lot: 'RECALL1' }))).stage.kind).toBe('kit');
    await central.database.transaction((statements) =>
      makeRecall(
        statements,
        { productId: 'central-r', reach: { lot: 'RECALL1' }, source: '药监局', reason: '灵敏度不合格' },
        desk.clock.wallMs(),
      ),
    );
    await eventually(async () => (await desk.call('recalls.list', {} as never)).recalls.length === 1);
    expect((await desk.addPerson(n)).stage).toMatchObject({ kind: 'refused', code: 'kitRecalled' });
    await desk.call('desk.clear', {} as never);
    expect(await stageOf(desk, kit(fresh(), { lot: 'RECALL1' }))).toMatchObject({
      kind: 'refused',
      code: 'kitRecalled',
    });
  });

  it('goes on where it was when the program was killed between two pages, and a newcomer has all of it', async () => {
    const site = nextSite();
    const a = await deskOf(site, '1');
    const ids = Array.from({ length: 130 }, (_, place) => `page-${place}`);
    await central.database.transaction(async (statements) => {
      for (const id of ids)
        await saveProduct(statements, { ...product, id, registrationNumber: null, gtins: [], shortName: id });
    });
    const count = async (desk: TestDesk) =>
      (await desk.call('products.list', {} as never)).products.filter(({ id }) => id.startsWith('page-')).length;
    for (let turn = 0; turn < 3; turn++) await a.reopen({ dataKeyHex: a.dataKeyHex(), resumeSession: true });
    await eventually(async () => (await count(a)) === ids.length);
    const late = await deskOf(site, '2');
    await eventually(async () => (await count(late)) === ids.length);
  });
});

describe('people of the site', () => {
  it('whom one desk registers the other finds; same document, same person; the later correction stays', async () => {
    const site = nextSite();
    const [a, b] = [await deskOf(site, '1'), await deskOf(site, '2')];
    const n = fresh();
    await b.addPerson(n, { phone: null, address: { building: '9', unit: '', room: 'B' } });
    await b.call('desk.clear', {} as never);
    const find = async (desk: TestDesk) =>
      (await desk.call('people.list', { query: '测试', limit: 5, offset: 0 } as never)).rows;
    await eventually(async () => (await find(a)).length === 1);
    const [met] = await find(a);
    expect(met).toMatchObject({ address: { building: '9', room: 'B' } });
    await a.call('people.change', {
      personId: met?.personId ?? '',
      change: { address: { building: '11' } },
      isAnother: false,
    } as never);
    await eventually(async () => (await find(b))[0]?.address.building === '11');
    expect(await find(b)).toHaveLength(1);
  });

  it('never reach another site', async () => {
    const [a, other, third] = [
      await deskOf(nextSite(), '1'),
      await deskOf(nextSite(), '1'),
      await deskOf(nextSite(), '1'),
    ];
    const n = fresh();
    await bindAt(a, n);
    // Something for everybody comes after it: by then it would have been there.
    await central.database.transaction((statements) =>
      publish(statements, [
        {
          kind: 'product',
          itemId: 'after',
          siteId: null,
          payload: {
            id: 'after',
            registrant: 'x',
            shortName: 'x',
            method: null,
            registrationNumber: null,
            approvedOn: null,
            gtins: [],
            window: null,
            storage: null,
          },
        },
      ]),
    );
    for (const desk of [other, third]) {
      await eventually(async () =>
        (await desk.call('products.list', {} as never)).products.some(({ id }) => id === 'after'),
      );
      expect((await stageOf(desk, kit(n))).kind).toBe('kit');
      expect((await desk.call('people.list', { query: '', limit: 5, offset: 0 } as never)).total).toBe(0);
    }
  });
});

describe('a desk that hears nothing', () => {
  it('says since when, and hears again by itself', async () => {
    const site = nextSite();
    const lone = await startCentral();
    try {
      const tokens = [await lone.enrol(site, '1'), await lone.enrol(site, '2')];
      const desk = await openDesk({ core: { embeddedCentral: { url: lone.connection.url, token: tokens[0] ?? '' } } });
      open.push(desk);
      await eventually(async () => (await view(desk)).down.siblings === 1);
      expect((await view(desk)).down).toMatchObject({ isSilent: false, heardAtMs: expect.any(Number) });
      await lone.stopListening();
      await eventually(async () => (await view(desk)).down.isSilent);
      expect((await view(desk)).down.heardAtMs).not.toBeNull();
      await lone.listenAgain();
      await eventually(async () => !(await view(desk)).down.isSilent);
    } finally {
      await lone.close();
    }
  });
});
