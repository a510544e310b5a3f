import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { verifyRegister } from '../../electron/core/register/verify.ts';
import { openRegister } from '../../electron/db/open.ts';
import type { Input } from '../../shared/contract.ts';
import type { DeskView } from '../../shared/model/desk.ts';
import { leftOf, type ReceivedBox } from '../../shared/model/stock.ts';
import { gtin, kit, openDesk, pin, type TestDesk } from './openDesk.ts';

let desk: TestDesk;
let productId: string;
beforeEach(async () => {
  desk = await openDesk();
  const { products } = await desk.call('products.list', {} as never);
  productId = products.find(({ gtins }) => gtins.includes(gtin))?.id ?? '';
});
afterEach(async () => {
  const db = openRegister({ file: desk.registerFile, dataKeyHex: desk.dataKeyHex(), readonly: true });
  try {
    expect(await verifyRegister(db)).toBe(null);
  } finally {
    db.close();
  }
  await desk.close();
});

const code = (serial: string, lot = 'LOT1') => `(01)${gtin}(17)240930(10)${lot}(21)${serial}`;
const sn = (n: number) => `SN${String(n).padStart(6, '0')}`;
const refusalOf = ({ stage }: DeskView) => (stage.kind === 'refused' ? stage.code : stage.kind);
const box = (more: Partial<ReceivedBox> = {}): ReceivedBox => ({
  raw: null,
  productId,
  lot: 'LOT1',
  expiresOn: '2024-09-30',
  count: 20,
  range: null,
  kits: [],
  ...more,
});
const receive = (...boxes: ReceivedBox[]) =>
  desk.call('boxes.receive', { sender: '区疾控', boxes } as never) as Promise<{ shipmentId: string; kits: number }>;
const tryReceive = (...boxes: ReceivedBox[]) => desk.reply('boxes.receive', { sender: '区疾控', boxes } as never);
const stockOf = async (lot = 'LOT1') => {
  const { rows } = await desk.call('stock.list', {} as never);
  const row = rows.find((each) => each.lot === lot);
  if (row === undefined) throw new Error(`no stock of ${lot}`);
  expect(row.left).toBe(leftOf(row));
  return row;
};
const move = (direction: 'out' | 'in', ...lines: Input<'transfers.make'>['lines']) =>
  desk.reply('transfers.make', { direction, site: '二村检测点', lines } as never);

describe('receiving', () => {
  it('reads a box by its label: SSCC with contents and count, or a GTIN with count, lot and expiry', async () => {
    const sscc = `(00)069012345678900002(02)${gtin}(37)20(17)240930(10)LOT7`;
    const read = await desk.call('boxes.read', { text: sscc });
    expect(read).toMatchObject({ kind: 'box', productId, lot: 'LOT7', expiresOn: '2024-09-30', count: 20 });
    await receive(box({ raw: sscc, lot: 'LOT7' }));
    expect(await desk.call('boxes.read', { text: sscc })).toMatchObject({ receivedAtMs: desk.clock.wallMs() });
    expect(await tryReceive(box({ raw: sscc, lot: 'LOT7' }))).toMatchObject({ error: { code: 'BOX_RECEIVED' } });
    expect(await desk.call('boxes.read', { text: `(01)${gtin}(30)25(10)LOT8` })).toMatchObject({
      kind: 'box',
      count: 25,
      lot: 'LOT8',
    });
    expect(await desk.call('boxes.read', { text: kit(5) })).toMatchObject({ kind: 'kit', state: 'fresh', lot: 'LOT1' });
    expect(await desk.call('boxes.read', { text: '张三' })).toMatchObject({ kind: 'other' });
    expect((await stockOf('LOT7')).left).toBe(20);
  });

  it('kits of a range inherit product, lot and expiry; a second range over them is refused with the place', async () => {
    await receive(box({ lot: 'R1', count: 100, range: { from: code(sn(100), 'R1'), to: code(sn(199), 'R1') } }));
    const bare = (n: number) => `(01)${gtin}(21)${sn(n)}`;
    await desk.addPerson(1);
    const { stage } = await desk.scan(bare(150));
    expect(stage).toMatchObject({
      kind: 'bound',
      test: { kit: { lot: 'R1', expiresOn: '2024-09-30', warnings: [] } },
    });
    expect(await stockOf('R1')).toMatchObject({ received: 100, used: 1, left: 99 });
    const second = { from: code(sn(199), 'R1'), to: code(sn(298), 'R1') };
    expect(await tryReceive(box({ lot: 'R1', count: 100, range: second }))).toMatchObject({
      error: { code: 'RANGE_WRONG', params: { problem: 'overlap' }, field: 'boxes.0.range' },
    });
    // Refused whole: nothing of the shipment stays.
    expect((await stockOf('R1')).received).toBe(100);
    for (const [range, problem] of [
      [{ from: code(sn(300), 'R1'), to: code('SN0000399', 'R1') }, 'uneven'],
      [{ from: code(sn(399), 'R1'), to: code(sn(300), 'R1') }, 'backwards'],
      [{ from: code(sn(300), 'R1'), to: code(sn(350), 'R1') }, 'count'],
      [{ from: code(sn(300), 'R2'), to: code(sn(399), 'R2') }, 'otherLot'],
      [{ from: '张三', to: code(sn(399), 'R1') }, 'notAKit'],
    ] as const)
      expect(await tryReceive(box({ lot: 'R1', count: 100, range })), problem).toMatchObject({
        error: { code: 'RANGE_WRONG', params: { problem } },
      });
  });

  it('a code one character short of a range is refused at the desk, another serial of the lot is warned about', async () => {
    await receive(box({ lot: 'R1', count: 100, range: { from: code(sn(100), 'R1'), to: code(sn(199), 'R1') } }));
    await desk.addPerson(1);
    expect(refusalOf(await desk.scan(code('SN00150', 'R1')))).toBe('codeCharacterLost');
    const { stage } = await desk.scanLater(code('SN777777', 'R1'));
    expect(stage).toMatchObject({ kind: 'bound', test: { kit: { warnings: [{ code: 'serialUnknown' }] } } });
  });

  it('some kits of a box are a check of it, all of them make it known', async () => {
    await receive(
      box({ count: 3, kits: [code(sn(1)), code(sn(2))] }),
      box({ count: 2, kits: [code('A1'), code('B7')] }),
    );
    const { rows } = await desk.call('boxes.list', {} as never);
    expect(rows[0]).toMatchObject({
      kits: 5,
      boxes: [
        { checked: 2, isListed: false },
        { checked: 2, isListed: true },
      ],
    });
    expect(await desk.call('boxes.read', { text: code('B7') })).toMatchObject({ state: 'known' });
    expect(await desk.call('boxes.read', { text: code(sn(1)) })).toMatchObject({ state: 'fresh' });
    expect(await tryReceive(box({ count: 3, kits: [code('X1', 'LOT2')] }))).toMatchObject({
      error: { code: 'KIT_UNFIT', params: { problem: 'otherLot' } },
    });
  });

  it('an expired lot, or one with another expiry date than is known, is refused', async () => {
    expect(await tryReceive(box({ expiresOn: '2022-04-09' }))).toMatchObject({ error: { code: 'LOT_EXPIRED' } });
    await receive(box());
    expect(await tryReceive(box({ expiresOn: '2024-10-31' }))).toMatchObject({
      error: { code: 'EXPIRY_DIFFERS', params: { known: '2024-09-30' } },
    });
  });
});

describe('stock', () => {
  it('an older lot that is still open is told at the desk, quietly', async () => {
    await receive(box({ lot: 'OLD', expiresOn: '2022-06-30', count: 2 }), box({ lot: 'LOT1' }));
    expect(await stockOf('OLD')).toMatchObject({ isNext: true });
    await desk.addPerson(1);
    const view = await desk.scan(kit(1));
    expect(view).toMatchObject({
      heard: 'done',
      stage: { kind: 'bound', test: { kit: { warnings: [{ code: 'olderLotOpen', params: { lot: 'OLD' } }] } } },
    });
    await desk.call('kits.spoil', { lot: { productId, lot: 'OLD', count: 2 }, reason: { code: 'wet' } } as never);
    await desk.addPerson(2);
    expect((await desk.scan(kit(2))).stage).toMatchObject({ kind: 'bound', test: { kit: { warnings: [] } } });
  });

  it('runs low by the site’s own number; what was never received does not run low', async () => {
    expect(await desk.call('stock.low', {} as never)).toEqual({ low: [] });
    await receive(box({ count: 20 }));
    expect(await desk.call('stock.low', {} as never)).toMatchObject({ low: [{ left: 20, least: 40 }] });
    const settings = await desk.call('settings.get', {} as never);
    const set = (lowStock: typeof settings.lowStock) =>
      desk.call('settings.set', { settings: { ...settings, lowStock } } as never);
    await set({ perProduct: 20, total: 21 });
    expect(await desk.call('stock.low', {} as never)).toMatchObject({ low: [{ productName: null, left: 20 }] });
    await set({ perProduct: null, total: null });
    expect(await desk.call('stock.low', {} as never)).toEqual({ low: [] });
  });

  it('a spoiled kit is refused at the desk, also when it waits on the stage; a used one cannot be spoiled', async () => {
    await receive(box());
    const spoil = (...codes: string[]) => desk.reply('kits.spoil', { codes, reason: { code: 'damaged' } } as never);
    expect(await spoil(kit(1))).toMatchObject({ value: { spoiled: 1 } });
    // Reported twice is spoiled once.
    expect(await spoil(kit(1))).toMatchObject({ value: { spoiled: 0 } });
    expect(await stockOf()).toMatchObject({ spoiled: 1, left: 19 });
    await desk.addPerson(1);
    expect((await desk.scan(kit(1))).stage).toMatchObject({
      kind: 'refused',
      code: 'kitSpoiled',
      params: { reason: 'damaged' },
      held: { person: { name: '测试1' } },
    });
    await desk.call('desk.clear', {} as never);
    expect((await desk.scanLater(kit(2))).stage.kind).toBe('kit');
    await spoil(kit(2));
    const view = await desk.addPerson(2);
    expect(refusalOf(view)).toBe('kitSpoiled');
    // The person goes on waiting, and takes the next kit.
    expect(refusalOf(await desk.scanLater(kit(3)))).toBe('bound');
    expect(await spoil(kit(3))).toMatchObject({ error: { code: 'KIT_UNFIT', params: { problem: 'used' } } });
    expect(await spoil('张三')).toMatchObject({ error: { code: 'KIT_UNFIT', params: { problem: 'notAKit' } } });
  });

  it('more than the books hold is not spoiled or sent: somebody counts first', async () => {
    await receive(box({ count: 5 }));
    const spoiled = { lot: { productId, lot: 'LOT1', count: 6 }, reason: { code: 'lost' } };
    expect(await desk.reply('kits.spoil', spoiled as never)).toMatchObject({
      error: { code: 'STOCK_SHORT', params: { left: 5 } },
    });
    expect(await move('out', { by: 'count', productId, lot: 'LOT1', count: 6 })).toMatchObject({
      error: { code: 'STOCK_SHORT' },
    });
    expect((await desk.call('transfers.list', {} as never)).total).toBe(0);
  });

  it('an undone binding gives its kit back to the stock', async () => {
    await receive(box());
    await desk.bind(1);
    expect(await stockOf()).toMatchObject({ used: 1, left: 19 });
    await desk.call('desk.undo', {} as never);
    expect(await stockOf()).toMatchObject({ used: 0, left: 20 });
  });
});

describe('transfers', () => {
  const range = (from: number, to: number) => ({ by: 'range' as const, from: code(sn(from)), to: code(sn(to)) });
  beforeEach(async () => {
    await receive(box({ count: 100, range: { from: code(sn(100)), to: code(sn(199)) } }));
  });

  it('a kit that was sent away is refused at the desk until it comes back', async () => {
    expect(await move('out', range(120, 139))).toMatchObject({ value: { kits: 20 } });
    expect(await stockOf()).toMatchObject({ movedOut: 20, left: 80 });
    await desk.addPerson(1);
    expect((await desk.scan(code(sn(130)))).stage).toMatchObject({ code: 'kitAway', params: { site: '二村检测点' } });
    expect(refusalOf(await desk.scanLater(code(sn(140))))).toBe('bound');
    expect(await move('out', range(139, 145))).toMatchObject({
      error: { code: 'KIT_UNFIT', params: { problem: 'used' } },
    });
    expect(await move('out', range(139, 139))).toMatchObject({
      error: { code: 'KIT_UNFIT', params: { problem: 'away' } },
    });
    // One of them comes back out of the middle: the others stay away.
    expect(await move('in', { by: 'kits', codes: [code(sn(130))] })).toMatchObject({ value: { kits: 1 } });
    await desk.addPerson(2);
    expect(refusalOf(await desk.scanLater(code(sn(129))))).toBe('kitAway');
    expect(refusalOf(await desk.scanLater(code(sn(131))))).toBe('kitAway');
    expect(refusalOf(await desk.scanLater(code(sn(130))))).toBe('bound');
    expect(await stockOf()).toMatchObject({ movedOut: 20, movedIn: 1, used: 2, left: 79 });
  });

  it('a box goes as it came, once', async () => {
    const raw = `(00)069012345678900019(02)${gtin}(37)10(17)240930(10)LOT1`;
    await receive(box({ raw, count: 10 }));
    expect(await move('out', { by: 'box', code: raw })).toMatchObject({ value: { kits: 10 } });
    expect(await move('out', { by: 'box', code: raw })).toMatchObject({ error: { params: { problem: 'away' } } });
    expect(await move('in', { by: 'box', code: raw })).toMatchObject({ value: { kits: 10 } });
    expect(await stockOf()).toMatchObject({ movedOut: 10, movedIn: 10, left: 110 });
  });

  it('kits of another site are known once they came in', async () => {
    expect(await move('in', range(500, 519))).toMatchObject({ value: { kits: 20 } });
    expect(await desk.call('boxes.read', { text: code(sn(510)) })).toMatchObject({ state: 'known' });
    expect(await move('in', range(510, 529))).toMatchObject({ error: { code: 'RANGE_WRONG' } });
  });
});

describe('the blind count', () => {
  const count = (...lines: readonly (readonly [string, number])[]) =>
    desk.call('counts.take', { lines: lines.map(([lot, counted]) => ({ productId, lot, counted })) } as never);

  it('tells nobody what should be there before it is taken', async () => {
    await receive(box());
    const { lots } = await desk.call('counts.get', {} as never);
    expect(lots).toEqual([{ productId, productName: '测试试剂', lot: 'LOT1', expiresOn: '2024-09-30' }]);
    expect(
      await desk.reply('counts.take', { lines: [{ productId, lot: 'OTHER', counted: 1 }] } as never),
    ).toMatchObject({
      error: { code: 'COUNT_INCOMPLETE', params: { lots: ['LOT1'] } },
    });
  });

  it('adds up, asks a reason for a difference, and the next one begins with what was counted', async () => {
    await receive(box({ count: 20 }));
    await desk.bind(1);
    await desk.call('kits.spoil', { codes: [kit(2)], reason: { code: 'wet' } } as never);
    const taken = (await count(['LOT1', 17])).count;
    expect(taken.lines).toMatchObject([{ opening: 0, received: 20, used: 1, spoiled: 1, counted: 17, difference: -1 }]);
    // Until it is confirmed the books stand as they stood.
    expect((await stockOf()).left).toBe(18);
    const confirm = (countId: string, reasons: readonly unknown[]) =>
      desk.reply('counts.confirm', { countId, reasons } as never);
    expect(await confirm(taken.countId, [])).toMatchObject({ error: { code: 'REASON_NEEDED' } });
    const reason = { productId, lot: 'LOT1', reason: { code: 'lost', text: '' } };
    expect(await confirm(taken.countId, [reason])).toMatchObject({ value: { count: { outcome: 'confirmed' } } });
    expect(await confirm(taken.countId, [reason])).toMatchObject({ error: { code: 'COUNT_CHANGED' } });
    expect(await stockOf()).toMatchObject({ opening: 17, received: 0, used: 0, left: 17 });
    const { figures } = await desk.call('summary.get', {} as never);
    expect(figures.kits).toMatchObject([{ lot: 'LOT1', left: 17, difference: -1, reasons: [{ code: 'lost' }] }]);
    await desk.bind(3);
    const again = (await count(['LOT1', 16])).count;
    expect(again.lines).toMatchObject([{ opening: 17, used: 1, counted: 16, difference: 0 }]);
    await confirm(again.countId, []);
    expect((await desk.call('summary.get', {} as never)).figures.kits).toMatchObject([
      { received: 20, used: 2, spoiled: 1, left: 16, difference: -1 },
    ]);
  });

  it('who counts again puts the former count aside; an operator’s count is confirmed by a supervisor', async () => {
    await receive(box());
    const former = (await count(['LOT1', 19])).count;
    const { operator } = await desk.call('staff.enrol', { name: '小王', role: 'operator', pin: '7412' } as never);
    const { operators } = await desk.call('staff.list', {} as never);
    const chief = operators.find(({ name }) => name === '李娟')?.id ?? '';
    const { badges } = await desk.call('staff.badges', { operatorIds: [chief], renew: false } as never);
    await desk.call('staff.signIn', { operatorId: operator.id, pin: '7412' } as never);
    const { countId } = (await count(['LOT1', 20])).count;
    expect(await desk.reply('counts.confirm', { countId: former.countId, reasons: [] } as never)).toMatchObject({
      error: { code: 'FORBIDDEN', params: { approvable: true } },
    });
    const approval = { badge: badges[0]?.badge, pin, reason: '闭站盘点' };
    const given = await desk.reply('counts.confirm', { countId: former.countId, reasons: [], approval } as never);
    expect(given).toMatchObject({ error: { code: 'COUNT_CHANGED' } });
    expect(await desk.reply('counts.confirm', { countId, reasons: [], approval } as never)).toMatchObject({
      value: { count: { countedBy: '小王', confirmedBy: '李娟', outcome: 'confirmed' } },
    });
  });
});

describe('manifests as ranges', () => {
  async function bring(content: string) {
    const path = join(desk.folder, 'manifest.csv');
    writeFileSync(path, content);
    const importId = crypto.randomUUID();
    return desk.call('imports.preview', { importId, kind: 'manifest', path });
  }

  it('reads ranges with their faults, and answers the desk from them', async () => {
    const shown = await bring(
      [
        'GTIN,批号,有效期,起始序列号,终止序列号',
        `${gtin},LOT5,2024-09-30,AB00000000,AB00999999`,
        `${gtin},LOT5,2024-09-30,AB00999999,AB01000010`,
        `${gtin},LOT5,2024-09-30,AB2000,AB29999`,
        `${gtin},LOT5,2024-09-30,AB9000,AB8000`,
        `${gtin},LOT5,2024-09-30,AB00000005,`,
        `${gtin},LOT5,2024-09-30,CD01,`,
        '',
      ].join('\n'),
    );
    expect(shown.counts).toMatchObject({ rows: 6, fresh: 2, faulty: 3, doubled: 1 });
    expect(shown.faults.map(({ line, code: fault }) => [line, fault])).toEqual([
      [3, 'rangeTaken'],
      [4, 'rangeWrong'],
      [5, 'rangeWrong'],
    ]);
    await desk.call('imports.commit', { importId: shown.importId } as never);
    await desk.addPerson(1);
    expect((await desk.scan(`(01)${gtin}(21)AB00777777`)).stage).toMatchObject({
      kind: 'bound',
      test: { kit: { lot: 'LOT5', warnings: [] } },
    });
    const { lots } = await desk.call('lots.list', {} as never);
    expect(lots.find(({ lot }) => lot === 'LOT5')).toMatchObject({ known: 1_000_001, used: 1 });
    const again = await bring(
      `GTIN,批号,有效期,起始序列号,终止序列号\n${gtin},LOT5,2024-09-30,AB00999990,AB01000010\n`,
    );
    expect(again.faults[0]).toMatchObject({ code: 'rangeTaken' });
  });

  it('a list of serials that follow one another is kept as one range, whatever its order', async () => {
    const serials = Array.from({ length: 600 }, (_none, n) => sn((n * 7) % 600));
    const shown = await bring(
      `GTIN,批号,有效期,序列号\n${serials.map((each) => `${gtin},L6,2024-09-30,${each}\n`).join('')}`,
    );
    expect(shown.counts.fresh).toBe(600);
    await desk.call('imports.commit', { importId: shown.importId } as never);
    const db = openRegister({ file: desk.registerFile, dataKeyHex: desk.dataKeyHex(), readonly: true });
    try {
      expect(db.prepare('SELECT count(*) FROM kits').pluck().get()).toBe(0);
      expect(db.prepare('SELECT first, last FROM kit_ranges').all()).toEqual([{ first: 0, last: 599 }]);
    } finally {
      db.close();
    }
    expect(await desk.call('boxes.read', { text: `(01)${gtin}(21)${sn(599)}` })).toMatchObject({
      state: 'known',
      lot: 'L6',
    });
    expect(await desk.call('boxes.read', { text: `(01)${gtin}(21)${sn(600)}` })).toMatchObject({ state: 'fresh' });
  });
});

it('a lot’s expiry date is changed with a reason, and the desk follows', async () => {
  await receive(box());
  const { lots } = await desk.call('lots.list', {} as never);
  await desk.call('lots.save', { lotId: lots[0]?.lotId, expiresOn: '2022-04-09', reason: '厂家更正' } as never);
  expect((await stockOf()).expiresOn).toBe('2022-04-09');
});
