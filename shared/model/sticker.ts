import { z } from 'zod';
import { atMsSchema, daySchema } from '../time.ts';

/** Stickers issued at one time for one lot. `count` = `used` + `spoiled` + `unused`, always. */
export const stickerBatchSchema = z.object({
  batchId: z.string(),
  productId: z.string(),
  productName: z.string(),
  lot: z.string(),
  expiresOn: daySchema.nullable(),
  count: z.int(),
  used: z.int(),
  spoiled: z.int(),
  unused: z.int(),
  issuedAtMs: atMsSchema,
  operatorName: z.string(),
});
export type StickerBatch = z.infer<typeof stickerBatchSchema>;

const stickerReasons = ['damaged', 'printedBadly', 'lost', 'other'] as const;
export const stickerReasonSchema = z
  .strictObject({ code: z.enum(stickerReasons), text: z.string().trim().max(200).default('') })
  .refine((reason) => reason.code !== 'other' || reason.text.length >= 2, { message: 'needs words', path: ['text'] });
export type StickerReason = z.infer<typeof stickerReasonSchema>;

export const stickerRowSchema = z.object({
  /** Running number in its batch, from 1. */
  number: z.int(),
  code: z.string(),
  /** Used = bound to a test that was not undone, a voided one included, also one that was destroyed since. */
  state: z.enum(['unused', 'used', 'spoiled']),
  testId: z.string().nullable(),
  reason: z.object({ code: z.enum(stickerReasons), text: z.string() }).nullable(),
});
export type StickerRow = z.infer<typeof stickerRowSchema>;

/** Label sheets of A4: 65 of 38.1 × 21.2 mm, 24 of 70 × 37 mm without gaps, 24 of 63.5 × 33.9 mm. */
export const stickerLayouts = ['65', '24', '24gap'] as const;
export type StickerLayout = (typeof stickerLayouts)[number];
