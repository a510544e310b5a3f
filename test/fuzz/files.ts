import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as xlsx from '@e965/xlsx';
import fc from 'fast-check';
import iconv from 'iconv-lite';
import { documentOf, gtin, openDesk } from '../core/openDesk.ts';
import { formulaIn } from './csvCells.ts';
import { handmadeWorkbook } from './handmadeWorkbook.ts';
import { hostileText } from './hostileText.ts';
import { type FuzzRun, flatMemory, inputLimitMs } from './measure.ts';
import { treeOf } from './tree.ts';

export type FileKind = 'roster' | 'manifest';

const rosterHeadings = [
  '姓名',
  '身份证号',
  '证件类型',
  '联系电话',
  '性别',
  '出生日期',
  '楼栋',
  '单元',
  '房号',
  '地址',
  '监护人',
];
const englishHeadings = ['Name', 'ID Number', 'Phone', 'Birth date', 'Building', 'Unit', 'Room', 'Address'];
const manifestHeadings = ['GTIN', '批号', '有效期', '序列号', '编码', '产品名称'];

const rosterCells = [
  '陈建国',
  documentOf(1),
  documentOf(2).toLowerCase(),
  '13800138000',
  '男',
  'F',
  '1980年2月29日',
  '2018-06-01',
  '43831',
  '5号楼2单元301室',
  '3.10104E+17',
  '护照',
  'E12345678',
  gtin,
  'LOT1',
  '2024-09-30',
  '2024/9',
  'SN000001',
  `]d201${gtin}17240930 10LOT1 21SN2`,
];

/** The bytes of files as people have them: right ones, hostile ones, right ones that something happened to, and noise. */
const fileBytes: fc.Arbitrary<Uint8Array> = (() => {
  const cell = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...rosterCells) },
    { weight: 2, arbitrary: hostileText(0, 200) },
  );
  const heading = fc.constantFrom(
    ...[rosterHeadings, englishHeadings, manifestHeadings].map((names) => [...names]),
    ['GTIN', '序列号'],
    ['编码'],
    ['姓名', '出生日期', '=1+1', '＝x', '@'],
  );
  const table = fc
    .record({
      heading,
      rows: fc.array(fc.array(cell, { maxLength: 12 }), { maxLength: 12 }),
      delimiter: fc.constantFrom(',', ',', ';', '\t'),
      end: fc.constantFrom('\n', '\r\n', '\r'),
      quoted: fc.constantFrom('all', 'needed', 'none'),
    })
    .map(({ heading: names, rows, delimiter, end, quoted }) =>
      [names, ...rows]
        .map((row) =>
          row
            .map((text) =>
              quoted === 'all' || (quoted === 'needed' && /[",;\t\r\n]/.test(text))
                ? `"${text.replaceAll('"', '""')}"`
                : text,
            )
            .join(delimiter),
        )
        .join(end),
    );
  const encoded = fc
    .tuple(table, fc.constantFrom('utf8', 'utf8bom', 'gb18030', 'utf16le', 'utf16be', 'big5', 'latin1'))
    .map(([text, encoding]): Uint8Array => {
      if (encoding === 'utf8bom') return Buffer.from(`\uFEFF${text}`);
      return iconv.encode(text, encoding, { addBOM: encoding.startsWith('utf16') });
    });
  // The cells of a workbook may be numbers, days, errors and formulas besides, in any format.
  const workbookCell = fc.oneof(
    { weight: 4, arbitrary: cell },
    { weight: 1, arbitrary: fc.constantFrom(24_139, 13_800_138_000, 3.10104e17, 60, -1, 0.1, 1e300, true) },
    {
      weight: 1,
      arbitrary: fc.constantFrom<xlsx.CellObject>(
        { t: 'e', v: 0x2a },
        { t: 'n', v: 24_139, z: 'yyyy"年"m"月"d"日"' },
        { t: 'n', v: 7, z: '000000' },
        { t: 's', v: '甲', f: 'A1' },
      ),
    },
  );
  const workbook = fc
    .record({
      title: fc.boolean(),
      heading,
      rows: fc.array(fc.array(workbookCell, { maxLength: 12 }), { maxLength: 12 }),
      shared: fc.boolean(),
      merged: fc.array(fc.tuple(fc.nat(12), fc.nat(12), fc.nat(5), fc.nat(5)), { maxLength: 3 }),
    })
    .map(({ title, heading: names, rows, shared, merged }): Uint8Array => {
      const sheet = xlsx.utils.aoa_to_sheet([...(title ? [['名册']] : []), names, ...rows] as unknown[][]);
      sheet['!merges'] = merged.map(([r, more, c, wide]) => ({ s: { r, c }, e: { r: r + more, c: c + wide } }));
      const book = xlsx.utils.book_new();
      xlsx.utils.book_append_sheet(book, sheet, 'A');
      return Buffer.from(xlsx.write(book, { type: 'buffer', bookType: 'xlsx', bookSST: shared }) as Uint8Array);
    });
  const damaged = fc
    .tuple(
      fc.oneof({ weight: 3, arbitrary: encoded }, { weight: 1, arbitrary: workbook }),
      fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 }), fc.nat({ max: 4 })), { minLength: 1, maxLength: 6 }),
    )
    .map(([bytes, wounds]) => {
      let now = Buffer.from(bytes);
      for (const [where, byte, how] of wounds) {
        const at = where % Math.max(1, now.length);
        if (how === 0) now[at] = byte;
        else if (how === 1) now = Buffer.concat([now.subarray(0, at), Buffer.from([byte]), now.subarray(at)]);
        else if (how === 2) now = Buffer.concat([now.subarray(0, at), now.subarray(Math.min(now.length, at + byte))]);
        else if (how === 3) now = now.subarray(0, at);
        else now = Buffer.concat([now, now.subarray(at)]);
      }
      return new Uint8Array(now);
    });
  return fc.oneof(
    { weight: 4, arbitrary: encoded },
    { weight: 2, arbitrary: workbook },
    { weight: 2, arbitrary: handmadeWorkbook },
    { weight: 4, arbitrary: damaged },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 2_000 }) },
  );
})();

export type FileTally = {
  readonly previewed: number;
  readonly committed: number;
  readonly faultFiles: number;
  readonly grownBytes: number;
  readonly slowestMs: number;
};

/** Files on a real register: read, their faults saved, some committed. Throws at the first that breaks a rule. */
export async function fuzzFiles({ seed, runs }: FuzzRun): Promise<FileTally> {
  const files = await openFiles();
  const memory = flatMemory(runs);
  const tally = { previewed: 0, committed: 0, faultFiles: 0, slowestMs: 0 };
  try {
    await fc.assert(
      fc.asyncProperty(
        fileBytes,
        fc.constantFrom<FileKind>('roster', 'manifest'),
        fc.nat({ max: 3 }),
        async (bytes, kind, then) => {
          const read = await files.read(bytes, kind);
          tally.slowestMs = Math.max(tally.slowestMs, read.ms);
          if (read.importId !== null) {
            tally.previewed += 1;
            if (await files.saveFaults(read.importId)) tally.faultFiles += 1;
            if (then === 0 && (await files.commit(read.importId))) tally.committed += 1;
          }
          files.letGo();
          memory.step();
        },
      ),
      { seed, numRuns: runs, endOnFailure: true },
    );
    const strays = files.strays();
    if (strays.length > 0) throw new Error(`files elsewhere: ${strays.join(', ')}`);
    return { ...tally, grownBytes: memory.grown() };
  } finally {
    await files.close();
  }
}

type Files = {
  readonly folder: string;
  readonly source: string;
  /** Reads the file at `at` (`source` without), which holds `bytes` if there are any. */
  readonly read: (
    bytes: Uint8Array | null,
    kind: FileKind,
    at?: string,
  ) => Promise<{ readonly importId: string | null; readonly code: string | null; readonly ms: number }>;
  /** Saves the faults of what was read, which hold no formula; false where there was nothing to save. */
  readonly saveFaults: (importId: string) => Promise<boolean>;
  readonly commit: (importId: string) => Promise<boolean>;
  readonly letGo: () => void;
  /** Files that are neither the register's nor the two that were chosen. */
  readonly strays: () => readonly string[];
  readonly close: () => Promise<void>;
};

/** A register and a folder to read files from, with the rules that hold for each file. */
export async function openFiles(): Promise<Files> {
  const desk = await openDesk();
  const chosen = path.join(desk.folder, 'chosen');
  mkdirSync(chosen);
  const source = path.join(chosen, 'list.csv');
  const faults = path.join(chosen, 'faults.csv');
  const before = new Set(treeOf(desk.folder).map(nameOf));
  const ask = async (method: 'imports.preview' | 'imports.saveFaults' | 'imports.commit', input: object) => {
    const reply = await desk.reply(method, input as never);
    if (!reply.ok && reply.error.code === 'INTERNAL') throw new Error(`${method}: ${desk.logged.slice(-2).join('\n')}`);
    return reply;
  };
  return {
    folder: desk.folder,
    source,
    read: async (bytes, kind, at = source) => {
      if (bytes !== null) writeFileSync(at, bytes);
      const importId = randomUUID();
      const startedMs = performance.now();
      const reply = await ask('imports.preview', { importId, kind, path: at });
      const ms = performance.now() - startedMs;
      if (ms > inputLimitMs) throw new Error(`a file took ${Math.round(ms)} ms`);
      const said = JSON.stringify(reply).length;
      // The page shows a sample and some faults, whatever stands in the cells.
      if (said > 4 * 1024 * 1024) throw new Error(`the answer to a file has ${said} characters`);
      return { importId: reply.ok ? importId : null, code: reply.ok ? null : reply.error.code, ms };
    },
    saveFaults: async (importId) => {
      const reply = await ask('imports.saveFaults', { importId, path: faults, language: 'zh-CN' });
      if (!reply.ok) return false;
      const cell = formulaIn(readFileSync(faults, 'utf8'));
      if (cell !== null) throw new Error(`a formula in the faults: ${JSON.stringify(cell)}`);
      return true;
    },
    commit: async (importId) => (await ask('imports.commit', { importId })).ok,
    letGo: () => {
      desk.emitted.length = 0;
      desk.logged.length = 0;
    },
    strays: () =>
      treeOf(desk.folder)
        .map(nameOf)
        .filter((name) => !before.has(name) && !/^chosen\/|^register\.db/.test(name)),
    close: () => desk.close(),
  };
}

function nameOf(line: string): string {
  return line.split(' ')[0] ?? '';
}
