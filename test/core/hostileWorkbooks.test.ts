import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as xlsx from '@e965/xlsx';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ZipFile } from 'yazl';
import { heldBytes, runLimitMs } from '../fuzz/measure.ts';
import { treeOf } from '../fuzz/tree.ts';
import { documentOf, openDesk, type TestDesk } from './openDesk.ts';

let desk: TestDesk;
beforeAll(async () => {
  desk = await openDesk();
});
afterAll(() => desk.close());

/** A workbook part by part, as no office program would write it. */
async function zipOf(parts: Readonly<Record<string, string | Buffer>>): Promise<Buffer> {
  const zip = new ZipFile();
  for (const [name, content] of Object.entries(parts)) zip.addBuffer(Buffer.from(content), name);
  zip.end();
  const pieces: Buffer[] = [];
  for await (const piece of zip.outputStream) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

const relation = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const mainType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml';
const parts = (sheet: string, more: { readonly type?: string; readonly strings?: string } = {}) => ({
  '[Content_Types].xml': `<Types><Override PartName="/xl/workbook.xml" ContentType="${more.type ?? mainType}"/></Types>`,
  '_rels/.rels': `<Relationships><Relationship Id="a" Type="${relation}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
  'xl/workbook.xml': '<workbook><sheets><sheet name="A" sheetId="1" r:id="r1"/></sheets></workbook>',
  'xl/_rels/workbook.xml.rels': `<Relationships><Relationship Id="r1" Type="${relation}/worksheet" Target="worksheets/a.xml"/><Relationship Id="r2" Type="${relation}/sharedStrings" Target="strings.xml"/></Relationships>`,
  'xl/worksheets/a.xml': sheet,
  ...(more.strings === undefined ? {} : { 'xl/strings.xml': more.strings }),
});
const cell = (text: string, at = '') => `<c${at === '' ? '' : ` r="${at}"`} t="inlineStr"><is><t>${text}</t></is></c>`;
const head = `<row>${cell('姓名')}${cell('身份证号')}</row>`;
const good = `<row>${cell('甲')}${cell(documentOf(1))}</row>`;
const sheetOf = (rows: string) => `<worksheet><sheetData>${rows}</sheetData></worksheet>`;

async function read(bytes: Buffer) {
  const path = join(desk.folder, 'hostile.xlsx');
  writeFileSync(path, bytes);
  const importId = randomUUID();
  const reply = await desk.reply('imports.preview', { importId, kind: 'roster', path } as never);
  return reply.ok ? reply.value : { problem: reply.error.params['problem'] ?? reply.error.code };
}

it('a right one, with prefixes and without references, is read', async () => {
  const plain = await read(await zipOf(parts(sheetOf(head + good))));
  expect(plain).toMatchObject({ counts: { fresh: 1 } });
  const prefixed = (await zipOf(
    Object.fromEntries(
      Object.entries(parts(sheetOf(head + good))).map(([name, xml]) => [
        name,
        xml.replaceAll(/<(\/?)(?=\w)/g, '<$1x:'),
      ]),
    ),
  )) as Buffer;
  expect(await read(prefixed)).toMatchObject({ counts: { fresh: 1 } });
});

describe('refused, each by its name', () => {
  const entities = `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>${sheetOf(head + good)}`;
  it.each<[string, () => Promise<Buffer> | Buffer, string]>([
    ['a sheet that swells', () => zipOf(parts(sheetOf(head + good + ' '.repeat(40_000_000)))), 'zipBomb'],
    [
      'texts that swell',
      () => zipOf(parts(sheetOf(head + good), { strings: `<sst>${' '.repeat(40_000_000)}</sst>` })),
      'zipBomb',
    ],
    ['entities', () => zipOf(parts(entities)), 'xmlEntities'],
    [
      'a document type from elsewhere',
      () => zipOf(parts(`<!DOCTYPE x SYSTEM "file:///etc/passwd">${sheetOf(head + good)}`)),
      'xmlEntities',
    ],
    ['an entity that nobody defined', () => zipOf(parts(sheetOf(`${head}<row>${cell('&xxe;')}</row>`))), 'damaged'],
    ['macros by a part', () => zipOf({ ...parts(sheetOf(head + good)), 'xl/vbaProject.bin': 'x' }), 'macros'],
    [
      'macros by the type',
      () => zipOf(parts(sheetOf(head + good), { type: 'application/vnd.ms-excel.sheet.macroEnabled.main+xml' })),
      'macros',
    ],
    [
      'a million columns',
      () =>
        zipOf(
          parts(
            sheetOf(`<row>${Array.from({ length: 1_000_000 }, (_none, n) => `<c><v>${n}</v></c>`).join('')}</row>`),
          ),
        ),
      'tooManyColumns',
    ],
    ['a column far out', () => zipOf(parts(sheetOf(`${head}<row>${cell('x', 'XFD2')}</row>`))), 'tooManyColumns'],
    [
      'a text of two million characters',
      () =>
        zipOf(
          parts(sheetOf(`${head}<row>${cell(Array.from({ length: 2_000_000 }, (_none, n) => n % 10).join(''))}</row>`)),
        ),
      'cellTooLong',
    ],
    ['tags in tags', () => zipOf(parts(`<worksheet>${'<a>'.repeat(200_000)}`)), 'damaged'],
    ['a sheet that ends in the middle', () => zipOf(parts(sheetOf(head + good).slice(0, -20))), 'damaged'],
    ['no sheet', () => zipOf({ 'a.txt': 'x' }), 'notWorkbook'],
    [
      'a workbook that leads nowhere',
      () => zipOf({ ...parts(''), 'xl/_rels/workbook.xml.rels': '<Relationships/>' }),
      'empty',
    ],
    [
      'a workbook that is its own sheet',
      () => zipOf({ ...parts(''), 'xl/worksheets/a.xml': parts('')['xl/workbook.xml'] }),
      'empty',
    ],
    [
      'thousands of entries',
      () => zipOf(Object.fromEntries(Array.from({ length: 5_100 }, (_none, n) => [`e${n}`, '']))),
      'zipBomb',
    ],
    ['the same part twice', () => twice(), 'damaged'],
    ['a cut container', async () => (await zipOf(parts(sheetOf(head + good)))).subarray(0, 900), 'damaged'],
    ['a length that is not true', async () => lying(await zipOf(parts(sheetOf(head + good.repeat(5_000))))), 'damaged'],
    ['a password on the parts', async () => locked(await zipOf(parts(sheetOf(head + good)))), 'encrypted'],
  ])(
    '%s',
    async (_name, make, problem) => {
      const bytes = await make();
      const before = heldBytes();
      expect(await read(bytes)).toEqual({ problem });
      expect(heldBytes() - before).toBeLessThan(64 * 1024 * 1024);
    },
    runLimitMs,
  );

  it('names that climb out of their folder are never looked at, and nothing is unpacked', async () => {
    const before = treeOf(desk.folder).length;
    const bytes = await zipOf({ ...parts(sheetOf(head + good)), 'aa/aa/evil.txt': 'x' });
    const climbing = Buffer.from(bytes.toString('latin1').replaceAll('aa/aa/evil', '../../evil'), 'latin1');
    expect(await read(climbing)).toMatchObject({ counts: { fresh: 1 } });
    expect(treeOf(desk.folder).length - before).toBeLessThanOrEqual(1);
  });

  it('a cell over 4,000 characters is its row’s fault where its column is used, and nobody’s where it is not', async () => {
    const long = 'x'.repeat(5_000);
    const wide = `<row>${cell('姓名')}${cell('身份证号')}${cell('楼栋')}${cell('备注')}</row>`;
    const rows = `<row>${cell('甲')}${cell(documentOf(1))}${cell('1')}${cell(long)}</row><row>${cell('乙')}${cell(documentOf(2))}${cell(long)}</row>`;
    expect(await read(await zipOf(parts(sheetOf(wide + rows))))).toMatchObject({
      counts: { fresh: 1, faulty: 1 },
      faults: [{ line: 3, code: 'cellTooLong' }],
    });
  });

  it('merged areas without end and rows out of order end in time', async () => {
    const merges = '<mergeCell ref="A1:XFD1048576"/>'.repeat(5_000);
    const rows = Array.from(
      { length: 2_000 },
      (_none, n) => `<row r="${3_000 - n}">${cell(`人${n}`)}<c t="s"><v>99999999</v></c></row>`,
    );
    const bytes = await zipOf(
      parts(`<worksheet><sheetData>${head}${rows.join('')}</sheetData><mergeCells>${merges}</mergeCells></worksheet>`),
    );
    expect(await read(bytes)).toMatchObject({ counts: { rows: 2_000 } });
  });
});

it('while a large workbook is read the desk goes on', async () => {
  const rows = Array.from({ length: 5_000 }, (_none, n) => [`居民${n}`, '1970-01-01', 13800138000, n % 40, n]);
  const book = xlsx.utils.book_new();
  xlsx.utils.book_append_sheet(
    book,
    xlsx.utils.aoa_to_sheet([['姓名', '出生日期', '手机', '楼栋', '房号'], ...rows]),
    'A',
  );
  const path = join(desk.folder, 'large.xlsx');
  writeFileSync(
    path,
    xlsx.write(book, { type: 'buffer', bookType: 'xlsx', bookSST: true, compression: true }) as Buffer,
  );
  let isRead = false;
  const reading = desk.call('imports.preview', { importId: 'large', kind: 'roster', path } as never).then((shown) => {
    isRead = true;
    return shown;
  });
  let scans = 0;
  while (!isRead && scans < 10_000) {
    await desk.scan(documentOf(900));
    await new Promise((resolve) => setImmediate(resolve));
    scans += 1;
  }
  expect(await reading).toMatchObject({ counts: { fresh: 5_000 } });
  expect(scans).toBeGreaterThan(3);
});

/** The name of one part overwritten by another's of the same length, in both places that it stands in. */
async function twice(): Promise<Buffer> {
  const bytes = await zipOf({ ...parts(sheetOf(head + good)), 'xl/worksheets/b.xml': sheetOf(head) });
  return Buffer.from(bytes.toString('latin1').replaceAll('worksheets/b.xml', 'worksheets/a.xml'), 'latin1');
}

/** The central directory says that the sheet is a hundred bytes long. */
function lying(bytes: Buffer): Buffer {
  const changed = Buffer.from(bytes);
  for (let at = changed.indexOf('504b0102', 0, 'hex'); at >= 0; at = changed.indexOf('504b0102', at + 4, 'hex')) {
    const name = changed.subarray(at + 46, at + 46 + changed.readUInt16LE(at + 28)).toString();
    if (name.endsWith('a.xml')) changed.writeUInt32LE(100, at + 24);
  }
  return changed;
}

function locked(bytes: Buffer): Buffer {
  const changed = Buffer.from(bytes);
  for (let at = changed.indexOf('504b0102', 0, 'hex'); at >= 0; at = changed.indexOf('504b0102', at + 4, 'hex'))
    changed.writeUInt16LE(changed.readUInt16LE(at + 8) | 1, at + 8);
  return changed;
}
