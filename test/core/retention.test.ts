import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { verifyRegister } from '../../electron/core/register/verify.ts';
import { destructionHash } from '../../electron/core/retention/retention.ts';
import { openRegister } from '../../electron/db/open.ts';
import type { PurgePreview } from '../../shared/model/retention.ts';
import { localDay } from '../../shared/time.ts';
import { startFaultyProxy } from './faultyProxy.ts';
import { kit as anyKit, documentOf, openDesk, pin, type TestDesk } from './openDesk.ts';
import { readPages } from './readPages.ts';
import { startCentral, type TestCentral } from './startCentral.ts';

const dayMs = 24 * 3_600_000;
const zone = 'Asia/Shanghai';

let central: TestCentral;
let desk: TestDesk;
beforeAll(async () => {
  central = await startCentral();
});
afterAll(() => central.close());
/** Kits of a test's own: the service knows those of the others. */
let base = 0;
beforeEach(async () => {
  base += 100;
  const token = await central.enrol(`站 ${crypto.randomUUID()}`, '1');
  desk = await openDesk({ startMs: lateEvening(), core: { embeddedCentral: { url: central.connection.url, token } } });
});
/** Half past eleven at night in Shanghai, the one nearest to the service's own clock, which is not in our hand. */
function lateEvening(): number {
  const lastOne = Math.floor((Date.now() - 15.5 * 3_600_000) / dayMs) * dayMs + 15.5 * 3_600_000;
  return Date.now() - lastOne < dayMs / 2 ? lastOne : lastOne + dayMs;
}
afterEach(() => desk.close());
const own = (n: number) => base + n;
const kit = (n: number) => anyKit(n, { expiry: '491231' });

/** Binds person n to kit n of this test's own. */
async function bind(n: number): Promise<string> {
  await desk.addPerson(own(n));
  const { stage } = await desk.scan(kit(own(n)));
  if (stage.kind !== 'bound') throw new Error(JSON.stringify(stage));
  return stage.test.testId;
}

const send = async () => {
  desk.clock.pass(11_000);
  return (await desk.call('sync.sendNow', {} as never)).sync;
};
const retention = () => desk.call('retention.get', {} as never);
const setPeriods = (testsDays: number | null, peopleDays: number | null) =>
  desk.call('retention.set', { periods: { testsDays, peopleDays } } as never);
const purge = (due: PurgePreview, more: { requestId?: string } = {}) =>
  desk.call('retention.purge', { tests: due.tests.tests, people: due.people, entries: due.entries, ...more } as never);
const today = () => localDay(desk.clock.wallMs(), zone);

async function read(n: number, outcome: 'negative' | 'invalid'): Promise<void> {
  desk.clock.pass(16 * 60_000);
  const { stage } = await desk.scan(kit(own(n)));
  if (stage.kind !== 'test') throw new Error(stage.kind);
  await desk.call('results.record', { testId: stage.test.testId, outcome } as never);
}

/** Every cell of every table as text, but for the texts that only say what the schema is. */
function everything(): Map<string, string> {
  const db = openRegister({ file: desk.registerFile, dataKeyHex: desk.dataKeyHex(), readonly: true });
  try {
    const tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all() as string[];
    return new Map(tables.map((table) => [table, JSON.stringify(db.prepare(`SELECT * FROM "${table}"`).all())]));
  } finally {
    db.close();
  }
}
const tablesWith = (text: string) =>
  [...everything()].filter(([, cells]) => cells.includes(text)).map(([name]) => name);
const rawHas = (text: string) => readPages(desk.registerFile, desk.dataKeyHex()).includes(Buffer.from(text));

describe('how long tests are kept', () => {
  it('is never shorter than what was sent may have to be sent again', async () => {
    const resend = (days: number) => desk.reply('sync.setResendDays', { days } as never);
    const keep = (testsDays: number | null) =>
      desk.reply('retention.set', { periods: { testsDays, peopleDays: null } } as never);
    expect(await resend(45)).toMatchObject({ ok: true });
    expect(await keep(44)).toMatchObject({
      ok: false,
      error: { code: 'KEPT_SHORTER_THAN_RESENT', params: { days: 45 }, field: 'testsDays' },
    });
    expect((await retention()).periods.testsDays).toBe(null);
    expect(await keep(45)).toMatchObject({ ok: true });
    expect(await resend(46)).toMatchObject({
      ok: false,
      error: { code: 'RESENT_LONGER_THAN_KEPT', params: { days: 45 }, field: 'days' },
    });
    expect((await desk.call('sync.get', {} as never)).resendDays).toBe(45);
    expect(await keep(null)).toMatchObject({ ok: true });
    expect(await resend(365)).toMatchObject({ ok: true });
  });
});

describe('what is over its period', () => {
  it('is nothing while no period is set, and needs an administrator to set one', async () => {
    await bind(1);
    await send();
    desk.clock.pass(4_000 * dayMs);
    const { periods, due } = await retention();
    expect(periods).toEqual({ testsDays: null, peopleDays: null, auditDays: null });
    expect(due).toMatchObject({ testsBefore: null, tests: { tests: 0 }, peopleBeforeMs: null, people: 0 });
    expect(await desk.reply('retention.purge', { tests: 0, people: 0 } as never)).toMatchObject({
      error: { code: 'PURGE_NOTHING' },
    });
    const { operator } = await desk.call('staff.enrol', { name: '王芳', role: 'supervisor', pin: '3691' } as never);
    await desk.call('staff.signIn', { operatorId: operator.id, pin: '3691' } as never);
    for (const [method, input] of [
      ['retention.get', {}],
      ['retention.set', { periods: { testsDays: 30, peopleDays: 30 } }],
      ['retention.purge', { tests: 0, people: 0 }],
      ['retention.find', { destructionId: 'x' }],
    ] as const)
      expect(await desk.reply(method, input as never), method).toMatchObject({
        error: { code: 'FORBIDDEN', params: { needs: 'administrator' } },
      });
  });

  it('a test is kept through the last day of its period, whatever the hour', async () => {
    await bind(1);
    await send();
    await setPeriods(30, null);
    const bound = today();
    desk.clock.pass(30 * dayMs);
    expect((await retention()).due).toMatchObject({ testsBefore: bound, tests: { tests: 0 } });
    desk.clock.pass(dayMs);
    expect((await retention()).due.tests).toEqual({ days: 1, tests: 1, fromDay: bound, toDay: bound });
  });

  it('a record that was made anew goes with its test, and nothing of the person is left in it', async () => {
    const proxy = await startFaultyProxy(central.connection.url);
    const token = await central.enrol(`站 ${crypto.randomUUID()}`, '1');
    try {
      await desk.call('sync.connect', { url: proxy.url, token } as never);
      const testId = await bind(1);
      proxy.set({ refuses: () => 400 });
      expect(await send()).toMatchObject({ parked: 1 });
      proxy.set('none');
      const { parked } = await desk.call('sync.get', {} as never);
      await desk.call('sync.mend', { recordKey: parked[0]?.recordKey } as never);
      expect(await send()).toMatchObject({ unsent: 0, parked: 0 });
      const name = `测试${own(1)}`;
      expect(tablesWith(testId)).toContain('mended_records');
      expect(tablesWith(name)).toContain('mended_records');
      await setPeriods(30, 30);
      desk.clock.pass(40 * dayMs);
      await purge((await retention()).due);
      // What was done stays in the log, by reference.
      expect(tablesWith(testId)).toEqual(['audit']);
      expect(tablesWith(name)).toEqual([]);
    } finally {
      await proxy.close();
    }
  });

  it('what the service has not got, or what is disputed, is held back by the day, and said', async () => {
    await bind(1);
    const first = today();
    desk.clock.pass(dayMs);
    await bind(2);
    await setPeriods(30, null);
    desk.clock.pass(40 * dayMs);
    expect((await retention()).due).toMatchObject({
      tests: { tests: 0 },
      heldBack: [{ reason: 'unsent', days: 2, tests: 2, firstDay: first }],
    });
    await send();
    expect((await retention()).due).toMatchObject({ tests: { days: 2, tests: 2 }, heldBack: [] });
  });

  it('stock stays balanced: what was used of a lot is still used when its tests are gone', async () => {
    const { products } = await desk.call('products.list', {} as never);
    const productId = products.find(({ gtins }) => gtins.length > 0)?.id ?? '';
    const box = { raw: null, productId, lot: 'LOT1', expiresOn: '2049-12-31', count: 20, range: null, kits: [] };
    await desk.call('boxes.receive', { sender: '区疾控', boxes: [box] } as never);
    await bind(1);
    await send();
    const before = (await desk.call('stock.list', {} as never)).rows;
    expect(before).toMatchObject([{ received: 20, used: 1, left: 19 }]);
    await setPeriods(30, null);
    desk.clock.pass(40 * dayMs);
    await purge((await retention()).due);
    expect((await desk.call('tests.list', {} as never)).total).toBe(0);
    expect((await desk.call('stock.list', {} as never)).rows).toEqual(before);
    const db = openRegister({ file: desk.registerFile, dataKeyHex: desk.dataKeyHex(), readonly: true });
    try {
      expect(await verifyRegister(db)).toBe(null);
    } finally {
      db.close();
    }
  });

  it('a result slip goes with its test, and its code is nobody’s from then on', async () => {
    const testId = await bind(1);
    await read(1, 'negative');
    const { code } = await desk.call('slips.make', { testId, inClear: null } as never);
    await send();
    await setPeriods(30, null);
    desk.clock.pass(40 * dayMs);
    expect(tablesWith(code)).toContain('result_slips');
    await purge((await retention()).due);
    expect(tablesWith(code)).not.toContain('result_slips');
    await desk.call('desk.clear', {} as never);
    expect((await desk.scan(code)).stage).toMatchObject({ kind: 'refused', code: 'slipUnknown' });
  });

  it('a test that is repeated on a later day waits for its re-test', async () => {
    await bind(1);
    await read(1, 'invalid');
    const { stage } = await desk.call('desk.get', {});
    if (stage.kind !== 'recorded') throw new Error(stage.kind);
    const { testId } = stage.test;
    const first = today();
    desk.clock.pass(3_600_000);
    await desk.call('desk.retest', { testId } as never);
    await desk.scan(kit(own(2)));
    await send();
    await setPeriods(30, null);
    desk.clock.pass(30 * dayMs);
    expect((await retention()).due).toMatchObject({
      tests: { tests: 0 },
      heldBack: [{ reason: 'retest', days: 1, tests: 1, firstDay: first }],
    });
    desk.clock.pass(dayMs);
    const { due } = await retention();
    expect(due).toMatchObject({ tests: { days: 2, tests: 2 }, heldBack: [] });
    expect((await purge(due)).destruction).toMatchObject({ tests: 2, days: 2 });
  });
});

describe('a purge', () => {
  it('leaves nothing of a person in any table, nor in free space, nor in the log', async () => {
    const testId = await bind(1);
    await read(1, 'negative');
    await send();
    const document = documentOf(own(1));
    const name = `测试${own(1)}`;
    expect(tablesWith(document)).toEqual(expect.arrayContaining(['people', 'tests', 'outbox']));
    expect([rawHas(document), rawHas(name)]).toEqual([true, true]);
    // The index that people are searched by holds numbers backwards.
    const backwards = [...document].reverse().join('').slice(0, 8);
    expect(tablesWith(backwards)).toContain('person_words');
    expect([rawHas(`#${backwards}`), rawHas('ceshi')]).toEqual([true, true]);
    await setPeriods(30, 30);
    desk.clock.pass(40 * dayMs);
    const { due } = await retention();
    expect(due).toMatchObject({ tests: { tests: 1 }, people: 1 });
    const { destruction, logCleared } = await purge(due);
    expect(destruction).toMatchObject({ number: 1, tests: 1, people: 1, days: 1, operatorName: '李娟' });
    expect(logCleared).toBe(true);
    expect(tablesWith(document)).toEqual([]);
    expect(tablesWith(name)).toEqual([]);
    // The log of who did what names the test by its id, which says nothing of anybody any more.
    expect(tablesWith(testId)).toEqual(['audit']);
    expect([rawHas(document), rawHas(name)]).toEqual([false, false]);
    expect([rawHas(backwards), rawHas('ceshi')]).toEqual([false, false]);
  });

  it('keeps each figure: the day prints as it printed, the round has its count, the day of reading its late results', async () => {
    desk.clock.pass(20 * 60_000);
    await bind(1);
    const bound = today();
    await read(1, 'negative');
    const readOn = today();
    await bind(2);
    await send();
    expect(readOn > bound).toBe(true);
    const before = await desk.call('summary.get', { day: bound } as never);
    const late = await desk.call('summary.get', { day: readOn } as never);
    expect(late.figures.readTodayOfEarlierDays).toBe(1);
    const { rounds } = await desk.call('rounds.list', {} as never);
    await setPeriods(30, 30);
    desk.clock.pass(30 * dayMs);
    const { due } = await retention();
    expect(due.tests).toMatchObject({ tests: 1, fromDay: bound, toDay: bound });
    await purge(due);
    const after = await desk.call('summary.get', { day: bound } as never);
    expect(after.figures).toEqual(before.figures);
    expect(after.sha256).toBe(before.sha256);
    expect((await desk.call('summary.get', { day: readOn } as never)).figures).toEqual(late.figures);
    expect((await desk.call('rounds.list', {} as never)).rounds.map(({ tested }) => tested)).toEqual(
      rounds.map(({ tested }) => tested),
    );
    expect(await desk.call('tests.list', { day: bound } as never)).toMatchObject({ total: 0 });
  });

  it('leaves a used kit used: the desk refuses it, a sticker stays used, a void one too', async () => {
    const { products } = await desk.call('products.list', {});
    const productId = products.find(({ gtins }) => gtins.length > 0)?.id ?? '';
    const { batch } = await desk.call('stickers.issue', {
      productId,
      lot: 'LOT1',
      expiresOn: null,
      count: 3,
    } as never);
    const { stickers } = await desk.call('stickers.get', { batchId: batch.batchId } as never);
    await bind(1);
    await desk.addPerson(own(2));
    await desk.scan(stickers[0]?.code ?? '');
    await send();
    await setPeriods(30, null);
    desk.clock.pass(40 * dayMs);
    const { due } = await retention();
    await purge(due);
    await desk.addPerson(own(3));
    for (const code of [kit(own(1)), stickers[0]?.code ?? '']) {
      const { stage } = await desk.scanLater(code);
      expect(stage).toMatchObject({ kind: 'refused', code: 'kitSpent' });
    }
    expect((await desk.scanLater(stickers[1]?.code ?? '')).stage.kind).toBe('bound');
    const left = await desk.call('stickers.get', { batchId: batch.batchId } as never);
    expect(left.batch).toMatchObject({ count: 3, used: 2, spoiled: 0, unused: 1 });
    expect(left.stickers.map(({ state }) => state)).toEqual(['used', 'used', 'unused']);
    expect(
      await desk.reply('stickers.spoil', {
        codes: [stickers[0]?.code],
        reason: { code: 'lost', text: '' },
      } as never),
    ).toMatchObject({ error: { code: 'STICKER_USED' } });
  });

  it('people with a test that is still kept stay, and so does whoever stands at the desk', async () => {
    await desk.addPerson(own(1));
    await desk.addPerson(own(2));
    await desk.call('desk.clear', {} as never);
    await setPeriods(null, 30);
    desk.clock.pass(40 * dayMs);
    await desk.scan(documentOf(own(1)));
    await desk.scan(kit(own(1)));
    await desk.scanLater(documentOf(own(2)));
    const { due } = await retention();
    expect(due).toMatchObject({ tests: { tests: 0 }, people: 1 });
    expect((await purge(due)).destruction).toMatchObject({ tests: 0, people: 0 });
    expect((await desk.scan(kit(own(2)))).stage.kind).toBe('bound');
  });

  it('destroys what was shown and nothing else', async () => {
    await bind(1);
    await send();
    await setPeriods(30, null);
    desk.clock.pass(40 * dayMs);
    expect(await desk.reply('retention.purge', { tests: 2, people: 0 } as never)).toMatchObject({
      error: { code: 'PURGE_CHANGED', params: { tests: 1, people: 0, entries: 0 } },
    });
    expect(await desk.call('tests.list', {} as never)).toMatchObject({ total: 1 });
  });

  it('is not begun by a clock that nobody believes', async () => {
    await bind(1);
    await send();
    await setPeriods(30, null);
    desk.clock.pass(40 * dayMs);
    const { due } = await retention();
    await desk.call('settings.get', {});
    desk.clock.setWall(desk.clock.wallMs() - 3 * dayMs);
    expect(await desk.reply('retention.purge', { tests: due.tests.tests, people: 0 } as never)).toMatchObject({
      error: { code: 'CLOCK_WRONG' },
    });
  });

  it('the same request again tells of the same destruction', async () => {
    await bind(1);
    await send();
    await setPeriods(30, null);
    desk.clock.pass(40 * dayMs);
    const { due } = await retention();
    const requestId = crypto.randomUUID();
    const first = await purge(due, { requestId });
    expect((await purge(due, { requestId })).destruction).toEqual(first.destruction);
    expect((await retention()).destructions).toHaveLength(1);
  });

  it('broken off between two days, is finished by the next', async () => {
    for (const [n, laterMs] of [0, 3_600_000, dayMs].entries()) {
      desk.clock.pass(laterMs);
      await bind(n);
    }
    await send();
    await setPeriods(30, null);
    desk.clock.pass(40 * dayMs);
    const { due } = await retention();
    expect(due.tests).toMatchObject({ days: 3, tests: 3 });
    // Core ends after the first day, as a killed one does: what follows is never reached.
    const requestId = crypto.randomUUID();
    const running = desk.reply('retention.purge', { tests: 3, people: 0, requestId } as never);
    await expect
      .poll(() => desk.emitted.some(({ event }) => event === 'retention.progressed'), { interval: 0 })
      .toBe(true);
    await desk.core().close();
    expect((await running).ok).toBe(false);
    await desk.reopen({ dataKeyHex: desk.dataKeyHex(), resumeSession: true });
    const [open] = (await retention()).destructions;
    expect(open).toMatchObject({ endedAtMs: null, sha256: null });
    expect(open?.tests).toBeGreaterThan(0);
    expect(open?.tests).toBeLessThan(3);
    const rest = (await retention()).due;
    const { destruction } = await purge(rest);
    expect(destruction).toMatchObject({ destructionId: open?.destructionId, tests: 3, days: 3 });
    expect(destruction.endedAtMs).not.toBeNull();
    expect(await desk.call('tests.list', {} as never)).toMatchObject({ total: 0 });
  });
});

describe('the audit log', () => {
  it('goes after half a year at the earliest; a signed checkpoint stands for what went, and the rest is still proved', async () => {
    const set = (auditDays: number) =>
      desk.reply('retention.set', { periods: { testsDays: null, peopleDays: null, auditDays } } as never);
    expect(await set(179)).toMatchObject({ error: { code: 'INVALID_INPUT', field: 'periods.auditDays' } });
    expect((await set(180)).ok).toBe(true);
    await bind(1);
    expect((await retention()).due.entries).toBe(0);
    desk.clock.pass(181 * dayMs);
    const { due } = await retention();
    expect(due.entries).toBeGreaterThan(3);
    const { destruction } = await purge(due);
    expect(destruction).toMatchObject({ tests: 0, people: 0, periods: { auditDays: 180 } });
    expect(destruction.entries).toBeGreaterThanOrEqual(due.entries);
    const { pieces } = await desk.call('retention.find', { destructionId: destruction.destructionId } as never);
    expect(pieces.map(({ kind, counts }) => [kind, counts])).toEqual([['audit', { audit: destruction.entries }]]);
    expect(tablesWith('"register.create"')).toEqual([]);
    expect((await desk.call('audit.verify', {} as never)).verdict).toMatchObject({ ok: true });
  });
});

describe('the record of a destruction', () => {
  it('adds up, has a hash over all of it, and another that the central service can work out for itself', async () => {
    await bind(1);
    await read(1, 'negative');
    await send();
    const db = openRegister({ file: desk.registerFile, dataKeyHex: desk.dataKeyHex(), readonly: true });
    const sent = db.prepare("SELECT record_key, content_hash FROM outbox WHERE state = 'sent' ORDER BY seq").all() as {
      record_key: string;
      content_hash: string;
    }[];
    db.close();
    expect(sent).toHaveLength(2);
    await setPeriods(30, 30);
    desk.clock.pass(40 * dayMs);
    const { destruction } = await purge((await retention()).due);
    const found = await desk.call('retention.find', { destructionId: destruction.destructionId } as never);
    expect(found.destruction).toEqual(destruction);
    expect(found.pieces.map(({ kind, counts }) => [kind, counts])).toEqual([
      ['tests', expect.objectContaining({ tests: 1, test_states: 1, results: 1, outbox: 2, voids: 0 })],
      ['people', { people: 1 }],
    ]);
    const lines = sent.map(({ record_key, content_hash }) => `${record_key} ${content_hash}\n`).join('');
    expect(found.pieces[0]?.recordsSha256).toBe(createHash('sha256').update(lines).digest('hex'));
    expect(destruction.sha256).toBe(destructionHash(found.destruction, found.pieces));
    const [piece] = found.pieces;
    if (piece === undefined) throw new Error('no piece');
    const forged = [{ ...piece, counts: { ...piece.counts, tests: 2 } }];
    expect(destructionHash(found.destruction, forged)).not.toBe(destruction.sha256);
  });

  it('is written once, and outside of a purge facts are as fast as ever', async () => {
    await bind(1);
    await send();
    await setPeriods(30, null);
    desk.clock.pass(40 * dayMs);
    await purge((await retention()).due);
    await bind(2);
    const db = openRegister({ file: desk.registerFile, dataKeyHex: desk.dataKeyHex() });
    try {
      for (const table of [
        'tests',
        'outbox',
        'destructions',
        'destruction_pieces',
        'destruction_ends',
        'kept_days',
        'spent_kits',
      ])
        expect(() => db.exec(`DELETE FROM ${table}`), table).toThrow(/written once|kept/);
    } finally {
      db.close();
    }
    await desk.call('staff.lock', {} as never);
    const { operators } = await desk.call('staff.list', {});
    await desk.call('staff.signIn', { operatorId: operators[0]?.id ?? '', pin } as never);
  });
});
