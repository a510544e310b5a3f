import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as xlsx from '@e965/xlsx';
import iconv from 'iconv-lite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Output } from '../../shared/contract.ts';
import { fixture } from '../rosterFixtures.ts';
import { documentOf, openDesk, type TestDesk } from './openDesk.ts';

/** One register for all files: each brings people of its own, and most are only looked at. */
let desk: TestDesk;
beforeAll(async () => {
  desk = await openDesk();
});
afterAll(() => desk.close());

type Preview = Output<'imports.preview'>;
let files = 0;

async function preview(bytes: Uint8Array | string, name = 'roster.csv'): Promise<Preview> {
  files += 1;
  const path = join(desk.folder, `${files}-${name}`);
  writeFileSync(path, bytes);
  return desk.call('imports.preview', { importId: randomUUID(), kind: 'roster', path } as never);
}

async function problemOf(bytes: Uint8Array, name: string): Promise<unknown> {
  files += 1;
  const path = join(desk.folder, `${files}-${name}`);
  writeFileSync(path, bytes);
  const reply = await desk.reply('imports.preview', { importId: randomUUID(), kind: 'roster', path } as never);
  return reply.ok ? 'read' : (reply.error.params['problem'] ?? reply.error.code);
}

type Cell = string | number | boolean | Date | null | xlsx.CellObject;
/** A workbook by another program's writer. */
function workbook(rows: readonly (readonly Cell[])[], more: (sheet: xlsx.WorkSheet) => void = () => {}): Buffer {
  const book = xlsx.utils.book_new();
  const sheet = xlsx.utils.aoa_to_sheet(rows as unknown[][], { cellDates: false });
  more(sheet);
  xlsx.utils.book_append_sheet(book, sheet, '名册');
  return xlsx.write(book, { type: 'buffer', bookType: 'xlsx', bookSST: true, compression: true }) as Buffer;
}

const notesOf = (shown: Preview) => shown.notes.map(({ code }) => code);
const faultsOf = (shown: Preview) => shown.faults.map(({ line, code }) => [line, code]);
const fieldsOf = (shown: Preview) => shown.columns.map(({ field }) => field);

describe('encodings and separators', () => {
  const text = (mark: string) =>
    ['姓名', '身份证号码', '联系电话', '楼栋', '房号'].join(mark).concat(
      '\r\n',
      [
        ['陈建国', documentOf(1), '13800138000', '5号楼', '1201室'],
        ['龚淼淼', documentOf(2), '', '3', '402'],
      ]
        .map((row) => row.join(mark))
        .join('\r\n'),
    );

  it.each([
    ['UTF-8', ',', (all: string) => Buffer.from(all), 'UTF-8'],
    ['UTF-8 with a mark', ';', (all: string) => Buffer.from(`\uFEFF${all}`), 'UTF-8'],
    ['UTF-16 LE with a mark', '\t', (all: string) => iconv.encode(all, 'utf16le', { addBOM: true }), 'UTF-16'],
    ['UTF-16 BE with a mark', ',', (all: string) => iconv.encode(all, 'utf16be', { addBOM: true }), 'UTF-16'],
    ['UTF-16 LE without a mark', ';', (all: string) => iconv.encode(all, 'utf16le'), 'UTF-16'],
    ['UTF-16 BE without a mark', '\t', (all: string) => iconv.encode(all, 'utf16be'), 'UTF-16'],
    ['GB18030', ';', (all: string) => iconv.encode(all, 'gb18030'), 'GB18030'],
    ['GB18030 with a mark', '\t', (all: string) => iconv.encode(all, 'gb18030', { addBOM: true }), 'GB18030'],
  ])('%s', async (_name, delimiter, encode, encoding) => {
    const shown = await preview(encode(text(delimiter)));
    expect(shown).toMatchObject({ format: 'csv', encoding, delimiter, counts: { rows: 2, fresh: 2 }, missing: [] });
    expect(shown.sample[1]).toMatchObject({ name: '龚**', building: '3', room: '402' });
    expect(notesOf(shown)).toEqual([]);
  });

  it('a character across two pieces of the file is read whole', async () => {
    const rows = Array.from({ length: 4_000 }, (_none, n) => `居民${n},1970-01-01,${n % 7},${n}`);
    for (const encoding of ['utf8', 'gb18030', 'utf16le']) {
      // One letter more in front moves every later character by one byte.
      for (const head of ['姓名,出生日期,楼栋,房号', 'x姓名,姓名,出生日期,楼栋,房号'].slice(0, 1)) {
        const shown = await preview(
          iconv.encode([head, ...rows].join('\n'), encoding, { addBOM: encoding === 'utf16le' }),
        );
        expect(shown.counts, encoding).toMatchObject({ rows: 4_000, fresh: 4_000, faulty: 0 });
      }
    }
  });

  it('a broken byte is its row’s fault, and what was garbled elsewhere is never taken', async () => {
    const good = Array.from({ length: 60 }, (_none, n) => `居民甲乙${n},1970-01-01`).join('\n');
    const bytes = Buffer.concat([
      Buffer.from(`姓名,出生日期\n${good}\n王`),
      Buffer.from([0xe5, 0x2c]),
      Buffer.from('1970-01-01\n'),
    ]);
    const shown = await preview(bytes);
    expect(shown).toMatchObject({ encoding: 'UTF-8', counts: { fresh: 60, faulty: 1 } });
    expect(faultsOf(shown)).toEqual([[62, 'mojibake']]);
    const garbled = await preview('姓名,出生日期\n锟斤拷锟斤拷,1970-01-01\nå¼\u00a0ä¸‰,1970-01-01\n张三,1970-01-01\n');
    expect(faultsOf(garbled)).toEqual([
      [2, 'mojibake'],
      [3, 'mojibake'],
    ]);
  });

  it('Big5 that reads as GB18030 is told as doubtful', async () => {
    const names = ['陳建國', '歐陽娜', '張麗華', '黃志強', '劉慧玲', '鄭淑芬', '謝國豪', '蕭雅婷'];
    const rows = names.map((name) => `${name},1970-01-01`);
    const shown = await preview(iconv.encode(['name,birthdate', ...rows].join('\n'), 'big5'));
    expect(shown.encoding).toBe('GB18030');
    expect(notesOf(shown)).toContain('encodingDoubtful');
    const right = await preview(iconv.encode(['name,birthdate', ...rows].join('\n'), 'utf8'));
    expect(notesOf(right)).not.toContain('encodingDoubtful');
  });
});

describe('workbooks', () => {
  const head = ['姓名', '身份证号', '手机', '楼栋', '房号'];

  it('texts, numbers, rich texts, booleans, formulas and errors as they are shown', async () => {
    const shown = await preview(
      workbook([head], (sheet) => {
        xlsx.utils.sheet_add_aoa(
          sheet,
          [
            [
              { t: 's', v: '陈建国', r: '<r><t>陈</t></r><r><rPr><b/></rPr><t>建国</t></r>' },
              documentOf(11),
              13800138000,
              '5号楼',
              1201,
            ],
            [{ t: 's', v: '龚淼淼', f: 'A1' }, documentOf(12), { t: 'n', v: 13900139000, f: '1+1' }, true, 402.5],
            ['张三', { t: 'e', v: 0x2a }, null, '3', '1'],
          ] as unknown[][],
          { origin: 'A2' },
        );
      }),
      'list.xlsx',
    );
    expect(shown).toMatchObject({
      format: 'xlsx',
      encoding: 'UTF-8',
      delimiter: '',
      sheet: '名册',
      sheets: ['名册'],
      headingLine: 1,
    });
    expect(shown.counts).toMatchObject({ rows: 3, fresh: 2, faulty: 1 });
    expect(shown.sample[0]).toMatchObject({ name: '陈**', phone: '138****8000', building: '5号楼', room: '1201' });
    expect(shown.sample[1]).toMatchObject({ name: '龚**', phone: '139****9000', building: 'T***', room: '402.5' });
    expect(faultsOf(shown)).toEqual([[4, 'cellError']]);
  });

  it('titles above, merged and hidden rows, and numbers for documents, by openpyxl', async () => {
    const shown = await preview(fixture('titles-merged-openpyxl.xlsx'), 'titles.xlsx');
    expect(shown).toMatchObject({ sheet: '名册', sheets: ['名册', '说明'], headingLine: 3 });
    expect(fieldsOf(shown).slice(0, 7)).toEqual([
      null,
      'name',
      'documentNumber',
      'birthDate',
      'phone',
      'building',
      'room',
    ]);
    expect(notesOf(shown)).toEqual(['titleRows', 'otherSheets', 'hiddenRows', 'mergedCells', 'formulasWithoutValue']);
    // The building of three merged rows is everybody's.
    expect(shown.sample.map(({ building }) => building)).toEqual(['5号楼', '5号楼', '5号楼', '6号楼', '6号楼']);
    expect(shown.counts).toMatchObject({ rows: 5, fresh: 3, faulty: 2 });
    expect(faultsOf(shown)).toEqual([
      [7, 'excelRounded'],
      [8, 'leadingZeroLost'],
    ]);
  });

  it('dates of the 1904 system, by openpyxl', async () => {
    const shown = await preview(fixture('dates-1904-openpyxl.xlsx'), 'mac.xlsx');
    expect(shown.counts).toMatchObject({ rows: 2, fresh: 2 });
    await desk.call('imports.commit', { importId: shown.importId } as never);
    const born = async (query: string) =>
      (await desk.reveal((await desk.call('people.list', { query } as never)).rows[0]?.personId ?? '')).birthDate;
    expect(await born('Chen Jian')).toBe('1988-05-06');
    expect(await born('Li Juan')).toBe('1904-01-02');
  });

  it('another sheet is read when it is chosen; one that is hidden is not offered', async () => {
    const book = xlsx.utils.book_new();
    const add = (name: string, rows: unknown[][]) =>
      xlsx.utils.book_append_sheet(book, xlsx.utils.aoa_to_sheet(rows), name);
    add('说明', [['请如实填写']]);
    add('一号楼', [head, ['张三', documentOf(21), null, '1', '101']]);
    add('二号楼', [head, ['李四', documentOf(22), null, '2', '201'], ['王五', documentOf(23), null, '2', '202']]);
    add('旧的', [head, ['赵六', documentOf(24), null, '9', '1']]);
    book.Workbook = { Sheets: [{}, {}, {}, { Hidden: 1 }] };
    const shown = await preview(xlsx.write(book, { type: 'buffer', bookType: 'xlsx' }) as Buffer, 'two.xlsx');
    expect(shown).toMatchObject({
      sheets: ['说明', '一号楼', '二号楼'],
      sheet: '说明',
      missing: ['name', 'documentNumber'],
    });
    expect(await desk.reply('imports.commit', { importId: shown.importId } as never)).toMatchObject({
      ok: false,
      error: { code: 'COLUMNS_MISSING' },
    });
    const other = await desk.call('imports.map', { importId: shown.importId, sheet: '二号楼' } as never);
    expect(other).toMatchObject({ sheet: '二号楼', counts: { fresh: 2 }, missing: [] });
    expect(await desk.reply('imports.map', { importId: shown.importId, sheet: '旧的' } as never)).toMatchObject({
      ok: false,
      error: { code: 'FILE_UNREADABLE', params: { problem: 'sheetGone' } },
    });
  });

  it('a workbook by LibreOffice, with a heading of two rows', async () => {
    const shown = await preview(fixture('two-row-heading-libreoffice.xlsx'), 'office.xlsx');
    expect(shown).toMatchObject({ headingLine: 2, counts: { rows: 3, fresh: 3, faulty: 0 } });
    expect(fieldsOf(shown)).toEqual(['name', 'documentNumber', 'phone', 'address', 'birthDate']);
    expect(shown.sample[0]).toMatchObject({ birthDate: '1966-**-**', phone: '138****8000' });
  });
});

describe('dates and numbers that a spreadsheet has spoiled', () => {
  const birth = async (texts: readonly (string | number)[]) => {
    const shown = await preview(
      workbook([['姓名', '出生日期'], ...texts.map((text, n) => [`人${n}`, text])]),
      'dates.xlsx',
    );
    return { faults: faultsOf(shown), fresh: shown.counts.fresh };
  };

  it('days in the usual ways of writing', async () => {
    const ways = [
      '1988-5-6',
      '1988/05/06',
      '1988.5.6',
      '1988年5月6日',
      '19880506',
      '1988-05-06 00:00:00',
      '6-May-1988',
      'May 6, 1988',
      '1988-05-06T00:00:00Z',
      32269,
    ];
    expect(await birth(ways)).toEqual({ faults: [], fresh: ways.length });
  });

  it('day and month before the year: told where they may be either, read where the others of the column say it', async () => {
    expect((await birth(['5/6/1988'])).faults).toEqual([[2, 'dateAmbiguous']]);
    expect((await birth(['5/6/1988', '5/13/1988'])).faults).toEqual([]);
    expect((await birth(['5/6/1988', '5/13/1988', '13/5/1988'])).faults).toEqual([[2, 'dateAmbiguous']]);
  });

  it('days that never were', async () => {
    const shown = await preview(
      workbook(
        [
          ['姓名', '出生日期'],
          ['甲', null],
          ['乙', null],
          ['丙', '2021-02-29'],
        ],
        (sheet) => {
          // 29 February 1900, which the 1900 system counts; and the day after.
          sheet['B2'] = { t: 'n', v: 60, z: 'yyyy-mm-dd' };
          sheet['B3'] = { t: 'n', v: 61, z: 'yyyy"年"m"月"d"日"' };
        },
      ),
      'leap.xlsx',
    );
    expect(faultsOf(shown)).toEqual([
      [2, 'birthDateWrong'],
      [4, 'birthDateWrong'],
    ]);
    expect(shown.sample[1]).toMatchObject({ birthDate: '1900-**-**' });
  });

  it('a month is enough beside a document that says the day', async () => {
    const shown = await preview(
      `姓名,身份证号,出生年月\n甲,${documentOf(31)},1966.02\n乙,${documentOf(32)},1967.02\n丙,,1966.02\n`,
    );
    expect(faultsOf(shown)).toEqual([
      [3, 'birthDateWrong'],
      [4, 'birthDateWrong'],
    ]);
  });

  it('documents as 3.10104E+17 or ending in 000 are explained and never stored', async () => {
    const csv = await preview(
      `姓名,身份证号,手机\n甲,3.10104E+17,13800138000\n乙,310104198802301000,1.38001E+10\n丙,${documentOf(33)},1.38001E+10\n`,
    );
    expect(faultsOf(csv)).toEqual([
      [2, 'excelNumber'],
      [3, 'excelNumber'],
      [4, 'excelNumber'],
    ]);
    const book = await preview(
      workbook([
        ['姓名', '身份证号'],
        ['甲', 3.10104198802301e17],
        ['乙', '310104198802301000'],
        ['丙', documentOf(34)],
      ]),
      'rounded.xlsx',
    );
    expect(faultsOf(book)).toEqual([
      [2, 'excelRounded'],
      [3, 'excelRounded'],
    ]);
    expect(book.counts.fresh).toBe(1);
    // Its words say what happened and what to do.
    const path = join(desk.folder, 'rounded-faults.csv');
    await desk.call('imports.saveFaults', { importId: book.importId, path, language: 'zh-CN' } as never);
    expect(readFileSync(path, 'utf8')).toContain('设为文本');
  });

  it('numbers that lost their 0 in front are told, those that a format shows are whole', async () => {
    const shown = await preview(
      workbook(
        [
          ['姓名', '证件类型', '证件号码', '电话', '楼栋', '房号'],
          ['甲', '台胞证', 1234567, 13800138000, '1', 101],
          ['乙', '台胞证', null, 2162345678, '1', 1],
        ],
        (sheet) => {
          sheet['C3'] = { t: 'n', v: 1234567, z: '00000000' };
          sheet['F3'] = { t: 'n', v: 101, z: '0000' };
        },
      ),
      'zeros.xlsx',
    );
    expect(faultsOf(shown)).toEqual([
      [2, 'leadingZeroLost'],
      [3, 'leadingZeroLost'],
    ]);
    expect(shown.faults.map(({ column }) => column)).toEqual(['documentNumber', 'phone']);
    expect(shown.sample[1]).toMatchObject({ room: '0101' });
  });
});

describe('columns', () => {
  it('headings in any order and either language, and columns without a known one by their content', async () => {
    const shown = await preview(
      [
        'Room,MOBILE,列一,列二,Sex',
        `1201,13800138000,${documentOf(41)},张伟,男`,
        `1202,13800138001,${documentOf(42)},王芳,女`,
        `1203,13800138002,${documentOf(43)},李强,男`,
      ].join('\n'),
    );
    expect(shown.columns.map(({ field, by }) => [field, by])).toEqual([
      ['room', 'heading'],
      ['phone', 'heading'],
      ['documentNumber', 'content'],
      ['name', 'content'],
      ['sex', 'heading'],
    ]);
    expect(shown.counts.fresh).toBe(3);
  });

  it('a list without headings begins with its first person', async () => {
    const shown = await preview(
      `张伟,${documentOf(41)},13800138000\n王芳,${documentOf(42)},13800138001\n李强,${documentOf(43)},13800138002\n`,
    );
    expect(shown).toMatchObject({ headingLine: null, counts: { rows: 3, fresh: 3 } });
    expect(notesOf(shown)).toContain('noHeading');
  });

  it('a heading that its column contradicts is not believed; headings on each page are passed over', async () => {
    const rows = [41, 42, 43, 44].map((n, index) => `${index + 1},${documentOf(n)},张伟${'甲乙丙丁'.charAt(index)}`);
    const shown = await preview(['ID,编号,姓名', rows[0], rows[1], 'ID,编号,姓名', rows[2], rows[3]].join('\n'));
    expect(fieldsOf(shown)).toEqual([null, 'documentNumber', 'name']);
    expect(shown.counts).toMatchObject({ rows: 4, fresh: 4 });
    expect(notesOf(shown)).toEqual(expect.arrayContaining(['headingDoubtful', 'repeatedHeadings']));
  });

  it('a choice by hand is taken without reading the file again, and remembered for the same headings in any order', async () => {
    const list = (heads: string, row: (name: string, born: string, door: string) => string) =>
      [heads, row('张小明', '2015-01-01', '12'), row('王小芳', '2016-01-01', '13')].join('\n');
    const shown = await preview(list('住户甲,生于,门', (name, born, door) => `${name},${born},${door}`));
    expect(shown.missing).toEqual([]);
    const { importId } = shown;
    const path = join(desk.folder, `${files}-roster.csv`);
    writeFileSync(path, 'gone');
    const mapped = await desk.call('imports.map', { importId, fields: ['name', 'birthDate', 'room'] } as never);
    expect(mapped.columns.map(({ by }) => by)).toEqual(['content', 'content', 'hand']);
    expect(mapped.sample[0]).toMatchObject({ room: '12' });
    for (const fields of [['name'], ['name', 'name', null], ['name', 'birthDate', 'serial']])
      expect(await desk.reply('imports.map', { importId, fields } as never)).toMatchObject({
        ok: false,
        error: { code: 'INVALID_INPUT' },
      });
    await desk.call('imports.commit', { importId } as never);
    const next = await preview(list('门,住户甲,生于', (name, born, door) => `${door},${name},${born}`));
    expect(fieldsOf(next)).toEqual(['room', 'name', 'birthDate']);
    expect(notesOf(next)).toContain('rememberedColumns');
    expect(next.counts).toMatchObject({ same: 2, fresh: 0 });
    const others = await preview(list('门,住户乙,生于', (name, born, door) => `${door},${name},${born}`));
    expect(notesOf(others)).not.toContain('rememberedColumns');
  });

  it('shows who would change, before and after, nothing in full', async () => {
    const list = (phone: string, room: string) =>
      `姓名,身份证号,手机,楼栋,房号\n周建军,${documentOf(51)},${phone},5,${room}\n`;
    await desk.call('imports.commit', { importId: (await preview(list('13800138000', '101'))).importId } as never);
    const shown = await preview(list('13900139000', '102'));
    expect(shown.changes).toEqual([
      {
        line: 2,
        nameMasked: '周**',
        differences: [
          { field: 'phone', before: '138****8000', after: '139****9000' },
          { field: 'room', before: '101', after: '102' },
        ],
      },
    ]);
    expect(JSON.stringify(shown)).not.toContain(documentOf(51));
  });
});

describe('what is not a table of people', () => {
  it.each([
    ['an old workbook', 'people.xlsx', () => xlsxOf('biff8'), 'oldWorkbook'],
    ['a binary workbook', 'people.xlsx', () => xlsxOf('xlsb'), 'binaryWorkbook'],
    ['a LibreOffice table', 'people.xlsx', () => xlsxOf('ods'), 'openDocument'],
    ['a page named .xls', 'people.xls', () => xlsxOf('html'), 'webPage'],
    ['a PDF', 'people.csv', () => Buffer.from('%PDF-1.7\n%\u00e2\u00e3\n1 0 obj\n', 'latin1'), 'pdf'],
    ['a picture', 'people.csv', () => Buffer.from('89504e470d0a1a0a0000', 'hex'), 'picture'],
    ['nothing', 'people.xlsx', () => Buffer.alloc(0), 'empty'],
    ['a workbook with a password', 'people.xlsx', () => ole('EncryptedPackage'), 'encrypted'],
  ])('%s is told by what it holds', async (_name, name, bytes, problem) => {
    expect(await problemOf(bytes(), name)).toBe(problem);
  });

  it('a CSV under the name of a workbook is read', async () => {
    expect((await preview(`姓名,身份证号\n甲,${documentOf(61)}\n`, 'people.xlsx')).counts.fresh).toBe(1);
  });
});

function xlsxOf(bookType: 'biff8' | 'xlsb' | 'ods' | 'html'): Buffer {
  const book = xlsx.utils.book_new();
  xlsx.utils.book_append_sheet(book, xlsx.utils.aoa_to_sheet([['姓名'], ['甲']]), '名册');
  return Buffer.from(xlsx.write(book, { type: 'buffer', bookType }) as Uint8Array);
}

function ole(stream: string): Buffer {
  return Buffer.concat([
    Buffer.from('d0cf11e0a1b11ae1', 'hex'),
    Buffer.alloc(1_000),
    Buffer.from(stream, 'utf16le'),
    Buffer.alloc(500),
  ]);
}
