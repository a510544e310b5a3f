import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { migrations } from '../../central/migrations/migrations.ts';
import type { Database, Statements } from '../../central/store/database.ts';
import { migrate } from '../../central/store/migrate.ts';
import { openPostgres } from '../../central/store/postgres.ts';
import { openEmptyDatabase } from '../emptyCluster.ts';

/** A database of the test's own. */
export type TestDatabase = {
  readonly database: Database;
  /** A second way in, as another process has it. PGlite is one connection in one process: there it is the same. */
  readonly other: Database;
  /** Connection string; null for PGlite. */
  readonly url: string | null;
  readonly close: () => Promise<void>;
};

export type DatabaseKind = { readonly name: string; readonly open: () => Promise<TestDatabase> };

/** Every test of the service runs on both. */
export const databaseKinds: readonly DatabaseKind[] = [
  { name: 'PGlite', open: openOnPglite },
  { name: 'PostgreSQL', open: openOnPostgres },
];

/** The PostgreSQL server of this run. Throws where there is none: half of the tests left out is no passing run. */
function serverUrl(): string {
  const url = process.env['TEST_DATABASE_URL'];
  if (!url) throw new Error('TEST_DATABASE_URL is not set: run `npm test`, which starts a PostgreSQL for these tests');
  return url;
}

async function openOnPglite(): Promise<TestDatabase> {
  const database = await openEmptyDatabase();
  return { database, other: database, url: null, close: database.close };
}

async function openOnPostgres(): Promise<TestDatabase> {
  const name = `central_${randomUUID().replaceAll('-', '')}`;
  await asAdministrator(`CREATE DATABASE ${name}`);
  const address = new URL(serverUrl());
  address.pathname = `/${name}`;
  const url = address.href;
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
      await asAdministrator(`DROP DATABASE ${name}`);
    },
  };
}

async function asAdministrator(sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl() });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

export async function openMigrated(kind: DatabaseKind): Promise<TestDatabase> {
  const opened = await kind.open();
  const migrated = await migrate(opened.database, migrations, 1);
  if (!migrated.ok) throw new Error(migrated.code);
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
