import { z } from 'zod';
import { atMsSchema, daySchema } from '../time.ts';

const count = z.int();
export const lotText = z.string().trim().max(40);
export const kitCount = z.int().min(1).max(1_000_000);

/** left = opening + received + movedIn − movedOut − used − spoiled; opening is what was counted last, 0 before. */
export const stockTermsSchema = z.object({
  opening: count,
  received: count,
  movedIn: count,
  movedOut: count,
  used: count,
  spoiled: count,
});
export type StockTerms = z.infer<typeof stockTermsSchema>;

export function leftOf(terms: StockTerms): number {
  return terms.opening + terms.received + terms.movedIn - terms.movedOut - terms.used - terms.spoiled;
}

/** What is left of a lot by the books, since its last count. */
export const stockRowSchema = stockTermsSchema.extend({
  productId: z.string(),
  productName: z.string(),
  /** Empty: kits whose lot nobody knows. */
  lot: z.string(),
  lotId: z.string().nullable(),
  expiresOn: daySchema.nullable(),
  recalledAtMs: atMsSchema.nullable(),
  left: count,
  /** Received or counted here; of other lots only what was used is known. */
  isKept: z.boolean(),
  /** To be used before the product's other lots. */
  isNext: z.boolean(),
});
export type StockRow = z.infer<typeof stockRowSchema>;

/** A product that runs out, or null as its name for all of them together. */
export const lowStockSchema = z.object({ productName: z.string().nullable(), left: count, least: z.int() });
export type LowStock = z.infer<typeof lowStockSchema>;

/** Fewer kits left than this are said on every screen; null: never. */
export const lowStockSettingSchema = z.strictObject({
  perProduct: z.int().min(1).max(100_000).nullable(),
  total: z.int().min(1).max(1_000_000).nullable(),
});
export const usualLowStock = { perProduct: 40, total: null } as const;

/** One thing that happened to kits of a lot: a box that came, a transfer, kits that were written off. */
export const lotMoveSchema = z.object({
  kind: z.enum(['box', 'out', 'in', 'spoil']),
  id: z.string(),
  atMs: atMsSchema,
  count,
  operatorName: z.string(),
  /** Who sent the box, the other site, or the code of the reason. */
  what: z.string(),
});
export type LotMove = z.infer<typeof lotMoveSchema>;

/** What a scan says while boxes are received. */
export const boxReadingSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('box'),
    raw: z.string(),
    /** What is printed of it: the SSCC, or the GTIN. */
    name: z.string(),
    productId: z.string().nullable(),
    lot: z.string().nullable(),
    expiresOn: daySchema.nullable(),
    count: z.int().nullable(),
    /** This very box was received already. */
    receivedAtMs: atMsSchema.nullable(),
  }),
  z.object({
    kind: z.literal('kit'),
    raw: z.string(),
    tail: z.string(),
    productId: z.string().nullable(),
    lot: z.string().nullable(),
    expiresOn: daySchema.nullable(),
    state: z.enum(['fresh', 'known', 'used', 'spoiled', 'away']),
  }),
  z.object({ kind: z.literal('other') }),
]);
export type BoxReading = z.infer<typeof boxReadingSchema>;

/** A box as it is received: its kits by range or one by one where they are known, otherwise only how many. */
export const receivedBoxSchema = z.strictObject({
  raw: z.string().min(1).max(1024).nullable(),
  productId: z.string().min(1).max(64),
  lot: lotText.min(1),
  expiresOn: daySchema.nullable(),
  count: kitCount,
  range: z.strictObject({ from: z.string().min(1).max(1024), to: z.string().min(1).max(1024) }).nullable(),
  /** Kits of it that were scanned: all of them make it known, fewer are a check. */
  kits: z.array(z.string().min(1).max(1024)).max(1000),
});
export type ReceivedBox = z.infer<typeof receivedBoxSchema>;

export const shipmentSchema = z.object({
  shipmentId: z.string(),
  sender: z.string(),
  note: z.string(),
  receivedAtMs: atMsSchema,
  operatorName: z.string(),
  kits: z.int(),
  boxes: z.array(
    z.object({
      boxId: z.string(),
      name: z.string().nullable(),
      productName: z.string(),
      lot: z.string(),
      count: z.int(),
      checked: z.int(),
      isListed: z.boolean(),
    }),
  ),
});
export type Shipment = z.infer<typeof shipmentSchema>;

export const spoilReasons = ['damaged', 'wet', 'storage', 'incomplete', 'expired', 'lost', 'other'] as const;
export const spoilReasonSchema = z
  .strictObject({ code: z.enum(spoilReasons), text: z.string().trim().max(200).default('') })
  .refine((reason) => reason.code !== 'other' || reason.text.length >= 2, { message: 'needs words', path: ['text'] });
export type SpoilReason = z.infer<typeof spoilReasonSchema>;

export const transferDirections = ['out', 'in'] as const;
/** What goes from site to site: so many of a lot, kits that were scanned, a range, or a box as it was received. */
export const movedSchema = z.discriminatedUnion('by', [
  z.strictObject({ by: z.literal('count'), productId: z.string().max(64), lot: lotText.min(1), count: kitCount }),
  z.strictObject({ by: z.literal('kits'), codes: z.array(z.string().min(1).max(1024)).min(1).max(1000) }),
  z.strictObject({ by: z.literal('range'), from: z.string().min(1).max(1024), to: z.string().min(1).max(1024) }),
  z.strictObject({ by: z.literal('box'), code: z.string().min(1).max(1024) }),
]);
export type Moved = z.infer<typeof movedSchema>;
export const transferSchema = z.object({
  transferId: z.string(),
  direction: z.enum(transferDirections),
  site: z.string(),
  note: z.string(),
  atMs: atMsSchema,
  operatorName: z.string(),
  kits: z.int(),
  lines: z.array(
    z.object({
      productName: z.string(),
      lot: z.string(),
      count: z.int(),
      from: z.string().nullable(),
      to: z.string().nullable(),
    }),
  ),
});
export type Transfer = z.infer<typeof transferSchema>;

export const differenceReasons = ['miscounted', 'notRecorded', 'lost', 'found', 'stolen', 'other'] as const;
export const differenceReasonSchema = z
  .strictObject({ code: z.enum(differenceReasons), text: z.string().trim().max(200).default('') })
  .refine((reason) => reason.code !== 'other' || reason.text.length >= 2, { message: 'needs words', path: ['text'] });
export type DifferenceReason = z.infer<typeof differenceReasonSchema>;

/** counted = opening + received + movedIn − movedOut − used − spoiled + difference, always. */
export const countLineSchema = stockTermsSchema.extend({
  productId: z.string(),
  productName: z.string(),
  lot: z.string(),
  counted: z.int(),
  difference: z.int(),
  reason: z.object({ code: z.enum(differenceReasons), text: z.string() }).nullable(),
});
export type CountLine = z.infer<typeof countLineSchema>;
export const stockCountSchema = z.object({
  countId: z.string(),
  day: daySchema,
  atMs: atMsSchema,
  countedBy: z.string(),
  outcome: z.enum(['open', 'confirmed', 'countedAgain']),
  confirmedBy: z.string().nullable(),
  lines: z.array(countLineSchema),
});
export type StockCount = z.infer<typeof stockCountSchema>;
