import { z } from 'zod';
import { atMsSchema } from '../time.ts';

/** What may not be used any more: a lot, or kits from one code to another. Kept for ever, with when it was lifted. */
export const recallSchema = z.object({
  recallId: z.string(),
  productName: z.string(),
  lot: z.string().nullable(),
  /** The ends of what their codes read, where it is not a whole lot. */
  kits: z.object({ from: z.string(), to: z.string(), count: z.int() }).nullable(),
  source: z.string(),
  reason: z.string(),
  atMs: atMsSchema,
  operatorName: z.string(),
  lifted: z.object({ atMs: atMsSchema, operatorName: z.string(), reason: z.string() }).nullable(),
});
export type Recall = z.infer<typeof recallSchema>;

/** Tests done with it at this station, by their state; undone bindings are none. */
export const recalledTestsSchema = z.object({
  pending: z.int(),
  negative: z.int(),
  positive: z.int(),
  invalid: z.int(),
  void: z.int(),
});
export type RecalledTests = z.infer<typeof recalledTestsSchema>;
