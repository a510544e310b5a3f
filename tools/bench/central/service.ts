import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { type CentralRecord, routes } from '../../../shared/central.ts';

const main = path.resolve(import.meta.dirname, '../../../central/main.ts');

export type Served = {
  /** Posts one batch; throws unless every record was stored. */
  readonly post: (token: string, records: readonly CentralRecord[]) => Promise<void>;
  readonly get: (token: string, path: string) => Promise<unknown>;
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

/** A station's token, by the service's own command. */
export async function enrolled(databaseUrl: string, site: string, station: string): Promise<string> {
  const child = run(['enrol', '--site', site, '--station', station], databaseUrl);
  const line = await firstLine(child);
  return (JSON.parse(line) as { stationToken: string }).stationToken;
}

/** The service as a process of its own, as it is run for a city. */
export async function served(databaseUrl: string): Promise<Served> {
  const child = run(['serve', '--port', '0'], databaseUrl);
  const { listening } = JSON.parse(await firstLine(child)) as { listening: string };
  // What it says later must not fill the pipe.
  child.stdout.resume();
  let batches = 0;
  return {
    post: async (token, records) => {
      batches += 1;
      const response = await fetch(`${listening}${routes.batches}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ batchId: `bench-${batches}`, installationId: 'bench', sentAtMs: Date.now(), records }),
      });
      const reply = (await response.json()) as { receipts?: { status: string }[] };
      if (!response.ok || reply.receipts?.some(({ status }) => status !== 'stored') !== false)
        throw new Error(`not stored: ${response.status} ${JSON.stringify(reply).slice(0, 300)}`);
    },
    get: async (token, where) => {
      const response = await fetch(`${listening}${where}`, { headers: { authorization: `Bearer ${token}` } });
      if (!response.ok) throw new Error(`${where}: ${response.status}`);
      return response.json();
    },
    close: async () => {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}
