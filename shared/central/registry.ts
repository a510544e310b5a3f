/** What the service tells every station of products, lots and recalls. */
import { z } from 'zod';
import { kitProductSchema, readingWindowSchema } from '../model/kit.ts';
import { atMsSchema, daySchema } from '../time.ts';

const id = z.string().min(1).max(64);
const words = (most: number) => z.string().min(1).max(most);

/** A product as the regulator and its leaflet have it. */
export const centralProductSchema = z.strictObject({
  id,
  registrant: words(60),
  shortName: words(60),
  method: words(60).nullable(),
  registrationNumber: words(60).nullable(),
  approvedOn: kitProductSchema.shape.approvedOn,
  /** GTIN-14s, and device parts of MA codes: one of another product never. */
  gtins: z.array(words(60)).max(20),
  window: readingWindowSchema.nullable(),
  storage: words(120).nullable(),
});
export type CentralProduct = z.infer<typeof centralProductSchema>;

export const centralLotSchema = z.strictObject({ productId: id, lot: words(20), expiresOn: daySchema.nullable() });
export type CentralLot = z.infer<typeof centralLotSchema>;

/** Kit keys that follow one another: `head` and then a number of `width` digits, both ends included. */
const spanSchema = z
  .strictObject({
    head: z.string().max(200),
    width: z.int().min(0).max(15),
    first: z.int().min(0),
    last: z.int().min(0),
  })
  .refine(({ first, last }) => first <= last, { message: 'ends before it begins' });

/** A lot, or kits one after the other; a single kit is a range of one. */
export const centralRecallSchema = z.strictObject({
  id,
  productId: id,
  reach: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('lot'), lot: words(20) }),
    z.strictObject({ kind: z.literal('kits'), span: spanSchema }),
  ]),
  /** Who says so, and why. */
  source: words(200),
  reason: words(200),
  atMs: atMsSchema,
  lifted: z.strictObject({ atMs: atMsSchema, reason: words(200) }).nullable(),
});
export type CentralRecall = z.infer<typeof centralRecallSchema>;

/** What the registry knows of one kit. */
export const knownKitSchema = z.object({
  productId: id,
  productName: z.string(),
  registrationNumber: z.string().nullable(),
  registrant: z.string(),
  lot: z.string().nullable(),
  expiresOn: daySchema.nullable(),
  /** The reason of a recall that stands. */
  recalled: z.string().nullable(),
});
export type KnownKit = z.infer<typeof knownKitSchema>;
