import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databaseKinds, openMigrated, type TestDatabase } from './databases.ts';
import { bound, hashed, type KitCorrected, kitCorrected, resulted } from './records.ts';
import { type Service, type Station, startService } from './service.ts';

const newKey = () => `gs1:00000000000000:${randomUUID()}`;

describe.each(databaseKinds)('a corrected kit on $name', (kind) => {
  let opened: TestDatabase;
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

  const holders = async (station: Station, key: string) =>
    (await station.kit(key)).bindings.map(({ testId }) => testId);

  it('frees the former key and takes the new one; sent again it is a duplicate', async () => {
    const station = await here.station();
    const [from, to] = [newKey(), newKey()];
    const mine = bound({ kitKey: from });
    const correction = kitCorrected(mine, 2, from, to);
    await station.one(mine);
    expect(await station.one(correction)).toEqual({ key: correction.key, status: 'stored' });
    expect(await station.one(correction)).toEqual({ key: correction.key, status: 'duplicate' });
    expect(await holders(station, from)).toEqual([]);
    expect(await holders(station, to)).toEqual([mine.testId]);
    expect((await station.one(bound({ kitKey: from }))).status).toBe('stored');
    expect(await station.stats()).toMatchObject({ tests: 2, pending: 2, records: 3, revisions: 0, conflicts: 0 });
  });

  it('is a conflict where somebody else holds the new kit, and is over once it is taken back', async () => {
    const [first, later] = [await here.station(), await there.station()];
    const [from, to] = [newKey(), newKey()];
    const theirs = bound({ kitKey: to, name: '张三' });
    const mine = bound({ kitKey: from });
    await first.one(theirs);
    await later.one(mine);
    const receipt = await later.one(kitCorrected(mine, 2, from, to));
    expect(receipt).toMatchObject({ status: 'conflict', other: { testId: theirs.testId, personMasked: '张*' } });
    expect(await first.stats()).toMatchObject({ conflicts: 1 });
    expect(await later.stats()).toMatchObject({ conflicts: 1 });
    expect((await later.one(kitCorrected(mine, 3, to, from))).status).toBe('stored');
    expect((await first.one(resulted(theirs.testId, 2, 1, 'negative'))).status).toBe('stored');
    expect(await first.stats()).toMatchObject({ conflicts: 0 });
    // The same two meet again at the same kit.
    expect((await later.one(kitCorrected(mine, 4, from, to))).status).toBe('conflict');
    expect(await first.stats()).toMatchObject({ conflicts: 1 });
  });

  it('ends a conflict that came of a damaged code, and the others of that kit stay in conflict with each other', async () => {
    const stations = [await here.station(), await there.station(), await here.station()] as const;
    const kitKey = newKey();
    const tests = [bound({ kitKey }), bound({ kitKey }), bound({ kitKey })] as const;
    for (const [place, station] of stations.entries()) await station.one(tests[place]);
    expect(await stations[0].stats()).toMatchObject({ conflicts: 2 });
    const to = newKey();
    expect((await stations[0].one(kitCorrected(tests[0], 2, kitKey, to))).status).toBe('stored');
    expect(await stations[0].stats()).toMatchObject({ conflicts: 0 });
    expect(await stations[1].stats()).toMatchObject({ conflicts: 1 });
    const next = await stations[2].one(resulted(tests[2].testId, 2, 1, 'negative'));
    expect(next).toMatchObject({ status: 'conflict', other: { testId: tests[1].testId } });
    // Coming back it is the last to come, not the first again.
    expect(await stations[0].one(kitCorrected(tests[0], 3, to, kitKey))).toMatchObject({
      status: 'conflict',
      other: { testId: tests[1].testId },
    });
    expect(await holders(stations[0], kitKey)).toEqual([tests[1].testId, tests[2].testId, tests[0].testId]);
    expect(await stations[1].stats()).toMatchObject({ conflicts: 2 });
  });

  it('takes a whole chain in one batch, in any order: only the kit that it ends with counts', async () => {
    const station = await here.station();
    const [a, b, c] = [newKey(), newKey(), newKey()];
    const neighbour = bound({ kitKey: b });
    await station.one(neighbour);
    const mine = bound({ kitKey: a });
    const chain = [kitCorrected(mine, 3, b, c), mine, kitCorrected(mine, 2, a, b)];
    expect((await station.post(chain)).map(({ status }) => status)).toEqual(['stored', 'stored', 'stored']);
    expect([await holders(station, a), await holders(station, b), await holders(station, c)]).toEqual([
      [],
      [neighbour.testId],
      [mine.testId],
    ]);
    expect(await station.stats()).toMatchObject({ conflicts: 0 });
  });

  it('is refused before its test, for another station, and when the test holds another kit', async () => {
    const [station, stranger] = [await here.station(), await there.station()];
    const [from, to] = [newKey(), newKey()];
    const mine = bound({ kitKey: from });
    expect(await station.one(kitCorrected(mine, 2, from, to))).toMatchObject({
      status: 'rejected',
      code: 'testUnknown',
    });
    await station.one(mine);
    expect(await stranger.one(kitCorrected(mine, 2, from, to))).toMatchObject({ status: 'rejected', code: 'notYours' });
    const wrong = kitCorrected(mine, 2, newKey(), to);
    expect(await station.one(wrong)).toMatchObject({ status: 'rejected', code: 'malformed' });
    const early = kitCorrected(mine, 3, from, to);
    expect(await station.one(early)).toMatchObject({ status: 'rejected', code: 'outOfOrder' });
    const { contentHash: _hash, ...rest } = kitCorrected(mine, 2, from, to);
    const broken = hashed<KitCorrected>({
      ...rest,
      payload: { ...rest.payload, kit: { ...rest.payload.kit, key: '' } },
    });
    expect(await station.one(broken)).toMatchObject({ status: 'rejected', code: 'malformed' });
    expect(await holders(station, from)).toEqual([mine.testId]);
  });

  it('and a binding that want the same freed kit at the same moment find exactly one conflict, many times over', async () => {
    const [one, other] = [await here.station(), await there.station()];
    for (let round = 0; round < 15; round += 1) {
      const [from, to, away] = [newKey(), newKey(), newKey()];
      // The kit was known and is free: its row is there, with no test.
      const former = bound({ kitKey: to });
      const mine = bound({ kitKey: from });
      await one.post([former, mine]);
      await one.one(kitCorrected(former, 2, to, away));
      const receipts = await Promise.all([one.one(kitCorrected(mine, 2, from, to)), other.one(bound({ kitKey: to }))]);
      expect(receipts.map(({ status }) => status).toSorted()).toEqual(['conflict', 'stored']);
    }
    expect(await other.stats()).toMatchObject({ conflicts: 15 });
  });
});
