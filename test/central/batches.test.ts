import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Receipt } from '../../shared/central.ts';
import { countRows, databaseKinds, openMigrated, type TestDatabase, watched } from './databases.ts';
import { type Bound, bound, hashed, resulted, voided } from './records.ts';
import { type Service, type Station, startService } from './service.ts';

describe.each(databaseKinds)('batches on $name', (kind) => {
  let opened: TestDatabase;
  let service: Service;
  let second: Service;
  const statements: string[] = [];

  beforeAll(async () => {
    opened = await openMigrated(kind);
    service = await startService(
      watched(opened.database, (sql) => statements.push(sql)),
      { now: () => 1_700_000_000_123 },
    );
    second = await startService(opened.other);
  });
  afterAll(async () => {
    await service?.close();
    await second?.close();
    await opened?.close();
  });

  const statuses = (receipts: readonly Receipt[]) => receipts.map(({ status, code }) => code ?? status);
  const counted = async (station: Station) => {
    const { tests, records } = await station.stats();
    return { tests, records };
  };

  it('stores a test from its binding to its void and answers each record in the order of the batch', async () => {
    const station = await service.station();
    const binding = bound();
    const { testId } = binding;
    const records = [
      voided(testId, 4),
      resulted(testId, 2, 1, 'positive'),
      binding,
      resulted(testId, 3, 2, 'negative'),
    ];
    const reply = await station.reply(records);
    expect(reply.receipts).toEqual(records.map(({ key }) => ({ key, status: 'stored' })));
    expect(reply.serverAtMs).toBe(1_700_000_000_123);
    expect(reply.epoch).toMatch(/^[0-9a-f-]{36}$/);
    const stored = await opened.database.query<{ key: string; payload: unknown; received_at_ms: number }>(
      `SELECT key, payload, received_at_ms FROM records JOIN batches ON batches.no = records.batch_no
        WHERE test_id = $1 ORDER BY seq`,
      [testId],
    );
    expect(stored.map((row) => [row.key, row.payload, row.received_at_ms])).toEqual(
      records.toSorted((a, b) => a.seq - b.seq).map(({ key, payload }) => [key, payload, 1_700_000_000_123]),
    );
  });

  it('stores the same batch once, however often it comes', async () => {
    const station = await service.station();
    const binding = bound();
    const records = [binding, resulted(binding.testId, 2, 1, 'negative')];
    expect(statuses(await station.post(records))).toEqual(['stored', 'stored']);
    expect(statuses(await station.post(records))).toEqual(['duplicate', 'duplicate']);
    expect(statuses(await station.post(records.toReversed()))).toEqual(['duplicate', 'duplicate']);
    expect(await counted(station)).toEqual({ tests: 1, records: 2 });
  });

  it('stores a batch once that comes several times at the same moment by two processes', async () => {
    const first = await service.station();
    const other = first.at(second);
    const bindings = Array.from({ length: 40 }, () => bound());
    const records = bindings.flatMap((each) => [each, resulted(each.testId, 2, 1, 'negative')]);
    const all = await Promise.all([first, other, first, other, first, other].map((each) => each.post(records)));
    for (const [place] of records.entries()) {
      const said = all.map((receipts) => receipts[place]?.status).toSorted();
      expect(said).toEqual(['duplicate', 'duplicate', 'duplicate', 'duplicate', 'duplicate', 'stored']);
    }
    expect(await counted(first)).toEqual({ tests: 40, records: 80 });
  });

  it('refuses a record whose content is not what its hash says, and keeps the rest', async () => {
    const station = await service.station();
    const honest = bound();
    const altered: Bound = { ...honest, key: randomUUID(), testId: randomUUID() };
    const [first, receipt] = await station.post([honest, altered]);
    expect(first?.status).toBe('stored');
    expect(receipt).toMatchObject({ key: altered.key, status: 'rejected', code: 'hashMismatch' });
    expect(await counted(station)).toEqual({ tests: 1, records: 1 });
  });

  it('hashes the canonical text: the order of members on the wire does not matter', async () => {
    const station = await service.station();
    const binding = bound();
    const turned = { ...binding, payload: Object.fromEntries(Object.entries(binding.payload).toReversed()) };
    expect((await station.one(turned)).status).toBe('stored');
  });

  it.each<[string, (good: Bound) => unknown, string]>([
    ['a missing field', ({ payload: { day: _, ...payload }, ...rest }) => ({ ...rest, payload }), 'payload.day'],
    ['a day that does not exist', (good) => bound({ day: '2022-02-30', key: good.key }), 'payload.day'],
    ['an unknown field', (good) => ({ ...good, extra: 1 }), 'extra'],
    ['an unknown kind', (good) => ({ ...good, kind: 'test.lost' }), 'kind'],
    ['a hash in capitals', (good) => ({ ...good, contentHash: good.contentHash.toUpperCase() }), 'contentHash'],
    ['a fractional seq', (good) => ({ ...good, seq: 1.5 }), 'seq'],
    ['a binding that is not the first', (good) => hashed({ ...good, seq: 2 }), 'seq'],
    ['a result that is the first', (good) => ({ ...resulted(good.testId, 1, 1, 'negative'), key: good.key }), 'seq'],
    ['a name with U+0000', (good) => bound({ name: '张\u0000三', key: good.key }), 'payload.person.name'],
    ['a name with half a character', (good) => bound({ name: '张\ud842', key: good.key }), 'payload.person.name'],
    ['a kit key with U+0000', (good) => bound({ kitKey: 'a\u0000', key: good.key }), 'payload.kit.key'],
    ['a test id with U+0000', (good) => bound({ testId: 'a\u0000', key: good.key }), 'testId'],
    ['an id that begins with a byte order mark', (record: object) => ({ ...record, testId: '\uFEFFa-test' }), 'testId'],
  ])('refuses %s as malformed, names the field, and keeps the rest', async (_name, spoil, field) => {
    const station = await service.station();
    const [before, bad, after] = [bound(), bound(), bound()];
    const receipts = await station.post([before, spoil(bad), after]);
    expect(receipts.map(({ status }) => status)).toEqual(['stored', 'rejected', 'stored']);
    expect(receipts[1]).toMatchObject({ key: bad.key, code: 'malformed' });
    expect(receipts[1]?.message).toContain(field);
    expect(await counted(station)).toEqual({ tests: 2, records: 2 });
  });

  it('answers a record without a usable key by its place', async () => {
    const station = await service.station();
    const receipts = await station.post([
      null,
      7,
      'text',
      [],
      {},
      { key: '' },
      { key: 'k'.repeat(65) },
      { key: '\u0000' },
      bound(),
    ]);
    expect(receipts.slice(0, 8).map(({ key }) => key)).toEqual(['#0', '#1', '#2', '#3', '#4', '#5', '#6', '#7']);
    expect(statuses(receipts)).toEqual([...Array(8).fill('malformed'), 'stored']);
  });

  it('keeps a record aside that comes under a used key, and leaves the first untouched', async () => {
    const station = await service.station();
    const first = bound();
    const stray = bound({ key: first.key, name: '王五' });
    await station.one(first);
    for (const _ of [1, 2]) {
      expect(await station.one(stray)).toMatchObject({ key: first.key, status: 'rejected', code: 'keyReused' });
    }
    const kept = await opened.database.query('SELECT test_id, content_hash, payload FROM set_aside WHERE key = $1', [
      first.key,
    ]);
    expect(kept).toEqual([{ test_id: stray.testId, content_hash: stray.contentHash, payload: stray.payload }]);
    expect((await station.one(first)).status).toBe('duplicate');
    expect((await station.kit(stray.payload.kit.key)).bound).toBe(false);
    expect(await counted(station)).toEqual({ tests: 1, records: 1 });
  });

  it("keeps a record aside that claims another's place in a test", async () => {
    const station = await service.station();
    const binding = bound();
    await station.post([binding, resulted(binding.testId, 2, 1, 'negative')]);
    const rival = resulted(binding.testId, 2, 1, 'positive');
    const rebinding = bound({ testId: binding.testId });
    expect(statuses(await station.post([rival, rebinding]))).toEqual(['keyReused', 'keyReused']);
    const kept = await opened.database.query('SELECT key FROM set_aside WHERE test_id = $1 ORDER BY seq', [
      binding.testId,
    ]);
    expect(kept).toEqual([{ key: rebinding.key }, { key: rival.key }]);
    expect(await station.stats()).toMatchObject({ tests: 1, negative: 1, positive: 0, records: 2 });
  });

  it('treats repeats within one batch as it treats them between batches', async () => {
    const station = await service.station();
    const binding = bound();
    const stray = bound({ key: binding.key });
    const receipts = await station.post([binding, binding, stray, stray]);
    expect(statuses(receipts)).toEqual(['stored', 'duplicate', 'keyReused', 'keyReused']);
    expect(await countRows(opened.database, `set_aside WHERE key = '${binding.key}'`)).toBe(1);
    expect(await counted(station)).toEqual({ tests: 1, records: 1 });
  });

  it('lets two stations use the same key, each for its own', async () => {
    const [one, other] = [await service.station(), await service.station()];
    const key = randomUUID();
    expect((await one.one(bound({ key }))).status).toBe('stored');
    expect((await other.one(bound({ key }))).status).toBe('stored');
  });

  it('refuses results and voids of tests it does not know', async () => {
    const station = await service.station();
    const testId = randomUUID();
    expect(statuses(await station.post([resulted(testId, 2, 1, 'negative'), voided(testId, 3)]))).toEqual([
      'testUnknown',
      'testUnknown',
    ]);
    expect(await counted(station)).toEqual({ tests: 0, records: 0 });
  });

  it('asks for what is missing before it takes what follows', async () => {
    const station = await service.station();
    const binding = bound();
    const { testId } = binding;
    const chain = [resulted(testId, 2, 1, 'invalid'), resulted(testId, 3, 2, 'negative'), voided(testId, 4)] as const;
    expect(statuses(await station.post([binding, chain[1], chain[2]]))).toEqual(['stored', 'outOfOrder', 'outOfOrder']);
    expect(await counted(station)).toEqual({ tests: 1, records: 1 });
    expect(statuses(await station.post([chain[2], chain[1], chain[0]]))).toEqual(['stored', 'stored', 'stored']);
    expect(await counted(station)).toEqual({ tests: 1, records: 4 });
  });

  it("refuses a station's records of another station's test, but a reading by one of the same site", async () => {
    const owner = await service.station();
    const binding = bound();
    await owner.one(binding);
    const [stranger, neighbour] = [await service.station(), await service.station({ site: owner.site })];
    const attempts = [resulted(binding.testId, 2, 1, 'positive'), bound({ testId: binding.testId })];
    expect(statuses(await stranger.post(attempts))).toEqual(['notYours', 'notYours']);
    expect(statuses(await neighbour.post([bound({ testId: binding.testId }), voided(binding.testId, 2)]))).toEqual([
      'notYours',
      'notYours',
    ]);
    expect(await owner.stats()).toMatchObject({ tests: 1, pending: 1, records: 1 });
  });

  it('gives a test to one of two stations that begin it at the same moment', async () => {
    const [one, other] = [await service.station(), await second.station()];
    for (let round = 0; round < 10; round += 1) {
      const testId = randomUUID();
      const receipts = await Promise.all([one.one(bound({ testId })), other.one(bound({ testId }))]);
      expect(statuses(receipts).toSorted()).toEqual(['notYours', 'stored']);
    }
  });

  it('counts each test once, by its newest revision, for the site of the asking station alone', async () => {
    const station = await service.station();
    const neighbour = await service.station({ site: station.site });
    const stranger = await service.station();
    const tests = Array.from({ length: 7 }, () => bound());
    const id = (place: number) => tests[place]?.testId ?? '';
    await station.post([
      ...tests.slice(0, 6),
      resulted(id(0), 2, 1, 'negative'),
      resulted(id(1), 2, 1, 'positive'),
      resulted(id(2), 2, 1, 'invalid'),
      resulted(id(3), 2, 1, 'negative'),
      resulted(id(3), 3, 2, 'positive'),
      resulted(id(3), 4, 3, 'negative'),
      resulted(id(4), 2, 1, 'positive'),
      voided(id(4), 3),
    ]);
    await neighbour.one(tests[6]);
    await stranger.one(bound());
    const expected = {
      tests: 7,
      registered: 7,
      negative: 2,
      positive: 1,
      invalid: 1,
      pending: 2,
      void: 1,
      withResult: 5,
      revisions: 2,
      conflicts: 0,
      records: 15,
    };
    expect(await station.stats()).toEqual(expected);
    expect(await neighbour.stats()).toEqual(expected);
    expect(await stranger.stats()).toMatchObject({ tests: 1, records: 1 });
  });

  it('follows a test whose records come in batches of their own', async () => {
    const station = await service.station();
    const binding = bound();
    const seen: unknown[] = [];
    for (const record of [
      binding,
      resulted(binding.testId, 2, 1, 'positive'),
      resulted(binding.testId, 3, 2, 'negative'),
      voided(binding.testId, 4),
      resulted(binding.testId, 5, 3, 'positive'),
    ]) {
      expect((await station.one(record)).status).toBe('stored');
      const { pending, positive, negative, void: voids, revisions } = await station.stats();
      seen.push([pending, positive, negative, voids, revisions]);
    }
    expect(seen).toEqual([
      [1, 0, 0, 0, 0],
      [0, 1, 0, 0, 0],
      [0, 0, 1, 0, 1],
      [0, 0, 0, 1, 1],
      [0, 0, 0, 1, 2],
    ]);
  });

  it('takes 500 records in nine statements and in good time', async () => {
    const station = await service.station();
    const bindings = Array.from({ length: 250 }, () => bound());
    const records = bindings.flatMap((each) => [each, resulted(each.testId, 2, 1, 'negative')]);
    statements.length = 0;
    const startedMs = performance.now();
    const receipts = await station.post(records);
    const ms = performance.now() - startedMs;
    expect(new Set(statuses(receipts))).toEqual(new Set(['stored']));
    // One of them is the look at the token.
    expect(statements.length).toBeLessThanOrEqual(10);
    expect(ms).toBeLessThan(5_000);
    statements.length = 0;
    const revisions = bindings.map((each) => resulted(each.testId, 3, 2, 'positive'));
    const strays = records.slice(0, 250).map((each) => bound({ key: each.key }));
    expect(new Set(statuses(await station.post([...revisions, ...strays])))).toEqual(new Set(['stored', 'keyReused']));
    // Keys that are taken already are found out by the first try.
    expect(statements.length).toBeLessThanOrEqual(16);
    expect(await station.stats()).toMatchObject({ tests: 250, positive: 250, revisions: 250, records: 750 });
  });

  it.each(['records', 'set_aside', 'conflicts'])('refuses to change or remove anything in %s', async (table) => {
    const [one, other] = [await service.station(), await service.station()];
    const binding = bound();
    await one.post([binding, bound({ key: binding.key })]);
    await other.one(bound({ kitKey: binding.payload.kit.key }));
    const rows = await countRows(opened.database, table);
    expect(rows).toBeGreaterThan(0);
    const column = table === 'conflicts' ? 'kit_key' : 'key';
    for (const sql of [`UPDATE ${table} SET ${column} = ${column}`, `DELETE FROM ${table}`, `TRUNCATE ${table}`]) {
      await expect(opened.database.query(sql)).rejects.toThrow('append-only');
    }
    expect(await countRows(opened.database, table)).toBe(rows);
  });
});
