import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fuzzFiles, openFiles } from '../../fuzz/files.ts';
import { fuzzRun, heldBytes, runLimitMs } from '../../fuzz/measure.ts';
import { documentOf } from '../openDesk.ts';

it(
  'hundreds of files, right, hostile and damaged: no bug, no hang, no leak, no file elsewhere, no formula in the faults',
  async () => {
    const tally = await fuzzFiles(fuzzRun('files', 600));
    process.stdout.write(
      `  read ${tally.previewed}, committed ${tally.committed}, slowest ${Math.round(tally.slowestMs)} ms, grown ${Math.round(tally.grownBytes / 1024)} KiB\n`,
    );
    expect(tally.previewed).toBeGreaterThan(60);
    expect(tally.committed).toBeGreaterThan(10);
    expect(tally.grownBytes).toBeLessThan(24 * 1024 * 1024);
  },
  runLimitMs,
);

describe('files made to choke on', () => {
  let files: Awaited<ReturnType<typeof openFiles>>;
  beforeAll(async () => {
    files = await openFiles();
  });
  afterAll(() => files.close());

  const head = '姓名,身份证号,地址,电话\n';
  const row = `甲,${documentOf(1)}`;
  const many = (text: string, times: number) => Buffer.from(text.repeat(times));
  const below = (text: string) => Buffer.from(`${head}${text}`);

  it.each<[string, () => Buffer, string | null]>([
    ['a million columns', () => many(',', 1_000_000), 'FILE_UNREADABLE'],
    ['a million headings', () => many('姓名,', 1_000_000), 'FILE_UNREADABLE'],
    ['rows of half a million cells', () => below(`${','.repeat(500_000)}\n`.repeat(20)), null],
    ['two million lines', () => many('a\n', 2_000_000), 'FILE_TOO_LARGE'],
    ['six million empty cells', () => below(`${','.repeat(60)}\n`.repeat(100_000)), 'FILE_TOO_LARGE'],
    ['a cell of twenty megabytes', () => below(`${'9'.repeat(20_000_000)},1\n`), 'FILE_UNREADABLE'],
    ['a quote that is never closed', () => below(`"${'x,\n'.repeat(3_000_000)}`), 'FILE_UNREADABLE'],
    ['a heading of opening brackets', () => Buffer.from(`姓名,身份证号,${'('.repeat(300_000)}\n${row}\n`), null],
    ['a heading of full-width brackets', () => Buffer.from(`姓名,身份证号,${'【'.repeat(100_000)}\n${row}\n`), null],
    ['addresses of digits', () => below(`${row},${'1'.repeat(300_000)},\n`.repeat(20)), null],
    ['addresses of blanks', () => below(`${row},1${' '.repeat(300_000)}x,\n`.repeat(20)), null],
    ['names that grow eighteenfold', () => below(`${'\uFDFA'.repeat(100_000)},x,,\n`.repeat(20)), null],
    ['phones of brackets', () => below(`${row},,+${'('.repeat(200_000)}\n`.repeat(20)), null],
    ['ten thousand quotes', () => below(`${'"'.repeat(10_001)}\n`), null],
    [
      'a ZIP bomb by another name',
      () => Buffer.concat([Buffer.from('504b0304', 'hex'), Buffer.alloc(1_000_000)]),
      'FILE_UNREADABLE',
    ],
    ['a compressed bomb by another name', () => gzipSync(Buffer.alloc(50_000_000)), 'FILE_UNREADABLE'],
    ['an old workbook', () => Buffer.from('d0cf11e0a1b11ae1', 'hex'), 'FILE_UNREADABLE'],
    ['a PDF', () => Buffer.from('%PDF-1.7\n%\u00e2\u00e3\n1 0 obj\n', 'latin1'), null],
    ['NUL bytes', () => Buffer.alloc(5_000_000), 'FILE_UNREADABLE'],
    ['UTF-16 of half characters', () => Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.alloc(200_001, 0xd8)]), null],
  ])(
    '%s: answered in time, and memory is given back',
    async (_name, bytes, code) => {
      const before = heldBytes();
      const read = await files.read(bytes(), 'roster');
      if (code !== null) expect(read.code).toBe(code);
      if (read.importId !== null) await files.saveFaults(read.importId);
      // The next file takes the place of what is held of this one.
      await files.read(below(`${row},,\n`), 'roster');
      files.letGo();
      expect(heldBytes() - before).toBeLessThan(64 * 1024 * 1024);
      expect(files.strays()).toEqual([]);
    },
    runLimitMs,
  );

  it('what is no file is refused: a folder, nothing, a device, one that is larger than any list', async () => {
    const folder = path.join(files.folder, 'chosen', 'folder.csv');
    mkdirSync(folder);
    expect((await files.read(null, 'roster', folder)).code).toBe('FILE_UNREADABLE');
    expect((await files.read(null, 'roster', path.join(folder, 'none.csv'))).code).toBe('FILE_UNREADABLE');
    expect((await files.read(null, 'roster', '/dev/zero')).code).toBe('FILE_UNREADABLE');
    writeFileSync(files.source, '');
    truncateSync(files.source, 65 * 1024 * 1024);
    expect((await files.read(null, 'roster')).code).toBe('FILE_TOO_LARGE');
  });
});
