import type { Method } from '../../../shared/contract.ts';
import { sampleInputs } from './sampleInputs.ts';

export type Hostile = { readonly what: string; readonly input: unknown; readonly problem?: string };

/**
 * Inputs that no call may take, made from one that it does take: unknown keys at each level, each field of another
 * type, fields left out that have no default, values that JSON does not know, and too much of everything.
 */
export function hostileInputs(method: Method): readonly Hostile[] {
  const good = sampleInputs[method] as Readonly<Record<string, unknown>>;
  const list: Hostile[] = [
    { what: 'nothing at all', input: undefined },
    { what: 'null', input: null },
    { what: 'a text', input: 'x' },
    { what: 'a number', input: 1 },
    { what: 'a list', input: [good] },
    { what: 'a map', input: new Map(Object.entries(good)), problem: 'not plain' },
    { what: 'a date', input: new Date(0), problem: 'not plain' },
    { what: 'bytes', input: new Uint8Array(8), problem: 'not plain' },
    { what: 'an unknown key', input: { ...good, extra: 1 }, problem: 'unknown key' },
    { what: 'a constructor', input: { ...good, constructor: { prototype: { owned: true } } } },
    { what: 'an own __proto__', input: withOwnProto(good) },
    { what: 'a circle', input: circle(good), problem: 'too deep' },
    { what: 'a deep nest', input: { ...good, extra: nest(200) }, problem: 'too deep' },
    { what: 'a long text', input: { ...good, extra: 'x'.repeat(70_000) }, problem: 'too large' },
    { what: 'a long key', input: { ...good, ['k'.repeat(70_000)]: 1 }, problem: 'too large' },
    { what: 'a long list', input: { ...good, extra: new Array(10_000).fill(0) }, problem: 'too large' },
    { what: 'a sparse list', input: { ...good, extra: new Array(4_000_000_000) }, problem: 'too large' },
  ];
  for (const [key, value] of Object.entries(good)) {
    const others: readonly unknown[] = [
      Number.NaN,
      Number.POSITIVE_INFINITY,
      1e300,
      [],
      {},
      { a: 1 },
      new Date(0),
      typeof value === 'boolean' ? 'x' : true,
    ];
    for (const [index, other] of others.entries()) {
      // An empty list is a list.
      if (Array.isArray(value) && Array.isArray(other)) continue;
      list.push({ what: `${key} of another type (${index})`, input: { ...good, [key]: other } });
    }
    if (typeof value === 'string') {
      list.push({ what: `${key} too long`, input: { ...good, [key]: '好'.repeat(9_000) } });
      if (!emptyAllowed.has(`${method}.${key}`)) list.push({ what: `${key} empty`, input: { ...good, [key]: '' } });
    }
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      list.push({ what: `${key} with an unknown key`, input: { ...good, [key]: { ...value, extra: 1 } } });
    }
  }
  return list;
}

/** Texts that may be empty: what people type to be compared, and what a wrong form answers itself. */
const emptyAllowed: ReadonlySet<string> = new Set([
  'register.create.passphrase',
  'followUps.note.note',
  'rounds.noteAbsence.note',
  'followUps.close.note',
  'register.create.recoveryKeyRepeated',
  'register.unlock.passphrase',
  'staff.signIn.pin',
  'products.save.shortName',
  'files.pickSave.suggestedName',
  'print.recoverySheet.recoveryKey',
  'print.recoverySheet.siteName',
  'people.cards.query',
  'print.personCards.query',
]);

function circle(good: object): object {
  const one: Record<string, unknown> = { ...good };
  one['extra'] = one;
  return one;
}

function nest(depth: number): unknown {
  let inner: unknown = 1;
  for (let at = 0; at < depth; at += 1) inner = { inner };
  return inner;
}

function withOwnProto(good: object): object {
  return Object.defineProperty({ ...good }, '__proto__', { value: { owned: true }, enumerable: true });
}
