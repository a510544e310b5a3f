import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCommand } from '../../central/options.ts';
import { downItemSchema, downPageSchema } from '../../shared/central/down.ts';
import { routes } from '../../shared/central.ts';
import { allSettled, databaseKinds, openMigrated, type TestDatabase } from './databases.ts';
import { type Service, type Station, startService } from './service.ts';

const read = (...args: string[]) => readCommand(['set-rules', ...args], 'postgres://nowhere');

it.each([
  ['nobody', ['--rules', '{}']],
  ['a site and everybody', ['--all', '--site', 'x', '--rules', '{}']],
  ['no rules', ['--all']],
  ['what is no JSON', ['--all', '--rules', 'windowFrom']],
  ['what is no rule', ['--all', '--rules', '{"windowForm":"drop"}']],
  ['a value that a rule does not have', ['--all', '--rules', '{"windowFrom":"arrival"}']],
  ['a station’s own name', ['--all', '--rules', '{"stationName":"1"}']],
])('refuses %s, and says which rules there are', (_what, args) => {
  expect(() => read(...args)).toThrow(/--(all|rules)/);
});

describe.each(databaseKinds)('rules of the central service on $name', (kind) => {
  let opened: TestDatabase;
  let service: Service;
  let here: Station;
  let there: Station;
  beforeAll(async () => {
    opened = await openMigrated(kind);
    service = await startService(opened.database);
    [here, there] = [await service.station({ site: '一站' }), await service.station({ site: '二站' })];
  });
  afterAll(async () => {
    await service?.close();
    await opened?.close();
  });

  const set = (...args: string[]) =>
    read(...args).work({ database: opened.database, log: () => {}, tell: () => {}, goOn: () => {} });
  const rulesAt = async (station: Station) => {
    await allSettled(opened.database);
    const page = downPageSchema.parse(await (await station.fetch(`${routes.down}?limit=200&wait=0`)).json());
    return page.items
      .map((item) => downItemSchema.parse(item))
      .map(({ kind: what, isOfSite, isGone, payload }) => ({ what, isOfSite, isGone, payload }));
  };

  it('come to every station, those of a site to its own only, and an empty set takes them back', async () => {
    const everybody = { what: 'centralRules', isOfSite: false, isGone: false, payload: { windowFrom: 'drop' } };
    await set('--all', '--rules', '{"windowFrom":"drop"}');
    await set('--site', '一站', '--rules', '{"windowFrom":"binding","askConsent":true}');
    expect(await rulesAt(there)).toEqual([everybody]);
    expect(await rulesAt(here)).toEqual([
      everybody,
      { what: 'centralRules', isOfSite: true, isGone: false, payload: { windowFrom: 'binding', askConsent: true } },
    ]);
    await set('--site', '一站', '--rules', '{}');
    expect(await rulesAt(here)).toMatchObject([{ isOfSite: false }, { isOfSite: true, isGone: true }]);
    await expect(set('--site', '三站', '--rules', '{}')).rejects.toThrow('no such site');
  });
});
