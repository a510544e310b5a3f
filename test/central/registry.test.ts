import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { importManifest, type ManifestImport } from '../../central/registry/importManifest.ts';
import { importProducts } from '../../central/registry/importProducts.ts';
import { alone } from '../../central/store/manifests.ts';
import { findKnownKit, findProductByCode, liftRecall, listLots, makeRecall } from '../../central/store/registry.ts';
import { spanOf } from '../../shared/codes/kitSpan.ts';
import { databaseKinds, openMigrated, type TestDatabase } from './databases.ts';

const gtin = '06901234567892';
const ma = 'MA.156.M0.100350.01004YA10017';
const nowMs = Date.UTC(2022, 3, 10);

describe.each(databaseKinds)('the registry of kits on $name', (kind) => {
  let opened: TestDatabase;
  let folder: string;

  beforeAll(async () => {
    opened = await openMigrated(kind);
    folder = mkdtempSync(path.join(os.tmpdir(), 'yiceda-central-'));
  });
  beforeEach(async () => {
    await opened.database.query(
      'TRUNCATE products, product_codes, lots, manifests, kit_ranges, recalls, publications RESTART IDENTITY',
    );
  });
  afterAll(async () => {
    await opened.close();
    rmSync(folder, { recursive: true, force: true });
  });

  let files = 0;
  const fileOf = (text: string): string => {
    files += 1;
    const place = path.join(folder, `list-${files}.csv`);
    writeFileSync(place, text);
    return place;
  };
  const products = (text: string) => importProducts(opened.database, fileOf(text), nowMs);
  const manifest = (text: string, maker = '万孚') =>
    importManifest(opened.database, { place: fileOf(text), maker }, nowMs);
  const known = (key: string) => findKnownKit(opened.database, key);
  const faultsOf = (done: ManifestImport) => (done.ok ? [] : done.faults);
  const kit = (serial: string) => `gs1:${gtin}:${serial}`;
  const aProduct = () =>
    products(
      `简称,注册人,注册证号,产品编码,最早判读(分钟),最晚判读(分钟),批号,有效期至\n万孚,广州万孚生物,国械注准20203400830,6901234567892,15,20,L1,2023-09-30\n`,
    );

  it('takes products and lots in, finds them by any of their codes, and changes what a later list says', async () => {
    expect(await aProduct()).toEqual({ ok: true, products: 1, lots: 1 });
    expect(await products('registrant,Product codes,Storage\n,6901234567892,2-30℃\n')).toMatchObject({ ok: true });
    const found = await findProductByCode(opened.database, '6901234567892');
    expect(found?.product).toMatchObject({
      shortName: '万孚',
      registrant: '广州万孚生物',
      registrationNumber: '国械注准20203400830',
      gtins: [gtin],
      window: { opensAfterMin: 15, closesAfterMin: 20 },
      storage: '2-30℃',
    });
    expect(await listLots(opened.database)).toEqual([
      { productId: found?.product.id, lot: 'L1', expiresOn: '2023-09-30' },
    ]);
  });

  it.each([
    ['a wrong check digit', '注册人,产品编码\n甲,6901234567893\n', /line 2: 6901234567893 is no product code/],
    ['a new product without its registrant', '注册人,产品编码\n,6901234567892\n', /line 2: a new product needs/],
    ['half of a reading window', '注册人,最早判读\n甲,15\n', /line 2: a reading window has two ends/],
    ['a window the wrong way round', '注册人,最早判读,最晚判读\n甲,20,15\n', /line 2: the reading window ends/],
    ['an expiry date of no lot', '注册人,有效期至\n甲,2023-09-30\n', /line 2: an expiry date without a lot/],
    [
      'two dates of one lot',
      '注册人,注册证号,批号,有效期至\n甲,A1,L1,2023-09-30\n甲,A1,L1,2023-10-31\n',
      /line 3: lot L1/,
    ],
    ['no heading that says who', '批号\nL1\n', /line 1: no column of registrants/],
    ['the same column twice', '注册人,厂家\n甲,乙\n', /line 1: two columns mean the same: registrant/],
    ['nothing', '', /the file has no rows/],
    ['an open quote', '注册人\n"甲\n', /Quote Not Closed/],
  ])('refuses a list of products with %s, whole and with the place', async (_name, text, why) => {
    const done = await products(text);
    expect(done).toMatchObject({ ok: false, faults: [expect.stringMatching(why)] });
    expect(await opened.database.query('SELECT 1 FROM products')).toEqual([]);
    expect(await opened.database.query('SELECT 1 FROM lots')).toEqual([]);
  });

  it('refuses a code that belongs to another product', async () => {
    await aProduct();
    expect(await products('注册人,简称,注册证号,产品编码\n乙,乙,B2,6901234567892\n')).toEqual({
      ok: false,
      faults: ['line 2: its code belongs to 万孚 (国械注准20203400830)'],
    });
    await products('注册人,简称,注册证号,产品编码\n丁,丁,D4,6911111111117\n');
    expect(await products('注册人,简称,产品编码\n戊,戊,6911111111117 6901234567892\n')).toEqual({
      ok: false,
      faults: ['line 2: its codes belong to different products'],
    });
    expect((await findProductByCode(opened.database, gtin))?.product.shortName).toBe('万孚');
  });

  it('knows each kit of a range, a list and a whole code, and nothing beside them', async () => {
    await aProduct();
    await products(`注册人,简称,MA码\n乙厂,乙,${ma}\n`);
    const done = await manifest(
      [
        'GTIN,批号,有效期,起始序列号,终止序列号,追溯码',
        `6901234567892,L2,2023/10/31,A0001,A1000,`,
        ...Array.from({ length: 5 }, (_each, n) => `6901234567892,L3,,S${70 + n},,`),
        `,,,,,${ma}.SA555.M220401.LX9`,
        '',
      ].join('\n'),
    );
    expect(done).toEqual({ ok: true, rows: 7, ranges: 3, kits: 1006, lots: 3 });
    for (const serial of ['A0001', 'A0500', 'A1000', 'S70', 'S74']) {
      expect(await known(kit(serial)), serial).toMatchObject({
        productName: '万孚',
        registrant: '广州万孚生物',
        registrationNumber: '国械注准20203400830',
        lot: serial.startsWith('A') ? 'L2' : 'L3',
        expiresOn: serial.startsWith('A') ? '2023-10-31' : null,
        recalled: null,
      });
    }
    expect(await known(`ma:${ma}:A555`)).toMatchObject({ productName: '乙', lot: 'X9' });
    for (const key of [
      kit('A0000'),
      kit('A1001'),
      kit('A500'),
      kit('B0500'),
      kit('S69'),
      kit('S75'),
      kit('S700'),
      kit(''),
    ])
      expect(await known(key), key).toBeNull();
  });

  it.each([
    ['two rows of one kit', ['A1,', 'A2,', 'A1,'], 'line 4: gs1:06901234567892:A1 is in line 2 too'],
    ['a kit inside a range', ['A100,A200', 'A150,'], 'line 3: gs1:06901234567892:A150 is in line 2 too'],
    ['a range around a kit', ['A150,', 'A100,A200'], 'line 2: gs1:06901234567892:A150 is in line 3 too'],
    [
      'a kit inside a long range that began before others',
      ['A100,A900', 'A950,', 'A200,A300'],
      'line 4: gs1:06901234567892:A200 – gs1:06901234567892:A300 is in line 2 too',
    ],
    [
      'ranges that share one kit',
      ['A100,A200', 'A200,A300'],
      'line 3: gs1:06901234567892:A200 – gs1:06901234567892:A300 is in line 2 too',
    ],
  ])('refuses a manifest with %s, with the place', async (_name, rows, why) => {
    await aProduct();
    const text = ['gtin,serial,to', ...rows.map((row) => `${gtin},${row}`)].join('\n');
    expect(faultsOf(await manifest(text))).toContain(why);
    expect(await known(kit('A150'))).toBeNull();
    expect(await known(kit('A1'))).toBeNull();
  });

  it('refuses what an earlier manifest names, and says which', async () => {
    await aProduct();
    expect(await manifest('gtin,serial,to\n6901234567892,A100,A200\n', '甲厂')).toMatchObject({ ok: true });
    for (const [row, kits] of [
      ['A050,A100', `${kit('A100')}`],
      ['A200,A250', `${kit('A200')}`],
      ['A120,A130', `${kit('A120')} – ${kit('A130')}`],
      ['A050,A300', `${kit('A100')} – ${kit('A200')}`],
      ['A150,', kit('A150')],
    ] as const) {
      const done = await manifest(`gtin,serial,to\n6901234567892,Z1,\n6901234567892,${row}\n`);
      expect(faultsOf(done), row).toEqual([
        expect.stringMatching(new RegExp(`^line 3: ${kits} came before, by 甲厂 in list-`)),
      ]);
      expect(await known(kit('Z1'))).toBeNull();
    }
    expect(await manifest('gtin,serial,to\n6901234567892,A201,A300\n6901234567892,A001,A099\n')).toMatchObject({
      ok: true,
    });
    expect(await known(kit('A201'))).not.toBeNull();
  });

  it('takes the same file once', async () => {
    await aProduct();
    const place = fileOf('gtin,serial\n6901234567892,A1\n');
    const again = () => importManifest(opened.database, { place, maker: '甲厂' }, nowMs);
    expect(await again()).toMatchObject({ ok: true });
    expect(faultsOf(await again())).toEqual(['this file is in already']);
  });

  it.each([
    [
      'an unknown product',
      'gtin,serial\n6900000000007,A1\n',
      'line 2: product 06900000000007 is not known: import it first',
    ],
    ['a serial that is none', 'gtin,serial\n6901234567892,序列一\n', 'line 2: 序列一 is no serial'],
    ['no serial', 'gtin,serial\n6901234567892,\n', 'line 2: no serial'],
    ['a range backwards', 'gtin,serial,to\n6901234567892,A2,A1\n', 'line 2: the range ends before it begins'],
    [
      'a range of two heads',
      'gtin,serial,to\n6901234567892,A1,B2\n',
      'line 2: the ends of the range differ in more than their number',
    ],
    [
      'a day that is none',
      'gtin,serial,expiry\n6901234567892,A1,2023-02-30\n',
      'line 2: 2023-02-30 is no day: write 2023-09-30',
    ],
    [
      'a lot of another date than is known',
      'gtin,serial,lot,expiry\n6901234567892,A1,L1,2024-01-01\n',
      'line 2: lot L1 expires on 2024-01-01 here and on 2023-09-30 elsewhere',
    ],
    [
      'two dates of one lot',
      'gtin,serial,lot,expiry\n6901234567892,A1,L9,2024-01-01\n6901234567892,A2,L9,2024-01-02\n',
      'line 3: lot L9 expires on 2024-01-02 here and on 2024-01-01 elsewhere',
    ],
    ['no heading of kits', 'gtin\n6901234567892\n', 'line 1: no column of serials or codes'],
    ['no heading of products', 'serial\nA1\n', 'line 1: no column that names the product'],
    ['a folder for a file', null, 'the file cannot be read (EISDIR)'],
  ])('refuses %s, whole and with the place', async (_name, text, why) => {
    await aProduct();
    const place = text === null ? folder : fileOf(text);
    expect(await importManifest(opened.database, { place, maker: '甲厂' }, nowMs)).toEqual({
      ok: false,
      faults: [why],
    });
    expect(await opened.database.query('SELECT 1 FROM manifests')).toEqual([]);
    expect(await opened.database.query('SELECT 1 FROM kit_ranges')).toEqual([]);
  });

  it('tells at most twenty faults of a file', async () => {
    await aProduct();
    const rows = Array.from({ length: 50 }, (_each, n) => `6901234567892,序${n}`);
    expect(faultsOf(await manifest(['gtin,serial', ...rows].join('\n')))).toHaveLength(20);
  });

  it('knows nothing of a manifest that was broken off half way, and begins anew after it', async () => {
    await aProduct();
    await opened.database.query(
      `INSERT INTO manifests (maker, file_name, file_hash, imported_at_ms) VALUES ('x', 'x', 'x', 1)`,
    );
    await opened.database.query(
      `INSERT INTO kit_ranges (head, width, first, last, product_no, manifest_no, lot)
       VALUES ($1, 1, 1, 9, 1, (SELECT max(no) FROM manifests), NULL)`,
      [kit('A')],
    );
    await opened.database.query(
      `INSERT INTO manifest_lines (line, head, width, first, last, product_no) VALUES (2, $1, 1, 5, 5, 1)`,
      [kit('A')],
    );
    expect(await known(kit('A5'))).toBeNull();
    expect(await manifest('gtin,serial\n6901234567892,A5\n')).toMatchObject({ ok: true, kits: 1 });
    expect(await known(kit('A5'))).not.toBeNull();
    expect(await known(kit('A6'))).toBeNull();
  });

  it('recalls a lot and a range until they are lifted', async () => {
    await aProduct();
    await manifest('gtin,serial,to,lot\n6901234567892,A100,A199,L1\n6901234567892,A200,A299,L2\n');
    const productId = (await findProductByCode(opened.database, gtin))?.product.id ?? '';
    const span = spanOf(kit('A250'), kit('A260'));
    if (typeof span === 'string') throw new Error(span);
    const wish = { productId, source: '国家药监局', reason: '假阳性' };
    const make = (reach: { lot: string } | { span: typeof span }) =>
      opened.database.transaction((statements) => makeRecall(statements, { ...wish, reach }, nowMs));
    const lot = await make({ lot: 'L1' });
    const kits = await make({ span });
    expect(lot).toMatchObject({ productId, reach: { kind: 'lot', lot: 'L1' }, lifted: null });
    const recalled = async (serial: string) => (await known(kit(serial)))?.recalled;
    expect(await recalled('A100')).toBe('假阳性');
    expect(await recalled('A249')).toBeNull();
    expect(await recalled('A250')).toBe('假阳性');
    expect(await recalled('A261')).toBeNull();
    const lift = (id: string) =>
      opened.database.transaction((statements) => liftRecall(statements, id, '复检无误', nowMs + 1));
    expect(await lift(kits.id)).toMatchObject({ lifted: { atMs: nowMs + 1, reason: '复检无误' } });
    expect(await lift(kits.id)).toBeNull();
    expect(await recalled('A250')).toBeNull();
    expect(await recalled('A100')).toBe('假阳性');
  });

  it('tells every station of what changed, and of nothing else', async () => {
    const told = async () => {
      const rows = await opened.database.query<{ kind: string; item_id: string; payload: unknown }>(
        `SELECT kind, item_id, payload FROM publications WHERE site_id = '' ORDER BY tx, no`,
      );
      await opened.database.query('TRUNCATE publications');
      return rows.map(({ kind: what, payload }) => [what, payload]);
    };
    await aProduct();
    const product = (await findProductByCode(opened.database, gtin))?.product;
    const productId = product?.id ?? '';
    expect(await told()).toEqual([
      ['product', product],
      ['lot', { productId, lot: 'L1', expiresOn: '2023-09-30' }],
    ]);
    await products(`注册人,简称,注册证号,批号\n广州万孚生物,万孚,国械注准20203400830,L1\n`);
    expect(await told()).toEqual([]);
    await manifest(
      'gtin,serial,lot,expiry\n6901234567892,A1,L1,\n6901234567892,A2,L2,2024-01-31\n6901234567892,A3,L3,\n',
    );
    expect(await told()).toEqual([
      ['lot', { productId, lot: 'L2', expiresOn: '2024-01-31' }],
      ['lot', { productId, lot: 'L3', expiresOn: null }],
    ]);
    await manifest('gtin,serial,lot,expiry\n6901234567892,A4,L3,2024-02-29\n');
    expect(await told()).toEqual([['lot', { productId, lot: 'L3', expiresOn: '2024-02-29' }]]);
    const recall = await opened.database.transaction((statements) =>
      makeRecall(statements, { productId, reach: { lot: 'L1' }, source: '国家药监局', reason: '假阳性' }, nowMs),
    );
    expect(await told()).toEqual([['recall', recall]]);
    const lifted = await opened.database.transaction((statements) => liftRecall(statements, recall.id, '无误', nowMs));
    expect(await told()).toEqual([['recall', lifted]]);
  });

  it('lets one import at a time', async () => {
    if (kind.name === 'PGlite') {
      // One process and one connection: whatever comes second waits for the first.
      expect(await alone(opened.database, async () => 1)).toBe(1);
      return;
    }
    const second = await alone(opened.database, () => alone(opened.other, async () => 2));
    expect(second).toBeNull();
    expect(await alone(opened.other, async () => 3)).toBe(3);
  });
});
