import type { Read, ReadJob, WorkerWord } from './messages.ts';
import { type FileProblem, mostBytes } from './pictureFile.ts';

export type ReaderState = 'loading' | 'ready' | 'restarting' | 'failed';

/** What came of a job. `gone`: the worker ended under it, or the reader was closed. */
export type ReadAnswer =
  | { readonly kind: 'read'; readonly read: Read | null }
  | { readonly kind: 'refused'; readonly problem: FileProblem }
  | { readonly kind: 'gone' };

/** A worker that says nothing for so long hangs; loading and the largest picture on a slow PC are far quicker, ms. */
const patienceMs = 30_000;
/** A worker that ends this often within the time is not started again by itself. */
const mostDeaths = 3;
const deathsWithinMs = 60_000;

export type PictureReader = {
  readonly state: () => ReaderState;
  /** Whether a job would begin at once. */
  readonly isFree: () => boolean;
  /** A frame is read at once or, when something else is being read, not at all; its bitmap is used up either way. */
  readonly readFrame: (bitmap: ImageBitmap) => Promise<ReadAnswer>;
  /** A picture file waits for its turn. */
  readonly readPicture: (file: Blob) => Promise<ReadAnswer>;
  /** Starts again after it has failed. */
  readonly startAgain: () => void;
  readonly close: () => void;
};

type Waiting = { readonly job: ReadJob; readonly done: (answer: ReadAnswer) => void };

/** The window's end of the worker that reads pictures. One job at a time; a worker that dies is started again. */
export function createPictureReader(onState: (state: ReaderState) => void): PictureReader {
  let state: ReaderState = 'loading';
  let worker: Worker | null = null;
  let running: Waiting | null = null;
  let queue: Waiting[] = [];
  let deaths: number[] = [];
  let lastId = 0;
  let isClosed = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function become(next: ReaderState): void {
    state = next;
    if (!isClosed) onState(next);
  }

  function watch(): void {
    clearTimeout(timer);
    timer = setTimeout(died, patienceMs);
  }

  function start(): void {
    const fresh = new Worker(new URL('./decodeWorker.ts', import.meta.url), { type: 'module' });
    worker = fresh;
    fresh.onmessage = ({ data }: MessageEvent<WorkerWord>) => {
      if (worker === fresh) hear(data);
    };
    fresh.onerror = (event) => {
      event.preventDefault();
      if (worker === fresh) died();
    };
    watch();
  }

  function stop(): void {
    clearTimeout(timer);
    worker?.terminate();
    worker = null;
    running?.done({ kind: 'gone' });
    running = null;
  }

  function fail(): void {
    stop();
    for (const { done } of queue) done({ kind: 'gone' });
    queue = [];
    become('failed');
  }

  function died(): void {
    const now = performance.now();
    deaths = [...deaths.filter((at) => now - at < deathsWithinMs), now];
    // Before it was ever ready it would only fail again.
    if (deaths.length > mostDeaths || state === 'loading') {
      fail();
      return;
    }
    stop();
    become('restarting');
    start();
  }

  function hear(word: WorkerWord): void {
    if (word.kind === 'failed') {
      fail();
      return;
    }
    if (word.kind === 'ready') {
      clearTimeout(timer);
      become('ready');
    } else if (running !== null && running.job.id === word.id) {
      clearTimeout(timer);
      const { done } = running;
      running = null;
      done(word.kind === 'read' ? { kind: 'read', read: word.read } : { kind: 'refused', problem: word.problem });
    }
    next();
  }

  function next(): void {
    if (state !== 'ready' || worker === null || running !== null) return;
    const first = queue.shift();
    if (first === undefined) return;
    running = first;
    watch();
    worker.postMessage(first.job, first.job.kind === 'frame' ? [first.job.bitmap] : []);
  }

  function ask(job: ReadJob): Promise<ReadAnswer> {
    return new Promise((done) => {
      queue.push({ job, done });
      next();
    });
  }

  start();
  const isFree = (): boolean => state === 'ready' && running === null && queue.length === 0;
  return {
    state: () => state,
    isFree,
    readFrame: async (bitmap) => {
      if (!isFree()) {
        bitmap.close();
        return { kind: 'gone' };
      }
      lastId += 1;
      return ask({ kind: 'frame', id: lastId, bitmap });
    },
    readPicture: async (file) => {
      // Not even handed over: the worker would have to read it whole to say the same.
      if (file.size > mostBytes) return { kind: 'refused', problem: 'tooLarge' };
      if (isClosed || state === 'failed') return { kind: 'gone' };
      lastId += 1;
      return ask({ kind: 'picture', id: lastId, file });
    },
    startAgain: () => {
      if (isClosed || state !== 'failed') return;
      deaths = [];
      become('loading');
      start();
    },
    close: () => {
      isClosed = true;
      stop();
      for (const { done } of queue) done({ kind: 'gone' });
      queue = [];
    },
  };
}
