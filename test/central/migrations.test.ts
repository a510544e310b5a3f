import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Migration } from '../../central/migrations/migration.ts';
import { migrations } from '../../central/migrations/migrations.ts';
import { migrate } from '../../central/store/migrate.ts';
import { readEpoch } from '../../central/store/service.ts';
import { databaseKinds, type TestDatabase, watched } from './databases.ts';

const versions = migrations.map(({ version }) => version);

describe.each(databaseKinds)('migrations on $name', (kind) => {
  let opened: TestDatabase;

  beforeEach(async () => {
    opened = await kind.open();
  });
  afterEach(async () => {
    await opened?.close();
  });

  const applied = () =>
    opened.database.query<{ version: number; name: string; checksum: string; applied_at_ms: number }>(
      'SELECT version, name, checksum, applied_at_ms FROM schema_migrations ORDER BY version',
    );
  const tables = () =>
    opened.database.query(
      `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY table_name`,
    );

  it('are numbered in order', () => {
    expect(versions).toEqual(versions.toSorted((a, b) => a - b));
    expect(new Set(versions).size).toBe(versions.length);
  });

  it('apply once, are recorded, and leave the epoch alone the second time', async () => {
    const { database } = opened;
    expect(await migrate(database, migrations, 5)).toEqual({ ok: true, applied: versions });
    const epoch = await readEpoch(database);
    const before = await applied();
    expect(before.map(({ version, applied_at_ms }) => [version, applied_at_ms])).toEqual(
      versions.map((each) => [each, 5]),
    );
    for (const row of before) expect(row.checksum).toMatch(/^[0-9a-f]{64}$/);
    expect(await migrate(database, migrations, 6)).toEqual({ ok: true, applied: [] });
    expect(await applied()).toEqual(before);
    expect(await readEpoch(database)).toBe(epoch);
  });

  it('give each database an epoch of its own, once', async () => {
    const another = await kind.open();
    try {
      await migrate(opened.database, migrations, 1);
      await migrate(another.database, migrations, 1);
      expect(await readEpoch(opened.database)).not.toBe(await readEpoch(another.database));
      await expect(opened.database.query("INSERT INTO service (epoch) VALUES ('second')")).rejects.toThrow();
    } finally {
      await another.close();
    }
  });

  it('apply once when several processes start together', async () => {
    const run: string[] = [];
    const processes = [opened.database, opened.other, opened.database, opened.other].map((each) =>
      watched(each, (sql) => run.push(sql)),
    );
    const migrated = await Promise.all(processes.map((each) => migrate(each, migrations, 1)));
    const done = migrated.flatMap((each) => (each.ok ? each.applied : [0]));
    expect(done.toSorted((a, b) => a - b)).toEqual(versions);
    // They took turns: nobody began a step in vain, or had to begin again.
    const steps = migrations.flatMap(({ statements }) => statements);
    expect(run.filter((sql) => steps.includes(sql))).toEqual(steps);
    expect(run.filter((sql) => sql.startsWith('CREATE TABLE IF NOT EXISTS'))).toHaveLength(processes.length);
  });

  it('go on from where a database stands', async () => {
    const { database } = opened;
    await migrate(database, migrations.slice(0, 1), 1);
    expect(await migrate(database, migrations, 2)).toEqual({ ok: true, applied: versions.slice(1) });
  });

  it('refuse a database of a newer program and change nothing', async () => {
    const { database } = opened;
    const newer: Migration = { version: 9990, name: 'future', statements: ['CREATE TABLE future (id integer)'] };
    await migrate(database, [...migrations, newer], 1);
    const before = [await applied(), await tables()];
    const refusal = { ok: false, code: 'databaseNewer', found: 9990, newest: versions.at(-1) };
    expect(await migrate(database, migrations, 2)).toEqual(refusal);
    expect([await applied(), await tables()]).toEqual(before);
  });

  it('refuse a database whose steps are not theirs', async () => {
    const { database } = opened;
    await migrate(database, migrations, 1);
    const edited = migrations.map((each, place) =>
      place === 0 ? { ...each, statements: [...each.statements, 'SELECT 1'] } : each,
    );
    expect(await migrate(database, edited, 2)).toEqual({ ok: false, code: 'databaseOther', found: versions[0] });
  });

  it('leave nothing of a step that fails half way, and keep those before it', async () => {
    const { database } = opened;
    const broken: Migration = {
      version: 9990,
      name: 'broken',
      statements: ['CREATE TABLE half (id integer)', 'SELECT 1 / 0'],
    };
    await expect(migrate(database, [...migrations, broken], 1)).rejects.toThrow();
    expect((await applied()).map(({ version }) => version)).toEqual(versions);
    expect(await tables()).not.toContainEqual({ name: 'half' });
    expect(await migrate(database, migrations, 2)).toEqual({ ok: true, applied: [] });
  });
});
