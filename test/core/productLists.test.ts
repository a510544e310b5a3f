import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { verifyRegister } from '../../electron/core/register/verify.ts';
import { openRegister } from '../../electron/db/open.ts';
import { gtin, kit, openDesk, pin, type TestDesk } from './openDesk.ts';

let desk: TestDesk;
beforeEach(async () => {
  desk = await openDesk();
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

const heading = '简称,注册人,方法,注册证号,产品编码,最早判读(分钟),最晚判读(分钟),存放条件,批号,有效期至';
const preview = (rows: readonly string[], more: { readonly kind?: string; readonly first?: string } = {}) => {
  const path = join(desk.folder, `${randomUUID()}.csv`);
  writeFileSync(path, [more.first ?? heading, ...rows].join('\r\n'));
  const importId = randomUUID();
  return desk.call('imports.preview', { importId, kind: more.kind ?? 'products', path } as never);
};
const commit = (importId: string) => desk.call('imports.commit', { importId } as never);
const products = async () => (await desk.call('products.list', {} as never)).products;
const named = async (name: string) => (await products()).find(({ shortName }) => shortName === name);
const lots = async () => (await desk.call('lots.list', {} as never)).lots;
const own = async () => {
  const found = (await products()).find(({ gtins }) => gtins.includes(gtin));
  if (found === undefined) throw new Error('the desk has no product');
  return found;
};
const fresh = '06901234567908';

describe('a list of products', () => {
  it('brings products with their lots; known ones stay where a cell is empty, and a second time nothing changes', async () => {
    const rows = [
      `甲试剂,甲厂,胶体金法,国械注准1,06901234567908,15,20,2-30 ℃,A1,2024-09-30`,
      `甲试剂,甲厂,,国械注准1,,,,,A2,2024-10`,
      `乙试剂,乙厂,,,MA.156.M0.100350.01004YA10017,15-20分钟,,,,`,
    ];
    const shown = await preview(rows);
    expect(shown.counts).toMatchObject({ rows: 3, fresh: 3, faulty: 0 });
    expect(await named('甲试剂')).toBeUndefined();
    await commit(shown.importId);
    expect(await named('甲试剂')).toMatchObject({
      gtins: [fresh],
      window: { opensAfterMin: 15, closesAfterMin: 20 },
      storage: '2-30 ℃',
      registrationNumber: '国械注准1',
    });
    expect((await named('乙试剂'))?.window).toEqual({ opensAfterMin: 15, closesAfterMin: 20 });
    expect(await lots()).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ lot: 'A1', expiresOn: '2024-09-30' }),
        expect.objectContaining({ lot: 'A2', expiresOn: '2024-10-31' }),
      ]),
    );
    expect((await preview(rows)).counts).toMatchObject({ fresh: 0, changed: 0, same: 3 });
    const changed = await preview([`甲试剂,,,,,,25,,A1,2024-12-31`]);
    expect(changed.counts).toMatchObject({ changed: 1, fresh: 0 });
    expect(changed.changes).toMatchObject([
      {
        nameMasked: '甲试剂',
        differences: [
          { field: 'closesAfterMin', before: '20', after: '25' },
          { field: 'expiresOn', before: '2024-09-30', after: '2024-12-31' },
        ],
      },
    ]);
    await commit(changed.importId);
    expect(await named('甲试剂')).toMatchObject({ window: { closesAfterMin: 25 }, storage: '2-30 ℃', gtins: [fresh] });
    const lotId = (await lots()).find(({ lot }) => lot === 'A1')?.lotId ?? '';
    const { changes } = await desk.call('lots.get', { lotId });
    expect(changes).toMatchObject([{ fromDay: '2024-09-30', toDay: '2024-12-31' }]);
    const past = await desk.call('imports.list', { kind: 'products' } as never);
    expect(past.rows.map(({ undo, counts }) => [undo, counts.changed])).toEqual([
      ['never', 1],
      ['never', 0],
    ]);
  });

  it('leaves out faulty rows, with the reason and their line in a file', async () => {
    const { id: _id, ...known } = await own();
    const shown = await preview([
      `丙,丙厂,,,06901234567909,15,20,,,`,
      `丁,丁厂,,,12345,15,20,,,`,
      `戊,,,,,15,20,,,`,
      `己,己厂,,,,20,15,,,`,
      `庚,庚厂,,,,半小时,,,,`,
      `辛,辛厂,,,,15,20,,,2024-09-30`,
      `壬,壬厂,,,,15,20,,B1,不详`,
      `壬,壬厂,,,,15,30,,,`,
      `壬,壬厂,,,,15,31,,,`,
      `${known.shortName},,,,${gtin} ${fresh},,,,,`,
      `别的,别厂,,,${fresh} ,,,,,`,
      `${'长'.repeat(61)},长厂,,,,,,,,`,
      `辰,辰厂,,,6.90123E+12,,,,,`,
    ]);
    expect(shown.faults.map(({ line, column, code }) => [line, column, code])).toEqual([
      [2, 'gtins', 'productCodeWrong'],
      [3, 'gtins', 'productCodeWrong'],
      [4, 'registrant', 'registrantMissing'],
      [5, 'closesAfterMin', 'windowWrong'],
      [6, 'opensAfterMin', 'windowWrong'],
      [7, 'lot', 'lotMissing'],
      [8, 'expiresOn', 'expiryWrong'],
      [10, 'opensAfterMin', 'productTwice'],
      [12, 'shortName', 'productTwice'],
      [13, 'shortName', 'productTextTooLong'],
      [14, 'gtins', 'excelNumber'],
    ]);
    const path = join(desk.folder, 'faults.csv');
    await desk.call('imports.saveFaults', { importId: shown.importId, path, language: 'zh-CN' } as never);
    const text = readFileSync(path, 'utf8');
    expect(text).toContain('校验位不对');
    expect(text.trim().split('\r\n')).toHaveLength(12);
    await commit(shown.importId);
    expect(await named('丙')).toBeUndefined();
    expect((await named('壬'))?.window?.closesAfterMin).toBe(30);
    // A code is added to a product, and none is taken from it.
    expect((await own()).gtins).toEqual([gtin, fresh].sort());
  });

  it('changes nothing that was recorded before', async () => {
    await desk.addPerson(1);
    await desk.scan(kit(1));
    const recorded = async () => {
      const { rows } = await desk.call('tests.list', {} as never);
      return desk.call('tests.get', { testId: rows[0]?.testId ?? '' });
    };
    const before = await recorded();
    const shown = await preview([`改名,改厂,新法,新证号,${gtin},30,40,冷藏,LOT1,2025-01-01`]);
    expect(shown.counts.changed).toBe(1);
    await commit(shown.importId);
    expect(await own()).toMatchObject({ shortName: '改名', window: { opensAfterMin: 30, closesAfterMin: 40 } });
    expect(await recorded()).toEqual(before);
  });

  it('is refused where a product was changed meanwhile, and where nobody may', async () => {
    const known = await own();
    const shown = await preview([`甲,${known.registrant}改,,,${gtin},,,,,`]);
    const { approvedOn: _on, isSample: _is, id: productId, ...rest } = known;
    await desk.call('products.save', { ...rest, productId, storage: '冷藏' } as never);
    expect(await desk.reply('imports.commit', { importId: shown.importId } as never)).toMatchObject({
      error: { code: 'IMPORT_GONE' },
    });
    expect((await own()).registrant).toBe(known.registrant);
    const { operator } = await desk.call('staff.enrol', { name: '小陈', role: 'operator', pin: '1357' } as never);
    await desk.call('staff.signIn', { operatorId: operator.id, pin: '1357' } as never);
    const path = join(desk.folder, 'p.csv');
    writeFileSync(path, `${heading}\r\n甲,甲厂\r\n`);
    expect(
      await desk.reply('imports.preview', { importId: randomUUID(), kind: 'products', path } as never),
    ).toMatchObject({ error: { code: 'FORBIDDEN' } });
    expect(pin).not.toBe('1357');
  });

  it.each(['zh-CN', 'en'] as const)('goes out in the same columns, without formulas (%s)', async (language) => {
    await commit((await preview([`"=1+1",甲厂,,,${fresh},15,20,,A1,2024-09-30`])).importId);
    const path = join(desk.folder, 'out.csv');
    const out = await desk.call('exports.products', { exportId: 'one', path, language });
    const text = readFileSync(path, 'utf8');
    expect(text).not.toMatch(/(^|,)"?=/m);
    expect(out.rows).toBeGreaterThanOrEqual((await products()).length);
    const importId = randomUUID();
    const again = await desk.call('imports.preview', { importId, kind: 'products', path } as never);
    expect(again.counts).toMatchObject({ rows: out.rows, same: out.rows });
  });
});

describe('an imported list of kits', () => {
  const list = (lot: string, from: number, n: number) =>
    preview(
      Array.from({ length: n }, (_none, i) => `${gtin},${lot},2024-09-30,SN${String(from + i).padStart(6, '0')}`),
      { kind: 'manifest', first: 'GTIN,批号,有效期,序列号' },
    );
  const undo = async (at = 0) => {
    const { rows } = await desk.call('imports.list', { kind: 'manifest' } as never);
    const row = rows[at];
    return { standing: row?.undo, reply: await desk.reply('imports.undo', { importId: row?.importId } as never) };
  };
  const total = async () => (await desk.call('kits.list', {} as never)).total;

  it('is undone the same day: its kits and its lots go', async () => {
    await commit((await list('M1', 100, 50)).importId);
    await commit((await list('M2', 900, 1)).importId);
    expect(await total()).toBe(51);
    expect((await undo(1)).reply).toMatchObject({ error: { code: 'IMPORT_NOT_NEWEST' } });
    expect(await undo()).toMatchObject({ standing: 'can', reply: { ok: true, value: { counts: { removed: 1 } } } });
    expect(await undo(1)).toMatchObject({ standing: 'can', reply: { ok: true } });
    expect(await total()).toBe(0);
    expect((await lots()).filter(({ lot }) => lot.startsWith('M'))).toEqual([]);
    // The same list comes in again as if it had never been there.
    expect((await list('M1', 100, 50)).counts).toMatchObject({ fresh: 50 });
  });

  const code = (n: number, lot: string) => `(01)${gtin}(17)240930(10)${lot}(21)SN${String(n).padStart(6, '0')}`;
  it.each([
    [
      'used',
      async (n: number) => {
        await desk.addPerson(n);
        expect((await desk.scan(code(n, 'M1'))).stage.kind).toBe('bound');
      },
    ],
    [
      'spoiled',
      async (n: number) => {
        await desk.call('kits.spoil', { codes: [code(n, 'M1')], reason: { code: 'wet' } } as never);
      },
    ],
    [
      'sent away',
      async (n: number) => {
        const lines = [{ by: 'kits', codes: [code(n, 'M1')] }];
        await desk.call('transfers.make', { direction: 'out', site: '二村', lines } as never);
      },
    ],
  ])('is not undone where one of its kits was %s', async (_name, touch) => {
    for (const [from, n] of [
      [100, 50],
      [700, 1],
    ] as const) {
      await commit((await list('M1', from, n)).importId);
      await touch(from + n - 1);
      expect(await undo()).toMatchObject({ standing: 'inUse', reply: { error: { code: 'KITS_IN_USE' } } });
      await desk.call('desk.clear', {} as never);
    }
    expect(await total()).toBe(51);
  });

  it('is not undone on another day', async () => {
    await commit((await list('M1', 100, 2)).importId);
    desk.clock.pass(24 * 3_600_000);
    await desk.call('staff.signIn', {
      operatorId: (await desk.call('staff.list', {} as never)).operators[0]?.id,
      pin,
    } as never);
    expect(await undo()).toMatchObject({ standing: 'tooLate', reply: { error: { code: 'UNDO_TOO_LATE' } } });
  });
});
