/** Random numbers that come the same from the same seed (xorshift and multiply, 32 bits). */
export type Chance = {
  /** From 0 up to, not including, 1. */
  readonly next: () => number;
  /** A whole number from `least` to `most`, both included. */
  readonly whole: (least: number, most: number) => number;
  readonly between: (least: number, most: number) => number;
  /** About -3 to 3, mean 0, deviation 1. */
  readonly normal: () => number;
  readonly pick: <T>(list: readonly [T, ...T[]]) => T;
};

export function chanceOf(seed: number): Chance {
  let state = (seed ^ 0x9e3779b9) >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  const between = (least: number, most: number) => least + (most - least) * next();
  const whole = (least: number, most: number) => Math.floor(between(least, most + 1));
  return {
    next,
    between,
    whole,
    normal: () => (next() + next() + next() + next() - 2) * Math.sqrt(3),
    pick: (list) => list[whole(0, list.length - 1)] ?? list[0],
  };
}
