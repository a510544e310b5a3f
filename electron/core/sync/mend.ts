import { canonicalJson, type JsonValue } from '../../../shared/canonicalJson.ts';
import { type HashedContent, recordSchema } from '../../../shared/central.ts';
import type { mendings } from '../../../shared/contract/sync.ts';
import { StationError } from '../../../shared/errors.ts';
import type { OutboxRow } from '../../db/outbox.ts';
import { audit, type Station, signedIn } from '../station.ts';
import { contentHash } from './enqueue.ts';

/**
 * What can be done about a record that the service did not take. Its payload is never edited: another record is made,
 * with a key of its own, and stands for the same fact from then on.
 * - `anew`: a new record of the same fact, without what the service cannot store;
 * - `chain`: what was sent of the test before it goes again, and it after them;
 * - `none`: only people can settle it, with the central service.
 */
export type Mending = (typeof mendings)[number];

export function mendingOf(code: string): Mending {
  switch (code) {
    case 'testUnknown':
    case 'outOfOrder':
      return 'chain';
    case 'notYours':
    case 'readElsewhere':
      return 'none';
    default:
      return 'anew';
  }
}

/** In a transaction of its caller. Throws NOT_FOUND for a record that is not set aside, NOT_MENDABLE. */
export function mendRecord(station: Station, recordKey: string): void {
  const operator = signedIn(station);
  const { outbox } = station.tables;
  const row = outbox.findByKey(recordKey);
  if (row === null || row.state !== 'parked') throw new StationError('NOT_FOUND', { what: 'record' });
  const how = mendingOf(row.code ?? '');
  if (how === 'none') throw new StationError('NOT_MENDABLE', { code: row.code ?? '' });
  const nowMs = station.clock.now();
  if (how === 'chain') outbox.sendChainAgain(row.testId, row.chain, nowMs);
  else {
    const payload = cleaned(row);
    outbox.mend({
      seq: row.seq,
      recordKey: station.newId(),
      testId: row.testId,
      payload: canonicalJson(payload),
      contentHash: contentHash({
        kind: row.kind,
        testId: row.testId,
        seq: row.chain,
        payload,
      } as unknown as HashedContent),
      atMs: nowMs,
      operatorId: operator.id,
    });
  }
  outbox.unpark(row.seq, nowMs);
  audit(station, 'sync.mend', `record:${recordKey}`, { code: row.code ?? '', how });
}

/** Texts that are not well formed, or hold what PostgreSQL's text has no place for (its documentation, 8.3). */
const unstorable = /\0|\p{Surrogate}|^\uFEFF/gu;

/** The payload with texts that can be stored, each at most as long as the contract lets it be. */
function cleaned(row: OutboxRow): JsonValue {
  const payload = clean(JSON.parse(row.payload) as JsonValue);
  const wanted = { key: 'key', testId: row.testId, seq: row.chain, contentHash: '0'.repeat(64), kind: row.kind };
  const parsed = recordSchema.safeParse({ ...wanted, payload });
  if (parsed.success) return payload;
  let cut = payload;
  for (const issue of parsed.error.issues) {
    const [first, ...path] = issue.path;
    if (first === 'payload' && issue.code === 'too_big' && typeof issue.maximum === 'number')
      cut = shortened(cut, path, issue.maximum);
  }
  return cut;
}

function clean(value: JsonValue): JsonValue {
  if (typeof value === 'string') return value.replace(unstorable, '');
  if (Array.isArray(value)) return value.map(clean);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, clean(member as JsonValue)]));
}

function shortened(value: JsonValue, path: readonly PropertyKey[], length: number): JsonValue {
  const [name, ...rest] = path;
  if (name === undefined)
    return typeof value === 'string' ? [...value].slice(0, length).join('').slice(0, length) : value;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const members = value as { readonly [key: string]: JsonValue };
  const member = members[String(name)];
  return member === undefined ? value : { ...members, [String(name)]: shortened(member, rest, length) };
}
