import { randomUUID } from 'node:crypto';
import { createReadStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parse } from 'csv-parse';
import type { Core } from '../../../electron/core/createCore.ts';
import { beginTable } from '../../../electron/core/exports/tableFile.ts';
import { openRegister } from '../../../electron/db/open.ts';
import { prepareTables } from '../../../electron/db/tables.ts';
import { residentIdCheck } from '../../../shared/codes/residentId.ts';
import { openNodeCore } from '../../hosts/core.ts';
import { median, rounded, table } from '../figures.ts';

const people = 100_000;
const turns = 3;
const scanEveryMs = 15;
const watchEveryMs = 10;

/**
 * A roster of 100,000 people from the file to the commit, with all checks, beside the least that can be done with the
 * same file: csv-parse, and one prepared INSERT a row in one transaction, into a register of the same schema, cipher and
 * library; and beside the same with the words that people are found by. The ratios are of the medians of whole runs in turn. A workbook of the same rows beside it. The longest wait of
 * a scan and the memory are of a run of their own, while a gun scans every 15 ms in the same process.
 */
export async function benchImports(): Promise<Record<string, number>> {
  const folder = mkdtempSync(join(tmpdir(), 'yiceda-bench-'));
  try {
    const csv = join(folder, 'roster.csv');
    const xlsx = join(folder, 'roster.xlsx');
    for (const path of [csv, xlsx]) await writeRoster(path);
    const ours: number[] = [];
    const workbooks: number[] = [];
    const raw: number[] = [];
    const indexed: number[] = [];
    const indexing: number[] = [];
    const found: number[] = [];
    for (let turn = 0; turn < turns; turn += 1) {
      const one = await inRegister(folder, async (core, file, keyHex) => {
        const ms = await importFile(core, csv);
        return { ms, ...(await untilIndexed(core, file, keyHex)) };
      });
      ours.push(one.ms);
      indexing.push(one.indexedMs);
      found.push(one.foundMs);
      raw.push(
        await inRegister(folder, async (core, file, keyHex) => {
          await core.close();
          return insertRaw(csv, file, keyHex, false);
        }),
      );
      indexed.push(
        await inRegister(folder, async (core, file, keyHex) => {
          await core.close();
          return insertRaw(csv, file, keyHex, true);
        }),
      );
      workbooks.push(await inRegister(folder, (core) => importFile(core, xlsx)));
    }
    const busy: Record<string, { readonly waitMs: number; readonly peakMb: number }> = {};
    for (const [name, path] of [
      ['csv', csv],
      ['xlsx', xlsx],
    ] as const)
      busy[name] = await inRegister(folder, (core) => whileScanning(core, () => importFile(core, path)));
    const figures = {
      importRatio: rounded(median(ours) / median(raw)),
      importMs100k: rounded(median(ours)),
      importRatioIndexed: rounded(median(ours) / median(indexed)),
      importRawMs100k: rounded(median(raw)),
      importIndexMs100k: rounded(median(indexing)),
      importFirstSearchMs: rounded(Math.max(...found)),
      importXlsxMs100k: rounded(median(workbooks)),
      importScanWaitMs: rounded(busy['csv']?.waitMs ?? 0),
      importXlsxScanWaitMs: rounded(busy['xlsx']?.waitMs ?? 0),
      importPeakMb: rounded(busy['csv']?.peakMb ?? 0),
      importXlsxPeakMb: rounded(busy['xlsx']?.peakMb ?? 0),
    };
    table('A roster of 100,000 people, encrypted and durable', [
      ['', 'file to commit ms', 'beside raw', 'longest wait of a scan ms', 'memory added MB'],
      ['parse and insert, nothing else', String(figures.importRawMs100k), '1', '', ''],
      [
        'with the words to find them by',
        String(rounded(median(indexed))),
        String(rounded(median(indexed) / median(raw))),
        '',
        '',
      ],
      ['until its words are in the index', String(figures.importIndexMs100k), '', '', ''],
      ['the longest search before', String(figures.importFirstSearchMs), '', '', ''],
      [
        'CSV',
        String(figures.importMs100k),
        String(figures.importRatio),
        String(figures.importScanWaitMs),
        String(figures.importPeakMb),
      ],
      [
        'XLSX',
        String(figures.importXlsxMs100k),
        String(rounded(median(workbooks) / median(raw))),
        String(figures.importXlsxScanWaitMs),
        String(figures.importXlsxPeakMb),
      ],
    ]);
    return figures;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function rowOf(n: number): readonly string[] {
  const born = 19_400_101 + (n % 60) * 10_000 + (n % 12) * 100 + (n % 28);
  const body = `3199${String(Math.floor(n / 1000) % 100).padStart(2, '0')}${born}${String(n % 1000).padStart(3, '0')}`;
  const name =
    '王李张刘陈杨黄赵吴周'.charAt(n % 10) +
    '伟芳娜秀英敏静丽强磊军洋'.charAt(n % 12) +
    '建国志红玉梅春海燕波'.charAt(n % 7);
  return [
    name,
    body + residentIdCheck(body),
    `138${String(n).padStart(8, '0')}`,
    `${n % 400}号楼`,
    String(n % 4),
    `${n % 30}01`,
  ];
}

async function writeRoster(path: string): Promise<void> {
  const file = await beginTable(path);
  await file.add([['姓名', '身份证号码', '联系电话', '楼栋', '单元', '房号']]);
  for (let from = 0; from < people; from += 1_000)
    await file.add(Array.from({ length: 1_000 }, (_none, n) => rowOf(from + n)));
  await (await file.end()).show();
}

/** A new register for each run, so that none is larger or warmer than another's. */
async function inRegister<T>(
  folder: string,
  run: (core: Core, file: string, keyHex: string) => Promise<T>,
): Promise<T> {
  const own = mkdtempSync(join(folder, 'run-'));
  const registerFile = join(own, 'register.db');
  let keyHex = '';
  const core = await openNodeCore({
    registerFile,
    rememberKey: (key) => {
      keyHex = key;
    },
  });
  try {
    const { recoveryKey } = (await call(core, 'register.prepareKey', {})) as { recoveryKey: string };
    await call(core, 'register.create', {
      requestId: randomUUID(),
      siteName: '长宁·新泾三村检测点',
      stationName: '1',
      zone: 'Asia/Shanghai',
      protection: 'passphrase',
      passphrase: 'correct horse battery',
      recoveryKeyRepeated: recoveryKey,
      operatorName: '李娟',
      pin: '2580',
      data: 'empty',
    });
    return await run(core, registerFile, keyHex);
  } finally {
    await core.close();
    rmSync(own, { recursive: true, force: true });
  }
}

async function importFile(core: Core, path: string): Promise<number> {
  const importId = randomUUID();
  const started = performance.now();
  const shown = (await call(core, 'imports.preview', { importId, kind: 'roster', path })) as {
    counts: { fresh: number };
  };
  if (shown.counts.fresh !== people) throw new Error(`not all are new: ${JSON.stringify(shown.counts)}`);
  await call(core, 'imports.commit', { requestId: randomUUID(), importId });
  return performance.now() - started;
}

/** How long after the commit the last words were in the index, and the longest that a search among them took meanwhile. */
async function untilIndexed(
  core: Core,
  file: string,
  dataKeyHex: string,
): Promise<{ readonly indexedMs: number; readonly foundMs: number }> {
  const started = performance.now();
  const reader = openRegister({ file, dataKeyHex, readonly: true });
  const waiting = reader.prepare('SELECT EXISTS (SELECT 1 FROM person_words WHERE is_waiting = 1)').pluck();
  let foundMs = 0;
  while (waiting.get() === 1) {
    const asked = performance.now();
    // Nobody in this room is called so: each word is looked at.
    const { total } = (await call(core, 'people.list', { query: '赵洋波 1202', limit: 50 })) as { total: number };
    if (total !== 0) throw new Error(`${total} were found who are not there`);
    foundMs = Math.max(foundMs, performance.now() - asked);
    await pause(watchEveryMs);
  }
  reader.close();
  return { indexedMs: performance.now() - started, foundMs };
}

/** `isIndexed`: with the words by which each is found, as the register's own statement writes them. */
async function insertRaw(path: string, file: string, dataKeyHex: string, isIndexed: boolean): Promise<number> {
  const db = openRegister({ file, dataKeyHex });
  const tables = prepareTables(db);
  const started = performance.now();
  const insert = db.prepare(
    `INSERT INTO people (id, name, document_kind, document_number, phone, building, unit, room, code, source, created_at_ms, updated_at_ms)
     VALUES (?, ?, 'residentId', ?, ?, ?, ?, ?, ?, 'roster', 1, 1)`,
  );
  const parser = createReadStream(path).pipe(parse({ bom: true, from_line: 2 }));
  db.exec('BEGIN IMMEDIATE');
  let n = 0;
  for await (const [name, document, phone, building, unit, room] of parser as AsyncIterable<string[]>) {
    n += 1;
    if (isIndexed) {
      tables.people.insert({
        id: `person-${n}`,
        name: name ?? '',
        sex: null,
        birthDate: null,
        documentKind: 'residentId',
        documentNumber: document ?? '',
        phone: phone ?? '',
        address: { building: building ?? '', unit: unit ?? '', room: room ?? '' },
        guardianName: null,
        code: `YP${n}`,
        source: 'roster',
        importId: null,
        atMs: 1,
      });
      continue;
    }
    insert.run(`person-${n}`, name, document, phone, building, unit, room, `YP${n}`);
  }
  db.exec('COMMIT');
  const took = performance.now() - started;
  if (n !== people) throw new Error(`${n} rows`);
  db.close();
  return took;
}

/** Scans a person's document every few milliseconds meanwhile; answers the longest wait and the most memory added. */
async function whileScanning(
  core: Core,
  run: () => Promise<unknown>,
): Promise<{ readonly waitMs: number; readonly peakMb: number }> {
  const document = rowOf(people + 7)[1] ?? '';
  await call(core, 'desk.scan', { requestId: randomUUID(), text: document, source: 'gun' });
  const before = process.memoryUsage.rss();
  let peak = before;
  const watch = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  }, watchEveryMs);
  let isOver = false;
  let waitMs = 0;
  const running = run().finally(() => {
    isOver = true;
  });
  while (!isOver) {
    const due = performance.now() + scanEveryMs;
    await pause(scanEveryMs);
    await call(core, 'desk.scan', { requestId: randomUUID(), text: document, source: 'gun' });
    // From when the gun was done, not from when the call got its turn.
    waitMs = Math.max(waitMs, performance.now() - due);
  }
  await running;
  clearInterval(watch);
  return { waitMs, peakMb: (peak - before) / 1024 / 1024 };
}

async function call(core: Core, method: string, input: object): Promise<unknown> {
  const reply = await core.dispatch(method, input);
  if (!reply.ok) throw new Error(`${method}: ${JSON.stringify(reply.error)}`);
  return reply.value;
}
