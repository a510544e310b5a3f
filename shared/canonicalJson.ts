/** Values that canonical JSON is defined for. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/**
 * The one text of a JSON value, by the rules of RFC 8785 (JCS): object keys sorted by UTF-16 code units, no white
 * space, ECMAScript number and string forms. Two sides that hash this text agree whenever the values agree.
 * Throws a TypeError on numbers that JSON cannot hold; keys whose value is `undefined` are left out.
 */
export function canonicalJson(value: JsonValue | undefined): string {
  // A copy in the right order that is written at once is twice as fast as a text put together from pieces.
  const copy = inOrder(value);
  return copy === unordered ? written(value) : JSON.stringify(copy);
}

/** Stands for an object whose keys JavaScript puts in an order of its own. */
const unordered = Symbol('unordered');

/** The value with its keys in order; `unordered` where an object cannot have them so. */
function inOrder(value: unknown): unknown {
  if (typeof value === 'string' || value === null || typeof value === 'boolean') return value;
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError(`canonical JSON has no ${value}`);
    return value;
  }
  if (typeof value !== 'object') throw new TypeError(`canonical JSON has no ${typeof value}`);
  if (Array.isArray(value)) {
    const items = value.map(inOrder);
    return items.includes(unordered) ? unordered : items;
  }
  const object = value as { readonly [key: string]: unknown };
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(object).sort()) {
    const member = object[key];
    if (member === undefined) continue;
    // Keys that are numbers go before all others in every object, and this one is no key there.
    if (isDigit(key.charCodeAt(0)) || key === '__proto__') return unordered;
    const ordered = inOrder(member);
    if (ordered === unordered) return unordered;
    copy[key] = ordered;
  }
  return copy;
}

const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;

/** The same, piece by piece, whatever the keys are. */
function written(value: JsonValue | undefined): string {
  if (value === undefined || value === null || typeof value !== 'object') return JSON.stringify(inOrder(value));
  if (Array.isArray(value)) return `[${value.map((item: JsonValue) => written(item)).join(',')}]`;
  const object = value as { readonly [key: string]: JsonValue | undefined };
  const members = Object.keys(object)
    .filter((key) => object[key] !== undefined)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${written(object[key])}`);
  return `{${members.join(',')}}`;
}
