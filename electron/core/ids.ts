const poolBytes = 4_096;

/** Cryptographically random bytes, drawn from the system by the page: a list of people asks for them a million times. */
export function createRandom(draw: (byteCount: number) => Uint8Array): (byteCount: number) => Uint8Array {
  let pool: Uint8Array = new Uint8Array(0);
  let used = 0;
  return (byteCount) => {
    if (byteCount > poolBytes / 16) return draw(byteCount);
    if (used + byteCount > pool.length) {
      pool = draw(poolBytes);
      used = 0;
    }
    const bytes = new Uint8Array(pool.subarray(used, used + byteCount));
    // What was handed out may be part of a key.
    pool.fill(0, used, used + byteCount);
    used += byteCount;
    return bytes;
  };
}
