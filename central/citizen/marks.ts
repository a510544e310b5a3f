import { documentText } from '../../shared/central/citizen.ts';
import type { DocumentKind } from '../../shared/model/person.ts';
import type { CitizenKey } from './keys.ts';

/**
 * The mark of what the app server sends: half of an HMAC-SHA256 under the service's own pepper, written as a UUID, which
 * PostgreSQL keeps in 16 bytes. Among a billion documents two share a mark with a chance below 10^-20.
 */
export function markOf(key: CitizenKey, documentHmac: Buffer): string {
  return key.pepper(documentHmac).toString('hex', 0, 16);
}

export type Mark = { readonly key_id: string; readonly mark: string };

/** The marks of a person's document under each key; none where the document is not known. */
export function marksOfPerson(
  keys: readonly CitizenKey[],
  person: { readonly documentKind: DocumentKind | null; readonly documentNumber: string | null },
): readonly Mark[] {
  const number = person.documentNumber?.trim() ?? '';
  if (number === '') return [];
  const text = documentText(person.documentKind ?? 'other', number);
  return keys.map((key) => ({
    key_id: key.id,
    mark: markOf(key, key.shared(text)),
  }));
}

/**
 * When a test took place, as far as the service can tell: by the station's clock, put right by what was last measured of
 * it, and never after it was received. So a clock that is a year ahead makes no test the newest for a year.
 */
export function testedAt(
  binding: { readonly boundAtMs: number; readonly clockOffsetMs: number | null },
  receivedAtMs: number,
): number {
  return Math.min(binding.boundAtMs + (binding.clockOffsetMs ?? 0), receivedAtMs);
}
