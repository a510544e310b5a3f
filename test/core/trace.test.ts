import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { traceSheet } from '../../electron/app/sheets/traceSheet.ts';
import { openRegister } from '../../electron/db/open.ts';
import { prepareTables } from '../../electron/db/tables.ts';
import { textAt } from '../../shared/codes/kitSpan.ts';
import { makeOwnCode } from '../../shared/codes/ownCodes.ts';
import type { Input, Output } from '../../shared/contract.ts';
import { minute } from '../../shared/time.ts';
import { documentOf, gtin, openDesk, type TestDesk } from './openDesk.ts';
import { startCentral } from './startCentral.ts';

let desk: TestDesk;
let productId: string;
beforeEach(async () => {
  desk = await openDesk();
  const { products } = await desk.call('products.list', {} as never);
  productId = products.find(({ gtins }) => gtins.includes(gtin))?.id ?? '';
});
afterEach(() => desk.close());

const sn = (n: number) => `SN${String(n).padStart(6, '0')}`;
const code = (serial: string, lot = 'LOT1') => `]d201${gtin}1724093010${lot}\u001D21${serial}`;
const keyOf = (serial: string) => `gs1:${gtin}:${serial}`;
const ask = (asked: Input<'kits.trace'>['asked']) => desk.call('kits.trace', { asked } as never);
const byCode = (text: string, as: 'any' | 'kit' | 'person' = 'any') => ask({ by: 'code', text, as });
const traceOf = async (text: string): Promise<Extract<Output<'kits.trace'>, { kind: 'kit' }>['trace']> => {
  const answer = await byCode(text);
  if (answer.kind !== 'kit') throw new Error(JSON.stringify(answer));
  return answer.trace;
};
const bound = async (serial: string, person: number, lot = 'LOT1'): Promise<string> => {
  await desk.call('desk.clear', {} as never);
  await desk.addPerson(person);
  const { stage } = await desk.scanLater(code(serial, lot));
  if (stage.kind !== 'bound') throw new Error(JSON.stringify(stage));
  return stage.test.testId;
};
const read = async (serial: string, outcome: 'negative' | 'positive' | 'invalid'): Promise<void> => {
  desk.clock.pass(16 * minute);
  const { stage } = await desk.scanLater(code(serial));
  if (stage.kind !== 'test') throw new Error(JSON.stringify(stage));
  await desk.call('results.record', { testId: stage.test.testId, outcome } as never);
  if (outcome === 'positive') await desk.scanLater(code(serial));
};
const receive = (more: object) =>
  desk.call('boxes.receive', {
    sender: '区疾控',
    boxes: [{ raw: null, productId, lot: 'LOT1', expiresOn: '2024-09-30', count: 100, range: null, kits: [], ...more }],
  } as never);
const range = (from: number, to: number, lot = 'LOT1') => ({ from: code(sn(from), lot), to: code(sn(to), lot) });
const move = (direction: 'out' | 'in', from: number, to: number) =>
  desk.call('transfers.make', { direction, site: '二村检测点', lines: [{ by: 'range', ...range(from, to) }] } as never);
async function importList(lines: readonly string[]): Promise<void> {
  const path = join(desk.folder, 'kits.csv');
  writeFileSync(path, `GTIN,批号,效期,序列号\n${lines.join('\n')}\n`);
  await desk.call('imports.preview', { importId: 'list', kind: 'manifest', path } as never);
  await desk.call('imports.commit', { importId: 'list' } as never);
}

describe('how a kit came', () => {
  it('in a box: maker, registration, lot, and who received it from whom and when', async () => {
    await desk.addProduct({
      registrant: '万孚生物',
      shortName: '万孚',
      registrationNumber: '国械注准20223400001',
      gtins: ['06921734900135'],
    });
    const raw = `(00)069012345678900002(02)${gtin}(37)100(17)240930(10)LOT1`;
    const receivedAtMs = desk.clock.wallMs();
    await receive({ raw, range: range(100, 199) });
    desk.clock.pass(minute);
    expect(await traceOf(code(sn(150)))).toMatchObject({
      kitKey: keyOf(sn(150)),
      serial: sn(150),
      standing: 'here',
      product: { registrant: '测试试剂厂', shortName: '测试试剂' },
      productCode: gtin,
      lot: 'LOT1',
      expiresOn: '2024-09-30',
      recalls: [],
      origin: {
        by: 'box',
        sender: '区疾控',
        boxName: '069012345678900002',
        count: 100,
        atMs: receivedAtMs,
        operatorName: '李娟',
      },
      moves: [],
      tests: [],
      site: '长宁·新泾三村检测点',
      station: '1',
    });
    // The box itself, by its label.
    expect(await byCode(raw)).toMatchObject({
      kind: 'box',
      received: { count: 100, lot: 'LOT1', isAway: false, kits: [{ from: sn(100), to: sn(199), count: 100 }] },
    });
    expect(await byCode('(00)069012345678900019')).toEqual({ kind: 'box', name: '069012345678900019', received: null });
    // Of the other product nothing came.
    expect(await byCode('(01)06921734900135(21)X1')).toMatchObject({
      trace: { standing: 'unknown', origin: null, product: { registrationNumber: '国械注准20223400001' } },
    });
  });

  it('in one of the boxes of its lot, where nobody listed the serials', async () => {
    await receive({ count: 20 });
    desk.clock.pass(minute);
    await receive({ count: 30 });
    await receive({ count: 100, range: range(100, 199) });
    expect(await traceOf(code('X7'))).toMatchObject({
      standing: 'unknown',
      origin: { by: 'lot', boxes: [{ count: 30 }, { count: 20 }] },
    });
    // Another lot of the product: none of these.
    expect((await traceOf(code('X7', 'LOT2'))).origin).toBe(null);
  });

  it('by a maker’s list, or as a sticker of this station', async () => {
    await importList([`${gtin},LOT5,2024-09-30,QQ1`, `${gtin},LOT5,2024-09-30,ZZ9`]);
    expect(await traceOf(`(01)${gtin}(21)QQ1`)).toMatchObject({
      standing: 'here',
      lot: 'LOT5',
      origin: { by: 'list', fileName: 'kits.csv', operatorName: '李娟' },
    });
    await desk.call('stickers.issue', { productId, lot: 'L1', expiresOn: '2024-09-30', count: 3 } as never);
    const { batches } = await desk.call('stickers.list', {} as never);
    const { stickers } = await desk.call('stickers.get', { batchId: batches[0]?.batchId ?? '' });
    const sticker = stickers[1]?.code ?? '';
    expect(await traceOf(sticker)).toMatchObject({
      standing: 'here',
      lot: 'L1',
      product: { shortName: '测试试剂' },
      origin: { by: 'sticker', number: 2, count: 3, operatorName: '李娟' },
    });
    await desk.call('stickers.spoil', { codes: [sticker], reason: { code: 'printedBadly' } } as never);
    expect(await traceOf(sticker)).toMatchObject({ standing: 'spoiled', spoiled: { reason: 'printedBadly' } });
  });

  it('a changed expiry date stands there, a number in its reason masked', async () => {
    await receive({ range: range(100, 199) });
    const { lots } = await desk.call('lots.list', {} as never);
    const lotId = lots.find(({ lot }) => lot === 'LOT1')?.lotId ?? '';
    await desk.call('lots.save', { lotId, expiresOn: '2024-12-31', reason: '厂家延期 13800138000' } as never);
    expect(await traceOf(code(sn(100)))).toMatchObject({
      expiresOn: '2024-12-31',
      lotChanges: [{ from: '2024-09-30', to: '2024-12-31', reason: '厂家延期 1*******000', operatorName: '李娟' }],
    });
  });
});

describe('recalled', () => {
  it('with its lot or as one of some kits, also once it was lifted; a neighbour is not', async () => {
    await receive({ range: range(100, 199) });
    const words = { source: '药监局', reason: '假阳性偏多' };
    const { recall } = await desk.call('recalls.make', {
      target: { kind: 'kits', from: code(sn(110)), to: code(sn(119)) },
      ...words,
    } as never);
    const stands = { ...words, operatorName: '李娟', lifted: null };
    expect(await traceOf(code(sn(110)))).toMatchObject({ standing: 'here', recalls: [stands] });
    expect((await traceOf(code(sn(120)))).recalls).toEqual([]);
    await desk.call('recalls.make', { target: { kind: 'lot', productId, lot: 'LOT1' }, ...words } as never);
    await desk.call('recalls.lift', { recallId: recall.recallId, reason: '复核正常' } as never);
    expect((await traceOf(code(sn(119)))).recalls).toMatchObject([{ lifted: { reason: '复核正常' } }, stands]);
    expect((await traceOf(code(sn(120)))).recalls).toMatchObject([stands]);
    expect((await traceOf(code('OTHER', 'LOT2'))).recalls).toEqual([]);
  });
});

describe('where it went', () => {
  beforeEach(async () => {
    await receive({ range: range(100, 199) });
  });

  it('to another site and back, each with who and when; beside it stays what stayed', async () => {
    await move('out', 120, 139);
    expect(await traceOf(code(sn(125)))).toMatchObject({
      standing: 'away',
      moves: [{ direction: 'out', site: '二村检测点', operatorName: '李娟' }],
      origin: { by: 'box' },
    });
    desk.clock.pass(minute);
    await move('in', 125, 125);
    const { standing, moves } = await traceOf(code(sn(125)));
    expect([standing, moves.map(({ direction }) => direction)]).toEqual(['here', ['out', 'in']]);
    expect((moves[1]?.atMs ?? 0) - (moves[0]?.atMs ?? 0)).toBe(minute);
    expect(await traceOf(code(sn(126)))).toMatchObject({ standing: 'away', moves: [{ direction: 'out' }] });
    expect(await traceOf(code(sn(140)))).toMatchObject({ standing: 'here', moves: [] });
    // What was never here before came by its transfer.
    await move('in', 500, 519);
    expect(await traceOf(code(sn(510)))).toMatchObject({
      standing: 'here',
      origin: null,
      moves: [{ direction: 'in', site: '二村检测点' }],
    });
  });

  it('spoiled, and counted with its lot', async () => {
    await desk.call('kits.spoil', {
      codes: [code(sn(101))],
      reason: { code: 'other', text: '摔了 310104198002291236' },
    } as never);
    const { count } = await desk.call('counts.take', { lines: [{ productId, lot: 'LOT1', counted: 98 }] } as never);
    expect((await traceOf(code(sn(101)))).counted).toBe(null);
    await desk.call('counts.confirm', {
      countId: count.countId,
      reasons: [{ productId, lot: 'LOT1', reason: { code: 'lost', text: '' } }],
    } as never);
    expect(await traceOf(code(sn(101)))).toMatchObject({
      standing: 'spoiled',
      spoiled: { reason: 'other', operatorName: '李娟', text: '摔了 310***********1236' },
      counted: { counted: 98, difference: -1, reason: 'lost', countedBy: '李娟', confirmedBy: '李娟' },
    });
    // Spoiled without being on any list: told by its code, its lot and product too.
    await desk.call('kits.spoil', { codes: [code('OTHER9')], reason: { code: 'wet' } } as never);
    expect(await traceOf(`(01)${gtin}(21)OTHER9`)).toMatchObject({ standing: 'spoiled', lot: 'LOT1' });
  });

  it('to somebody, masked; then its results as a chain of revisions, a void, and what the central service has', async () => {
    const central = await startCentral();
    try {
      const { url, token } = central.connection;
      await desk.call('sync.connect', { url, token } as never);
      const boundAtMs = desk.clock.wallMs() + 2_000;
      const testId = await bound(sn(101), 1);
      await read(sn(101), 'positive');
      await desk.call('results.revise', { testId, outcome: 'negative', reason: { code: 'misread' } } as never);
      await desk.call('tests.void', { testId, reason: { code: 'sampleLost' } } as never);
      const before = await traceOf(code(sn(101)));
      expect(before.tests[0]?.uploads.map(({ state }) => state)).not.toContain('sent');
      await desk.call('sync.sendNow', {} as never);
      await expect
        .poll(async () => (await traceOf(code(sn(101)))).tests[0]?.uploads.every(({ state }) => state === 'sent'))
        .toBe(true);
      const { standing, tests } = await traceOf(code(sn(101)));
      expect(standing).toBe('used');
      expect(tests).toHaveLength(1);
      expect(tests[0]).toMatchObject({
        isNow: true,
        isPersonHere: true,
        undone: null,
        test: {
          testId,
          status: 'void',
          boundAtMs,
          boundByName: '李娟',
          person: { nameMasked: '测**' },
          voided: { operatorName: '李娟', reason: { code: 'sampleLost' } },
        },
        revisions: [
          { outcome: 'positive', operatorName: '李娟' },
          { outcome: 'negative', reason: { code: 'misread' } },
        ],
        uploads: [
          { kind: 'test.bound' },
          { kind: 'test.resulted' },
          { kind: 'test.resulted' },
          { kind: 'test.voided' },
        ],
      });
      const said = JSON.stringify(tests);
      for (const secret of ['测试1', documentOf(1), '1966-02-01']) expect(said).not.toContain(secret);
    } finally {
      await central.close();
    }
  });

  it('an undone binding stays in its trace, beside the one that came after it', async () => {
    await bound(sn(102), 1);
    await desk.call('desk.undo', {} as never);
    expect(await traceOf(code(sn(102)))).toMatchObject({
      standing: 'here',
      tests: [{ isNow: false, undone: { operatorName: '李娟' }, uploads: [{ state: 'withdrawn' }] }],
    });
    await bound(sn(102), 2);
    const { standing, tests } = await traceOf(code(sn(102)));
    expect(standing).toBe('used');
    expect(tests.map(({ isNow, test }) => [isNow, test.status])).toEqual([
      [false, 'undone'],
      [true, 'pending'],
    ]);
  });

  it('another station that bound the same kit stands in it, as the central service told', async () => {
    const testId = await bound(sn(105), 1);
    const db = openRegister({ file: desk.registerFile, dataKeyHex: desk.dataKeyHex() });
    prepareTables(db).conflicts.insert({
      id: 'c1',
      testId,
      otherTestId: 'other',
      otherSite: '二村检测点',
      otherStation: '2',
      otherBoundAtMs: desk.clock.wallMs(),
      otherPersonMasked: '李*',
      seenAtMs: desk.clock.wallMs(),
      chain: 1,
    });
    db.close();
    expect((await traceOf(code(sn(105)))).tests[0]?.conflicts).toEqual([
      { site: '二村检测点', station: '2', boundAtMs: desk.clock.wallMs(), personMasked: '李*' },
    ]);
  });

  it('a result slip leads to its kit, and each print of it is a step', async () => {
    const testId = await bound(sn(106), 1);
    await read(sn(106), 'negative');
    const { code: slip } = (await desk.call('slips.make', { testId, inClear: null } as never)) as { code: string };
    await desk.call('slips.make', { testId, inClear: null } as never);
    expect(await traceOf(slip)).toMatchObject({
      kitKey: keyOf(sn(106)),
      tests: [{ slips: [{ number: 1, operatorName: '李娟' }, { number: 2 }] }],
    });
    // One that was printed elsewhere.
    const other = makeOwnCode('YT', (count) => new Uint8Array(count));
    expect(await byCode(other)).toEqual({ kind: 'other', codeKind: 'resultSlip' });
  });

  it('names the re-test of an invalid one, and when the sample was dropped', async () => {
    const settings = await desk.call('settings.get', {} as never);
    await desk.call('settings.set', { settings: { ...settings, windowFrom: 'drop' } } as never);
    const testId = await bound(sn(103), 1);
    const droppedAtMs = desk.clock.wallMs() + 2_000;
    await desk.scanLater(code(sn(103)));
    await read(sn(103), 'invalid');
    await desk.call('desk.retest', { testId } as never);
    await desk.scanLater(code(sn(104)));
    const first = (await traceOf(code(sn(103)))).tests[0];
    const second = (await traceOf(code(sn(104)))).tests[0];
    expect(first?.dropped).toMatchObject({ atMs: droppedAtMs, operatorName: '李娟' });
    expect(first?.retests).toEqual([second?.test.testId]);
    expect(second?.test.retestOf).toBe(testId);
  });
});

describe('a code that was read wrong', () => {
  it('leads to the kit that it meant, whose trace tells the correction; taken back, it is itself again', async () => {
    const testId = await bound('12300041', 1);
    await importList(Array.from({ length: 60 }, (_, n) => `${gtin},LOT1,2024-09-30,0${12_300_001 + n}`));
    desk.clock.pass(11_000);
    await desk.call('repairs.commit', { testIds: [testId], reason: '枪掉了前面的 0' } as never);
    for (const text of [code('12300041'), code('012300041'), '12300041', '012300041'])
      expect(await traceOf(text), text).toMatchObject({
        kitKey: keyOf('012300041'),
        serial: '012300041',
        standing: 'used',
        origin: { by: 'list' },
        tests: [
          {
            isNow: true,
            test: { testId },
            corrections: [{ fromSerial: '12300041', toSerial: '012300041', operatorName: '李娟', isUndo: false }],
            uploads: [{ kind: 'test.bound' }, { kind: 'test.kitCorrected' }],
          },
        ],
      });
    const { repairs } = await desk.call('repairs.list', {} as never);
    await desk.call('repairs.undo', { repairId: repairs[0]?.repairId } as never);
    expect(await traceOf(code('12300041'))).toMatchObject({ kitKey: keyOf('12300041'), standing: 'used' });
    // Its neighbour on the list was meant for a while; that stays known there.
    expect(await traceOf(code('012300041'))).toMatchObject({
      standing: 'here',
      tests: [{ isNow: false, test: { testId, kit: { serial: '12300041' } } }],
    });
  });
});

describe('what a text may mean', () => {
  beforeEach(async () => {
    await receive({ range: range(100, 199) });
    await bound(sn(101), 1);
    await bound('ZZ-0101', 2);
  });

  it('a whole serial without the rest of its code, or its end or beginning: one kit is shown, several are offered', async () => {
    expect(await traceOf(sn(101))).toMatchObject({ kitKey: keyOf(sn(101)), standing: 'used' });
    expect(await traceOf('sn000101')).toMatchObject({ kitKey: keyOf(sn(101)) });
    expect(await traceOf('000177')).toMatchObject({ kitKey: keyOf(sn(177)), standing: 'here' });
    expect(await traceOf('ZZ-01')).toMatchObject({ kitKey: keyOf('ZZ-0101') });
    expect(await byCode('0101')).toMatchObject({
      kind: 'several',
      isMore: false,
      // The one that was used last stands first.
      kits: [
        { serial: 'ZZ-0101', status: 'pending', productName: '测试试剂', lot: 'LOT1' },
        { serial: sn(101), status: 'pending' },
      ],
    });
    // One digit more than they have is none of them.
    expect(await traceOf('0000101')).toMatchObject({ kitKey: 'serial:0000101', standing: 'unknown' });
    const many = await byCode('SN0001');
    if (many.kind !== 'several') throw new Error(many.kind);
    expect([many.isMore, many.kits.length]).toEqual([true, 20]);
    const ten = await byCode('SN00011');
    expect(ten).toMatchObject({ kind: 'several', isMore: false });
    expect(ten.kind === 'several' && ten.kits.map(({ serial }) => serial)).toEqual(
      Array.from({ length: 10 }, (_, n) => sn(110 + n)),
    );
  });

  it('one serial of two products is asked about', async () => {
    await desk.addProduct({ gtins: ['06921734900135'], shortName: '另一种', registrant: '另一厂' });
    await desk.call('desk.clear', {} as never);
    await desk.addPerson(3);
    await desk.scanLater(code(sn(101)).replace(gtin, '06921734900135'));
    expect(await byCode(sn(101))).toMatchObject({
      kind: 'several',
      kits: [{ productName: '另一种' }, { productName: '测试试剂' }],
    });
  });

  it('a serial one character away from a known kit names it; a gun without separators is told as such', async () => {
    expect(await traceOf(code('SN00150'))).toMatchObject({
      standing: 'unknown',
      near: [{ kitKey: keyOf(sn(150)), serial: sn(150) }],
    });
    // A character too many can be one or another.
    expect((await traceOf(code('SN0001500'))).near.map(({ serial }) => serial).sort()).toEqual([sn(100), sn(150)]);
    expect((await traceOf(code('QUITE-OTHER'))).near).toEqual([]);
    // Nothing is near to what is known.
    expect((await traceOf(code(sn(150)))).near).toEqual([]);
    const glued = code(sn(150)).replace('\u001D', '');
    expect(await byCode(glued)).toEqual({ kind: 'none', problem: 'separatorLost' });
    expect(await byCode(`01${gtin}10LOT121${sn(150)}17240930`)).toEqual({ kind: 'none', problem: 'separatorLost' });
  });

  it('nothing that is known: said so, never as a kit', async () => {
    expect(await byCode('9999')).toEqual({ kind: 'none', problem: 'notFound' });
    expect(await byCode('01')).toEqual({ kind: 'none', problem: 'short' });
    expect(await byCode(' ')).toEqual({ kind: 'none', problem: 'short' });
    expect(await byCode('张三')).toEqual({ kind: 'none', problem: 'unreadable' });
    expect(await byCode('%%%%')).toEqual({ kind: 'none', problem: 'unreadable' });
    expect(await traceOf(code('NEVER1'))).toMatchObject({
      standing: 'unknown',
      product: { shortName: '测试试剂' },
      lot: 'LOT1',
      expiresOn: '2024-09-30',
      tests: [],
    });
    expect(await traceOf('(01)06921734900135(21)NEVER1')).toMatchObject({
      product: null,
      productCode: '06921734900135',
    });
    expect(await byCode(`(01)${gtin}(10)LOT1`)).toMatchObject({
      kind: 'product',
      product: { shortName: '测试试剂' },
      lot: 'LOT1',
      expiresOn: '2024-09-30',
    });
    expect(await byCode('6901234567892')).toMatchObject({ kind: 'product', code: gtin, lot: null });
    const { operators } = await desk.call('staff.list', {} as never);
    const { badges } = await desk.call('staff.badges', { operatorIds: [operators[0]?.id], renew: false } as never);
    expect(await byCode(badges[0]?.badge ?? '')).toEqual({ kind: 'other', codeKind: 'staffBadge' });
  });

  it('eight digits are a permit or a serial: what is known here settles it, else somebody says', async () => {
    expect(await byCode('12345678')).toEqual({ kind: 'ask', kinds: ['travelPermit', 'serial'] });
    expect(await byCode('12345678', 'kit')).toMatchObject({ kind: 'kit', trace: { standing: 'unknown' } });
    expect(await byCode('12345678', 'person')).toEqual({ kind: 'people', people: [] });
    await bound('12345678', 5);
    expect(await traceOf('12345678')).toMatchObject({ kitKey: keyOf('12345678'), standing: 'used' });
    await desk.addPerson(6, { documentKind: 'travelPermit', documentNumber: '12345678' });
    expect(await byCode('12345678')).toMatchObject({ kind: 'ask' });
    expect(await byCode('12345678', 'person')).toMatchObject({
      people: [{ nameMasked: '测**', documentMasked: '1****678' }],
    });
  });

  it('somebody’s document, phone or card is theirs, masked', async () => {
    expect(await byCode(documentOf(1))).toMatchObject({ kind: 'people', people: [{ nameMasked: '测**' }] });
    expect(await byCode(documentOf(9))).toEqual({ kind: 'people', people: [] });
    await desk.addPerson(7, { phone: '13800138007' });
    await desk.addPerson(8, { phone: '13800138007' });
    const shared = await byCode('13800138007');
    expect(shared.kind === 'people' && shared.people.length).toBe(2);
    expect(JSON.stringify(shared)).not.toContain('13800138007');
  });
});

describe('from a person to each kit', () => {
  it('across a merge and its undo, in pages, each leading back to its kit', async () => {
    const first = await bound(sn(1), 1);
    const second = await bound(sn(2), 2);
    const personOf = async (testId: string) => (await desk.call('tests.get', { testId } as never)).test.person.personId;
    const [a, b] = [await personOf(first), await personOf(second)];
    const of = (personId: string, more: object = {}) => desk.call('people.trace', { personId, ...more } as never);
    expect((await of(a)).rows.map(({ kitKey }) => kitKey)).toEqual([keyOf(sn(1))]);
    const { mergeId } = await desk.call('people.merge', { keptId: a, absorbedId: b, take: [] } as never);
    const merged = await of(a);
    expect(merged).toMatchObject({ total: 2, person: { personId: a, nameMasked: '测**' } });
    expect(merged.rows.map(({ testId }) => testId)).toEqual([second, first]);
    expect((await of(a, { offset: 1, limit: 1 })).rows.map(({ testId }) => testId)).toEqual([first]);
    // Each as it was recorded: the kit's own trace names the one who was kept.
    for (const { kitKey } of merged.rows) {
      const answer = await ask({ by: 'kit', kitKey });
      expect(answer).toMatchObject({
        kind: 'kit',
        trace: { tests: [{ isPersonHere: true, test: { person: { personId: a } } }] },
      });
    }
    await desk.call('people.undoMerge', { mergeId } as never);
    expect(await of(a)).toMatchObject({ total: 1 });
    expect(await of(b)).toMatchObject({ total: 1 });
    expect(JSON.stringify(merged)).not.toMatch(/测试\d|1966-02/);
    expect(await desk.reply('people.trace', { personId: 'nobody' } as never)).toMatchObject({
      error: { code: 'NOT_FOUND' },
    });
  });
});

describe('on paper', () => {
  it('everything of the chain in both languages, masked, and nothing that somebody wrote is markup', async () => {
    await receive({ range: range(100, 199) });
    await move('out', 101, 110);
    await move('in', 101, 110);
    await desk.call('recalls.make', {
      target: { kind: 'lot', productId, lot: 'LOT2' },
      source: '<b>药监局</b>',
      reason: '假阳性偏多',
    } as never);
    const testId = await bound(sn(101), 1);
    await read(sn(101), 'invalid');
    await desk.call('results.revise', { testId, outcome: 'negative', reason: { code: 'misread' } } as never);
    await desk.call('tests.void', { testId, reason: { code: 'other', text: '<script>x</script>' } } as never);
    const trace = await traceOf(code(sn(101)));
    const at = { nowAtMs: desk.clock.wallMs(), zone: 'Asia/Shanghai' };
    const zh = traceSheet({ trace, language: 'zh-CN', ...at });
    for (const words of [
      '试剂追溯单',
      '测试试剂厂',
      '随箱入库',
      '二村检测点',
      '测**',
      '更正结果',
      '看错了',
      '作废',
      '等待上传',
      '李娟',
    ])
      expect(zh, words).toContain(words);
    const en = traceSheet({ trace, language: 'en', ...at });
    for (const words of ['Trace of a kit', 'Received in a box', 'Result corrected', 'Misread', 'Void'])
      expect(en, words).toContain(words);
    for (const html of [zh, en]) {
      expect(html).not.toMatch(/<script|测试1|1966-02-01/);
      expect(html).not.toContain(documentOf(1));
      // Oldest first: the box before the transfers, those before the person.
      const places = ['区疾控', '二村检测点', '测**'].map((words) => html.indexOf(words));
      expect(places).toEqual([...places].sort((a, b) => a - b));
    }
    // One that was never used, whose lot alone came, recalled in words that are no markup.
    await receive({ lot: 'LOT3', count: 20 });
    const other = await traceOf(code('X7', 'LOT2'));
    const html = traceSheet({ trace: other, language: 'zh-CN', ...at });
    expect(html).toContain('本点没有用过');
    expect(html).not.toContain('<b>药监局');
    expect(html).toContain('药监局');
    expect(traceSheet({ trace: await traceOf(code('X7', 'LOT3')), language: 'zh-CN', ...at })).toContain('同批入库');
  });
});

describe('what is kept of a trace, and who may see one', () => {
  it('after the tests were destroyed: when it was used and that it was destroyed, whence it came, nobody’s name', async () => {
    const dayMs = 86_400_000;
    await receive({ range: range(100, 199) });
    await bound(sn(101), 1);
    await bound('LOOSE77', 2);
    await desk.call('retention.set', { periods: { testsDays: 30, peopleDays: 30 } } as never);
    // Unsent records hold their day: as if the service had them.
    const db = openRegister({ file: desk.registerFile, dataKeyHex: desk.dataKeyHex() });
    db.exec(`UPDATE outbox SET state = 'sent', settled_at_ms = 1`);
    db.close();
    desk.clock.pass(40 * dayMs);
    const { due } = await desk.call('retention.get', {} as never);
    const destroyedAtMs = desk.clock.wallMs();
    await desk.call('retention.purge', { tests: due.tests.tests, people: due.people, entries: due.entries } as never);
    for (const text of [code(sn(101)), sn(101), '0101'])
      expect(await traceOf(text), text).toMatchObject({
        standing: 'destroyed',
        tests: [],
        origin: { by: 'box', sender: '区疾控' },
        spent: { day: '2022-04-10', was: 'bound', destroyedAtMs },
      });
    expect(await traceOf('LOOSE77')).toMatchObject({ standing: 'destroyed', product: { shortName: '测试试剂' } });
  });

  it('whoever works at the desk may look; nobody signed in may not; a look is no entry of the log', async () => {
    await bound(sn(1), 1);
    const entries = () => {
      const db = openRegister({ file: desk.registerFile, dataKeyHex: desk.dataKeyHex(), readonly: true });
      try {
        return db.prepare('SELECT count(*) FROM audit').pluck().get() as number;
      } finally {
        db.close();
      }
    };
    const { operator } = await desk.call('staff.enrol', { name: '小王', role: 'operator', pin: '7412' } as never);
    await desk.call('staff.signIn', { operatorId: operator.id, pin: '7412' } as never);
    const before = entries();
    const { tests } = await traceOf(sn(1));
    const personId = tests[0]?.test.person.personId ?? '';
    await desk.call('people.trace', { personId } as never);
    expect(entries()).toBe(before);
    // The page itself is one.
    await desk.call('people.get', { personId } as never);
    expect(entries()).toBe(before + 1);
    await desk.call('staff.lock', {} as never);
    const asked = { by: 'kit', kitKey: keyOf(sn(1)) };
    expect(await desk.reply('kits.trace', { asked } as never)).toMatchObject({ error: { code: 'NOT_SIGNED_IN' } });
    expect(await desk.reply('people.trace', { personId } as never)).toMatchObject({ error: { code: 'NOT_SIGNED_IN' } });
  });

  it('any key is answered, whatever it is', async () => {
    for (const kitKey of [
      'x',
      ':',
      'gs1:',
      'gs1::',
      'sticker:',
      'ma:a.b:',
      '张三',
      "'; DROP TABLE kits",
      '\u0000',
      'gs1:1:2:3',
    ])
      expect(await ask({ by: 'kit', kitKey }), kitKey).toMatchObject({ kind: 'kit', trace: { standing: 'unknown' } });
  });

  it('a part finds exactly the kits of ranges that a look at every one of them finds', async () => {
    const db = openRegister({ file: desk.registerFile, dataKeyHex: desk.dataKeyHex() });
    try {
      const { kits } = prepareTables(db);
      const rangeOf = fc.record({
        head: fc.constantFrom('', 'A', 'AB', 'AB12-', 'X0'),
        width: fc.integer({ min: 1, max: 5 }),
        at: fc.integer({ min: 0, max: 99_999 }),
        size: fc.integer({ min: 1, max: 60 }),
      });
      fc.assert(
        fc.property(
          fc.array(rangeOf, { minLength: 1, maxLength: 5 }),
          fc.nat(),
          fc.integer({ min: 1, max: 8 }),
          fc.boolean(),
          (made, pick, length, isEnd) => {
            db.exec('BEGIN');
            try {
              const serials: string[] = [];
              for (const [n, { head, width, at, size }] of made.entries()) {
                const first = at % 10 ** width;
                const last = Math.min(first + size, 10 ** width) - 1;
                // A namespace each, so that they never overlap.
                const serialHead = `${head}${n}-`;
                kits.insertRange({
                  ...{ head: `serial:${serialHead}`, width, first, last },
                  ...{ productId, lotId: null, serialHead, boxId: null, importId: null },
                });
                for (let number = first; number <= last; number++) serials.push(textAt(serialHead, width, number));
              }
              const some = serials[pick % serials.length] ?? '';
              const part = isEnd ? some.slice(-length) : some.slice(0, length);
              // Within what stands before the number only its beginning is looked for.
              const lead = part.replace(/\d*$/, '');
              const digits = part.slice(lead.length);
              const expected = serials.filter(
                (serial) =>
                  serial.startsWith(part) ||
                  (serial.endsWith(part) &&
                    digits !== '' &&
                    (lead === '' || !/\d/.test(serial.at(-digits.length - 1) ?? ''))),
              );
              const found = kits.listKeysInRanges(part, 10_000).map((key) => key.slice('serial:'.length));
              expect(found.sort(), part).toEqual([...new Set(expected)].sort());
            } finally {
              db.exec('ROLLBACK');
            }
          },
        ),
        { numRuns: 150, seed: 20_220_410 },
      );
    } finally {
      db.close();
    }
  });

  it('each link is one look at an index', () => {
    const db = openRegister({ file: desk.registerFile, dataKeyHex: desk.dataKeyHex(), readonly: true });
    const plan = (sql: string) =>
      (db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all() as { detail: string }[]).map(({ detail }) => detail).join('\n');
    try {
      for (const sql of [
        `SELECT test_id FROM test_states WHERE kit_key = 'x' AND status <> 'undone'`,
        `SELECT test_id FROM test_states WHERE kit_key = 'x' AND status = 'undone'`,
        `SELECT test_id FROM kit_corrections WHERE old_kit_key = 'x'`,
        `SELECT kit_key FROM test_states WHERE substr(kit_key, -4) = 'x' AND substr(kit_key, -6) = 'y' LIMIT 3`,
        `SELECT kit_key FROM manifest WHERE substr(kit_key, -4) = 'x' AND substr(kit_key, -6) = 'y' LIMIT 3`,
        `SELECT kit_key FROM kit_spoils WHERE kit_key IS NOT NULL AND substr(kit_key, -4) = 'x' LIMIT 3`,
        `SELECT transfer_id FROM transfer_lines WHERE head = 'x' AND width = 6 AND first <= 4 AND last >= 4`,
      ])
        expect(plan(sql), sql).not.toMatch(/SCAN/);
    } finally {
      db.close();
    }
  });
});
