import { Worker } from 'node:worker_threads';
import { StationError } from '../../../shared/errors.ts';
import type { CopyJob, CopyResult, CopyStep, FromCopyWorker } from './copyWork.ts';

export type RunningCopy = {
  readonly result: Promise<CopyResult>;
  /** Ends it as soon as SQLite lets go; `result` then fails with CANCELLED. */
  readonly cancel: () => Promise<void>;
};

/** Built, everything of a process lies in one folder as JavaScript; from the sources the worker stands beside this file. */
const entry = new URL(import.meta.url.endsWith('.ts') ? './copyWorker.ts' : './copyWorker.js', import.meta.url);

/** Copies in a thread of its own, so that the desk goes on. The key is handed over in memory. */
export function startCopy(job: CopyJob, at: (step: CopyStep) => void = () => {}): RunningCopy {
  const worker = new Worker(entry, { workerData: job });
  let isCancelled = false;
  const result = new Promise<CopyResult>((resolve, reject) => {
    worker.on('message', (message: FromCopyWorker) => {
      if (isCancelled) return;
      if (message.kind === 'step') at(message.step);
      else if (message.kind === 'done') resolve(message.value);
      else reject(new StationError(message.failure.code, message.failure.params, message.failure.field));
    });
    worker.on('error', reject);
    worker.on('exit', () => reject(isCancelled ? new StationError('CANCELLED') : new Error('the copy ended early')));
  });
  // Whoever cancels does not always wait for the result.
  result.catch(() => {});
  return {
    result,
    cancel: async () => {
      isCancelled = true;
      await worker.terminate();
    },
  };
}
