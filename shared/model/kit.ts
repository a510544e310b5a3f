import { z } from 'zod';
import { atMsSchema, daySchema } from '../time.ts';

/** The minutes after binding (or after the sample was dropped) between which a kit may be read, from its leaflet. */
export const readingWindowSchema = z.strictObject({
  opensAfterMin: z.number().min(0).max(240),
  closesAfterMin: z.number().min(0).max(480),
});
export type ReadingWindow = z.infer<typeof readingWindowSchema>;

/** What is registered with the regulator. A product without a reading window cannot be bound. */
export const kitProductSchema = z.object({
  id: z.string(),
  registrant: z.string(),
  /** What staff call it; falls back to the registrant. */
  shortName: z.string(),
  method: z.string().nullable(),
  registrationNumber: z.string().nullable(),
  approvedOn: z.string().nullable(),
  gtins: z.array(z.string()),
  window: readingWindowSchema.nullable(),
  /** How it is kept, from the leaflet. */
  storage: z.string().nullable(),
  isSample: z.boolean(),
});
export type KitProduct = z.infer<typeof kitProductSchema>;

/** Another expiry date that a lot was given, by whom and why. */
export const lotChangeSchema = z.object({
  fromDay: daySchema.nullable(),
  toDay: daySchema.nullable(),
  reason: z.string(),
  atMs: atMsSchema,
  operatorName: z.string(),
});
export type LotChange = z.infer<typeof lotChangeSchema>;

const kitWarningCodes = [
  'lotUnknown', // the product is known, this lot is not
  'serialUnknown', // the lot has a manifest and this serial is not in it
  'serialOneOff', // as serialUnknown, and one character differs from a known one; params.known
  'expiryUnknown',
  'olderLotOpen', // kits of an older lot are still there; params.lot, params.expiresOn
  'codeWarning', // the code itself was odd; params.message
] as const;
export const kitWarningSchema = z.object({
  code: z.enum(kitWarningCodes),
  params: z.record(z.string(), z.string()),
});
export type KitWarning = z.infer<typeof kitWarningSchema>;

/** One physical test as screens show it. */
export const kitCardSchema = z.object({
  kitKey: z.string(),
  /** The last characters of the serial, as staff say it aloud. */
  tail: z.string(),
  serial: z.string(),
  productId: z.string(),
  productName: z.string(),
  method: z.string().nullable(),
  lot: z.string().nullable(),
  expiresOn: daySchema.nullable(),
  warnings: z.array(kitWarningSchema),
});
export type KitCard = z.infer<typeof kitCardSchema>;
