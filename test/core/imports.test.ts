import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import iconv from 'iconv-lite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { documentOf, gtin, kit, openDesk, type TestDesk } from './openDesk.ts';

let desk: TestDesk;
beforeEach(async () => {
  desk = await openDesk();
});
afterEach(() => desk.close());

function file(content: string | Uint8Array, name = 'roster.csv'): string {
  const path = join(desk.folder, name);
  writeFileSync(path, content);
  return path;
}

async function preview(content: string | Uint8Array, kind: 'roster' | 'manifest' = 'roster') {
  const importId = randomUUID();
  return desk.call('imports.preview', { importId, kind, path: file(content) } as never);
}

const commit = (importId: string) => desk.call('imports.commit', { importId } as never);
const people = async (query = '') => desk.call('people.list', { query } as never);

const chinese = (rows: readonly string[]) => ['姓名,身份证号码,联系电话,楼栋,房号', ...rows].join('\r\n');

describe('rosters', () => {
  const rows = [`陈建国,${documentOf(1)},13800138000,5号楼,1201室`, `欧阳娜娜,${documentOf(2).toLowerCase()},,3,402`];

  it.each([
    ['UTF-8', Buffer.from(chinese(rows)), 'UTF-8'],
    ['UTF-8 with BOM', Buffer.from(`\uFEFF${chinese(rows)}`), 'UTF-8'],
    ['GB18030', iconv.encode(chinese(rows), 'gb18030'), 'GB18030'],
    ['GB18030 with BOM', iconv.encode(chinese(rows), 'gb18030', { addBOM: true }), 'GB18030'],
    ['UTF-16 with BOM', iconv.encode(chinese(rows), 'utf16le', { addBOM: true }), 'UTF-16'],
  ])('%s', async (_name, bytes, encoding) => {
    const shown = await preview(bytes);
    expect(shown).toMatchObject({ encoding, counts: { rows: 2, fresh: 2, faulty: 0 } });
    // Nothing is visible before it is committed.
    expect((await people()).total).toBe(0);
    await commit(shown.importId);
    const { rows: listed } = await people('欧阳');
    expect(listed).toMatchObject([
      { nameMasked: '欧***', birthMasked: '1966-**-**', address: { building: '3', room: '402' } },
    ]);
    expect(listed[0]?.documentMasked).toMatch(/^319\*{11}\d{3}[\dX]$/);
    expect((await desk.scan(documentOf(1))).stage).toMatchObject({
      kind: 'person',
      person: { name: '陈建国', address: { building: '5', room: '1201' } },
    });
  });

  it('English headings, semicolons, quoted cells', async () => {
    const shown = await preview(
      `Name;ID Number;Phone;Building;Room\n"Chen; Jianguo";${documentOf(1)};+86 138-0013-8000;5;1201\n`,
    );
    expect(shown).toMatchObject({ delimiter: ';', counts: { fresh: 1 } });
    await commit(shown.importId);
    expect((await people('Jianguo')).rows).toMatchObject([{ nameMasked: 'C**** J******', phoneMasked: '138****8000' }]);
  });

  it('people without documents by name and birth date', async () => {
    const shown = await preview('姓名,出生日期,性别,地址\n小明,2018年6月1日,男,5号楼2单元301室\n');
    await commit(shown.importId);
    expect((await people('小明')).rows).toMatchObject([
      { birthMasked: '2018-**-**', sex: 'male', address: { building: '5', unit: '2', room: '301' } },
    ]);
  });

  it('faulty rows go to a file with the reason, the good ones in', async () => {
    const wrong = documentOf(3).slice(0, 17) + (documentOf(3).endsWith('1') ? '2' : '1');
    const shown = await preview(
      chinese([
        rows[0] ?? '',
        `李四,${wrong},,5,1`,
        ',,13900139000,5,2',
        `王五,3.10104E+17,,5,3`,
        `=cmd|calc,310104198802301236,,5,4`,
      ]),
    );
    expect(shown.counts).toMatchObject({ rows: 5, fresh: 1, faulty: 4 });
    expect(shown.faults.map((fault) => [fault.line, fault.code])).toEqual([
      [3, 'documentWrong'],
      [4, 'nameMissing'],
      [5, 'excelNumber'],
      [6, 'documentWrong'],
    ]);
    const path = join(desk.folder, 'faults.csv');
    const saved = await desk.call('imports.saveFaults', { importId: shown.importId, path, language: 'zh-CN' } as never);
    expect(saved.rows).toBe(4);
    const text = readFileSync(path, 'utf8');
    expect(text.startsWith('\uFEFF')).toBe(true);
    expect(text).toContain('最后一位校验不符');
    expect(text).toContain("'=cmd|calc");
    await commit(shown.importId);
    expect((await people()).total).toBe(1);
    // Mended and read again, the fault file's own columns do not disturb.
    expect((await preview(text)).counts.rows).toBe(4);
  });

  it('the same people are told as same, changed, doubled; nobody is written twice', async () => {
    await commit((await preview(chinese(rows))).importId);
    const again = await preview(
      chinese([
        rows[0] ?? '',
        `欧阳娜娜,${documentOf(2)},13900139000,3,402`,
        rows[0] ?? '',
        `别人,${documentOf(1)},,1,1`,
      ]),
    );
    expect(again.counts).toMatchObject({ rows: 4, fresh: 0, same: 1, changed: 1, doubled: 1, faulty: 1 });
    await commit(again.importId);
    expect(await people()).toMatchObject({ total: 2 });
    expect((await people('欧阳')).rows[0]?.phoneMasked).toBe('139****9000');
  });

  it('a change of the roster never changes a test that was bound before', async () => {
    await commit((await preview(chinese(rows))).importId);
    await desk.scan(documentOf(1));
    await desk.scan(kit(1));
    await commit((await preview(chinese([`陈改名,${documentOf(1)},,9,901`]))).importId);
    const { rows: tests } = await desk.call('tests.list', {} as never);
    expect(tests[0]?.person).toMatchObject({ address: { building: '5', room: '1201' } });
    const { stage } = await desk.call('desk.showTest', { testId: tests[0]?.testId ?? '' } as never);
    expect(stage).toMatchObject({ kind: 'test', test: { person: { name: '陈建国' } } });
  });

  it('a cancel leaves nothing, and the desk goes on meanwhile', async () => {
    const many = Array.from({ length: 5_000 }, (_unused, n) => `居民${n},,,${n % 20},${n}`);
    const content = ['姓名,出生日期,联系电话,楼栋,房号', ...many.map((row) => row.replace(',,', ',1970-01-01,'))].join(
      '\n',
    );
    const shown = await preview(content);
    expect(shown.counts.fresh).toBe(5_000);
    const committing = desk.reply('imports.commit', { importId: shown.importId } as never);
    await desk.addPerson(1);
    expect((await desk.scan(kit(1))).stage.kind).toBe('bound');
    await desk.call('imports.cancel', { importId: shown.importId } as never);
    expect(await committing).toMatchObject({ ok: false, error: { code: 'IMPORT_CANCELLED' } });
    expect((await people()).total).toBe(1);
    expect(desk.emitted.some(({ event }) => event === 'imports.progressed')).toBe(true);
  });

  it('what a cut-off import had staged is gone after the next start', async () => {
    const shown = await preview(chinese(rows));
    const committing = desk.reply('imports.commit', { importId: shown.importId } as never);
    await desk.reopen({ dataKeyHex: desk.dataKeyHex(), resumeSession: true });
    await committing;
    expect((await people()).total).toBe(0);
    await commit((await preview(chinese(rows))).importId);
    expect((await people()).total).toBe(2);
  });

  it.each([
    ['a workbook under a wrong name', Buffer.from('504b030414000600', 'hex'), 'FILE_UNREADABLE'],
    ['bytes of no encoding', Buffer.from([0x80, 0xff, 0xff, 0x0a, 0xff]), 'FILE_UNREADABLE'],
    ['an empty file', Buffer.from(''), 'FILE_UNREADABLE'],
    ['NUL bytes', Buffer.from('姓名,身份证号\n\u0000,1\n'), 'FILE_UNREADABLE'],
    ['a thousand columns', Buffer.from(`${'姓名,'.repeat(1000)}\n`), 'FILE_UNREADABLE'],
  ])('%s is refused', async (_name, bytes, code) => {
    const refused = await desk.reply('imports.preview', {
      importId: randomUUID(),
      kind: 'roster',
      path: file(bytes),
    } as never);
    expect(refused).toMatchObject({ ok: false, error: { code } });
  });
});

describe('manifests', () => {
  const manifest = [
    'GTIN,批号,有效期,序列号',
    `${gtin},LOT1,2024-09-30,SN000001`,
    `${gtin},LOT1,2024/9/30,SN000002`,
  ].join('\n');

  it('makes kits, lots and expiry known; the desk no longer warns', async () => {
    const shown = await preview(manifest, 'manifest');
    expect(shown.counts).toMatchObject({ rows: 2, fresh: 2, faulty: 0 });
    await commit(shown.importId);
    expect(await desk.call('kits.list', {} as never)).toMatchObject({
      total: 2,
      rows: [{ serial: 'SN000001', lot: 'LOT1', status: 'known' }, {}],
    });
    expect(await desk.call('lots.list', {} as never)).toMatchObject({
      lots: [{ lot: 'LOT1', expiresOn: '2024-09-30', known: 2, used: 0 }],
    });
    await desk.addPerson(1);
    const view = await desk.scan(kit(1));
    expect(view.heard).toBe('done');
    expect(view.stage).toMatchObject({ kind: 'bound', test: { kit: { warnings: [] } } });
    expect((await desk.call('kits.list', {} as never)).rows[0]?.status).toBe('bound');
  });

  it('a kit one character short of a known one is refused as a lost character; one that differs is only told', async () => {
    await commit((await preview(manifest, 'manifest')).importId);
    const short = await desk.scan(kit(1).replace('SN000001', 'SN00001'));
    expect(short.stage).toMatchObject({ kind: 'refused', code: 'codeCharacterLost', params: { what: 'missing' } });
    const long = await desk.scan(kit(1).replace('SN000001', 'SN0000011'));
    expect(long.stage).toMatchObject({ kind: 'refused', code: 'codeCharacterLost', params: { what: 'extra' } });
    const next = await desk.scan(kit(1).replace('SN000001', 'SN000003'));
    expect(next.stage).toMatchObject({ kind: 'kit', kit: { warnings: [{ code: 'serialOneOff' }] } });
    const lot = await desk.scan(kit(1).replace('LOT1', 'LOT'));
    expect(lot.stage).toMatchObject({ kind: 'refused', code: 'codeCharacterLost', params: { part: 'lot' } });
    const foreign = await desk.scan(kit(1).replace('SN000001', 'ZZ987654'));
    expect(foreign.stage).toMatchObject({ kind: 'kit', kit: { warnings: [{ code: 'serialUnknown' }] } });
  });

  it('rows that cannot be are told with their reason', async () => {
    const shown = await preview(
      [
        'GTIN,批号,有效期,序列号',
        `${gtin},LOT1,2024-13-01,A1`,
        `06921734900135,LOT1,2024-09-30,A2`,
        `${gtin},LOT1,2024-09-30,`,
        `${gtin},LOT1,2024-09-30,A4`,
        `${gtin},LOT1,2025-09-30,A5`,
        `${gtin},LOT1,2024-09-30,A4`,
      ].join('\n'),
      'manifest',
    );
    expect(shown.counts).toMatchObject({ rows: 6, fresh: 1, faulty: 4, doubled: 1 });
    expect(shown.faults.map((fault) => fault.code)).toEqual([
      'expiryWrong',
      'productUnknown',
      'serialMissing',
      'expiryDiffers',
    ]);
  });

  it('a serial of plain digits that could be a permit is asked, unless the manifest lists it', async () => {
    expect((await desk.scan('12345678')).stage).toMatchObject({ kind: 'refused', code: 'codeAmbiguous' });
    await desk.addProduct({ gtins: [], shortName: '数字码试剂' });
    const shown = await preview('产品,批号,有效期,编码\n数字码试剂,L9,2024-09-30,12345678\n', 'manifest');
    expect(shown.counts).toMatchObject({ fresh: 1 });
    await commit(shown.importId);
    expect((await desk.scanLater('12345678')).stage).toMatchObject({
      kind: 'kit',
      kit: { serial: '12345678', lot: 'L9' },
    });
  });

  it('whole codes are taken as well as columns', async () => {
    const shown = await preview(`编码\n(01)${gtin}(17)240930(10)LOT1(21)SN000009\n`, 'manifest');
    await commit(shown.importId);
    await desk.addPerson(1);
    expect((await desk.scan(kit(9))).heard).toBe('done');
  });
});

describe('imports that cross', () => {
  const one = chinese([`陈建国,${documentOf(1)},13800138000,5号楼,1201室`]);
  const two = chinese([`欧阳娜娜,${documentOf(2)},,3,402`]);

  it('the same import id twice, for one file after the other, takes both', async () => {
    const importId = randomUUID();
    for (const content of [one, two]) {
      await desk.call('imports.preview', { importId, kind: 'roster', path: file(content) } as never);
      await commit(importId);
    }
    expect((await people()).total).toBe(2);
  });

  it('two commits of one import at once write it once, and both are answered', async () => {
    const shown = await preview(one);
    const input = { requestId: randomUUID(), importId: shown.importId };
    const answers = await Promise.all([
      desk.reply('imports.commit', input as never),
      desk.reply('imports.commit', input as never),
      desk.reply('imports.commit', { importId: shown.importId } as never),
    ]);
    expect(answers.map((answer) => (answer.ok ? 'ok' : answer.error.code))).toEqual(['ok', 'ok', 'IMPORT_GONE']);
    expect((await people()).total).toBe(1);
  });

  it('a person who was registered at the desk since the preview is there once', async () => {
    const shown = await preview(one);
    await desk.addPerson(1, { name: '陈建国' });
    const committed = await desk.reply('imports.commit', { importId: shown.importId } as never);
    expect(committed).toMatchObject({ ok: true });
    expect((await people()).total).toBe(1);
  });

  it('a kit that was bound since the preview stays bound, and the list is taken', async () => {
    const shown = await preview(`GTIN,批号,有效期,序列号\n${gtin},LOT1,2024-09-30,SN000001\n`, 'manifest');
    await desk.bind(1);
    expect(await desk.reply('imports.commit', { importId: shown.importId } as never)).toMatchObject({ ok: true });
    expect(await desk.call('kits.list', {} as never)).toMatchObject({ total: 1, rows: [{ status: 'bound' }] });
  });
});
