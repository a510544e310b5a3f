import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrations } from '../../central/migrations/migrations.ts';
import { exchangeCode, makeEnrolmentCode } from '../../central/store/enrolments.ts';
import { migrate } from '../../central/store/migrate.ts';
import { enrol } from '../../central/store/stations.ts';
import { announceReplySchema, ownRecordsLimit, ownRecordsReplySchema } from '../../shared/central/installations.ts';
import { type CentralRecord, routes } from '../../shared/central.ts';
import { databaseKinds, openMigrated, type TestDatabase, watched } from './databases.ts';
import { bound, hashed, kitCorrected, resulted, voided } from './records.ts';
import { batchOf, problemOf, type Service, type Station, startService } from './service.ts';

/** A UUID of version 7 made at this time. */
function idAt(atMs: number): string {
  const hex = atMs.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7${randomUUID().slice(15)}`;
}

describe.each(databaseKinds)('one installation a station on $name', (kind) => {
  let opened: TestDatabase;
  let service: Service;
  let statements: string[];
  beforeAll(async () => {
    opened = await openMigrated(kind);
    statements = [];
    service = await startService(
      watched(opened.database, (sql) => statements.push(sql)),
      {
        now: () => Date.UTC(2022, 3, 10),
      },
    );
  });
  afterAll(async () => {
    await service.close();
    await opened.close();
  });

  const postAs = (station: Station, installationId: string, records: readonly unknown[]) =>
    station.postRaw({ ...batchOf(records), installationId });
  const announceAs = (station: Station, installationId: unknown) =>
    station.fetch(routes.installations, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ installationId }),
    });
  const own = async (station: Station, query: string) => {
    const response = await station.fetch(`${routes.ownRecords}?${query}`);
    expect(response.status).toBe(200);
    return ownRecordsReplySchema.parse(await response.json());
  };

  it('the newest that comes ends the one before, for good, and nothing of an ended one is stored', async () => {
    const station = await service.station();
    expect((await postAs(station, 'first', [bound()])).status).toBe(200);
    expect((await postAs(station, 'second', [bound()])).status).toBe(200);
    for (let n = 0; n < 2; n++)
      expect(await problemOf(await postAs(station, 'first', [bound()]))).toMatchObject({
        status: 403,
        code: 'installationEnded',
      });
    expect((await postAs(station, 'second', [bound()])).status).toBe(200);
    expect(await station.stats()).toMatchObject({ tests: 3, records: 3 });
  });

  it('announcing ends it too, says how many ended, and is refused to an ended one', async () => {
    const station = await service.station();
    await postAs(station, 'a', [bound()]);
    const said = announceReplySchema.parse(await (await announceAs(station, 'b')).json());
    expect(said).toMatchObject({ ended: 1, epoch: expect.any(String) });
    expect(announceReplySchema.parse(await (await announceAs(station, 'b')).json())).toMatchObject({ ended: 1 });
    expect(await problemOf(await announceAs(station, 'a'))).toMatchObject({ status: 403, code: 'installationEnded' });
    expect((await postAs(station, 'a', [bound()])).status).toBe(403);
  });

  it.each([undefined, '', 'x'.repeat(65), 7, null, 'a\u0000', '\ud800'])('takes no %j for an id', async (id) => {
    const station = await service.station();
    expect(await problemOf(await announceAs(station, id))).toMatchObject({ status: 400, field: 'installationId' });
  });

  it('two that come at once: one of them goes on, and the other is told', async () => {
    const station = await service.station();
    await postAs(station, 'before', [bound()]);
    await Promise.all(
      ['one', 'two'].map(async (id) => {
        for (let n = 0; n < 4; n++) await postAs(station, id, [bound()]);
      }),
    );
    // Whoever came second ended the first, and stays.
    const after = [(await postAs(station, 'one', [bound()])).status, (await postAs(station, 'two', [bound()])).status];
    expect(after.toSorted()).toEqual([200, 403]);
  });

  it('one station’s restore ends nothing of another station', async () => {
    const [one, other] = [await service.station(), await service.station()];
    await postAs(one, 'shared', [bound()]);
    await postAs(other, 'shared', [bound()]);
    await postAs(one, 'newer', [bound()]);
    expect((await postAs(other, 'shared', [bound()])).status).toBe(200);
  });

  it.each(['enrolled anew', 'by a code'])(
    '%s, whoever holds the new token sends, whatever was ended before',
    async (how) => {
      const station = await service.station();
      await postAs(station, 'a', [bound()]);
      await postAs(station, 'b', [bound()]);
      const name = { site: station.site, station: station.name };
      const byCode = async () => {
        const code = await makeEnrolmentCode(opened.database, name, { nowMs: 2, validUntilMs: 9 });
        return exchangeCode(opened.database, code, 3);
      };
      const again = how === 'by a code' ? await byCode() : await enrol(opened.database, name, 2, true);
      if (again === null || !('token' in again)) throw new Error('no token');
      const response = await fetch(`${service.url}${routes.batches}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${again.token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ ...batchOf([bound()]), installationId: 'a' }),
      });
      expect(response.status).toBe(200);
    },
  );

  it('costs a batch no statement more, but the first of a new installation one', async () => {
    const station = await service.station();
    await postAs(station, 'x', [bound()]);
    const count = async (id: string) => {
      statements.length = 0;
      expect((await postAs(station, id, [bound()])).status).toBe(200);
      return statements.length;
    };
    const usual = await count('x');
    expect(await count('y')).toBe(usual + 1);
    expect(await count('y')).toBe(usual);
    expect(usual).toBeLessThanOrEqual(11);
  });

  it('answers a station its own records, each once, whole, and no other station’s', async () => {
    const [station, other] = [await service.station(), await service.station()];
    const binding = bound();
    const records: CentralRecord[] = [
      binding,
      resulted(binding.testId, 2, 1, 'negative'),
      kitCorrected(binding, 3, binding.payload.kit.key, `gs1:x:${randomUUID()}`),
      voided(binding.testId, 4),
    ];
    await station.post(records);
    await other.post([bound()]);
    const { records: got, cursor } = await own(station, 'since=0');
    expect(cursor).toBeNull();
    const byKey = (a: { key: string }, b: { key: string }) => (a.key < b.key ? -1 : 1);
    expect([...got].sort(byKey)).toEqual([...records].sort(byKey));
  });

  it('answers them by pages over months, from any time on', async () => {
    const station = await service.station();
    const made: CentralRecord[] = [];
    const months = [Date.UTC(2021, 10, 5), Date.UTC(2022, 1, 5), Date.UTC(2022, 2, 30), Date.UTC(2022, 3, 9)];
    for (const atMs of months) {
      const some = Array.from({ length: 300 }, (_, n) => {
        const { contentHash: _hash, ...rest } = bound({ testId: idAt(atMs + n), key: idAt(atMs + n) });
        return hashed<CentralRecord>(rest);
      });
      await station.post(some);
      made.push(...some);
    }
    const keys: string[] = [];
    let pages = 0;
    let query = 'since=0';
    for (;;) {
      const page = await own(station, query);
      pages += 1;
      keys.push(...page.records.map(({ key }) => key));
      expect(page.records.length).toBeLessThanOrEqual(ownRecordsLimit);
      if (page.cursor === null) break;
      query = `cursor=${encodeURIComponent(page.cursor)}`;
    }
    expect(keys.toSorted()).toEqual(made.map(({ key }) => key).toSorted());
    expect(pages).toBe(3);
    const late = await own(station, `since=${Date.UTC(2022, 2, 30)}`);
    expect(late.records).toHaveLength(500);
    expect(late.records.every(({ key }) => key >= idAt(Date.UTC(2022, 2, 1)).slice(0, 13))).toBe(true);
  });

  it.each(['cursor=', 'cursor=x', 'cursor=1', `cursor=${'9'.repeat(200)}`, 'since=-1', 'since=x', 'since=1e30'])(
    'refuses %s',
    async (query) => {
      const station = await service.station();
      expect(await problemOf(await station.fetch(`${routes.ownRecords}?${query}`))).toMatchObject({ status: 400 });
    },
  );
});

describe.each(databaseKinds)('the installations of a database from before on $name', (kind) => {
  it('the newest of each station goes on, and the others are ended', async () => {
    const opened = await kind.open();
    try {
      const step = migrations.findIndex(({ version }) => version === 110);
      const before = await migrate(opened.database, migrations.slice(0, step), 1);
      if (!before.ok) throw new Error(before.code);
      const enrolled = await enrolBefore(opened);
      await opened.database.query(
        `INSERT INTO batches (station_no, batch_id, installation_id, received_at_ms)
         VALUES (1, 'b1', 'old', 10), (1, 'b2', 'new', 20), (1, 'b3', 'new', 30), (2, 'b4', 'only', 40)`,
      );
      expect((await migrate(opened.database, migrations, 2)).ok).toBe(true);
      expect(await opened.database.query('SELECT no, installation_id FROM stations ORDER BY no')).toEqual([
        { no: 1, installation_id: 'new' },
        { no: 2, installation_id: 'only' },
      ]);
      expect(
        await opened.database.query('SELECT installation_id, ended_at_ms FROM installations ORDER BY installation_id'),
      ).toEqual([
        { installation_id: 'new', ended_at_ms: null },
        { installation_id: 'old', ended_at_ms: 20 },
        { installation_id: 'only', ended_at_ms: null },
      ]);
      expect(enrolled).toBe(2);
    } finally {
      await opened.close();
    }
  });
});

/** Two stations, as they stand in a database of before. */
async function enrolBefore({ database }: TestDatabase): Promise<number> {
  await database.query("INSERT INTO sites (id, name) VALUES ('s', 'site')");
  const made = await database.query(
    "INSERT INTO stations (id, site_id, name) VALUES ('a', 's', 'a'), ('b', 's', 'b') RETURNING id",
  );
  return made.length;
}
