import { barRegions, barTurns } from './bars.ts';
import type { Effort, EngineName } from './decoder.ts';
import type { Gray, Look } from './engine.ts';
import { cropped, enlarged, evened, halved, inverse, sharpened, softened, stretched, turned } from './gray.ts';

/** One attempt at a picture. */
export type Attempt = { readonly engine: EngineName; readonly gray: Gray; readonly look: Look };

const full: Look = { harder: true, inverted: true, threshold: 'local', denoise: false };

/** Pixels that the attempts at one picture may cost in all: what bounds the time in the usual case, the same on every machine. */
const budget = 32_000_000;

/** Pixels of the largest copy that is sharpened, turned and so on; larger ones are halved first. */
const mostWorked = 3_200_000;

/**
 * The attempts at a picture, the most promising first; each copy of the picture is made only when its turn comes. A frame
 * gets one, since the next frame comes at once; a picture gets turned, sharpened, evened, larger and smaller copies too.
 */
export function* looksFor(original: Gray, effort: Effort): Generator<Attempt, void, undefined> {
  const gray = stretched(original);
  if (effort === 'frame') {
    yield { engine: 'zxing-wasm', gray, look: full };
    return;
  }
  let left = budget;
  for (const attempt of pictureLooks(gray, original)) {
    yield attempt;
    left -= attempt.gray.data.length * (attempt.engine === '@zxing/library' ? 5 : 1);
    if (left <= 0) return;
  }
}

function* pictureLooks(gray: Gray, original: Gray): Generator<Attempt, void, undefined> {
  yield wasm(gray);
  let base = gray;
  while (base.data.length > mostWorked) {
    const half = halved(base);
    if (half === null) break;
    base = half;
    yield wasm(base);
  }
  const isSmall = base.data.length <= 700_000;
  const turns = barTurns(base);
  for (const degrees of turns) yield wasm(turned(base, degrees));
  yield* barLooks(gray, base);
  yield wasm(sharpened(base, 3, 3));
  yield wasm(evened(base));
  if (isSmall) {
    const large = enlarged(base, 2, 20);
    yield wasm(large);
    yield wasm(sharpened(large, 4, 4));
  }
  yield wasm(inverse(base));
  if (gray !== original) yield wasm(original);
  for (const degrees of turns) {
    yield wasm(turned(sharpened(base, 2, 2), degrees));
    yield wasm(turned(inverse(base), degrees));
  }
  yield wasm(softened(base, 1));
  yield wasm(base, { denoise: true });
  yield wasm(base, { threshold: 'global' });
  const half = halved(base);
  if (half !== null) {
    yield wasm(half);
    yield wasm(sharpened(half, 1, 3));
    yield { engine: '@zxing/library', gray: isSmall ? base : half, look: full };
  }
  if (base.data.length <= 150_000) yield wasm(enlarged(base, 4, 40));
}

/** Bars among other things: cut out, so that what is around them does not say how they are turned. */
function* barLooks(gray: Gray, base: Gray): Generator<Attempt, void, undefined> {
  const scale = gray.width / base.width;
  for (const { left, top, right, bottom } of barRegions(base)) {
    const isNearlyAll = (right - left) * (bottom - top) > 0.8 * base.data.length;
    if (isNearlyAll) continue;
    const region = { left: left * scale, top: top * scale, right: right * scale, bottom: bottom * scale };
    const whole = cropped(gray, region);
    const crop =
      whole !== null && whole.data.length <= mostWorked ? whole : cropped(base, { left, top, right, bottom });
    if (crop === null) continue;
    for (const degrees of barTurns(crop).slice(0, 1)) {
      const upright = turned(crop, degrees);
      yield wasm(upright);
      if (upright.data.length <= 500_000) yield wasm(sharpened(enlarged(upright, 2, 0), 4, 3));
    }
  }
}

function wasm(gray: Gray, look: Partial<Look> = {}): Attempt {
  return { engine: 'zxing-wasm', gray, look: { ...full, ...look } };
}
