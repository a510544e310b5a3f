/** The worker that reads pictures, so that the screen never waits for a decoder. It talks to nobody but our own page. */
import wasmUrl from 'zxing-wasm/reader/zxing_reader.wasm?url';
import { createDecoder } from '../decode/createDecoder.ts';
import type { Decoder, Effort, Picture } from '../decode/decoder.ts';
import { scanText } from '../decode/scanText.ts';
import type { Read, ReadJob, WorkerWord } from './messages.ts';
import { fileProblem } from './pictureFile.ts';
import { fittedSize } from './region.ts';

/** A larger picture is made smaller before it is searched: a code in it is still many pixels a module. */
const mostSearched = 12_000_000;

/** What is used of a worker's own global scope; the window's types do not know it. */
const scope = self as unknown as {
  postMessage(word: WorkerWord): void;
  onmessage: ((event: MessageEvent<ReadJob>) => void) | null;
};

let canvas: OffscreenCanvas | null = null;

function pixelsOf(bitmap: ImageBitmap): Picture | null {
  const { width, height } = fittedSize(bitmap.width, bitmap.height, mostSearched);
  if (canvas === null || canvas.width !== width || canvas.height !== height)
    canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) return null;
  // What is transparent is paper.
  context.fillStyle = '#fff';
  context.fillRect(0, 0, width, height);
  context.drawImage(bitmap, 0, 0, width, height);
  return context.getImageData(0, 0, width, height);
}

function readBitmap(decoder: Decoder, bitmap: ImageBitmap, effort: Effort): Read | null {
  let picture: Picture | null;
  try {
    picture = pixelsOf(bitmap);
  } finally {
    bitmap.close();
  }
  const decoded = picture === null ? null : decoder.decode(picture, effort);
  return decoded === null ? null : { text: scanText(decoded), format: decoded.format };
}

async function readFile(decoder: Decoder, id: number, file: Blob): Promise<WorkerWord> {
  let bitmap: ImageBitmap;
  try {
    const problem = fileProblem(new Uint8Array(await file.arrayBuffer()));
    if (problem !== null) return { kind: 'refused', id, problem };
    bitmap = await createImageBitmap(file);
  } catch {
    // It begins like a picture and is none, or cannot be read at all.
    return { kind: 'refused', id, problem: 'notPicture' };
  }
  const read = readBitmap(decoder, bitmap, 'picture');
  // A large picture's canvas is not kept for small frames.
  canvas = null;
  return { kind: 'read', id, read };
}

async function start(): Promise<void> {
  let decoder: Decoder;
  try {
    const answer = await fetch(wasmUrl);
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    decoder = await createDecoder(await answer.arrayBuffer());
  } catch {
    scope.postMessage({ kind: 'failed' });
    return;
  }
  scope.onmessage = ({ data: job }) => {
    if (job.kind === 'frame') {
      scope.postMessage({ kind: 'read', id: job.id, read: readBitmap(decoder, job.bitmap, 'frame') });
    } else {
      void readFile(decoder, job.id, job.file).then((word) => scope.postMessage(word));
    }
  };
  scope.postMessage({ kind: 'ready' });
}

void start();
