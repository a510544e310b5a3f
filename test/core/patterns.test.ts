import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLearner } from '../../electron/core/kits/patterns.ts';
import { openRegister } from '../../electron/db/open.ts';
import type { DeskView } from '../../shared/model/desk.ts';
import type { CodePattern } from '../../shared/model/pattern.ts';
import { gtin, openDesk, type TestDesk } from './openDesk.ts';

let desk: TestDesk;
let folder: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'yiceda-patterns-'));
  desk = await openDesk();
});
afterEach(async () => {
  await desk.close();
  rmSync(folder, { recursive: true, force: true });
});

let files = 0;
async function importRows(rows: readonly string[], head = 'GTIN,批号,效期,序列号'): Promise<void> {
  files += 1;
  const path = join(folder, `${files}.csv`);
  writeFileSync(path, `${[head, ...rows].join('\n')}\n`);
  const importId = `import-${files}`;
  const { counts } = await desk.call('imports.preview', { importId, kind: 'manifest', path } as never);
  expect(counts.faulty).toBe(0);
  await desk.call('imports.commit', { importId } as never);
}
const row = (serial: string, lot = 'LOT1') => `${gtin},${lot},2024-09-30,${serial}`;
const series = (prefix: string, from: number, count: number, width: number) =>
  Array.from({ length: count }, (_, n) => `${prefix}${String(from + n).padStart(width, '0')}`);
const gs1 = (serial: string, lot = 'LOT1') => `]d201${gtin}1724093010${lot}\u001D21${serial}`;
const learned = async (): Promise<readonly CodePattern[]> =>
  (await desk.call('patterns.list', {} as never)).patterns.filter(({ part }) => part !== 'lot');
const scan = async (text: string): Promise<DeskView['stage']> => {
  await desk.call('desk.clear', {} as never);
  return (await desk.scanLater(text)).stage;
};
const refusal = async (text: string) => {
  const stage = await scan(text);
  return stage.kind === 'refused' ? stage : null;
};
const lost = { kind: 'refused', code: 'codeCharacterLost' };

async function bindSerial(n: number, serial: string, source: 'gun' | 'typed' = 'gun'): Promise<void> {
  await desk.call('desk.clear', {} as never);
  await desk.addPerson(n);
  desk.clock.pass(2_000);
  const text = gs1(serial, 'UNLISTED');
  const view = await desk.scan(text, source === 'typed' ? { source, repeated: text } : {});
  expect(view.stage.kind, JSON.stringify(view.stage)).toBe('bound');
}

describe('learning', () => {
  it('from a manifest: prefix, length and classes, at once and for certain', async () => {
    await importRows(series('SN', 84_001, 300, 8).map((serial) => row(serial)));
    expect(await learned()).toMatchObject([
      {
        part: 'serial',
        lot: 'LOT1',
        length: 10,
        prefix: 'SN00084',
        shape: 'SN00084###',
        kits: 300,
        source: 'manifest',
        state: 'used',
      },
    ]);
  });

  it('several lengths and beginnings are several patterns, and lots that differ have their own', async () => {
    await importRows([
      ...series('SN', 1, 30, 6).map((serial) => row(serial)),
      ...series('QX', 1, 30, 6).map((serial) => row(serial)),
      ...series('SN', 1, 30, 9).map((serial) => row(serial, 'LOT2')),
    ]);
    const found = (await learned()).map(({ lot, prefix, length, kits }) => [lot, prefix, length, kits]);
    expect(found).toHaveLength(3);
    expect(found).toEqual(
      expect.arrayContaining([
        ['LOT1', 'SN0000', 8, 30],
        ['LOT1', 'QX0000', 8, 30],
        ['LOT2', 'SN0000000', 11, 30],
      ]),
    );
    // Eight characters are right for the one lot and three short for the other.
    expect(await scan(gs1('SN00009', 'LOT1'))).toMatchObject(lost);
    expect(await scan(gs1('SN00000009', 'LOT2'))).toMatchObject({
      ...lost,
      params: { readLength: 10, knownLength: 11 },
    });
    expect(await scan(gs1('SN000009', 'LOT1'))).toMatchObject({ kind: 'kit' });
  });

  it('serials without an order become one pattern of their length', async () => {
    const serials = Array.from(
      { length: 60 },
      (_, n) => `${String((n * 37) % 100).padStart(2, '0')}${String(n).padStart(6, '0')}`,
    );
    await importRows(serials.map((serial) => row(serial)));
    expect(await learned()).toMatchObject([{ prefix: '', length: 8, kits: 60 }]);
  });

  it('from twenty bound kits where there is no manifest, and not from nineteen', async () => {
    for (const [n, serial] of series('AB', 501, 19, 8).entries()) await bindSerial(n, serial);
    expect(await learned()).toMatchObject([{ state: 'learning', source: 'bound', kits: 19 }]);
    expect(await refusal(gs1('AB0000601', 'UNLISTED'))).toBeNull();
    await bindSerial(19, 'AB00000520');
    expect(await learned()).toMatchObject([{ state: 'used', kits: 20 }]);
    expect(await refusal(gs1('AB0000601', 'UNLISTED'))).toMatchObject({
      code: 'codeCharacterLost',
      params: { by: 'pattern', what: 'missing', part: 'serial', readLength: 9, knownLength: 10 },
    });
  });

  it('typed codes teach nothing', async () => {
    for (const [n, serial] of series('AB', 501, 21, 8).entries()) await bindSerial(n, serial, 'typed');
    expect(await learned()).toEqual([]);
  });

  it('nothing is relied on while codes of nearly that length were bound too', async () => {
    for (const [n, serial] of series('AB', 501, 20, 8).entries()) await bindSerial(n, serial);
    // Before the twentieth nobody could have told; here two short ones came in while the pattern was off.
    const [pattern] = await learned();
    await desk.call('patterns.set', { patternId: pattern?.patternId ?? '', enabled: false } as never);
    for (const [n, serial] of series('AB', 701, 2, 7).entries()) await bindSerial(100 + n, serial);
    await desk.call('patterns.set', { patternId: pattern?.patternId ?? '', enabled: true } as never);
    expect((await learned()).map(({ kits, state }) => [kits, state])).toEqual([
      [20, 'contradicted'],
      [2, 'learning'],
    ]);
    expect(await refusal(gs1('AB0000901', 'UNLISTED'))).toBeNull();
    // A manifest settles it.
    await importRows(series('AB', 9_001, 10, 8).map((serial) => row(serial, 'LOT9')));
    expect(await refusal(gs1('AB0000901', 'UNLISTED'))).not.toBeNull();
  });

  it('an import that is rolled back has taught nothing, in memory as on disk', async () => {
    const path = join(folder, 'cancelled.csv');
    writeFileSync(
      path,
      `GTIN,批号,效期,序列号\n${series('SN', 1, 600, 6)
        .map((serial) => row(serial))
        .join('\n')}\n`,
    );
    await desk.call('imports.preview', { importId: 'c', kind: 'manifest', path } as never);
    const commit = desk.reply('imports.commit', { importId: 'c' } as never);
    await desk.call('imports.cancel', { importId: 'c' } as never);
    expect(await commit).toMatchObject({ ok: false });
    expect(await learned()).toEqual([]);
  });

  it('survives a restart, and a register from before learns from what it holds', async () => {
    await importRows(series('SN', 1, 30, 6).map((serial) => row(serial)));
    const before = await desk.call('patterns.list', {} as never);
    await desk.reopen({ dataKeyHex: desk.dataKeyHex(), resumeSession: true });
    expect(await desk.call('patterns.list', {} as never)).toEqual(before);

    await desk.core().close();
    const db = openRegister({ file: desk.registerFile, dataKeyHex: desk.dataKeyHex() });
    db.exec("DELETE FROM code_patterns; DELETE FROM settings WHERE key = 'patterns.learned'");
    db.close();
    await desk.reopen({ dataKeyHex: desk.dataKeyHex(), resumeSession: true });
    const again = await desk.call('patterns.list', {} as never);
    expect(again.patterns.map(({ shape, kits, lot }) => [shape, kits, lot])).toEqual(
      before.patterns.map(({ shape, kits, lot }) => [shape, kits, lot]),
    );
  });
});

describe('a code one character short or long of every pattern', () => {
  it('is refused whatever the site says of unknown kits, with how many were read and expected', async () => {
    await importRows(series('SN', 84_001, 50, 8).map((serial) => row(serial)));
    for (const [text, what] of [
      [gs1('SN0084999'), 'missing'],
      [gs1('N00084999'), 'missing'],
      [gs1('SN000849990'), 'extra'],
    ] as const) {
      expect(await scan(text), text).toMatchObject({ ...lost, params: { by: 'pattern', what, knownLength: 10 } });
    }
    // Two short, or of another beginning, is no lost character.
    expect(await refusal(gs1('SN084999'))).toBeNull();
    expect(await refusal(gs1('XY0084999'))).toBeNull();
  });

  it('in a Digital Link and in an MA code as well', async () => {
    const device = 'MA.156.M0.100350.01004YA1';
    const text = (serial: string) => `${device}.S${serial}`;
    const { product } = await desk.addProduct({ gtins: [], shortName: 'MA 试剂' });
    const saved = await desk.reply('products.save', { ...product, productId: product.id, gtins: [device] } as never);
    await importRows(series('SN', 1, 30, 6).map((serial) => row(serial)));
    expect(await scan(`https://id.example.com/01/${gtin}/10/LOT1/21/SN00777`)).toMatchObject(lost);
    if (!saved.ok) {
      // Its device part is longer than a GTIN field: the product is named by it through the manifest alone.
      const owner = product.id;
      await desk.core().close();
      const db = openRegister({ file: desk.registerFile, dataKeyHex: desk.dataKeyHex() });
      db.prepare('INSERT INTO product_codes (code, product_id) VALUES (?, ?)').run(device, owner);
      db.close();
      await desk.reopen({ dataKeyHex: desk.dataKeyHex(), resumeSession: true });
    }
    await importRows(series('LM', 1, 30, 7).map(text), '编码');
    expect(await scan(text('LM000077'))).toMatchObject({
      ...lost,
      params: { part: 'serial', readLength: 8, knownLength: 9 },
    });
    expect(await scan(text('LM00000777'))).toMatchObject({ ...lost, params: { what: 'extra' } });
    expect(await refusal(text('LM0000077'))).toBeNull();
  });

  it('in plain serials and trace codes, which name no product', async () => {
    await desk.addProduct({ gtins: [], shortName: '无码试剂', registrant: '无码厂' });
    await importRows(
      series('8123', 1, 30, 16).map((serial) => `无码试剂,${serial}`),
      '产品,序列号',
    );
    await importRows(
      series('KT-', 1, 30, 7).map((serial) => `无码试剂,${serial}`),
      '产品,序列号',
    );
    expect((await learned()).map(({ part, length }) => [part, length])).toEqual([
      ['whole', 20],
      ['whole', 10],
    ]);
    expect(await scan('8123000000000000777')).toMatchObject({
      ...lost,
      params: { part: 'whole', readLength: 19, knownLength: 20 },
    });
    expect(await scan('KT-000077')).toMatchObject({ ...lost, params: { readLength: 9, knownLength: 10 } });
    expect(await scan('KT0000077')).toMatchObject(lost);
    expect(await scan('KT-00000770')).toMatchObject({ ...lost, params: { what: 'extra' } });
    expect(await scan('KT-0000007')).toMatchObject({ kind: 'kit' });
  });

  it('in lots, once five of them agree', async () => {
    await importRows(['W22031', 'W22032', 'W22033', 'W22034'].map((lot, n) => row(`SN00010${n}`, lot)));
    expect(await refusal(gs1('SN000200', 'W2255'))).toBeNull();
    await importRows([row('SN000105', 'W22035')]);
    expect(await refusal(gs1('SN000200', 'W2255'))).toMatchObject({
      code: 'codeCharacterLost',
      params: { part: 'lot', knownLength: 6 },
    });
    expect(await refusal(gs1('SN000200', 'W22055'))).toBeNull();
  });

  it('a kit bound with it before is still found by the same reading', async () => {
    await bindSerial(1, 'SN00777');
    await importRows(series('SN', 1, 30, 6).map((serial) => row(serial, 'LOT2')));
    expect(await scan(gs1('SN00777', 'UNLISTED'))).toMatchObject({ kind: 'test' });
    expect(await scan(gs1('SN00778', 'UNLISTED'))).toMatchObject(lost);
  });
});

describe('a new batch', () => {
  const batch = series('SN', 900_001, 3, 7);

  it('is taken when a supervisor has scanned three of its kits', async () => {
    await importRows(series('SN', 1, 30, 6).map((serial) => row(serial)));
    const next = 'SN0900044';
    expect(await scan(gs1(next))).toMatchObject({ ...lost, params: { what: 'extra' } });
    const { patterns } = await desk.call('patterns.teach', { codes: batch.map((serial) => gs1(serial)) } as never);
    expect(patterns.find(({ part }) => part === 'serial')).toMatchObject({
      length: 9,
      source: 'taught',
      state: 'used',
    });
    expect(await scan(gs1(next))).toMatchObject({ kind: 'kit' });
  });

  it('or when the pattern is switched off; both are in the log, and an operator may do neither', async () => {
    await importRows(series('SN', 1, 30, 6).map((serial) => row(serial)));
    const [pattern] = await learned();
    const set = { patternId: pattern?.patternId ?? '', enabled: false };
    expect((await desk.call('patterns.set', set as never)).pattern.state).toBe('off');
    expect(await refusal(gs1('SN0900044'))).toBeNull();
    const { operator } = await desk.call('staff.enrol', { name: '王强', role: 'operator', pin: '274951' } as never);
    await desk.call('staff.signIn', { operatorId: operator.id, pin: '274951' } as never);
    for (const method of ['patterns.set', 'patterns.teach', 'repairs.commit', 'repairs.undo'] as const) {
      const input = {
        'patterns.set': set,
        'patterns.teach': { codes: batch.map((serial) => gs1(serial)) },
        'repairs.commit': { testIds: ['x'], reason: '掉位' },
        'repairs.undo': { repairId: 'x' },
      }[method];
      expect(await desk.reply(method, input as never), method).toMatchObject({
        ok: false,
        error: { code: 'FORBIDDEN' },
      });
    }
  });

  it('a lot that was taught with it excuses lots like it and refuses none', async () => {
    await desk.call('patterns.teach', { codes: batch.map((serial) => gs1(serial, 'LOT1')) } as never);
    expect(await refusal(gs1('SN0900044', 'LOT12'))).toBeNull();
    await importRows(['W22031', 'W22032', 'W22033', 'W22034', 'W22035'].map((lot, n) => row(`SN090010${n}`, lot)));
    expect(await refusal(gs1('SN0900045', 'W220361'))).toMatchObject({ params: { part: 'lot', what: 'extra' } });
    await desk.call('patterns.teach', { codes: batch.map((serial) => gs1(serial, 'W220360')) } as never);
    expect(await refusal(gs1('SN0900045', 'W220361'))).toBeNull();
  });

  it('codes that do not belong together teach nothing, and the answer says which', async () => {
    const teach = (codes: readonly string[]) => desk.reply('patterns.teach', { codes } as never);
    const texts = batch.map((serial) => gs1(serial));
    const [a = '', b = ''] = texts;
    const cases: readonly (readonly [readonly string[], string])[] = [
      [[a, b, a], 'doubled'],
      [[a, b, gs1('SN090004')], 'otherLength'],
      [[a, b, `]d201${gtin}10LOT1`], 'notAKit'],
      [[a, b, 'PLAIN-0001'], 'productUnknown'],
    ];
    for (const [codes, problem] of cases) {
      expect(await teach(codes), problem).toMatchObject({
        ok: false,
        error: { code: 'INVALID_INPUT', field: 'codes.2', params: { problem } },
      });
    }
    expect(await learned()).toEqual([]);
  });

  it('the same request taught once', async () => {
    const input = { requestId: crypto.randomUUID(), codes: batch.map((serial) => gs1(serial)) };
    const first = await desk.call('patterns.teach', input as never);
    expect(await desk.call('patterns.teach', input as never)).toEqual(first);
    expect((await learned()).map(({ kits }) => kits)).toEqual([3]);
  });
});

describe('cost', () => {
  it('a million kits are held in a few groups, and a scan looks at none of the kits', () => {
    const learner = createLearner();
    for (let n = 0; n < 1_000_000; n++) {
      learner.add({ productId: 'p', lotId: `lot${n % 4}`, part: 'serial', text: `SN${String(n).padStart(8, '0')}` });
    }
    const lessons = learner.lessons();
    expect(lessons.map(({ count }) => count)).toEqual([250_000, 250_000, 250_000, 250_000]);
  });

  it('bindings of unlisted kits keep one row, whatever their number, and listed ones write none', async () => {
    for (const [n, serial] of series('AB', 501, 30, 8).entries()) await bindSerial(n, serial);
    expect(await learned()).toMatchObject([{ kits: 30, shape: 'AB000005##' }]);
    await importRows(series('SN', 1, 5, 6).map((serial) => row(serial)));
    const before = await learned();
    for (const [n, serial] of series('SN', 1, 5, 6).entries()) {
      await desk.call('desk.clear', {} as never);
      await desk.addPerson(200 + n);
      expect((await desk.scanLater(gs1(serial))).stage.kind).toBe('bound');
    }
    expect(await learned()).toEqual(before);
  });
});
