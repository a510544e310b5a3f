import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { ensureSampleStation, readPort, writePort } from './embedded.ts';
import { createLog, describeThrown } from './log.ts';
import { migrations } from './migrations/migrations.ts';
import { type Command, type DataPlace, readCommand, usage } from './options.ts';
import { buildServer } from './server.ts';
import { type Database, errorCode } from './store/database.ts';
import { migrate } from './store/migrate.ts';
import { openPglite } from './store/pglite.ts';
import { openPostgres } from './store/postgres.ts';
import { admitReader, dismissReader } from './store/readers.ts';
import { enrol, revoke } from './store/stations.ts';
import { createStore } from './store/store.ts';

const log = createLog((line) => process.stderr.write(line), Date.now);
const longestShutdownMs = 10_000;

/** Something that the person who started us can mend; ends the program with its words. */
class Refusal extends Error {}

async function open(place: DataPlace): Promise<Database> {
  if (place.kind === 'postgres') return openPostgres(place.url, (code) => log('warn', 'connectionLost', { code }));
  const opened = await openPglite(place.folder);
  if (!opened.ok) throw new Refusal('another process is using this folder');
  return opened.database;
}

async function bringUp(database: Database): Promise<void> {
  const migrated = await migrate(database, migrations, Date.now());
  if (migrated.ok) {
    log('info', 'migrated', { applied: migrated.applied.join(',') });
    return;
  }
  if (migrated.code === 'databaseNewer') {
    throw new Refusal(
      `the database was made by a newer program (its schema is ${migrated.found}, ours is ${migrated.newest}); nothing was changed`,
    );
  }
  throw new Refusal(`step ${migrated.found} of the database's schema is not this program's; nothing was changed`);
}

async function listen(app: FastifyInstance, host: string, port: number): Promise<number> {
  await app.listen({ host, port });
  return (app.server.address() as AddressInfo).port;
}

/** The remembered port, or a free one when somebody else has it. */
async function listenEmbedded(app: FastifyInstance, host: string, folder: string): Promise<number> {
  const remembered = readPort(folder);
  if (remembered !== null) {
    try {
      return await listen(app, host, remembered);
    } catch (error) {
      const code = errorCode(error) ?? '';
      if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error;
      log('warn', 'portTaken', { port: remembered });
    }
  }
  return listen(app, host, 0);
}

async function serve(command: Extract<Command, { name: 'serve' }>, database: Database): Promise<void> {
  const { embeddedIn, host } = command;
  const stationToken = embeddedIn === null ? null : await ensureSampleStation(database, embeddedIn, Date.now());
  const app = buildServer(createStore(database), { log });

  let isEnding = false;
  const end = (why: string) => {
    if (isEnding) return;
    isEnding = true;
    log('info', 'ending', { why });
    setTimeout(() => process.exit(1), longestShutdownMs).unref();
    app
      .close()
      .then(() => database.close())
      .then(
        () => process.exit(0),
        (error: unknown) => {
          log('error', 'endedBadly', describeThrown(error));
          process.exit(1);
        },
      );
  };
  process.on('SIGTERM', () => end('SIGTERM'));
  process.on('SIGINT', () => end('SIGINT'));

  const port =
    command.port === null && embeddedIn !== null
      ? await listenEmbedded(app, host, embeddedIn)
      : await listen(app, host, command.port ?? 0);
  if (embeddedIn !== null) {
    writePort(embeddedIn, port);
    // Whoever started us holds the other end of stdin; when that end is gone, so are they.
    process.stdin.on('error', () => end('stdin'));
    process.stdin.on('close', () => end('stdin'));
    process.stdin.resume();
  }
  const listening = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  process.stdout.write(`${JSON.stringify(stationToken === null ? { listening } : { listening, stationToken })}\n`);
  log('info', 'listening', { port, store: database.kind });
}

async function run(command: Command): Promise<void> {
  const database = await open(command.place);
  let isServing = false;
  try {
    await bringUp(database);
    if (command.name === 'serve') {
      await serve(command, database);
      isServing = true;
    } else if (command.name === 'enrol') {
      const enrolled = await enrol(database, command.who, Date.now(), command.replace);
      if (!enrolled.ok) throw new Refusal('this station has a token already; --replace ends it and makes a new one');
      process.stdout.write(`${JSON.stringify({ stationToken: enrolled.token })}\n`);
    } else if (command.name === 'revoke') {
      if (!(await revoke(database, command.who))) throw new Refusal('there is no such station');
    } else if (command.name === 'admit-reader') {
      const readerToken = await admitReader(database, command.reader, Date.now());
      process.stdout.write(`${JSON.stringify({ readerToken })}\n`);
    } else if (command.name === 'dismiss-reader') {
      if (!(await dismissReader(database, command.reader))) throw new Refusal('there is no such reader');
    }
  } finally {
    if (!isServing) await database.close();
  }
}

const read = readCommand(process.argv.slice(2), process.env['DATABASE_URL']);
if (!read.ok) {
  process.stderr.write(`${read.problem}\n${usage}`);
  process.exitCode = 2;
} else {
  try {
    await run(read.command);
  } catch (error) {
    process.exitCode = 1;
    if (error instanceof Refusal) log('error', 'refused', { message: error.message });
    else log('error', 'failed', describeThrown(error));
  }
}
