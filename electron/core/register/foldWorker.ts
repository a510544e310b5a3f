/** The entry of the thread that folds a register's log while the desk goes on. */
import { workerData } from 'node:worker_threads';
import { foldLog, type OpenOptions } from '../../db/open.ts';

foldLog(workerData as OpenOptions);
