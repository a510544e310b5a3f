import { z } from 'zod';
import { codePatternSchema, repairRowSchema } from '../model/pattern.ts';
import { stickerBatchSchema, stickerReasonSchema, stickerRowSchema } from '../model/sticker.ts';
import { atMsSchema, daySchema } from '../time.ts';
import { call, type Entry, id, nothing, page, requestId } from './call.ts';

export const codesCalls = {
  /** What the codes in stock look like: a code one character short or long of all of them is refused at the desk. */
  'patterns.list': call(nothing, z.object({ patterns: z.array(codePatternSchema) })),
  'patterns.set': call(
    z.strictObject({ requestId, patternId: id, enabled: z.boolean() }),
    z.object({ pattern: codePatternSchema }),
  ),
  /** Codes of a new batch, scanned by a supervisor, make its pattern known. */
  'patterns.teach': call(
    z.strictObject({ requestId, codes: z.array(z.string().min(1).max(1024)).min(3).max(10) }),
    z.object({ patterns: z.array(codePatternSchema) }),
  ),
  /** Tests bound with a code that lost or gained a character; at most 500, `more` when there are others. */
  'repairs.preview': call(
    z.strictObject({ productId: id.optional(), fromDay: daySchema.optional(), toDay: daySchema.optional() }),
    z.object({ rows: z.array(repairRowSchema), more: z.boolean() }),
  ),
  /** All of these tests or none: REPAIR_CHANGED when one cannot be repaired any more. */
  'repairs.commit': call(
    z.strictObject({
      requestId,
      testIds: z.array(id).min(1).max(500),
      reason: z.string().trim().min(2).max(200),
    }),
    z.object({ repairId: z.string(), tests: z.int() }),
  ),
  'repairs.undo': call(z.strictObject({ requestId, repairId: id }), z.object({ repairId: z.string(), tests: z.int() })),
  'repairs.list': call(
    nothing,
    z.object({
      repairs: z.array(
        z.object({
          repairId: z.string(),
          atMs: atMsSchema,
          operatorName: z.string(),
          reason: z.string(),
          tests: z.int(),
          undoneAtMs: atMsSchema.nullable(),
          undoneByName: z.string().nullable(),
        }),
      ),
    }),
  ),
  /** New stickers for kits of a lot that carry no code of their own. LOT_EXPIRED, LOT_RECALLED. */
  'stickers.issue': call(
    z.strictObject({
      requestId,
      productId: id,
      lot: z.string().trim().min(1).max(40),
      expiresOn: daySchema.nullable(),
      count: z.int().min(1).max(1000),
    }),
    z.object({ batch: stickerBatchSchema }),
  ),
  'stickers.list': call(z.strictObject(page), z.object({ total: z.int(), batches: z.array(stickerBatchSchema) })),
  'stickers.get': call(
    z.strictObject({ batchId: id }),
    z.object({ batch: stickerBatchSchema, stickers: z.array(stickerRowSchema) }),
  ),
  /** All of them or none: STICKER_UNKNOWN, STICKER_USED. `spoiled` counts those that were not spoiled before. */
  'stickers.spoil': call(
    z.strictObject({
      requestId,
      codes: z.array(z.string().min(1).max(100)).min(1).max(200),
      reason: stickerReasonSchema,
    }),
    z.object({ spoiled: z.int() }),
  ),
} as const satisfies Record<string, Entry>;
