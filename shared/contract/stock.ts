import { z } from 'zod';
import { approvalSchema } from '../model/staff.ts';
import {
  boxReadingSchema,
  differenceReasonSchema,
  kitCount,
  lotText,
  lowStockSchema,
  movedSchema,
  receivedBoxSchema,
  shipmentSchema,
  spoilReasonSchema,
  stockCountSchema,
  stockRowSchema,
  transferDirections,
  transferSchema,
} from '../model/stock.ts';
import { daySchema } from '../time.ts';
import { call, type Entry, id, nothing, page, requestId, siteText } from './call.ts';

const note = z.string().trim().max(200).default('');
const lotName = z.strictObject({ productId: id, lot: lotText });

export const stockCalls = {
  /** What is left of each lot by the books, and what runs out. */
  'stock.list': call(nothing, z.object({ rows: z.array(stockRowSchema), low: z.array(lowStockSchema) })),
  'stock.low': call(nothing, z.object({ low: z.array(lowStockSchema) })),
  /** What a code says while boxes are received; changes nothing. */
  'boxes.read': call(z.strictObject({ text: z.string().min(1).max(1024) }), boxReadingSchema),
  /**
   * A shipment with its boxes, all or none. BOX_RECEIVED, LOT_EXPIRED, LOT_RECALLED, EXPIRY_DIFFERS (params.known),
   * RANGE_WRONG (params.problem, params.at: a kit's tail), each with the field of its box.
   */
  'boxes.receive': call(
    z.strictObject({
      requestId,
      sender: siteText,
      note,
      boxes: z.array(receivedBoxSchema).min(1).max(500),
    }),
    z.object({ shipmentId: z.string(), boxes: z.int(), kits: z.int() }),
  ),
  'boxes.list': call(z.strictObject({ ...page }), z.object({ total: z.int(), rows: z.array(shipmentSchema) })),
  /** Kits that are no good: scanned ones, or so many of a lot. KIT_UNFIT (params.problem, params.at), STOCK_SHORT. */
  'kits.spoil': call(
    z.strictObject({
      requestId,
      codes: z.array(z.string().min(1).max(1024)).max(200).default([]),
      lot: lotName.extend({ count: kitCount }).nullable().default(null),
      reason: spoilReasonSchema,
    }),
    z.object({ spoiled: z.int() }),
  ),
  /** Kits to or from another site. KIT_UNFIT, RANGE_WRONG, STOCK_SHORT (params.left, params.lot). */
  'transfers.make': call(
    z.strictObject({
      requestId,
      direction: z.enum(transferDirections),
      site: siteText,
      note,
      lines: z.array(movedSchema).min(1).max(100),
    }),
    z.object({ transferId: z.string(), kits: z.int() }),
  ),
  'transfers.list': call(z.strictObject({ ...page }), z.object({ total: z.int(), rows: z.array(transferSchema) })),
  /** What has to be counted, without how many there should be, and the count that waits to be confirmed. */
  'counts.get': call(
    nothing,
    z.object({
      lots: z.array(
        z.object({
          productId: z.string(),
          productName: z.string(),
          lot: z.string(),
          expiresOn: daySchema.nullable(),
        }),
      ),
      open: stockCountSchema.nullable(),
      last: stockCountSchema.nullable(),
    }),
  ),
  /** What was counted, written once; the answer holds what it should have been. COUNT_INCOMPLETE (params.lots). */
  'counts.take': call(
    z.strictObject({
      requestId,
      lines: z
        .array(lotName.extend({ counted: z.int().min(0).max(1_000_000) }))
        .min(1)
        .max(500),
    }),
    z.object({ count: stockCountSchema }),
  ),
  /** A reason for each difference: REASON_NEEDED; COUNT_CHANGED where it no longer waits. */
  'counts.confirm': call(
    z.strictObject({
      requestId,
      countId: id,
      reasons: z.array(lotName.extend({ reason: differenceReasonSchema })).max(500),
      approval: approvalSchema.optional(),
    }),
    z.object({ count: stockCountSchema }),
  ),
} as const satisfies Record<string, Entry>;
