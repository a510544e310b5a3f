import { hash } from 'node:crypto';
import type { z } from 'zod';
import { canonicalJson, type JsonValue } from '../../shared/canonicalJson.ts';
import { type CentralRecord, type HashedContent, type Receipt, recordSchema } from '../../shared/central.ts';

/** A record that is well formed and is what its hash says, with its place in the batch. */
export type Incoming = { readonly index: number; readonly record: CentralRecord };

export type Parsed =
  | { readonly ok: true; readonly incoming: Incoming }
  | { readonly ok: false; readonly index: number; readonly receipt: Receipt };

const longestMessage = 300;

/** Parses one element of a batch's records by itself. */
export function parseRecord(value: unknown, index: number): Parsed {
  const reject = (code: 'malformed' | 'hashMismatch', message: string): Parsed => ({
    ok: false,
    index,
    receipt: { key: keyOf(value, index), status: 'rejected', code, message: message.slice(0, longestMessage) },
  });
  const parsed = recordSchema.safeParse(value);
  if (!parsed.success) return reject('malformed', describeIssue(parsed.error));
  const record = parsed.data;
  const { kind, testId, seq, payload } = record;
  const text = canonicalJson({ kind, testId, seq, payload } satisfies HashedContent as unknown as JsonValue);
  // JSON writes what cannot be stored with an escape, so a text without one need not be searched.
  const unstorable =
    text.includes('\\u') || !isStorable(record.key) ? findUnstorable(record as unknown as JsonValue) : null;
  if (unstorable !== null) return reject('malformed', `${unstorable}: has a character that cannot be stored`);
  // A decoder takes a byte order mark off the front, and what was stored is then not found again.
  for (const name of ['key', 'testId'] as const) {
    if (record[name].startsWith('\uFEFF')) return reject('malformed', `${name}: begins with a byte order mark`);
  }
  if ((record.seq === 1) !== (record.kind === 'test.bound')) {
    return reject('malformed', 'seq: the binding has 1, everything after it more');
  }
  if (hash('sha256', text, 'hex') !== record.contentHash)
    return reject('hashMismatch', 'contentHash: the content has another hash');
  return { ok: true, incoming: { index, record } };
}

/** The first thing that is wrong, as `field: what`. Says nothing of the values that were sent. */
export function describeIssue(error: z.ZodError): string {
  const field = fieldOf(error);
  const message = error.issues[0]?.message ?? 'invalid';
  return field === '' ? message : `${field}: ${message}`;
}

/** The dotted path of the first field at fault; empty when it is the whole. */
export function fieldOf(error: z.ZodError): string {
  return (error.issues[0]?.path ?? []).map(String).join('.');
}

/** A key that can be answered by, or else the record's place. */
function keyOf(value: unknown, index: number): string {
  const key = typeof value === 'object' && value !== null ? (value as { key?: unknown }).key : undefined;
  return typeof key === 'string' && key.length >= 1 && key.length <= 64 && isStorable(key) ? key : `#${index}`;
}

/**
 * PostgreSQL's text has neither U+0000 nor half of a surrogate pair (its documentation, 8.3 and 8.14), though JSON can
 * write both.
 */
export function isStorable(text: string): boolean {
  return !/\0|\p{Surrogate}/u.test(text);
}

/** The dotted path of the first text that cannot be stored, or null. Depth is bounded: the value fits its schema. */
export function findUnstorable(value: JsonValue, path: readonly string[] = []): string | null {
  if (typeof value === 'string') return isStorable(value) ? null : path.join('.');
  if (typeof value !== 'object' || value === null) return null;
  for (const [name, member] of Object.entries(value)) {
    const found = findUnstorable(member, [...path, name]);
    if (found !== null) return found;
  }
  return null;
}
