import { createInterface } from 'node:readline';
import { utilityProcess } from 'electron';
import type { Log } from './log.ts';

/** A process of our own beside this one, as its host sees it. */
type Forked<To, From> = {
  readonly post: (message: To) => void;
  readonly onMessage: (listener: (message: From) => void) => void;
  /** Called once, with the exit code where the system says it. */
  readonly onExit: (listener: (exitCode: number | null) => void) => void;
  readonly kill: () => void;
};

/**
 * Starts a utility process. What it prints goes to the log line by line, redacted there like everything else, as
 * `<name>.said`.
 */
export function forkProcess<To, From>(entry: string, name: 'core' | 'guns', log: Log): Forked<To, From> {
  const child = utilityProcess.fork(entry, [], {
    serviceName: `yiceda-${name}`,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: childEnvironment(process.env),
  });
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream as NodeJS.ReadableStream }).on('line', (line) =>
      log(`${name}.said`, { message: line }),
    );
  }
  child.once('spawn', () => log(`${name}.spawned`, { pid: child.pid ?? 0 }));
  return {
    post: (message) => child.postMessage(message),
    onMessage: (listener) => child.on('message', (message: From) => listener(message)),
    onExit: (listener) => child.once('exit', (exitCode) => listener(exitCode)),
    kill: () => {
      // Not child.kill(), which asks: a process that hangs does not hear it.
      if (child.pid === undefined) child.kill();
      else endNow(child.pid);
    },
  };
}

function endNow(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It is gone already.
  }
}

/** They get everything by their first message; of the environment they need only what the system's libraries read. */
function childEnvironment(env: NodeJS.ProcessEnv): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of ['PATH', 'HOME', 'USERPROFILE', 'SystemRoot', 'TEMP', 'TMP', 'TMPDIR', 'LANG', 'LC_ALL', 'TZ']) {
    const value = env[name];
    if (value !== undefined) kept[name] = value;
  }
  return kept;
}
