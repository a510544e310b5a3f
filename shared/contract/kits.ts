import { z } from 'zod';
import { kitProductSchema, readingWindowSchema } from '../model/kit.ts';
import { tracedSchema } from '../model/trace.ts';
import { atMsSchema, daySchema } from '../time.ts';
import { call, done, type Entry, id, nothing, page, requestId, siteText } from './call.ts';

const kitRowSchema = z.object({
  kitKey: z.string(),
  serial: z.string(),
  productName: z.string(),
  lot: z.string().nullable(),
  expiresOn: z.string().nullable(),
  status: z.enum(['known', 'bound', 'void', 'resulted']),
  testId: z.string().nullable(),
});
const lotRowSchema = z.object({
  lotId: z.string(),
  productName: z.string(),
  lot: z.string(),
  expiresOn: z.string().nullable(),
  known: z.int(),
  used: z.int(),
  recalledAtMs: atMsSchema.nullable(),
});

export const kitsCalls = {
  'products.list': call(nothing, z.object({ products: z.array(kitProductSchema) })),
  'products.save': call(
    z.strictObject({
      requestId,
      productId: id.nullable(),
      registrant: siteText,
      shortName: z.string().trim().max(60),
      method: z.string().trim().max(60).nullable(),
      registrationNumber: z.string().trim().max(60).nullable(),
      gtins: z.array(z.string().max(14)).max(20),
      window: readingWindowSchema.nullable(),
      storage: z.string().trim().max(120).nullable().default(null),
    }),
    z.object({ product: kitProductSchema }),
  ),
  /**
   * Where a kit came from and went, by its code as scanned or typed, by a part of its serial (its beginning or end, four
   * characters at least), or by its key. `as` settles a shape that is several kinds'. People stand in masked form.
   */
  'kits.trace': call(
    z.strictObject({
      asked: z.discriminatedUnion('by', [
        z.strictObject({
          by: z.literal('code'),
          text: z.string().min(1).max(1024),
          as: z.enum(['any', 'kit', 'person']).default('any'),
        }),
        z.strictObject({ by: z.literal('kit'), kitKey: z.string().min(1).max(4200) }),
      ]),
    }),
    tracedSchema,
  ),
  'kits.list': call(
    z.strictObject({ query: z.string().max(100).default(''), ...page }),
    z.object({ total: z.int(), rows: z.array(kitRowSchema) }),
  ),
  /** Another expiry date, with the reason. The former one stays in the register. */
  'lots.save': call(
    z.strictObject({
      requestId,
      lotId: id,
      expiresOn: daySchema.nullable(),
      reason: z.string().trim().min(2).max(200),
    }),
    done,
  ),
  'lots.list': call(nothing, z.object({ lots: z.array(lotRowSchema) })),
} as const satisfies Record<string, Entry>;
