import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { StatsReply } from '../../shared/central.ts';
import { root } from './window.ts';

const startLimitMs = 120_000;

export type CentralChild = {
  readonly url: string;
  readonly token: string;
  /** What the service itself counts for this station's site. */
  readonly stats: () => Promise<StatsReply>;
  readonly stop: () => Promise<void>;
};

/** The embedded central service in a process of its own, its data in `folder`; it comes back under the same address. */
export async function startCentral(folder: string): Promise<CentralChild> {
  const child = spawn(
    process.execPath,
    [join(root, 'central', 'main.ts'), 'serve', '--embedded', '--data', folder, '--port', '0'],
    { cwd: root, stdio: ['pipe', 'pipe', 'ignore'] },
  );
  const { listening: url, stationToken: token } = await firstLine(child);
  return {
    url,
    token,
    stats: async () => {
      const response = await fetch(`${url}/v1/stats`, { headers: { authorization: `Bearer ${token}` } });
      if (!response.ok) throw new Error(`the service answers ${response.status}`);
      return (await response.json()) as StatsReply;
    },
    stop: () => end(child),
  };
}

function firstLine(child: ChildProcess): Promise<{ readonly listening: string; readonly stationToken: string }> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('the central service did not start in time')), startLimitMs);
    child.once('exit', (code) => reject(new Error(`the central service ended with ${code}`)));
    if (child.stdout === null) throw new Error('no output to read');
    createInterface({ input: child.stdout }).once('line', (line) => {
      clearTimeout(timer);
      resolve(JSON.parse(line) as { listening: string; stationToken: string });
    });
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}
