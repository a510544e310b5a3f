/** The entry of the thread that copies a register while the desk goes on. It reads; only its own copy is written. */
import { parentPort, workerData } from 'node:worker_threads';
import { StationError } from '../../../shared/errors.ts';
import type { CopyJob, FromCopyWorker } from './copyWork.ts';
import { doCopyWork } from './copyWork.ts';

const tell = (message: FromCopyWorker) => parentPort?.postMessage(message);

try {
  tell({ kind: 'done', value: doCopyWork(workerData as CopyJob, (step) => tell({ kind: 'step', step })) });
} catch (error) {
  if (error instanceof StationError) tell({ kind: 'failed', failure: error.failure });
  else throw error;
}
