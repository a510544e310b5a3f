import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { PGlite } from '@electric-sql/pglite';
import type { Database, Row, Statements } from './database.ts';
import { repeated } from './database.ts';

export type OpenedPglite =
  | { readonly ok: true; readonly database: Database }
  | { readonly ok: false; readonly code: 'dataInUse' };

/** How long a start waits for the process before it to let go of the folder. */
const lockWaitMs = 3_000;

/**
 * PostgreSQL in WebAssembly, in a folder of this machine. It has one connection, so transactions run one by one. What
 * was committed outlives a killed process; it does not fsync, so a power cut can damage it: for trying out, not for a
 * city.
 * @param folder where its data is or shall be
 */
export async function openPglite(folder: string): Promise<OpenedPglite> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const release = lock(path.join(folder, 'in-use.lock'));
  if (release === null) return { ok: false, code: 'dataInUse' };
  try {
    return { ok: true, database: databaseOf(await openCluster(folder), release) };
  } catch (error) {
    release();
    throw error;
  }
}

/** One in memory: empty, or as a `dumpDataDir` of PGlite says, which is much faster than making a cluster. */
export async function openPgliteInMemory(dump: Blob | null): Promise<Database> {
  return databaseOf(await PGlite.create(dump === null ? {} : { loadDataDir: dump }), () => {});
}

/**
 * A cluster is made aside and renamed when it is whole, so that a first start that was killed half way leaves nothing
 * that the next one would take for a cluster.
 */
async function openCluster(folder: string): Promise<PGlite> {
  const cluster = path.join(folder, 'cluster');
  if (!existsSync(cluster)) {
    const unfinished = path.join(folder, 'cluster.unfinished');
    rmSync(unfinished, { recursive: true, force: true });
    const made = await PGlite.create(unfinished);
    await made.close();
    renameSync(unfinished, cluster);
  }
  return PGlite.create(cluster);
}

/**
 * Two processes in one cluster would ruin it, and PGlite does not look. SQLite's file lock is the one lock in Node
 * that the system itself drops when its holder dies, so nothing stale can stay behind.
 */
function lock(file: string): (() => void) | null {
  const holder = new DatabaseSync(file, { timeout: lockWaitMs });
  try {
    holder.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    holder.close();
    const sqliteBusy = 5;
    if ((error as { errcode?: unknown }).errcode === sqliteBusy) return null;
    throw error;
  }
  return () => holder.close();
}

function databaseOf(pglite: PGlite, release: () => void): Database {
  const statementsOf = (on: Pick<PGlite, 'query'>): Statements => ({
    query: async <R extends Row>(sql: string, params: readonly unknown[] = []) =>
      (await on.query<R>(sql, [...params])).rows,
  });
  return {
    kind: 'pglite',
    ...statementsOf(pglite),
    transaction: (work) => repeated(() => pglite.transaction((transaction) => work(statementsOf(transaction)))),
    close: async () => {
      await pglite.close();
      release();
    },
  };
}
