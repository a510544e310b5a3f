import type { Effort, EngineName } from './decoder.ts';
import type { Gray, Look } from './engine.ts';
import { enlarged, halved, turned } from './gray.ts';

/** One attempt at a picture. */
export type Attempt = { readonly engine: EngineName; readonly gray: Gray; readonly look: Look };

const full: Look = { harder: true, inverted: true, threshold: 'local', denoise: false };
const plain: Look = { harder: false, inverted: false, threshold: 'local', denoise: false };

/** Pixels that the attempts at one picture may cost in all: what bounds the time, the same on every machine. */
const budget = 40_000_000;

/**
 * The attempts at a picture, the most promising first; each copy of the picture is made only when its turn comes. A frame
 * gets one, since the next frame comes at once; a picture gets smaller, larger and turned copies as well.
 */
export function* looksFor(gray: Gray, effort: Effort): Generator<Attempt, void, undefined> {
  if (effort === 'frame') {
    yield { engine: 'zxing-wasm', gray, look: full };
    return;
  }
  let left = budget;
  const affordable = (attempt: Attempt) => {
    left -= attempt.gray.data.length;
    return left >= 0 ? attempt : null;
  };
  for (const attempt of pictureLooks(gray)) {
    const next = affordable(attempt);
    if (next !== null) yield next;
  }
}

function* pictureLooks(gray: Gray): Generator<Attempt, void, undefined> {
  const wasm = (copy: Gray, look: Partial<Look> = {}): Attempt => ({
    engine: 'zxing-wasm',
    gray: copy,
    look: { ...full, ...look },
  });
  yield wasm(gray);
  const half = halved(gray);
  if (half !== null) yield wasm(half);
  const quarter = half === null ? null : halved(half);
  if (quarter !== null) yield wasm(quarter);
  yield wasm(gray, { threshold: 'global' });
  yield wasm(gray, { denoise: true });
  if (gray.data.length <= 1_500_000) {
    yield wasm(enlarged(gray, 2, 20));
    if (gray.data.length <= 200_000) yield wasm(enlarged(gray, 3, 30));
  }
  const base = gray.data.length > 2_000_000 && half !== null ? half : gray;
  yield { engine: '@zxing/library', gray: base, look: { ...plain, harder: true, inverted: true } };
  for (const degrees of [22.5, 45, 67.5]) yield wasm(turned(base, degrees));
}
