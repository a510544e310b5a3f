/** A person's latest result, asked by the app that the city gives its citizens. */
import { z } from 'zod';
import type { DocumentKind } from '../model/person.ts';
import { outcomeSchema } from '../model/test.ts';
import { daySchema } from '../time.ts';

export const latestAskSchema = z.strictObject({
  /** HMAC-SHA256, lower-case hex, under the city's key, over `documentText` of the document as UTF-8. */
  documentHmac: z.string().regex(/^[0-9a-f]{64}$/),
});

export const latestReplySchema = z.strictObject({
  /**
   * Of the newest test that was not voided. `none`: there is no such test, or nobody with this document is known;
   * `pending`: no result yet; `unsettled`: another test holds the same kit, so the result counts for nobody.
   */
  status: z.enum(['none', 'pending', 'unsettled', 'settled']),
  /** Only where it is settled. */
  outcome: outcomeSchema.nullable(),
  /** The day of the test at its site; null for `none`. */
  day: daySchema.nullable(),
  /** 1 for the first reading; only where it is settled. */
  revision: z.int().min(1).nullable(),
});
export type LatestReply = z.infer<typeof latestReplySchema>;

/**
 * A document as the one text that both sides make their HMAC of: the kind, a colon, and the number in NFKC and capitals
 * without blanks.
 */
export function documentText(kind: DocumentKind, number: string): string {
  return `${kind}:${number.normalize('NFKC').replace(/\s+/g, '').toUpperCase()}`;
}
