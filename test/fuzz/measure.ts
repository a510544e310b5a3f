import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** How far a fuzzing run goes. The seed is printed, so that a failure can be had again: YICEDA_FUZZ_SEED=… */
export type FuzzRun = { readonly seed: number; readonly runs: number };

/**
 * A run of `runs` inputs. Everyday tests have a fixed seed, so that they fail for a change and not by chance; the soak
 * draws one. YICEDA_FUZZ_SEED sets it, YICEDA_FUZZ_SCALE multiplies the inputs.
 */
export function fuzzRun(name: string, runs: number, seed: number = 20_220_410): FuzzRun {
  const scale = Number(process.env['YICEDA_FUZZ_SCALE'] ?? 1);
  const asked = process.env['YICEDA_FUZZ_SEED'];
  const run = { seed: asked === undefined ? seed : Number(asked), runs: Math.max(1, Math.round(runs * scale)) };
  process.stdout.write(`fuzz ${name}: ${run.runs} inputs, YICEDA_FUZZ_SEED=${run.seed}\n`);
  return run;
}

/** For a whole run in `npm test`: the runners' own limits are for tests of a few inputs. */
export const runLimitMs = 240_000;

export function drawnSeed(): number {
  return Math.floor(Math.random() * 0x7fff_ffff);
}

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Bytes that are still held after everything that can be thrown away was. */
export function heldBytes(): number {
  collect();
  collect();
  const { heapUsed, external, arrayBuffers } = process.memoryUsage();
  return heapUsed + external + arrayBuffers;
}

/**
 * Watches that memory stays flat: what is held a quarter of the way in is compared with what is held at the end. What a
 * program learns to hold (compiled code, statements, caches with a bound) is there by then; what leaks goes on.
 */
export function flatMemory(runs: number) {
  let done = 0;
  let early = 0;
  const from = Math.ceil(runs / 4);
  return {
    step: (): void => {
      done += 1;
      if (done === from) early = heldBytes();
    },
    /** Bytes that were added in the last three quarters. */
    grown: (): number => heldBytes() - early,
  };
}

/** How long one input may take at most, in ms: many times what the slowest needs, on a machine that has other work too. */
export const inputLimitMs = 45_000;
