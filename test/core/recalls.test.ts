import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openRegister } from '../../electron/db/open.ts';
import type { DeskView } from '../../shared/model/desk.ts';
import { gtin, kit, openDesk, type TestDesk } from './openDesk.ts';

let desk: TestDesk;
let productId = '';
beforeEach(async () => {
  desk = await openDesk();
  const { products } = await desk.call('products.list', {} as never);
  productId = products.find(({ gtins }) => gtins.includes(gtin))?.id ?? '';
});
afterEach(() => desk.close());

const words = { source: '药监局通报', reason: '假阳性太多' };
const recall = async (target: object) => (await desk.call('recalls.make', { target, ...words } as never)).recall;
const lot = (name = 'LOT1') => ({ kind: 'lot', productId, lot: name });
const refusal = ({ stage }: DeskView) => (stage.kind === 'refused' ? stage.code : stage.kind);
const list = async () => (await desk.call('recalls.list', {} as never)).recalls;

describe('a recall', () => {
  it('of a lot stops the very next scan, also of a kit or a person that waits, and the person goes on waiting', async () => {
    await desk.bind(1);
    // The kit waits on the stage; the recall comes; then its person is scanned.
    expect((await desk.scan(kit(2))).stage.kind).toBe('kit');
    await recall(lot());
    expect(refusal(await desk.addPerson(2))).toBe('kitRecalled');
    const view = await desk.call('desk.get', {} as never);
    expect(view.stage).toMatchObject({ kind: 'refused', params: { lot: 'LOT1' }, held: { person: { name: '测试2' } } });
    expect(refusal(await desk.scan(kit(3)))).toBe('kitRecalled');
    // Another lot goes on, for the same person.
    expect((await desk.scan(kit(4, { lot: 'LOT2' }))).stage.kind).toBe('bound');
    expect((await desk.call('lots.list', {} as never)).lots.find((each) => each.lot === 'LOT1')?.recalledAtMs).toBe(
      desk.clock.wallMs(),
    );
  });

  it('of a lot that nobody has listed stops its kits all the same', async () => {
    await recall(lot('NEVER-SEEN'));
    await desk.addPerson(1);
    expect(refusal(await desk.scan(kit(1, { lot: 'NEVER-SEEN' })))).toBe('kitRecalled');
  });

  it('of a range or of one kit stops these and no others', async () => {
    const { kits } = await recall({ kind: 'kits', from: kit(10), to: kit(12) });
    expect(kits).toEqual({ from: 'SN000010', to: 'SN000012', count: 3 });
    expect((await recall({ kind: 'kits', from: kit(20), to: kit(20) })).kits?.count).toBe(1);
    await desk.addPerson(1);
    for (const n of [10, 11, 12, 20]) expect(refusal(await desk.scanLater(kit(n))), String(n)).toBe('kitRecalled');
    expect((await desk.scanLater(kit(13))).stage.kind).toBe('bound');
    expect(
      await desk.reply('recalls.make', { target: { kind: 'kits', from: kit(12), to: kit(10) }, ...words } as never),
    ).toMatchObject({ error: { code: 'RANGE_WRONG', params: { problem: 'backwards' } } });
    expect(
      await desk.reply('recalls.make', { target: { kind: 'kits', from: 'x', to: 'x' }, ...words } as never),
    ).toMatchObject({ error: { code: 'RANGE_WRONG' } });
  });

  it('lists everybody tested with it by result, masked; an undone binding is none of them', async () => {
    const read = async (n: number, outcome: string) => {
      const testId = await desk.bind(n);
      desk.clock.pass(16 * 60_000);
      await desk.scan(kit(n));
      await desk.call('results.record', { testId, outcome } as never);
    };
    await read(1, 'negative');
    await read(2, 'invalid');
    await desk.bind(3);
    desk.clock.pass(20_000);
    await desk.bind(4);
    await desk.call('desk.undo', {} as never);
    const { recallId } = await recall(lot());
    const sums = async (id: string) => (await desk.call('recalls.get', { recallId: id } as never)).tests;
    expect(await sums(recallId)).toEqual({ pending: 1, negative: 1, positive: 0, invalid: 1, void: 0 });
    const all = await desk.call('tests.list', { recallId } as never);
    expect(all.total).toBe(3);
    expect(JSON.stringify(all)).not.toContain('测试1');
    const negative = await desk.call('tests.list', { recallId, status: 'negative' } as never);
    expect(negative.rows.map((row) => row.kit.serial)).toEqual(['SN000001']);
    const ranged = await recall({ kind: 'kits', from: kit(2), to: kit(9) });
    expect(await sums(ranged.recallId)).toMatchObject({ pending: 1, invalid: 1, negative: 0 });
    expect((await desk.call('tests.list', { recallId: ranged.recallId, query: 'SN000002' } as never)).total).toBe(1);
    expect(await desk.reply('tests.list', { recallId: 'nobody' } as never)).toMatchObject({
      error: { code: 'NOT_FOUND' },
    });
    // What was bound before may be read: the list says whose result it concerns.
    desk.clock.pass(16 * 60_000);
    expect((await desk.scan(kit(3))).stage.kind).toBe('test');
  });

  it('is lifted with a reason and stays written; while another stands, its kits stay stopped', async () => {
    const first = await recall(lot());
    const second = await recall(lot());
    const lift = (recallId: string) => desk.reply('recalls.lift', { recallId, reason: '已经查明' } as never);
    expect((await lift(first.recallId)).ok).toBe(true);
    expect(await lift(first.recallId)).toMatchObject({ error: { code: 'RECALL_LIFTED' } });
    await desk.addPerson(1);
    expect(refusal(await desk.scan(kit(1)))).toBe('kitRecalled');
    await lift(second.recallId);
    expect((await desk.scanLater(kit(1))).stage.kind).toBe('bound');
    expect((await desk.call('lots.list', {} as never)).lots[0]?.recalledAtMs).toBe(null);
    expect((await list()).map(({ lifted }) => lifted?.reason)).toEqual(['已经查明', '已经查明']);
    const db = openRegister({ file: desk.registerFile, dataKeyHex: desk.dataKeyHex() });
    try {
      for (const sql of ["UPDATE recalls SET reason = 'x'", 'DELETE FROM recall_lifts'])
        expect(() => db.exec(sql), sql).toThrow(/written once/);
    } finally {
      db.close();
    }
  });
});
