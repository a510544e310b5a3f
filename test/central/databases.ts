import { randomUUID } from 'node:crypto';
import type { Database, Statements } from '../../central/store/database.ts';
import { openPostgres } from '../../central/store/postgres.ts';
import { newEpoch } from '../../central/store/service.ts';
import { dropDatabase, makeDatabase, makeMigratedDatabase, openEmptyPglite, openMigratedPglite } from '../madeOnce.ts';

/** A database of the test's own. */
export type TestDatabase = {
  readonly database: Database;
  /** A second way in, as another process has it. PGlite is one connection in one process: there it is the same. */
  readonly other: Database;
  /** Connection string; null for PGlite. */
  readonly url: string | null;
  readonly close: () => Promise<void>;
};

export type DatabaseKind = {
  readonly name: string;
  /** With nothing in it. */
  readonly open: () => Promise<TestDatabase>;
  readonly openMigrated: () => Promise<TestDatabase>;
};

/** Every test of the service runs on both. */
export const databaseKinds: readonly DatabaseKind[] = [
  {
    name: 'PGlite',
    open: async () => onPglite(await openEmptyPglite()),
    openMigrated: async () => onPglite(await openMigratedPglite()),
  },
  { name: 'PostgreSQL', open: () => onPostgres(makeDatabase), openMigrated: () => onPostgres(makeMigratedDatabase) },
];

/** The PostgreSQL server of this run. Throws where there is none: half of the tests left out is no passing run. */
function serverUrl(): string {
  const url = process.env['TEST_DATABASE_URL'];
  if (!url) throw new Error('TEST_DATABASE_URL is not set: run `npm test`, which starts a PostgreSQL for these tests');
  return url;
}

function onPglite(database: Database): TestDatabase {
  return { database, other: database, url: null, close: database.close };
}

async function onPostgres(make: (server: string, name: string) => Promise<string>): Promise<TestDatabase> {
  const name = `central_${randomUUID().replaceAll('-', '')}`;
  const url = await make(serverUrl(), name);
  const fault = (code: string) => {
    throw new Error(`an idle connection broke: ${code}`);
  };
  const database = openPostgres(url, fault);
  const other = openPostgres(url, fault);
  return {
    database,
    other,
    url,
    close: async () => {
      await Promise.all([database.close(), other.close()]);
      await dropDatabase(serverUrl(), name);
    },
  };
}

/** A copy of one made before, so it gets an epoch of its own, as each service has. */
export async function openMigrated(kind: DatabaseKind): Promise<TestDatabase> {
  const opened = await kind.openMigrated();
  await newEpoch(opened.database);
  return opened;
}

/** The same database, telling each statement that it is given. */
export function watched(database: Database, onStatement: (sql: string) => void): Database {
  const watch = (statements: Statements): Statements => ({
    query: (sql, params) => {
      onStatement(sql);
      return statements.query(sql, params);
    },
  });
  return {
    ...database,
    ...watch(database),
    transaction: (work) => database.transaction((statements) => work(watch(statements))),
  };
}

export async function countRows(database: Database, table: string): Promise<number> {
  const [row] = await database.query<{ rows: number }>(`SELECT count(*) AS rows FROM ${table}`);
  return row?.rows ?? Number.NaN;
}

/**
 * Until no transaction runs any more that began before now. Readers stop before the oldest one of the whole server, so
 * what another test does in its own database can hold back what was written here.
 */
export async function allSettled(database: Database): Promise<void> {
  const [now] = await database.query<{ tx: string }>('SELECT pg_current_xact_id()::text AS tx');
  for (;;) {
    const [row] = await database.query<{ isOver: boolean }>(
      'SELECT pg_snapshot_xmin(pg_current_snapshot()) > $1::xid8 AS "isOver"',
      [now?.tx],
    );
    if (row?.isOver === true) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
