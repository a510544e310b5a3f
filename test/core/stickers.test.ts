import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openRegister } from '../../electron/db/open.ts';
import { makeOwnCode } from '../../shared/codes/ownCodes.ts';
import type { DeskView } from '../../shared/model/desk.ts';
import { gtin, openDesk, passphrase, pin, type TestDesk } from './openDesk.ts';

let desk: TestDesk;
beforeEach(async () => {
  desk = await openDesk();
});
afterEach(() => desk.close());

const refusalOf = (view: DeskView): string =>
  view.stage.kind === 'refused' ? view.stage.code : `not refused: ${view.stage.kind}`;

async function productId(): Promise<string> {
  const { products } = await desk.call('products.list', {} as never);
  const product = products.find(({ gtins }) => gtins.includes(gtin));
  if (product === undefined) throw new Error('no product');
  return product.id;
}

async function issue(more: { count?: number; expiresOn?: string | null; lot?: string } = {}) {
  const { batch } = await desk.call('stickers.issue', {
    productId: await productId(),
    lot: 'LOT9',
    expiresOn: '2024-09-30',
    count: 3,
    ...more,
  } as never);
  const { stickers } = await desk.call('stickers.get', { batchId: batch.batchId } as never);
  return { batchId: batch.batchId, codes: stickers.map(({ code }) => code) };
}

/** used, spoiled, unused; fails where they do not add up to what was issued. */
async function account(batchId: string): Promise<readonly number[]> {
  const { batch, stickers } = await desk.call('stickers.get', { batchId } as never);
  expect(batch.used + batch.spoiled + batch.unused).toBe(batch.count);
  const counted = (['used', 'spoiled', 'unused'] as const).map(
    (state) => stickers.filter((sticker) => sticker.state === state).length,
  );
  expect(counted).toEqual([batch.used, batch.spoiled, batch.unused]);
  return counted;
}

/** Lots as a maker's list brings them; signed in again after it. */
async function listLots(
  ...lots: readonly {
    readonly id: string;
    readonly productId: string;
    readonly lot: string;
    readonly expiresOn: string | null;
  }[]
): Promise<void> {
  await desk.core().close();
  const db = openRegister({ file: desk.registerFile, dataKeyHex: desk.dataKeyHex() });
  const insert = db.prepare(
    'INSERT INTO lots (id, product_id, lot, expires_on) VALUES (@id, @productId, @lot, @expiresOn)',
  );
  for (const lot of lots) insert.run(lot);
  db.close();
  await desk.reopen();
  await desk.call('register.unlock', { passphrase } as never);
  const { operators } = await desk.call('staff.list', {} as never);
  await desk.call('staff.signIn', { operatorId: operators[0]?.id ?? '', pin } as never);
}

describe('kit stickers', () => {
  it('bind like a kit of their lot: product, lot, expiry and GTIN from the batch', async () => {
    const { batchId, codes } = await issue();
    await desk.addPerson(1);
    const { stage } = await desk.scan(codes[0] ?? '');
    expect(stage).toMatchObject({
      kind: 'bound',
      test: { kit: { kitKey: `sticker:${codes[0]}`, lot: 'LOT9', expiresOn: '2024-09-30', productName: '测试试剂' } },
    });
    expect(await account(batchId)).toEqual([1, 0, 2]);
    await desk.core().close();
    const db = openRegister({ file: desk.registerFile, dataKeyHex: desk.dataKeyHex() });
    const sent = JSON.parse(db.prepare('SELECT payload FROM outbox').pluck().get() as string) as { kit: unknown };
    expect(sent.kit).toMatchObject({ key: `sticker:${codes[0]}`, serial: codes[0], lot: 'LOT9', gtin });
    // The register itself keeps a sticker from being both, and what was issued from being changed.
    const spoil = db.prepare("INSERT INTO sticker_spoils SELECT ?, 'lost', '', 1, id FROM operators");
    expect(() => spoil.run(codes[0])).toThrow(/used sticker/);
    expect(() => db.exec('UPDATE sticker_batches SET count = 9')).toThrow(/written once/);
    expect(() => db.exec('DELETE FROM stickers')).toThrow(/written once/);
    db.close();
    await desk.reopen();
  });

  it('an undone binding frees the sticker, a voided one keeps it', async () => {
    const { batchId, codes } = await issue();
    const [code = ''] = codes;
    const rowOf = async () =>
      (await desk.call('stickers.get', { batchId } as never)).stickers.find((sticker) => sticker.code === code);
    await desk.addPerson(1);
    const first = await desk.scan(code);
    if (first.stage.kind !== 'bound') throw new Error(`not bound: ${first.stage.kind}`);
    expect(await rowOf()).toMatchObject({ state: 'used', testId: first.stage.test.testId });
    expect((await desk.call('desk.undo', {} as never)).stage.kind).toBe('undone');
    expect(await rowOf()).toMatchObject({ number: 1, state: 'unused', testId: null });
    expect(await account(batchId)).toEqual([0, 0, 3]);

    // Free for another person, as a test of its own; the undone one is not counted beside it.
    await desk.addPerson(2);
    const second = await desk.scanLater(code);
    if (second.stage.kind !== 'bound') throw new Error(`not bound anew: ${second.stage.kind}`);
    const { testId, person } = second.stage.test;
    expect(testId).not.toBe(first.stage.test.testId);
    expect(person.name).toBe('测试2');
    expect(await rowOf()).toMatchObject({ state: 'used', testId });
    expect(await account(batchId)).toEqual([1, 0, 2]);

    await desk.call('tests.void', { testId, reason: { code: 'other', text: '洒了' } } as never);
    expect(await account(batchId)).toEqual([1, 0, 2]);
    await desk.addPerson(3);
    expect(refusalOf(await desk.scanLater(code))).toBe('kitVoid');
    expect(await account(batchId)).toEqual([1, 0, 2]);
  });

  it('an undone binding lets the sticker be spoiled, and then it is bound no more', async () => {
    const { batchId, codes } = await issue();
    const [code = ''] = codes;
    await desk.addPerson(1);
    expect((await desk.scan(code)).stage.kind).toBe('bound');
    await desk.call('desk.undo', {} as never);
    const reason = { code: 'other', text: '沾湿' };
    expect(await desk.call('stickers.spoil', { codes: [code], reason } as never)).toEqual({ spoiled: 1 });
    expect(await account(batchId)).toEqual([0, 1, 2]);
    await desk.addPerson(2);
    expect(refusalOf(await desk.scanLater(code))).toBe('stickerSpoiled');
    const { stickers } = await desk.call('stickers.get', { batchId } as never);
    expect(stickers[0]).toMatchObject({ state: 'spoiled', testId: null, reason });
  });

  it('spoiled ones are refused at the desk; used ones cannot be spoiled, nor strange ones', async () => {
    const { batchId, codes } = await issue();
    const [first = '', second = '', third = ''] = codes;
    const reason = { code: 'damaged' };
    const typed = (first.match(/.{1,4}/g) ?? []).join(' ').toLowerCase();
    expect(await desk.call('stickers.spoil', { codes: [typed, first], reason } as never)).toEqual({ spoiled: 1 });
    expect(await desk.call('stickers.spoil', { codes: [first], reason } as never)).toEqual({ spoiled: 0 });
    expect(refusalOf(await desk.scan(first))).toBe('stickerSpoiled');
    await desk.addPerson(1);
    await desk.scan(second);
    expect(await desk.reply('stickers.spoil', { codes: [third, second], reason } as never)).toMatchObject({
      ok: false,
      error: { code: 'STICKER_USED', params: { code: second } },
    });
    const strange = makeOwnCode('YK', () => new Uint8Array(16).fill(7));
    expect(await desk.reply('stickers.spoil', { codes: [third, strange], reason } as never)).toMatchObject({
      ok: false,
      error: { code: 'STICKER_UNKNOWN' },
    });
    // All or none.
    expect(await account(batchId)).toEqual([1, 1, 1]);
    expect(refusalOf(await desk.scanLater(strange))).toBe('stickerUnknown');
  });

  it('an expired lot gets none, and one that expires later is refused at the desk', async () => {
    const input = { productId: await productId(), lot: 'OLD', expiresOn: '2022-04-09', count: 1 };
    expect(await desk.reply('stickers.issue', input as never)).toMatchObject({
      ok: false,
      error: { code: 'LOT_EXPIRED' },
    });
    const { codes } = await issue({ expiresOn: '2022-04-10' });
    desk.clock.pass(24 * 3_600_000);
    expect(refusalOf(await desk.scan(codes[0] ?? ''))).toBe('kitExpired');
  });

  it('a recalled lot gets none, and the stickers that it has are refused at the desk', async () => {
    const { batchId, codes } = await issue({ lot: 'BAD' });
    const id = await productId();
    const target = { kind: 'lot', productId: id, lot: 'BAD' };
    await desk.call('recalls.make', { target, source: '药监局', reason: '假阳性太多' } as never);

    const input = { productId: id, lot: 'BAD', expiresOn: null, count: 2 };
    expect(await desk.reply('stickers.issue', input as never)).toMatchObject({
      ok: false,
      error: { code: 'LOT_RECALLED', field: 'lot', params: { lot: 'BAD' } },
    });
    expect(await desk.call('stickers.list', {} as never)).toMatchObject({ total: 1 });
    await desk.addPerson(1);
    expect(refusalOf(await desk.scan(codes[0] ?? ''))).toBe('kitRecalled');
    expect(await account(batchId)).toEqual([0, 0, 3]);
  });

  it("the listed lot's own expiry counts where an earlier one was not typed", async () => {
    const id = await productId();
    await listLots(
      { id: 'l1', productId: id, lot: 'OLD', expiresOn: '2022-04-09' },
      { id: 'l2', productId: id, lot: 'NEW', expiresOn: '2022-06-30' },
    );
    for (const expiresOn of [null, '2024-01-01']) {
      const input = { productId: id, lot: 'OLD', expiresOn, count: 1 };
      expect(await desk.reply('stickers.issue', input as never)).toMatchObject({
        ok: false,
        error: { code: 'LOT_EXPIRED', field: 'expiresOn', params: { expiresOn: '2022-04-09' } },
      });
      const { batch } = await desk.call('stickers.issue', { ...input, lot: 'NEW' } as never);
      expect(batch.expiresOn).toBe('2022-06-30');
    }
  });

  it('is for supervisors, and the site may rather use no such kits', async () => {
    const settings = await desk.call('settings.get', {} as never);
    expect(settings.noSerialKit).toBe('sticker');
    await desk.call('settings.set', { settings: { ...settings, noSerialKit: 'refuse' } } as never);
    expect((await desk.scan(gtin)).stage).toMatchObject({ code: 'kitHasNoSerial', params: { policy: 'refuse' } });
    const { operator } = await desk.call('staff.enrol', { name: '王强', role: 'operator', pin } as never);
    await desk.call('staff.signIn', { operatorId: operator.id, pin } as never);
    const input = { productId: await productId(), lot: 'A', expiresOn: null, count: 1 };
    expect(await desk.reply('stickers.issue', input as never)).toMatchObject({
      ok: false,
      error: { code: 'FORBIDDEN' },
    });
  });
});

describe('badges', () => {
  it('a renewed badge works at once and the former no more; the codes are in no audit entry', async () => {
    const { operator, badge } = await desk.call('staff.enrol', { name: '王强', role: 'operator', pin } as never);
    const same = await desk.call('staff.badges', { operatorIds: [operator.id], renew: false } as never);
    expect(same.badges).toEqual([{ operatorId: operator.id, name: '王强', role: 'operator', badge }]);
    const renewed = await desk.call('staff.badges', { operatorIds: [operator.id], renew: true } as never);
    const fresh = renewed.badges[0]?.badge ?? '';
    expect(fresh).not.toBe(badge);
    expect(refusalOf(await desk.scan(badge))).toBe('badgeUnknown');
    expect((await desk.scan(fresh)).operator?.id).toBe(operator.id);
    await desk.core().close();
    const db = openRegister({ file: desk.registerFile, dataKeyHex: desk.dataKeyHex() });
    const told = db.prepare("SELECT subject || detail FROM audit WHERE action = 'staff.badgePrint'").pluck().all();
    expect(told).toHaveLength(2);
    for (const text of told) expect(text).not.toMatch(/YS/);
    db.close();
    await desk.reopen();
  });

  it('nobody prints a badge that may more than they', async () => {
    const { operators } = await desk.call('staff.list', {} as never);
    const administrator = operators[0]?.id ?? '';
    for (const role of ['supervisor', 'operator'] as const) {
      await desk.call('staff.enrol', { name: role, role, pin } as never);
    }
    const staff = (await desk.call('staff.list', {} as never)).operators;
    const idOf = (name: string): string => staff.find((each) => each.name === name)?.id ?? '';
    await desk.call('staff.signIn', { operatorId: idOf('supervisor'), pin } as never);
    const print = (id: string) => desk.reply('staff.badges', { operatorIds: [id], renew: true } as never);
    expect(await print(idOf('operator'))).toMatchObject({ ok: true });
    expect(await print(administrator)).toMatchObject({ ok: false, error: { code: 'FORBIDDEN' } });
    await desk.call('staff.signIn', { operatorId: idOf('operator'), pin } as never);
    expect(await print(idOf('operator'))).toMatchObject({ ok: false, error: { code: 'FORBIDDEN' } });
  });

  it('asked again under the same request, a badge is told only to those who may print it', async () => {
    const { operators } = await desk.call('staff.list', {} as never);
    const administrator = operators[0]?.id ?? '';
    const { operator } = await desk.call('staff.enrol', { name: '王强', role: 'operator', pin } as never);
    const input = { requestId: randomUUID() as string, operatorIds: [administrator], renew: true };
    const { badges } = await desk.call('staff.badges', input);
    expect(await desk.call('staff.badges', input)).toEqual({ badges });
    await desk.call('staff.signIn', { operatorId: operator.id, pin } as never);
    expect(await desk.reply('staff.badges', input)).toMatchObject({ ok: false, error: { code: 'FORBIDDEN' } });
    await desk.call('staff.lock', {} as never);
    expect(await desk.reply('staff.badges', input)).toMatchObject({ ok: false });
    expect((await desk.scan(badges[0]?.badge ?? '')).operator?.id).toBe(administrator);
  });
});
