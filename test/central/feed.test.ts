import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { admitReader, dismissReader, readerScopes } from '../../central/store/readers.ts';
import { type FeedLine, feedLineSchema, routes } from '../../shared/central.ts';
import { allSettled, databaseKinds, openMigrated, type TestDatabase } from './databases.ts';
import { bound, resulted, voided } from './records.ts';
import { problemOf, type Service, startService } from './service.ts';

describe.each(databaseKinds)("the city's feed on $name", (kind) => {
  let opened: TestDatabase;
  let service: Service;
  let token = '';
  beforeAll(async () => {
    opened = await openMigrated(kind);
    service = await startService(opened.database);
    token = await admitReader(opened.database, 'the city', readerScopes, 1);
  });
  afterAll(async () => {
    await service?.close();
    await opened?.close();
  });

  const ask = (query: string, bearer = token) =>
    fetch(`${service.url}${routes.feed}${query}`, { headers: { authorization: `Bearer ${bearer}` } });
  const page = async (cursor: string | null, limit = 1000): Promise<FeedLine[]> => {
    const from = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const response = await ask(`?limit=${limit}${from}`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toContain('application/x-ndjson');
    const text = await response.text();
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => feedLineSchema.strict().parse(JSON.parse(line)));
  };
  const toTheEnd = async (cursor: string | null, limit = 1000): Promise<FeedLine[]> => {
    await allSettled(opened.database);
    const lines: FeedLine[] = [];
    for (let last = cursor; ; last = lines.at(-1)?.cursor ?? null) {
      const more = await page(last, limit);
      if (more.length === 0) return lines;
      lines.push(...more);
    }
  };

  it('tells every record whole, corrections and voids among them, and goes on from any line', async () => {
    const station = await service.station();
    const before = (await toTheEnd(null)).at(-1)?.cursor ?? null;
    const first = bound();
    const records = [
      first,
      resulted(first.testId, 2, 1, 'negative'),
      resulted(first.testId, 3, 2, 'positive'),
      voided(first.testId, 4),
    ];
    await station.post(records);
    await station.post(records);
    const lines = await toTheEnd(before);
    expect(lines.map(({ record }) => record)).toEqual(records);
    expect(new Set(lines.map(({ site }) => site))).toEqual(new Set([station.site]));
    for (const [n, { cursor }] of lines.entries()) {
      expect((await toTheEnd(cursor, 1)).map(({ record }) => record)).toEqual(records.slice(n + 1));
    }
  });

  it('refuses whoever is no reader, a cursor of no feed, and too much at once', async () => {
    const station = await service.station();
    expect((await ask('', 'x'.repeat(43))).status).toBe(401);
    expect((await ask('', station.token)).status).toBe(401);
    for (const path of [routes.stats, routes.kit.replace(':key', 'a')])
      expect((await fetch(`${service.url}${path}`, { headers: { authorization: `Bearer ${token}` } })).status).toBe(
        401,
      );
    const former = await admitReader(opened.database, 'somebody', readerScopes, 1);
    expect((await ask('', former)).status).toBe(200);
    const next = await admitReader(opened.database, 'somebody', readerScopes, 2);
    expect((await ask('', former)).status).toBe(403);
    expect(await dismissReader(opened.database, 'somebody')).toBe(true);
    expect(await dismissReader(opened.database, 'nobody')).toBe(false);
    expect((await ask('', next)).status).toBe(403);
    for (const cursor of [
      '',
      'x',
      '1.2',
      `${randomUUID()}.1`,
      `${randomUUID()}.-1.2`,
      `${randomUUID()}.1.2;DROP`,
      '\0',
    ])
      expect(await problemOf(await ask(`?cursor=${encodeURIComponent(cursor)}`)), cursor).toMatchObject({
        status: 400,
        field: 'cursor',
      });
    for (const limit of ['0', '1001', 'x', '1e9', ''])
      expect(await problemOf(await ask(`?limit=${limit}`)), limit).toMatchObject({ status: 400, field: 'limit' });
    expect(await problemOf(await ask(`?cursor=${randomUUID()}.1.2`))).toMatchObject({
      status: 409,
      code: 'epochChanged',
    });
  });

  it('leaves nothing out while many write: a reader who follows with small pages has every record once', async () => {
    const stations = await Promise.all(Array.from({ length: 6 }, () => service.station()));
    const begin = (await toTheEnd(null)).at(-1)?.cursor ?? null;
    const sent = new Set<string>();
    let isWriting = true;
    const writing = Promise.all(
      stations.map(async (station, place) => {
        for (let n = 0; n < 12; n++) {
          const bindings = Array.from({ length: 1 + ((n * 7 + place * 5) % 20) }, () => bound());
          const records = [...bindings, ...bindings.map(({ testId }) => resulted(testId, 2, 1, 'negative'))];
          for (const { key } of records) sent.add(key);
          await station.post(records);
        }
      }),
    ).finally(() => {
      isWriting = false;
    });
    const read: FeedLine[] = [];
    for (let turn = 1; ; turn++) {
      const wasWriting = isWriting;
      const lines = await page(read.at(-1)?.cursor ?? begin, 1 + ((turn * 13) % 40));
      read.push(...lines);
      if (lines.length === 0 && !wasWriting) break;
    }
    await writing;
    expect(read.map(({ record }) => record.key).toSorted()).toEqual([...sent].toSorted());
    // A test's records in their order.
    const seqs = new Map<string, number>();
    for (const { record } of read) {
      expect(record.seq).toBe((seqs.get(record.testId) ?? 0) + 1);
      seqs.set(record.testId, record.seq);
    }
  });
});

describe("the city's feed beside a writer that takes long", () => {
  it('waits before it, so that nothing ever appears behind a reader', async () => {
    const kind = databaseKinds.find(({ name }) => name === 'PostgreSQL');
    if (kind === undefined) throw new Error('no PostgreSQL');
    const opened = await openMigrated(kind);
    const service = await startService(opened.database);
    try {
      const token = await admitReader(opened.database, 'the city', readerScopes, 1);
      const keys = async (): Promise<string[]> => {
        const response = await fetch(`${service.url}${routes.feed}`, { headers: { authorization: `Bearer ${token}` } });
        const lines = (await response.text()).split('\n').filter((line) => line !== '');
        return lines.map((line) => (JSON.parse(line) as FeedLine).record.key);
      };
      const [early, late] = [await service.station(), await service.station()];
      const first = bound();
      await early.one(first);
      // Somebody has a number and has not committed.
      let finish = () => {};
      const held = new Promise<void>((resolve) => {
        finish = resolve;
      });
      let isOpen = () => {};
      const open = new Promise<void>((resolve) => {
        isOpen = resolve;
      });
      const slow = opened.other.transaction(async (statements) => {
        await statements.query('SELECT pg_current_xact_id()');
        isOpen();
        await held;
      });
      await open;
      const second = bound();
      try {
        await late.one(second);
        expect(await keys()).toEqual([first.key]);
      } finally {
        finish();
        await slow;
      }
      expect(await keys()).toEqual([first.key, second.key]);
    } finally {
      await service.close();
      await opened.close();
    }
  });
});
