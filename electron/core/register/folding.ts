import { Worker } from 'node:worker_threads';
import type { OpenOptions } from '../../db/open.ts';
import type { Log } from '../station.ts';

export type Folding = {
  /** Settles when what was in the register's log at its beginning is in the register; never rejects. */
  readonly fold: () => Promise<void>;
  /** Waits for the one that is under way; none begins after it. */
  readonly stop: () => Promise<void>;
};

/** Built, everything of a process lies in one folder as JavaScript; from the sources the worker stands beside this file. */
const entry = new URL(import.meta.url.endsWith('.ts') ? './foldWorker.ts' : './foldWorker.js', import.meta.url);

/**
 * Folds the log of an open register in a thread of its own: what it syncs may be a hundred megabytes, and a scan would
 * wait for it. Where it fails nothing is lost: the log stays as it is, for the register's own.
 */
export function createFolding(options: OpenOptions, log: Log): Folding {
  let running: Promise<void> | null = null;
  let isStopped = false;
  const start = (): Promise<void> =>
    new Promise((resolve) => {
      const worker = new Worker(entry, { workerData: options });
      worker.on('error', (error) =>
        log('register.notFolded', { code: 'code' in error ? String(error.code) : error.name }),
      );
      worker.on('exit', () => resolve());
    });
  return {
    fold: () => {
      if (isStopped) return Promise.resolve();
      running ??= start().finally(() => {
        running = null;
      });
      return running;
    },
    stop: async () => {
      isStopped = true;
      await running;
    },
  };
}
