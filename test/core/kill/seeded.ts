/** A random sequence that a failure can be replayed from: numbers from 0 up to 1. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** The seed of a randomised test: YICEDA_SEED where it is set, printed in any case so that a failure can be replayed. */
export function seedOf(fixed: number, name: string): number {
  const asked = Number(process.env['YICEDA_SEED'] ?? '');
  const seed = Number.isInteger(asked) && asked > 0 ? asked : fixed;
  console.info(`${name}: seed ${seed} (YICEDA_SEED=${seed} replays it)`);
  return seed;
}
