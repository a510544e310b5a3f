import { createHash } from 'node:crypto';
import { canonicalJson, type JsonValue } from '../../../shared/canonicalJson.ts';
import type { CentralRecord, HashedContent } from '../../../shared/central.ts';
import type { Station } from '../station.ts';

/** SHA-256, lower-case hex, over the canonical JSON of a record's content. */
export function contentHash({ kind, testId, seq, payload }: HashedContent): string {
  return createHash('sha256')
    .update(canonicalJson({ kind, testId, seq, payload } as unknown as JsonValue))
    .digest('hex');
}

type Fact = {
  [K in CentralRecord['kind']]: { readonly kind: K; readonly payload: Extract<CentralRecord, { kind: K }>['payload'] };
}[CentralRecord['kind']];

/**
 * Puts a fact into the outbox, in the fact's own transaction. The payload is frozen here: what is sent is what was true
 * then. `dueAtMs` is the first moment it may be sent (a binding waits out the seconds of undo); `urgent` puts what is
 * unsent of the whole test first.
 */
export function enqueue(
  station: Station,
  fact: Fact,
  at: { readonly testId: string; readonly chain: number; readonly dueAtMs: number; readonly urgent: boolean },
): void {
  const content = { kind: fact.kind, testId: at.testId, seq: at.chain, payload: fact.payload } as HashedContent;
  if (at.urgent) station.tables.outbox.hurry(at.testId);
  station.tables.outbox.insert({
    recordKey: station.newId(),
    testId: at.testId,
    chain: at.chain,
    kind: fact.kind,
    payload: canonicalJson(fact.payload as unknown as JsonValue),
    contentHash: contentHash(content),
    createdAtMs: station.clock.now(),
    dueAtMs: at.dueAtMs,
    urgent: at.urgent,
  });
}
