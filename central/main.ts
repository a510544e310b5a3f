import { Refusal, WrongUse } from './commands/command.ts';
import { createLog, describeThrown } from './log.ts';
import { migrations } from './migrations/migrations.ts';
import { type DataPlace, type Read, readCommand, usage } from './options.ts';
import type { Database } from './store/database.ts';
import { migrate } from './store/migrate.ts';
import { openPglite } from './store/pglite.ts';
import { openPostgres } from './store/postgres.ts';

const log = createLog((line) => process.stderr.write(line), Date.now);
const tell = (answer: object) => void process.stdout.write(`${JSON.stringify(answer)}\n`);

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

async function run({ place, work }: Read): Promise<void> {
  const database = await open(place);
  let isGoingOn = false;
  const goOn = () => {
    isGoingOn = true;
  };
  try {
    await bringUp(database);
    await work({ database, log, tell, goOn });
  } finally {
    if (!isGoingOn) await database.close();
  }
}

try {
  await run(readCommand(process.argv.slice(2), process.env['DATABASE_URL']));
} catch (error) {
  if (error instanceof WrongUse) {
    process.stderr.write(`${error.message}\n${usage}`);
    process.exitCode = 2;
  } else {
    process.exitCode = 1;
    if (error instanceof Refusal) log('error', 'refused', { message: error.message });
    else log('error', 'failed', describeThrown(error));
  }
}
