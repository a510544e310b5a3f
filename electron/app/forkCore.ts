import { createInterface } from 'node:readline';
import { utilityProcess } from 'electron';
import type { CoreChild } from './coreHost.ts';
import type { FromCore } from './coreMessages.ts';
import type { Log } from './log.ts';

/** Starts core in a utility process. What it prints goes to the log line by line, redacted there like everything else. */
export function forkCore(entry: string, log: Log): CoreChild {
  const child = utilityProcess.fork(entry, [], {
    serviceName: 'yiceda-core',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: coreEnvironment(process.env),
  });
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream as NodeJS.ReadableStream }).on('line', (line) =>
      log('core.said', { message: line }),
    );
  }
  child.once('spawn', () => log('core.spawned', { pid: child.pid ?? 0 }));
  return {
    post: (message) => child.postMessage(message),
    onMessage: (listener) => child.on('message', (message: FromCore) => listener(message)),
    onExit: (listener) => child.once('exit', (exitCode) => listener(exitCode)),
    kill: () => {
      child.kill();
    },
  };
}

/** Core gets everything by its first message; of the environment it needs only what the system's libraries read. */
function coreEnvironment(env: NodeJS.ProcessEnv): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of ['PATH', 'HOME', 'USERPROFILE', 'SystemRoot', 'TEMP', 'TMP', 'TMPDIR', 'LANG', 'LC_ALL', 'TZ']) {
    const value = env[name];
    if (value !== undefined) kept[name] = value;
  }
  return kept;
}
