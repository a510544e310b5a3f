import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exportTests } from '../../central/exports/exportTests.ts';
import type { FormatName } from '../../central/exports/formats.ts';
import type { Database } from '../../central/store/database.ts';
import { databaseKinds, openMigrated, type TestDatabase, watched } from './databases.ts';
import { type Gate, openGate } from './fhirGate.ts';
import { bound, resulted, voided } from './records.ts';
import { type Service, startService } from './service.ts';

let gate: Gate = () => ['the gate is not open'];
beforeAll(() => {
  gate = openGate();
});

describe.each(databaseKinds)('tests of some days as a file on $name', (kind) => {
  let opened: TestDatabase;
  let service: Service;
  let folder = '';
  const [first, second, third, otherDay] = [
    bound({ name: '=HYPERLINK("http://x","王")' }),
    bound({ name: '李, "四"\n五' }),
    bound(),
    bound({ day: '2022-04-12' }),
  ];
  beforeAll(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'yiceda-export-'));
    opened = await openMigrated(kind);
    service = await startService(opened.database);
    const station = await service.station();
    await station.post([first, second, third, otherDay]);
    await station.post([
      resulted(first.testId, 2, 1, 'negative'),
      resulted(first.testId, 3, 2, 'positive'),
      voided(second.testId, 2),
      ...Array.from({ length: 400 }, () => bound({ day: '2022-04-20' })),
    ]);
    await station.post(Array.from({ length: 150 }, () => bound({ day: '2022-04-20' })));
  });
  afterAll(async () => {
    await service?.close();
    await opened?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const write = async (format: FormatName, from = '2022-04-10', to = '2022-04-11') => {
    const file = path.join(folder, `${format}-${from}`);
    const done = await exportTests(opened.database, { from, to, format, file });
    if (!done.ok) throw new Error(done.code);
    const bytes = readFileSync(file);
    expect(done.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
    expect(done.bytes).toBe(bytes.length);
    if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600);
    return { text: bytes.toString('utf8'), tests: done.tests };
  };
  const linesOf = (text: string) =>
    text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown>);

  it('holds each test once with its records', async () => {
    const { text, tests } = await write('ndjson');
    const lines = linesOf(text);
    expect(tests).toBe(3);
    expect(lines.map(({ testId }) => testId).toSorted()).toEqual(
      [first, second, third].map(({ testId }) => testId).toSorted(),
    );
    const line = lines.find(({ testId }) => testId === first.testId) as { records: { record: unknown }[] } | undefined;
    expect(line?.records.map(({ record }) => record)[0]).toEqual(first);
    expect(line?.records).toHaveLength(3);
  });

  it('is a table without formulas that reads back', async () => {
    const { text, tests } = await write('csv');
    expect(tests).toBe(3);
    const rows = parse(text, { columns: true, bom: true, record_delimiter: '\r\n' }) as Record<string, string>[];
    const row = (testId: string) => rows.find((each) => each['testId'] === testId);
    expect(row(first.testId)).toMatchObject({
      status: 'positive',
      revision: '2',
      day: '2022-04-10',
      documentNumber: 'X-1',
    });
    expect(row(first.testId)?.['name']?.startsWith("'=")).toBe(true);
    expect(row(second.testId)).toMatchObject({ status: 'void', revision: '' });
    expect(row(third.testId)).toMatchObject({ status: 'pending', readAt: '' });
  });

  it('is a Bundle of FHIR a line, each of which passes the gate', async () => {
    const { text } = await write('fhir');
    for (const line of linesOf(text)) expect(gate(line)).toEqual([]);
  });

  it('goes over many pages without losing or doubling a test', async () => {
    const { text, tests } = await write('ndjson', '2022-04-20', '2022-04-20');
    expect(tests).toBe(550);
    expect(new Set(linesOf(text).map(({ testId }) => testId)).size).toBe(550);
    expect((await write('csv', '2022-05-01', '2022-05-02')).tests).toBe(0);
  });

  it('writes over nothing, and leaves nothing of what it could not end', async () => {
    const file = path.join(folder, 'mine');
    writeFileSync(file, 'mine');
    const wish = { from: '2022-04-10', to: '2022-04-20', format: 'ndjson', file } as const;
    expect(await exportTests(opened.database, wish)).toEqual({ ok: false, code: 'exists' });
    expect(readFileSync(file, 'utf8')).toBe('mine');
    expect(await exportTests(opened.database, { ...wish, file: path.join(folder, 'no', 'such') })).toEqual({
      ok: false,
      code: 'unwritable',
    });
    let asked = 0;
    const broken: Database = watched(opened.database, () => {
      asked += 1;
      if (asked > 5) throw new Error('the server ended the connection');
    });
    const before = readdirSync(folder);
    await expect(exportTests(broken, { ...wish, file: path.join(folder, 'broken') })).rejects.toThrow('ended');
    expect(readdirSync(folder)).toEqual(before);
  });
});
