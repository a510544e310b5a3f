import { createHash } from 'node:crypto';
import type { Migration } from '../migrations/migration.ts';
import type { Database, Statements } from './database.ts';

export type Migrated =
  | { readonly ok: true; readonly applied: readonly number[] }
  /** The database was made by a newer program (`found` is beyond all of ours). */
  | { readonly ok: false; readonly code: 'databaseNewer'; readonly found: number; readonly newest: number }
  /** A step in the database is not the one of this program: it was edited after release, or is somebody else's. */
  | { readonly ok: false; readonly code: 'databaseOther'; readonly found: number };

/** A number of our own for the advisory lock; two processes that start together take turns by it. */
const lockNumber = 7_236_450_118;

/**
 * Brings the database up to `migrations`, each in a transaction of its own. Safe to run from several processes at once
 * and again at any time; touches nothing when it refuses.
 */
export async function migrate(database: Database, migrations: readonly Migration[], nowMs: number): Promise<Migrated> {
  const newest = migrations.at(-1)?.version ?? 0;
  const checksums = new Map(migrations.map((each) => [each.version, checksumOf(each)]));

  const found = await locked(database, async (statements) => {
    await statements.query(
      `CREATE TABLE IF NOT EXISTS schema_migrations (
         version integer PRIMARY KEY,
         name text NOT NULL,
         checksum text NOT NULL,
         applied_at_ms bigint NOT NULL
       )`,
    );
    return statements.query<{ version: number; checksum: string }>(
      'SELECT version, checksum FROM schema_migrations ORDER BY version DESC',
    );
  });
  const highest = found[0]?.version ?? 0;
  if (highest > newest) return { ok: false, code: 'databaseNewer', found: highest, newest };
  const other = found.find((row) => checksums.get(row.version) !== row.checksum);
  if (other !== undefined) return { ok: false, code: 'databaseOther', found: other.version };

  const applied: number[] = [];
  for (const migration of migrations) {
    const isNew = await locked(database, (statements) => apply(statements, migration, nowMs));
    if (isNew) applied.push(migration.version);
  }
  return { ok: true, applied };
}

function locked<T>(database: Database, work: (statements: Statements) => Promise<T>): Promise<T> {
  return database.transaction(async (statements) => {
    await statements.query('SELECT pg_advisory_xact_lock($1::bigint)', [lockNumber]);
    return work(statements);
  });
}

/** Answers whether it was this process that applied it. */
async function apply(statements: Statements, migration: Migration, nowMs: number): Promise<boolean> {
  const { version, name } = migration;
  const present = await statements.query('SELECT 1 FROM schema_migrations WHERE version = $1', [version]);
  if (present.length > 0) return false;
  for (const statement of migration.statements) await statements.query(statement);
  await statements.query(
    'INSERT INTO schema_migrations (version, name, checksum, applied_at_ms) VALUES ($1, $2, $3, $4)',
    [version, name, checksumOf(migration), nowMs],
  );
  return true;
}

function checksumOf(migration: Migration): string {
  return createHash('sha256').update(migration.statements.join('\n;\n')).digest('hex');
}
