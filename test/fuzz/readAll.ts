import fc from 'fast-check';
import { type FuzzRun, flatMemory, inputLimitMs } from './measure.ts';
import type { Reader } from './readers.ts';

/** Gives one reader `runs` inputs. Throws at the first that breaks its rule or takes too long; answers how it went. */
export function readMany({ arbitrary, check, name }: Reader, { seed, runs }: FuzzRun) {
  const memory = flatMemory(runs);
  let slowestMs = 0;
  fc.assert(
    fc.property(arbitrary, (input) => {
      const startedMs = performance.now();
      check(input);
      const ms = performance.now() - startedMs;
      slowestMs = Math.max(slowestMs, ms);
      if (ms > inputLimitMs) throw new Error(`${name} took ${Math.round(ms)} ms`);
      memory.step();
    }),
    { seed, numRuns: runs },
  );
  return { slowestMs, grownBytes: memory.grown() };
}
