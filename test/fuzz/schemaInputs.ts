import fc from 'fast-check';
import type { z } from 'zod';
import { hostileText } from './hostileText.ts';

/** Values that a field of this name may well have at the moment: ids of rows that are there, paths that were chosen. */
export type Pool = (field: string) => readonly string[];

/** What is read of a zod schema's own description of itself. */
type Definition = {
  readonly type: string;
  readonly format?: string;
  readonly checks?: readonly { readonly _zod: { readonly def: Check } }[];
  readonly shape?: Readonly<Record<string, z.ZodType>>;
  readonly innerType?: z.ZodType;
  readonly element?: z.ZodType;
  readonly options?: readonly z.ZodType[];
  readonly entries?: Readonly<Record<string, string>>;
  readonly values?: readonly unknown[];
};
type Check = {
  readonly check: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly length?: number;
  readonly value?: number;
  readonly inclusive?: boolean;
  readonly pattern?: RegExp;
};

/**
 * Inputs that a schema takes, or nearly: within its lengths, ranges and patterns, hostile inside of them. Made from the
 * schema itself, so that a call that is added tomorrow is fuzzed tomorrow. Throws for a kind of schema it does not know.
 */
export function inputsOf(schema: z.ZodType, pool: Pool, field = ''): fc.Arbitrary<unknown> {
  const definition = (schema as unknown as { readonly _zod: { readonly def: Definition } })._zod.def;
  const inside = (inner: z.ZodType | undefined, name = field): fc.Arbitrary<unknown> => {
    if (inner === undefined) throw new Error(`a schema of type ${definition.type} without its inner one`);
    return inputsOf(inner, pool, name);
  };
  switch (definition.type) {
    case 'object': {
      const shape = definition.shape ?? {};
      const keys = Object.keys(shape);
      const required = keys.filter((key) => !isLeftOut(shape[key]));
      return fc.record(Object.fromEntries(keys.map((key) => [key, inside(shape[key], key)])), {
        requiredKeys: required,
      });
    }
    case 'string':
      return textOf(definition, knownOf(pool, field));
    case 'number':
      return numberOf(definition);
    case 'boolean':
      return fc.boolean();
    case 'enum':
      return fc.constantFrom(...Object.values(definition.entries ?? {}));
    case 'literal':
      return fc.constantFrom(...(definition.values ?? []));
    case 'array': {
      const { least, most } = lengthsOf(definition);
      const lengths = (more: number) => ({ minLength: least, maxLength: Math.min(most, least + more) });
      // Mostly as few as may be: each of them must be right for the call to get anywhere.
      return fc.oneof(
        { weight: 3, arbitrary: fc.array(inside(definition.element), lengths(least === 0 ? 1 : 0)) },
        { weight: 1, arbitrary: fc.array(inside(definition.element), lengths(8)) },
      );
    }
    case 'union':
      return fc.oneof(...(definition.options ?? []).map((option) => inside(option)));
    case 'nullable':
      return fc.option(inside(definition.innerType), { nil: null, freq: 3 });
    case 'optional':
    case 'default':
      return inside(definition.innerType);
    default:
      throw new Error(`no inputs are made for a schema of type ${definition.type} (${field})`);
  }
}

function isLeftOut(schema: z.ZodType | undefined): boolean {
  return schema?.safeParse(undefined).success ?? false;
}

function checksOf(definition: Definition): readonly Check[] {
  return (definition.checks ?? []).map((check) => check._zod.def);
}

function lengthsOf(definition: Definition): { readonly least: number; readonly most: number } {
  let least = 0;
  let most = 10_000;
  for (const check of checksOf(definition)) {
    if (check.check === 'min_length') least = check.minimum ?? 0;
    if (check.check === 'max_length') most = check.maximum ?? most;
    if (check.check === 'length_equals') {
      least = check.length ?? 0;
      most = least;
    }
  }
  return { least, most };
}

/** One of what is known at the moment that the input is made; a text that is nobody's while nothing is. */
function knownOf(pool: Pool, field: string): fc.Arbitrary<string> {
  return fc.nat().map((turn) => {
    const known = pool(field);
    return known[turn % Math.max(1, known.length)] ?? 'nobody';
  });
}

function textOf(definition: Definition, known: fc.Arbitrary<string>): fc.Arbitrary<string> {
  if (definition.format === 'uuid')
    return fc.oneof({ weight: 12, arbitrary: fc.uuid() }, { weight: 1, arbitrary: known });
  if (definition.format === 'url')
    return fc.oneof(
      fc.webUrl({ validSchemes: ['http', 'https', 'ftp', 'file', 'app'] }),
      fc.constantFrom(
        'http://127.0.0.1:9/',
        'https://u:p@a/',
        'http://[::1]:9',
        'javascript:1',
        'data:,x',
        'HTTPS://A',
      ),
    );
  const pattern = checksOf(definition).find((check) => check.pattern !== undefined)?.pattern;
  const { least, most } = lengthsOf(definition);
  if (pattern !== undefined) {
    const fits = fc.stringMatching(new RegExp(pattern.source, pattern.flags.replaceAll(/[gy]/g, '')));
    const days = fc.constantFrom('2022-04-10', '2022-04-09', '2024-02-29', '0001-01-01', '9999-12-31');
    return pattern.test('2022-04-10') ? fc.oneof({ weight: 9, arbitrary: days }, { weight: 1, arbitrary: fits }) : fits;
  }
  return hostileText(least, most, known);
}

function numberOf(definition: Definition): fc.Arbitrary<number> {
  let least = -1e9;
  let most = Number.MAX_SAFE_INTEGER;
  for (const check of checksOf(definition)) {
    if (check.check === 'greater_than') least = Number(check.value);
    if (check.check === 'less_than') most = Number(check.value);
  }
  if (definition.format === 'safeint')
    return fc.oneof(fc.integer({ min: least, max: Math.min(most, least + 600) }), fc.constantFrom(least, most));
  return fc.oneof(fc.double({ min: least, max: most, noNaN: true }), fc.constantFrom(least, most));
}

/** Anything that can cross a process boundary, and some things that cannot be JSON. */
const anything: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    undefined,
    null,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    -0,
    1e300,
    2 ** 53,
    10n,
    true,
    '',
    [],
    {},
    new Date(Number.NaN),
    new Map([['a', 1]]),
    new Set([1]),
    new Uint8Array(3),
    /x/,
    new Array(5),
    Object.create(null),
    { length: 1e9 },
    { ['__proto__']: { owned: true } },
    JSON.parse('{"__proto__": {"owned": true}, "constructor": {"prototype": {"owned": true}}}'),
  ),
  fc.anything({ maxDepth: 4, withBigInt: true, withDate: true, withMap: true, withSet: true, withNullPrototype: true }),
  fc.constantFrom('x'.repeat(70_000), '\uD800'.repeat(5_000), '好'.repeat(30_000)),
  fc.constant(null).map(() => nestOf(500)),
);

function nestOf(depth: number): unknown {
  let inner: unknown = 1;
  for (let at = 0; at < depth; at += 1) inner = at % 2 === 0 ? { inner } : [inner];
  return inner;
}

/** An input with one thing wrong with it, somewhere: another value, a key less, a key more. */
export function mutated(inputs: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc.oneof(
    { weight: 1, arbitrary: anything },
    {
      weight: 6,
      arbitrary: fc
        .tuple(inputs, fc.nat(), fc.nat({ max: 3 }), anything, fc.constantFrom('extra', '__proto__', 'constructor', ''))
        .map(([input, where, how, other, key]) => {
          const copy = structuredClone(input);
          const places = placesIn(copy);
          const place = places[where % Math.max(1, places.length)];
          if (place === undefined) return other;
          if (how === 0) delete place.holder[place.key];
          else if (how === 1)
            Object.defineProperty(place.holder, key, {
              value: other,
              enumerable: true,
              configurable: true,
              writable: true,
            });
          else place.holder[place.key] = other;
          return copy;
        }),
    },
  );
}

type Place = { readonly holder: Record<string, unknown>; readonly key: string };

function placesIn(value: unknown): Place[] {
  if (typeof value !== 'object' || value === null) return [];
  const holder = value as Record<string, unknown>;
  return Object.keys(holder).flatMap((key) => [{ holder, key }, ...placesIn(holder[key])]);
}
