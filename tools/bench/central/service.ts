import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { openPostgres } from '../../../central/store/postgres.ts';
import { enrol } from '../../../central/store/stations.ts';
import { type CentralRecord, routes } from '../../../shared/central.ts';

const main = path.resolve(import.meta.dirname, '../../../central/main.ts');

export type Served = {
  readonly url: string;
  /** Posts one batch; throws unless every record was stored. */
  readonly post: (token: string, records: readonly CentralRecord[]) => Promise<void>;
  /** The same for whoever may be told to come later, or not be answered at all. */
  readonly tryPost: (token: string, records: readonly CentralRecord[]) => Promise<'stored' | 'later' | 'failed'>;
  readonly close: () => Promise<void>;
};

function run(args: readonly string[], databaseUrl: string) {
  return spawn(process.execPath, [main, ...args], {
    env: { ...process.env, DATABASE_URL: databaseUrl },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}

async function firstLine(child: ReturnType<typeof run>): Promise<string> {
  let text = '';
  for await (const piece of child.stdout.setEncoding('utf8')) {
    text += piece;
    if (text.includes('\n')) return text.slice(0, text.indexOf('\n'));
  }
  throw new Error('the service ended without a word');
}

/** Tokens of so many stations of their own, ten to a site. */
export async function enrolledMany(databaseUrl: string, name: string, stations: number): Promise<readonly string[]> {
  const database = openPostgres(databaseUrl, () => {});
  try {
    const tokens: string[] = [];
    for (let n = 0; n < stations; n += 1) {
      const who = { site: `${name} site ${Math.floor(n / 10)}`, station: `${name} ${n}` };
      const enrolled = await enrol(database, who, Date.now(), true);
      if (!enrolled.ok) throw new Error(enrolled.code);
      tokens.push(enrolled.token);
    }
    return tokens;
  } finally {
    await database.close();
  }
}

/** The service as a process of its own, as it is run for a city. */
export async function served(databaseUrl: string): Promise<Served> {
  const child = run(['serve', '--port', '0'], databaseUrl);
  const { listening } = JSON.parse(await firstLine(child)) as { listening: string };
  // What it says later must not fill the pipe.
  child.stdout.resume();
  let batches = 0;
  const send = (token: string, records: readonly CentralRecord[]) => {
    batches += 1;
    return fetch(`${listening}${routes.batches}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ batchId: `bench-${batches}`, installationId: 'bench', sentAtMs: Date.now(), records }),
    });
  };
  return {
    url: listening,
    tryPost: async (token, records) => {
      try {
        const response = await send(token, records);
        if (response.status === 429 || response.status === 503) {
          await response.body?.cancel();
          return 'later';
        }
        const reply = (await response.json()) as { receipts?: { status: string }[] };
        const isStored = reply.receipts?.every(({ status }) => status === 'stored' || status === 'duplicate');
        return response.ok && isStored === true ? 'stored' : 'failed';
      } catch {
        return 'failed';
      }
    },
    post: async (token, records) => {
      const response = await send(token, records);
      const reply = (await response.json()) as { receipts?: { status: string }[] };
      if (!response.ok || reply.receipts?.some(({ status }) => status !== 'stored') !== false)
        throw new Error(`not stored: ${response.status} ${JSON.stringify(reply).slice(0, 300)}`);
    },
    close: async () => {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}
