import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../../central/main.ts', import.meta.url));

export type RestartingService = {
  /** The same in each of its lives. */
  readonly url: () => string;
  readonly isUp: () => boolean;
  readonly start: () => Promise<void>;
  /** By SIGKILL. */
  readonly kill: () => Promise<void>;
};

/** The service as a process of its own, which comes back at the same address after each kill. */
export function restartingService(databaseUrl: string): RestartingService {
  let child: ReturnType<typeof run> | null = null;
  let url = '';
  const run = (port: string) =>
    spawn(process.execPath, [main, 'serve', '--port', port], {
      env: { ...process.env, DATABASE_URL: databaseUrl },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  return {
    url: () => url,
    isUp: () => child !== null,
    start: async () => {
      const started = run(url === '' ? '0' : new URL(url).port);
      let said = '';
      for await (const text of started.stdout.setEncoding('utf8')) {
        said += text;
        if (said.includes('\n')) break;
      }
      if (!said.includes('\n')) throw new Error('the service ended without a word');
      url = (JSON.parse(said.slice(0, said.indexOf('\n'))) as { listening: string }).listening;
      child = started;
    },
    kill: async () => {
      const dying = child;
      if (dying === null) return;
      child = null;
      const dead = once(dying, 'exit');
      dying.kill('SIGKILL');
      await dead;
    },
  };
}
