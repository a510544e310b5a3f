import { createHash } from 'node:crypto';
import type { Resource } from '@medplum/fhirtypes';

/** The same value with members that may be missing; `lean` takes those out. */
export type Loose<T> = T extends readonly (infer E)[]
  ? readonly (Loose<E> | undefined)[]
  : T extends object
    ? { readonly [K in keyof T]: Loose<T[K]> | undefined }
    : T | undefined;

/** Without what is not known: FHIR has no null, no empty text and no empty list (R4, 2.6.2). */
export function lean<T>(value: Loose<T>): T {
  return (pruned(value) ?? {}) as T;
}

function pruned(value: unknown): unknown {
  if (value === null || value === '') return undefined;
  if (Array.isArray(value)) {
    const items = value.map(pruned).filter((item) => item !== undefined);
    return items.length === 0 ? undefined : items;
  }
  if (typeof value !== 'object') return value;
  const members = Object.entries(value)
    .map(([name, member]) => [name, pruned(member)] as const)
    .filter(([, member]) => member !== undefined);
  return members.length === 0 ? undefined : Object.fromEntries(members);
}

/**
 * A text as FHIR takes it: no control character, no blank but the plain one (R4, 2.24.0.1: the type's pattern), none at
 * the ends. Undefined where nothing is left of it.
 */
export function textOf(text: string | null): string | undefined {
  const clean = (text ?? '').replace(/[\p{Cc}\p{Surrogate}\s]+/gu, ' ').trim();
  return clean === '' ? undefined : clean;
}

const zoneMs = 8 * 3_600_000;
const firstMs = Date.parse('0001-01-01T00:00:00Z');
const lastMs = Date.parse('9999-12-31T15:59:59.999Z');

/**
 * An instant with its zone: China's, which has been +08:00 without a change since 1991. Undefined where the year has not
 * four digits, which a station's clock can say and FHIR cannot.
 */
export function instantOf(atMs: number): string | undefined {
  if (atMs < firstMs || atMs > lastMs) return undefined;
  return new Date(atMs + zoneMs).toISOString().replace('Z', '+08:00');
}

/** A day as FHIR takes it: it has no year 0000. */
export function dayOf(day: string | null): string | undefined {
  return day === null || day.startsWith('0000') ? undefined : day;
}

/** This product's namespace for ids; it never changes, or every resource would be another. */
const namespace = Buffer.from('6c1d2a3e94b54f7e8d0a5b7c9e1f2a34', 'hex');

/** A UUID of version 5 (RFC 9562, 5.5) of these parts: the same for the same parts, for ever. */
export function idOf(...parts: readonly string[]): string {
  const hash = createHash('sha1').update(namespace).update(JSON.stringify(parts)).digest();
  const bytes = hash.subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

export const urlOf = (id: string): string => `urn:uuid:${id}`;

/** A reference to a resource of the same Bundle. */
export function referTo<R extends Resource & { readonly id: string }>({ id }: R): { readonly reference: string } {
  return { reference: urlOf(id) };
}
