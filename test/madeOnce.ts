import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import pg from 'pg';
import { migrations } from '../central/migrations/migrations.ts';
import type { Database } from '../central/store/database.ts';
import { migrate } from '../central/store/migrate.ts';
import { openPglite, openPgliteInMemory } from '../central/store/pglite.ts';
import { openPostgres } from '../central/store/postgres.ts';

const packages = path.resolve(import.meta.dirname, '../node_modules');
const kept = path.join(packages, '.cache', 'yiceda-clusters');

/** What the made ones depend on: nothing else makes them again. */
const recipe = createHash('sha256')
  .update(readFileSync(path.join(packages, '@electric-sql/pglite/package.json')))
  .update(JSON.stringify(migrations))
  .digest('hex')
  .slice(0, 16);
const made = path.join(kept, recipe);

/** The database of the run's server that those of the tests are copies of. */
const template = `central_${recipe}`;

/**
 * Making a cluster takes seconds of computing, and bringing it to the newest version a quarter of one: both are done
 * once, by whichever test needs it first, and each test begins with a copy.
 */
const clusters = once(async () => {
  if (!existsSync(made)) await makeClusters();
});

/** Made aside and renamed when it is whole: two runs may make it at the same time, and either may be broken off. */
async function makeClusters(): Promise<void> {
  const old = existsSync(kept) ? readdirSync(kept).filter((name) => !name.startsWith(recipe)) : [];
  for (const name of old) rmSync(path.join(kept, name), { recursive: true, force: true });
  const aside = path.join(kept, `${recipe}.${process.pid}`);
  mkdirSync(aside, { recursive: true });
  const [empty, migrated] = [path.join(aside, 'empty'), path.join(aside, 'migrated')];
  await (await openedIn(empty)).close();
  await keepDump(empty);
  cpSync(empty, migrated, { recursive: true });
  const database = await openedIn(migrated);
  await bringUp(database);
  await database.close();
  await keepDump(migrated);
  try {
    renameSync(aside, made);
  } catch (error) {
    if (!existsSync(made)) throw error;
    rmSync(aside, { recursive: true });
  }
}

async function openedIn(folder: string): Promise<Database> {
  const opened = await openPglite(folder);
  if (!opened.ok) throw new Error(opened.code);
  return opened.database;
}

async function keepDump(folder: string): Promise<void> {
  const pglite = await PGlite.create(path.join(folder, 'cluster'));
  const dump = await pglite.dumpDataDir('none');
  await pglite.close();
  writeFileSync(path.join(folder, 'dump.tar'), Buffer.from(await dump.arrayBuffer()));
}

async function bringUp(database: Database): Promise<void> {
  const migrated = await migrate(database, migrations, 1);
  if (!migrated.ok) throw new Error(migrated.code);
}

/** Renamed when it is whole, one process at a time. */
const templateOf = once((url: string) =>
  asAdministrator(url, async (client) => {
    const lockNumber = 4_823_771_902;
    await client.query('SELECT pg_advisory_lock($1)', [lockNumber]);
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [template]);
    if (rowCount !== 0) return;
    await client.query(`CREATE DATABASE ${template}_unfinished TEMPLATE template0`);
    const database = openPostgres(addressOf(url, `${template}_unfinished`), () => {});
    await bringUp(database);
    await database.close();
    await client.query(`ALTER DATABASE ${template}_unfinished RENAME TO ${template}`);
  }),
);

function once<A extends unknown[]>(work: (...args: A) => Promise<void>): (...args: A) => Promise<void> {
  let done: Promise<void> | undefined;
  return (...args) => {
    done ??= work(...args);
    return done;
  };
}

const addressOf = (url: string, name: string): string => {
  const address = new URL(url);
  address.pathname = `/${name}`;
  return address.href;
};

async function asAdministrator<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function openDump(name: 'empty' | 'migrated'): Promise<Database> {
  await clusters();
  return openPgliteInMemory(new Blob([readFileSync(path.join(made, name, 'dump.tar'))]));
}

/** A PGlite in memory with nothing in it. */
export const openEmptyPglite = (): Promise<Database> => openDump('empty');

/** The same as a service leaves it that was started once. Its epoch is that of every other one until it gets its own. */
export const openMigratedPglite = (): Promise<Database> => openDump('migrated');

/** The data folder of a service as its first start leaves it, with nothing in it yet. */
export async function putEmptyCluster(folder: string): Promise<void> {
  await clusters();
  mkdirSync(folder, { recursive: true });
  cpSync(path.join(made, 'empty', 'cluster'), path.join(folder, 'cluster'), { recursive: true });
}

/**
 * A database of its own on the server at `url`.
 * @returns its connection string
 */
export async function makeDatabase(url: string, name: string): Promise<string> {
  await asAdministrator(url, (client) => client.query(`CREATE DATABASE ${name} TEMPLATE template0`));
  return addressOf(url, name);
}

/** The same, as a service leaves it that was started once. */
export async function makeMigratedDatabase(url: string, name: string): Promise<string> {
  await templateOf(url);
  await asAdministrator(url, (client) => client.query(`CREATE DATABASE ${name} TEMPLATE ${template}`));
  return addressOf(url, name);
}

export async function dropDatabase(url: string, name: string): Promise<void> {
  await asAdministrator(url, (client) => client.query(`DROP DATABASE ${name}`));
}
