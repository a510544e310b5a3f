import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import type { Database } from '../central/store/database.ts';
import { openPgliteInMemory } from '../central/store/pglite.ts';

/** Names the folder with the cluster and its dump for the processes that the tests run in. */
const variable = 'YICEDA_EMPTY_CLUSTER';

/** Making a cluster takes seconds of computing: it is made once a run, and each test begins with a copy. */
export async function setup(): Promise<void> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'yiceda-cluster-'));
  const cluster = await PGlite.create(path.join(folder, 'cluster'));
  const dump = await cluster.dumpDataDir('none');
  await cluster.close();
  writeFileSync(path.join(folder, 'dump.tar'), Buffer.from(await dump.arrayBuffer()));
  process.env[variable] = folder;
}

export function teardown(): void {
  const folder = process.env[variable];
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
}

/** A database with nothing in it, in memory. */
export async function openEmptyDatabase(): Promise<Database> {
  const made = process.env[variable];
  return openPgliteInMemory(made === undefined ? null : new Blob([readFileSync(path.join(made, 'dump.tar'))]));
}

/** The data folder of a service as its first start leaves it, with nothing in it yet. */
export function putEmptyCluster(folder: string): void {
  const made = process.env[variable];
  if (made === undefined) throw new Error('no cluster was made');
  mkdirSync(folder, { recursive: true });
  cpSync(path.join(made, 'cluster'), path.join(folder, 'cluster'), { recursive: true });
}
