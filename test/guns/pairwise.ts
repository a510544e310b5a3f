/** A choice of one value for each axis. */
export type Choice<A extends Readonly<Record<string, readonly unknown[]>>> = {
  readonly [K in keyof A]: A[K][number];
};

/** A small seeded generator (mulberry32): numbers from 0 to 1, always the same for the same seed. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The same values in a seeded order. */
function shuffled<T>(values: readonly T[], random: () => number): T[] {
  const left = [...values];
  const order: T[] = [];
  while (left.length > 0) order.push(...left.splice(Math.floor(random() * left.length), 1));
  return order;
}

type Places = readonly number[];
type Partial = (number | null)[];

/**
 * Rows in which every two values of different axes meet at least once, where they may meet at all. Greedy: each row
 * begins with a pair that is still missing and takes on each further axis what brings in the most missing pairs.
 * `isAllowed` is asked with rows that are not full yet, too: it must not refuse what can still become right.
 */
export function pairwise<A extends Readonly<Record<string, readonly unknown[]>>>(
  axes: A,
  seed: number,
  isAllowed: (row: Readonly<{ [K in keyof A]?: A[K][number] }>) => boolean,
): Choice<A>[] {
  const random = seeded(seed);
  const names = Object.keys(axes) as (keyof A & string)[];
  const sizes = names.map((name) => axes[name]?.length ?? 0);
  const rowOf = (places: Partial) =>
    Object.fromEntries(
      names.flatMap((name, axis) => {
        const place = places[axis];
        return place === null || place === undefined ? [] : [[name, axes[name]?.[place]]];
      }),
    ) as Choice<A>;
  const isPossible = (places: Partial) => isAllowed(rowOf(places));
  const keyOf = (axis: number, place: number, other: number, otherPlace: number) =>
    axis < other ? `${axis}:${place} ${other}:${otherPlace}` : `${other}:${otherPlace} ${axis}:${place}`;

  const missing = new Map<string, Places>();
  for (let axis = 0; axis < sizes.length; axis++) {
    for (let other = axis + 1; other < sizes.length; other++) {
      for (let place = 0; place < (sizes[axis] ?? 0); place++) {
        for (let otherPlace = 0; otherPlace < (sizes[other] ?? 0); otherPlace++) {
          missing.set(keyOf(axis, place, other, otherPlace), [axis, place, other, otherPlace]);
        }
      }
    }
  }
  const gain = (places: Partial, axis: number, place: number) =>
    places.filter((each, other) => each !== null && missing.has(keyOf(axis, place, other, each))).length;

  /** Fills the axes that are open; null where nothing fits. */
  function fill(places: Partial, open: readonly number[]): Partial | null {
    const [axis, ...rest] = open;
    if (axis === undefined) return places;
    const candidates = shuffled([...Array(sizes[axis] ?? 0).keys()], random)
      .map((place) => ({ place, gain: gain(places, axis, place) }))
      .sort((a, b) => b.gain - a.gain);
    for (const { place } of candidates) {
      const next = places.with(axis, place);
      if (!isPossible(next)) continue;
      const whole = fill(next, rest);
      if (whole !== null) return whole;
    }
    return null;
  }

  const rows: Choice<A>[] = [];
  for (const [key, [axis = 0, place = 0, other = 0, otherPlace = 0]] of shuffled([...missing], random)) {
    if (!missing.has(key)) continue;
    const start: Partial = sizes.map(() => null);
    start[axis] = place;
    start[other] = otherPlace;
    const open = shuffled([...sizes.keys()], random).filter((each) => each !== axis && each !== other);
    const whole = isPossible(start) ? fill(start, open) : null;
    if (whole === null) {
      missing.delete(key);
      continue;
    }
    for (let one = 0; one < whole.length; one++) {
      for (let two = one + 1; two < whole.length; two++) {
        missing.delete(keyOf(one, whole[one] ?? 0, two, whole[two] ?? 0));
      }
    }
    rows.push(rowOf(whole));
  }
  return rows;
}
