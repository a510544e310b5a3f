import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { monthOf } from '../../central/ingest/month.ts';
import { migrations } from '../../central/migrations/migrations.ts';
import { migrate } from '../../central/store/migrate.ts';
import { ensureToken } from '../../central/store/stations.ts';
import { type CentralRecord, routes } from '../../shared/central.ts';
import { countRows, databaseKinds, type TestDatabase } from './databases.ts';
import { bound, resulted } from './records.ts';
import { batchOf, startService } from './service.ts';

const ofApril = '018012a0-8c00-7abc-8def-0123456789ab';
const token = 'a'.repeat(43);

describe('the month of an id', () => {
  it.each([
    [ofApril, 202204],
    // The first and the last millisecond of a month, by the calendar of UTC.
    ['017fe26b-f400-7000-8000-000000000000', 202204],
    ['017fe26b-f3ff-7000-8000-000000000000', 202203],
    // Of version 4, in capitals, of another variant, before 2020, beyond 2099, and no UUID at all.
    ['9b2c51d4-5c1e-4b6a-9a53-0c5f5e1f2a3b', 0],
    [ofApril.toUpperCase(), 0],
    ['018012a0-8c00-7abc-cdef-0123456789ab', 0],
    ['00000000-0000-7000-8000-000000000000', 0],
    ['ffffffff-ffff-7fff-bfff-ffffffffffff', 0],
    ['test-1', 0],
    ['', 0],
  ])('%s: %i', (id, month) => {
    expect(monthOf(id)).toBe(month);
  });
});

describe.each(databaseKinds)("the city's schema on $name", (kind) => {
  let opened: TestDatabase;
  beforeEach(async () => {
    opened = await kind.open();
  });
  afterEach(async () => {
    await opened?.close();
  });

  it('says the same months as the program', async () => {
    await migrate(opened.database, migrations, 1);
    const ids = [ofApril, '017fe26b-f400-7000-8000-000000000000', '017fe26b-f3ff-7000-8000-000000000000'];
    ids.push(ofApril.toUpperCase(), 'ffffffff-ffff-7fff-bfff-ffffffffffff', '00000000-0000-7000-8000-000000000000', '');
    const rows = await opened.database.query<{ id: string; month: number }>(
      'SELECT id, month_of(id) AS month FROM unnest($1::text[]) AS ids (id)',
      [ids],
    );
    expect(rows.map(({ id, month }) => [id, month])).toEqual(ids.map((id) => [id, monthOf(id)]));
  });

  it('takes over what a database holds: nothing lost, counted as before, and sent again it is known', async () => {
    const { database } = opened;
    await migrate(
      database,
      migrations.filter(({ version }) => version < 50),
      1,
    );
    await ensureToken(database, { site: '新泾三村', station: '1' }, token, 1);
    const [station] = await database.query<{ id: string; site_id: string }>('SELECT id, site_id FROM stations');
    const first = bound({ testId: ofApril });
    const second = bound({ kitKey: first.payload.kit.key });
    const result = resulted(first.testId, 2, 1, 'negative');
    for (const { key } of [first.payload.kit]) await database.query('INSERT INTO kits (kit_key) VALUES ($1)', [key]);
    for (const [binding, seq, status, outcome] of [
      [first, 2, 'negative', 'negative'],
      [second, 1, 'pending', null],
    ] as const) {
      await database.query(
        `INSERT INTO tests (id, site_id, station_id, kit_key, day, bound_at_ms, person_masked, last_seq, status, outcome,
                            revision, corrections)
         VALUES ($1, $2, $3, $4, $5, $6, '刘*', $7, $8, $9, $10, 0)`,
        [
          binding.testId,
          station?.site_id,
          station?.id,
          binding.payload.kit.key,
          binding.payload.day,
          binding.payload.boundAtMs,
          seq,
          status,
          outcome,
          outcome === null ? 0 : 1,
        ],
      );
    }
    const records: readonly CentralRecord[] = [first, second, result];
    for (const { key, testId, seq, kind: recordKind, contentHash, payload } of records) {
      await database.query(
        `INSERT INTO records (station_id, key, test_id, seq, kind, content_hash, payload, batch_id, installation_id, received_at_ms)
         VALUES ($1, $2, $3, $4, $5, $6, $7::jsonb, 'batch', 'installation-1', 5)`,
        [station?.id, key, testId, seq, recordKind, contentHash, JSON.stringify(payload)],
      );
    }
    expect(await migrate(database, migrations, 2)).toMatchObject({ ok: true });

    const service = await startService(database);
    try {
      const ask = async (path: string, body?: unknown) =>
        (
          await fetch(`${service.url}${path}`, {
            method: body === undefined ? 'GET' : 'POST',
            headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
            ...(body === undefined ? {} : { body: JSON.stringify(body) }),
          })
        ).json();
      expect(await ask(routes.stats)).toMatchObject({
        tests: 2,
        negative: 1,
        pending: 1,
        withResult: 1,
        conflicts: 1,
        records: 3,
      });
      const kit = await ask(routes.kit.replace(':key', encodeURIComponent(first.payload.kit.key)));
      expect(kit).toMatchObject({ bindings: [{ testId: first.testId }, { testId: second.testId }] });
      const reply = (await ask(routes.batches, batchOf(records))) as { receipts: { status: string }[] };
      expect(reply.receipts.map(({ status }) => status)).toEqual(['conflict', 'conflict', 'conflict']);
      expect(await countRows(database, 'records')).toBe(3);
      const next = resulted(second.testId, 2, 1, 'positive');
      expect(await ask(routes.batches, batchOf([next]))).toMatchObject({ receipts: [{ status: 'conflict' }] });
      expect(await ask(routes.stats)).toMatchObject({ positive: 1, pending: 0, records: 4 });
    } finally {
      await service.close();
    }
  });

  it('puts each month into partitions of its own, made while others write', async () => {
    await migrate(opened.database, migrations, 1);
    const service = await startService(opened.database);
    try {
      const stations = await Promise.all([1, 2, 3].map(() => service.station()));
      const monthsOf = (n: number) => `0180${n.toString(16).padStart(4, '0')}-8c00-7abc-8def-0123456789ab`;
      // Days apart at first, months apart at last: several stations come upon a new month at the same time.
      const ids = [0x12a0, 0x5000, 0xa000, 0xf000];
      const posted = await Promise.all(
        stations.flatMap((station, place) =>
          ids.map((n) => station.one(bound({ testId: monthsOf(n).replace(/.$/, String(place)) }))),
        ),
      );
      expect(posted.map(({ status }) => status)).toEqual(posted.map(() => 'stored'));
      const parts = await opened.database.query<{ part: string; n: number }>(
        'SELECT tableoid::regclass::text AS part, count(*) AS n FROM tests GROUP BY 1 ORDER BY 1',
      );
      expect(parts.length).toBeGreaterThan(1);
      expect(parts.reduce((sum, { n }) => sum + n, 0)).toBe(12);
      for (const part of parts) {
        await expect(opened.database.query(`TRUNCATE ${part.part.replace('tests', 'records')}`)).rejects.toThrow(
          'append-only',
        );
      }
    } finally {
      await service.close();
    }
  });
});
