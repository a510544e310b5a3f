import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../central/store/database.ts';
import { publish } from '../../central/store/publications.ts';
import {
  type DownItem,
  type DownPage,
  downItemSchema,
  downPageSchema,
  siblingRecordSchema,
} from '../../shared/central/down.ts';
import { type SiteItem, siteItemsReplySchema } from '../../shared/central/siteItems.ts';
import { routes } from '../../shared/central.ts';
import { allSettled, databaseKinds, openMigrated, type TestDatabase, watched } from './databases.ts';
import { bound, resulted, voided } from './records.ts';
import { problemOf, type Service, type Station, startService } from './service.ts';

const product = (n: number, words = '') => ({ id: `p-${n}`, words });

describe.each(databaseKinds)('what goes down to stations on $name', (kind) => {
  let opened: TestDatabase;
  let service: Service;
  let database: Database;
  let statements = 0;
  beforeAll(async () => {
    opened = await openMigrated(kind);
    database = watched(opened.database, () => {
      statements += 1;
    });
    service = await startService(database);
  });
  afterAll(async () => {
    await service?.close();
    await opened?.close();
  });

  const ask = (station: Station, query: string) => station.fetch(`${routes.down}${query}`);
  const page = async (station: Station, cursor: string | null, limit = 200, wait = 0): Promise<DownPage> => {
    const from = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const response = await ask(station, `?limit=${limit}&wait=${wait}${from}`);
    expect(response.status).toBe(200);
    return downPageSchema.strict().parse(await response.json());
  };
  const toTheEnd = async (station: Station, cursor: string | null, limit = 200) => {
    await allSettled(opened.database);
    const items: DownItem[] = [];
    const keys: string[] = [];
    let last = cursor;
    for (;;) {
      const got = await page(station, last, limit);
      items.push(...got.items.map((item) => downItemSchema.strict().parse(item)));
      keys.push(...got.records.map((record) => siblingRecordSchema.strict().parse(record).record.key));
      last = got.cursor;
      if (got.items.length + got.records.length === 0) return { items, keys, cursor: last };
    }
  };
  const siteIdOf = async (site: string): Promise<string> => {
    const [row] = await opened.database.query<{ id: string }>('SELECT id FROM sites WHERE name = $1', [site]);
    if (row === undefined) throw new Error('no such site');
    return row.id;
  };

  it('tells each thing in its newest state, once, a page at a time, and what is gone is gone', async () => {
    const station = await service.station();
    const before = (await toTheEnd(station, null)).cursor;
    const item = (n: number, words: string, isGone = false) => ({
      kind: 'product',
      itemId: `p-${n}`,
      siteId: null,
      payload: product(n, words),
      isGone,
    });
    await publish(opened.database, [item(1, 'first'), item(2, 'first'), item(3, 'first')]);
    await publish(opened.database, [item(2, 'older'), item(2, 'newer')]);
    await publish(opened.database, [item(1, '', true)]);
    for (const limit of [1, 2, 200]) {
      const { items } = await toTheEnd(station, before, limit);
      expect(items.map(({ itemId, isGone, payload }) => [itemId, isGone, payload])).toEqual([
        ['p-3', false, product(3, 'first')],
        ['p-2', false, product(2, 'newer')],
        ['p-1', true, product(1)],
      ]);
    }
    // From half way the rest comes, and what changed meanwhile once more.
    const half = await page(station, before, 1);
    await publish(opened.database, [item(3, 'again')]);
    expect((await toTheEnd(station, half.cursor)).items.map(({ itemId }) => itemId)).toEqual(['p-2', 'p-1', 'p-3']);
    // A newcomer reads no history.
    const newcomer = await service.station();
    expect((await toTheEnd(newcomer, null)).items.filter(({ itemId }) => itemId.startsWith('p-'))).toHaveLength(3);
  });

  it("tells a station its own site's things and its site's other stations' records, and nobody else's", async () => {
    const here = await service.station();
    const neighbour = await service.station({ site: here.site });
    const elsewhere = await service.station();
    const starts = new Map<Station, string>();
    for (const station of [here, neighbour, elsewhere]) starts.set(station, (await toTheEnd(station, null)).cursor);
    const ours = [bound(), bound()];
    await here.post(ours);
    await elsewhere.post([bound()]);
    await publish(opened.database, [
      { kind: 'setting', itemId: 'a', siteId: await siteIdOf(here.site), payload: 1 },
      { kind: 'setting', itemId: 'a', siteId: await siteIdOf(elsewhere.site), payload: 2 },
    ]);
    const told = async (station: Station) => {
      const { items, keys } = await toTheEnd(station, starts.get(station) ?? null, 1);
      return { settings: items.map(({ payload }) => payload), keys };
    };
    expect(await told(neighbour)).toEqual({ settings: [1], keys: ours.map(({ key }) => key) });
    expect(await told(here)).toEqual({ settings: [1], keys: [] });
    expect(await told(elsewhere)).toEqual({ settings: [2], keys: [] });
    // Even with another site's cursor.
    expect((await toTheEnd(elsewhere, starts.get(neighbour) ?? null)).keys).toEqual([]);
  });

  it('waits for news and tells it at once; a wait without news ends', async () => {
    const here = await service.station();
    const neighbour = await service.station({ site: here.site });
    const { cursor } = await toTheEnd(neighbour, null);
    statements = 0;
    const idle = await page(neighbour, cursor, 200, 1);
    expect([idle.items, idle.records, idle.cursor]).toEqual([[], [], cursor]);
    // Who it is, two pages, and the looks of a second.
    expect(statements).toBeLessThan(20);
    const waiting = page(neighbour, cursor, 200, 25);
    const binding = bound();
    await here.one(binding);
    const got = await waiting;
    expect(got.records.map((record) => siblingRecordSchema.parse(record))).toMatchObject([
      { station: here.name, record: binding },
    ]);
    const recalled = page(neighbour, got.cursor, 200, 25);
    await publish(opened.database, [{ kind: 'recall', itemId: randomUUID(), siteId: null, payload: {} }]);
    expect((await recalled).items).toHaveLength(1);
  });

  it('lets whoever waits go when the service ends', async () => {
    const last = await startService(opened.database);
    const station = (await service.station()).at(last);
    const { cursor } = await toTheEnd(station, null);
    const waiting = page(station, cursor, 200, 25);
    // It waits once a page was read for it; then the service ends.
    await page(station, cursor);
    const begun = performance.now();
    await Promise.all([waiting.catch(() => null), last.close()]);
    expect(performance.now() - begun).toBeLessThan(15_000);
  });

  it('refuses a cursor of no feed, of another life of the service, and wrong numbers', async () => {
    const station = await service.station();
    for (const cursor of ['x', '1.2.3.4', `${randomUUID()}.1.2.3`, `${randomUUID()}.1.2.3.-4`])
      expect(await problemOf(await ask(station, `?cursor=${encodeURIComponent(cursor)}`)), cursor).toMatchObject({
        status: 400,
        field: 'cursor',
      });
    expect(await problemOf(await ask(station, `?cursor=${randomUUID()}.1.2.3.4`))).toMatchObject({
      status: 409,
      code: 'epochChanged',
    });
    for (const [name, value] of [
      ['limit', '0'],
      ['limit', '201'],
      ['wait', '26'],
      ['wait', 'x'],
      ['wait', '-1'],
    ] as const)
      expect(await problemOf(await ask(station, `?${name}=${value}`)), value).toMatchObject({
        status: 400,
        field: name,
      });
    expect((await fetch(`${service.url}${routes.down}`)).status).toBe(401);
  });

  it('leaves nothing out while many write: whoever follows with small pages has everything once', async () => {
    const reader = await service.station();
    const stations = await Promise.all(
      Array.from({ length: 4 }, (_, n) => service.station({ site: reader.site, station: `w${n}` })),
    );
    const siteId = await siteIdOf(reader.site);
    const { cursor } = await toTheEnd(reader, null);
    const sent = new Set<string>();
    const published = new Set<string>();
    let isWriting = true;
    const writing = Promise.all(
      stations.map(async (station, place) => {
        for (let n = 0; n < 8; n++) {
          const bindings = Array.from({ length: 1 + ((n * 7 + place * 5) % 12) }, () => bound());
          for (const { key } of bindings) sent.add(key);
          const itemId = `${place}-${n}`;
          published.add(itemId);
          await Promise.all([
            station.post(bindings),
            publish(opened.other, [{ kind: 'note', itemId, siteId, payload: n }]),
          ]);
        }
      }),
    ).finally(() => {
      isWriting = false;
    });
    const keys: string[] = [];
    const items: string[] = [];
    let last = cursor;
    for (let turn = 1; ; turn++) {
      const wasWriting = isWriting;
      const got = await page(reader, last, 1 + ((turn * 13) % 30));
      keys.push(...got.records.map((record) => siblingRecordSchema.parse(record).record.key));
      items.push(...got.items.map((item) => downItemSchema.parse(item)).map(({ itemId }) => itemId));
      last = got.cursor;
      if (got.records.length + got.items.length === 0 && !wasWriting) break;
    }
    await writing;
    expect(keys.toSorted()).toEqual([...sent].toSorted());
    expect(items.toSorted()).toEqual([...published].toSorted());
  });

  it("takes a reading of another station's test; two that differ are both kept until a correction decides", async () => {
    const owner = await service.station();
    const reader = await service.station({ site: owner.site });
    const one = bound();
    const both = bound();
    const same = bound();
    await owner.post([one, both, same]);
    expect(await reader.one(resulted(one.testId, 2, 1, 'positive'))).toMatchObject({ status: 'stored' });
    expect(await owner.stats()).toMatchObject({ tests: 3, positive: 1, pending: 2, records: 4 });
    // Both read the same test without having heard of one another.
    const start = (await toTheEnd(owner, null)).cursor;
    await owner.post([resulted(both.testId, 2, 1, 'negative'), resulted(same.testId, 2, 1, 'negative')]);
    const later = resulted(both.testId, 2, 1, 'positive');
    expect(await reader.one(later)).toMatchObject({ status: 'rejected', code: 'readElsewhere' });
    expect(await reader.one(later)).toMatchObject({ status: 'rejected', code: 'readElsewhere' });
    expect(await reader.one(resulted(same.testId, 2, 1, 'negative'))).toMatchObject({ status: 'duplicate' });
    const told = (await toTheEnd(owner, start)).items;
    expect(told).toMatchObject([
      {
        kind: 'readingConflict',
        itemId: both.testId,
        isGone: false,
        payload: {
          readings: [
            { station: owner.name, outcome: 'negative' },
            { station: reader.name, outcome: 'positive' },
          ],
        },
      },
    ]);
    expect(await owner.stats()).toMatchObject({ negative: 2, positive: 1 });
    await owner.one(resulted(both.testId, 3, 2, 'positive'));
    expect((await toTheEnd(owner, start)).items).toMatchObject([{ kind: 'readingConflict', isGone: true }]);
    expect(await owner.stats()).toMatchObject({ negative: 1, positive: 2, pending: 0 });
    expect(await reader.one(voided(one.testId, 3))).toMatchObject({ status: 'rejected', code: 'notYours' });
  });

  it('one of two stations that read a test at the same moment is first', async () => {
    const owner = await service.station();
    const reader = await service.station({ site: owner.site });
    for (let n = 0; n < 8; n++) {
      const binding = bound();
      await owner.one(binding);
      const receipts = await Promise.all([
        owner.one(resulted(binding.testId, 2, 1, 'negative')),
        reader.one(resulted(binding.testId, 2, 1, 'positive')),
      ]);
      expect(receipts.map(({ status, code }) => code ?? status).toSorted()).toEqual(['readElsewhere', 'stored']);
    }
    expect(await owner.stats()).toMatchObject({ tests: 8, pending: 0, withResult: 8 });
  });

  it("shares a site's rounds: the higher version stays, whichever came first; a bad one is told by itself", async () => {
    const here = await service.station();
    const neighbour = await service.station({ site: here.site });
    const start = (await toTheEnd(neighbour, null)).cursor;
    const id = randomUUID();
    const item = (version: number, name: string): SiteItem => ({
      kind: 'round',
      itemId: id,
      version,
      payload: {
        id,
        name,
        day: '2022-04-10',
        lastDay: null,
        everyDays: null,
        target: { kind: 'all' },
        openedAtMs: 1,
        endedAtMs: null,
      },
    });
    const share = async (station: Station, items: readonly unknown[]) => {
      const response = await station.fetch(routes.siteItems, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ items }),
      });
      expect(response.status).toBe(200);
      return siteItemsReplySchema.parse(await response.json()).receipts.map(({ status }) => status);
    };
    expect(await share(here, [item(5, 'five'), { nothing: true }])).toEqual(['stored', 'rejected']);
    expect(await share(neighbour, [item(4, 'four')])).toEqual(['older']);
    expect(await share(here, [item(7, 'seven'), item(6, 'six')])).toEqual(['stored', 'older']);
    expect(await share(here, [item(Date.now() + 48 * 3_600_000, 'far ahead')])).toEqual(['rejected']);
    const { items } = await toTheEnd(neighbour, start);
    expect(items).toMatchObject([
      { kind: 'round', itemId: id, version: 7, isOfSite: true, payload: { name: 'seven' } },
    ]);
  });
});
