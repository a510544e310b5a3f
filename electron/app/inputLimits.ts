/** The largest input that any call has: two scans of 8,192 characters, escapes and all, with room to spare. */
export const inputLimits = { bytes: 64 * 1024, depth: 8, values: 4_000 } as const;

/**
 * Why an input is refused before its schema looks at it, or null. What crossed the process boundary may hold what JSON
 * cannot (maps, dates, buffers, circles): only plain values pass. Stops counting as soon as a limit is met.
 */
export function inputProblem(
  input: unknown,
  limits: typeof inputLimits = inputLimits,
): 'too large' | 'too deep' | 'not plain' | null {
  let bytes = 0;
  let values = 0;
  const look = (value: unknown, depth: number): 'too large' | 'too deep' | 'not plain' | null => {
    values += 1;
    if (values > limits.values) return 'too large';
    switch (typeof value) {
      case 'string':
        // At most three bytes of UTF-8 for each UTF-16 unit: the cheap bound first.
        bytes += value.length * 3 > limits.bytes ? Buffer.byteLength(value) : value.length * 3;
        return bytes > limits.bytes ? 'too large' : null;
      case 'number':
      case 'boolean':
      case 'undefined':
        bytes += 8;
        return bytes > limits.bytes ? 'too large' : null;
      case 'object':
        break;
      default:
        return 'not plain';
    }
    if (value === null) return null;
    if (depth >= limits.depth) return 'too deep';
    if (Array.isArray(value)) {
      if (value.length > limits.values) return 'too large';
      for (const item of value) {
        const problem = look(item, depth + 1);
        if (problem !== null) return problem;
      }
      return null;
    }
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) return 'not plain';
    for (const [key, item] of Object.entries(value)) {
      bytes += key.length * 3;
      const problem = look(item, depth + 1);
      if (problem !== null) return problem;
    }
    return bytes > limits.bytes ? 'too large' : null;
  };
  return look(input, 0);
}
