import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseRecord } from '../../central/ingest/parse.ts';
import { readCommand } from '../../central/options.ts';
import { testOf } from '../../central/simulation/records.ts';
import { residentIdCheck } from '../../shared/codes/residentId.ts';
import { countRows, databaseKinds, openMigrated, type TestDatabase } from './databases.ts';
import { type Service, startService } from './service.ts';

it('makes records as stations do, the same for the same number, and of nobody', () => {
  const seen = new Set<string>();
  for (let n = 0; n < 600; n += 1) {
    const test = testOf(n);
    expect(testOf(n)).toEqual(test);
    for (const record of [test.bound, test.resulted, ...(test.later === null ? [] : [test.later])]) {
      expect(parseRecord(JSON.parse(JSON.stringify(record)), 0)).toMatchObject({ ok: true });
      expect(seen.has(record.key)).toBe(false);
      seen.add(record.key);
    }
    if (test.bound.kind !== 'test.bound') throw new Error('not a binding');
    const document = test.bound.payload.person.documentNumber ?? '';
    expect(document.slice(0, 6)).toBe('319900');
    expect(residentIdCheck(document.slice(0, 17))).toBe(document.slice(17));
  }
  // 600 bindings and results, three corrections and four voids, two of which fall on the same tests.
  expect(seen.size).toBeGreaterThan(1_200);
});

describe.each(databaseKinds)('simulated stations on $name', (kind) => {
  let opened: TestDatabase;
  let service: Service;
  beforeEach(async () => {
    opened = await openMigrated(kind);
    service = await startService(opened.database);
  });
  afterEach(async () => {
    await service.close();
    await opened.close();
  });

  const simulate = async (...args: string[]): Promise<Record<string, number>> => {
    const read = readCommand(['simulate', '--url', service.url, ...args], 'postgres://nowhere');
    let told: object = {};
    await read.work({
      database: opened.database,
      log: () => {},
      tell: (answer) => {
        told = answer;
      },
      goOn: () => {},
    });
    return told as Record<string, number>;
  };

  it('send a day whole, and once however often it is played', async () => {
    const asked = ['--stations', '3', '--tests', '250', '--batch', '60', '--seed', '7'];
    const first = await simulate(...asked);
    const records = await countRows(opened.database, 'records');
    expect(first).toMatchObject({ stations: 3, records, stored: records, duplicate: 0, rejected: 0, failed: 0 });
    expect(records).toBeGreaterThan(2 * 3 * 250);
    expect(await countRows(opened.database, 'tests')).toBe(750);
    expect(await simulate(...asked)).toMatchObject({ stored: 0, duplicate: records });
    expect(await simulate(...asked.slice(0, -1), '8')).toMatchObject({ duplicate: 0, conflict: 0, rejected: 0 });
  });

  it('keep to their rate', async () => {
    const { seconds = 0 } = await simulate('--stations', '2', '--tests', '15', '--batch', '5', '--rate', '20');
    // 30 tests at 20 a second.
    expect(seconds).toBeGreaterThan(1.2);
  });

  it('stay away from real ones unless told', async () => {
    await service.station({ site: '新泾三村', station: '1' });
    await expect(simulate('--tests', '1')).rejects.toThrow('1 stations that are not simulated');
    expect(await countRows(opened.database, 'tests')).toBe(0);
    expect(await simulate('--tests', '1', '--stations', '1', '--beside-real-stations')).toMatchObject({ stored: 2 });
  });
});

it.each([
  ['another machine', ['--url', 'http://10.0.0.1:8080']],
  ['no address', ['--url', 'here']],
  ['no stations', ['--stations', '0']],
  ['more tests than a seed has', ['--stations', '1000', '--tests', '10001']],
  ['a rate in words', ['--rate', 'fast']],
])('refuses %s', (_what, args) => {
  expect(() => readCommand(['simulate', ...args], 'postgres://nowhere')).toThrow(/^--/);
});
