import type { CodeFormat } from '../decode/decoder.ts';
import type { FileProblem } from './pictureFile.ts';

/** What the window asks of the worker that reads pictures; one thing at a time. */
export type ReadJob =
  | { readonly kind: 'frame'; readonly id: number; readonly bitmap: ImageBitmap }
  | { readonly kind: 'picture'; readonly id: number; readonly file: Blob };

/** What was read, as the desk gets it; null where no code was read. */
export type Read = { readonly text: string; readonly format: CodeFormat };

/** What the worker says: once that it is ready or cannot be, then one answer a job. */
export type WorkerWord =
  | { readonly kind: 'ready' }
  | { readonly kind: 'failed' }
  | { readonly kind: 'read'; readonly id: number; readonly read: Read | null }
  | { readonly kind: 'refused'; readonly id: number; readonly problem: FileProblem };
