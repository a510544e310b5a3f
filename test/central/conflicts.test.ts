import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countRows, databaseKinds, openMigrated, type TestDatabase } from './databases.ts';
import { type Bound, bound, resulted, voided } from './records.ts';
import { type Service, type Station, startService } from './service.ts';

describe.each(databaseKinds)('two tests of one kit on $name', (kind) => {
  let opened: TestDatabase;
  /** Two processes over one database. */
  let here: Service;
  let there: Service;

  beforeAll(async () => {
    opened = await openMigrated(kind);
    here = await startService(opened.database);
    there = await startService(opened.other);
  });
  afterAll(async () => {
    await here?.close();
    await there?.close();
    await opened?.close();
  });

  /** A binding as the other side may see it. */
  const seen = (binding: Bound, station: Station, personMasked: string) => ({
    testId: binding.testId,
    site: station.site,
    station: station.name,
    boundAtMs: binding.payload.boundAtMs,
    personMasked,
  });
  const conflictsOf = (kitKey: string) =>
    opened.database.query(
      'SELECT first_test_id AS first, later_test_id AS later FROM conflicts WHERE kit_key = $1 ORDER BY found_at_ms, later_test_id',
      [kitKey],
    );

  it('keeps both, and tells the second station of the first without telling who was tested', async () => {
    const [first, later] = [await here.station(), await there.station()];
    const mine = bound({ name: '欧阳娜娜' });
    const kitKey = mine.payload.kit.key;
    const theirs = bound({ kitKey, name: '张三' });
    expect(await first.one(mine)).toEqual({ key: mine.key, status: 'stored' });
    const conflict = { key: theirs.key, status: 'conflict', other: seen(mine, first, '欧***') };
    expect(await later.one(theirs)).toEqual(conflict);
    expect(await later.one(theirs), 'sent again').toEqual(conflict);
    expect(await conflictsOf(kitKey)).toEqual([{ first: mine.testId, later: theirs.testId }]);
    const sides = [seen(mine, first, '欧***'), seen(theirs, later, '张*')];
    expect(await first.kit(kitKey)).toEqual({ key: kitKey, bound: true, bindings: sides, known: null });
    for (const station of [first, later]) {
      expect(await station.stats()).toMatchObject({ tests: 1, pending: 1, conflicts: 1, records: 1 });
    }
  });

  it('tells the first station with whatever it sends next of that test', async () => {
    const [first, later] = [await here.station(), await there.station()];
    const mine = bound();
    const theirs = bound({ kitKey: mine.payload.kit.key, name: 'Ann Lee' });
    await first.one(mine);
    await later.one(theirs);
    const result = resulted(mine.testId, 2, 1, 'negative');
    const unrelated = bound();
    const other = seen(theirs, later, 'A** L**');
    expect(await first.post([result, unrelated])).toEqual([
      { key: result.key, status: 'conflict', other },
      { key: unrelated.key, status: 'stored' },
    ]);
    expect(await first.one(mine), 'its binding, sent again').toEqual({ key: mine.key, status: 'conflict', other });
    expect(await first.stats()).toMatchObject({ tests: 2, negative: 1, records: 3, conflicts: 1 });
  });

  it('counts a void as holding its kit', async () => {
    const [first, later] = [await here.station(), await there.station()];
    const mine = bound();
    await first.post([mine, voided(mine.testId, 2)]);
    expect((await later.kit(mine.payload.kit.key)).bound).toBe(true);
    expect((await later.one(bound({ kitKey: mine.payload.kit.key }))).status).toBe('conflict');
  });

  it('sees it within one site, one station and one batch', async () => {
    const first = await here.station();
    const neighbour = await there.station({ site: first.site });
    const mine = bound();
    const kitKey = mine.payload.kit.key;
    await first.one(mine);
    expect((await neighbour.one(bound({ kitKey }))).status).toBe('conflict');
    expect((await first.one(bound({ kitKey }))).status).toBe('conflict');
    expect((await first.stats()).conflicts).toBe(2);

    const pair = [bound({ kitKey: `${kitKey}:2` }), bound({ kitKey: `${kitKey}:2` })] as const;
    const receipts = await first.post(pair);
    expect(receipts.map(({ status, other }) => [status, other?.testId])).toEqual([
      ['conflict', pair[1].testId],
      ['conflict', pair[0].testId],
    ]);
    expect(await conflictsOf(`${kitKey}:2`)).toEqual([{ first: pair[0].testId, later: pair[1].testId }]);
  });

  it('answers a third station the same whenever it asks', async () => {
    const stations = [
      await here.station(),
      await there.station(),
      await here.station(),
      await there.station(),
    ] as const;
    const kitKey = bound().payload.kit.key;
    const bindings = stations.map(() => bound({ kitKey }));
    const others: unknown[] = [];
    for (const [place, station] of stations.entries()) others.push((await station.one(bindings[place])).other?.testId);
    const ids = bindings.map(({ testId }) => testId);
    expect(others).toEqual([undefined, ids[0], ids[0], ids[0]]);
    const again: unknown[] = [];
    for (const [place, station] of stations.entries()) again.push((await station.one(bindings[place])).other?.testId);
    expect(again).toEqual([ids[1], ids[0], ids[0], ids[0]]);
    expect(await conflictsOf(kitKey)).toHaveLength(3);
  });

  it('knows exactly one conflict when both bind at the same moment, many times over', async () => {
    const [one, other] = [await here.station(), await there.station()];
    const before = await countRows(opened.database, 'conflicts');
    for (let round = 0; round < 25; round += 1) {
      const mine = bound();
      const kitKey = mine.payload.kit.key;
      const theirs = bound({ kitKey });
      const receipts = await Promise.all([one.one(mine), other.one(theirs)]);
      expect(receipts.map(({ status }) => status).toSorted()).toEqual(['conflict', 'stored']);
      const loser = receipts.find(({ status }) => status === 'conflict');
      const winner = receipts.find(({ status }) => status === 'stored');
      expect(loser?.other?.testId).toBe(winner?.key === mine.key ? mine.testId : theirs.testId);
    }
    expect((await countRows(opened.database, 'conflicts')) - before).toBe(25);
  });

  it('does so for whole batches of the same kits in opposite order', async () => {
    const [one, other] = [await here.station(), await there.station()];
    const mine = Array.from({ length: 200 }, () => bound());
    const theirs = mine.map(({ payload }) => bound({ kitKey: payload.kit.key })).toReversed();
    const [a, b] = await Promise.all([one.post(mine), other.post(theirs)]);
    const said = [...a, ...b].map(({ status }) => status);
    expect(said.filter((status) => status === 'conflict')).toHaveLength(200);
    expect(said.filter((status) => status === 'stored')).toHaveLength(200);
    expect(await one.stats()).toMatchObject({ tests: 200, conflicts: 200 });
    expect(await other.stats()).toMatchObject({ tests: 200, conflicts: 200 });
  });

  it('finds kits by keys with any characters, and says so of kits it does not know', async () => {
    const station = await here.station();
    for (const kitKey of ['a/b?c=d&e#f %41+é 试剂', '%2F%00', '试'.repeat(200), '\u{20BB7}']) {
      expect(await station.kit(kitKey)).toEqual({ key: kitKey, bound: false, bindings: [], known: null });
      const binding = bound({ kitKey });
      await station.one(binding);
      expect((await station.kit(kitKey)).bindings.map(({ testId }) => testId)).toEqual([binding.testId]);
    }
  });
});
