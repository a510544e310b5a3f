/** What the stations of one site share among themselves by way of the service: rounds, rules, and people as they are now. */
import { z } from 'zod';
import { addressSchema, documentKindSchema, sexSchema } from '../model/person.ts';
import { siteRulesSchema } from '../model/siteRules.ts';
import { atMsSchema, daySchema } from '../time.ts';

const id = z.string().min(1).max(64);

/** The most items of one upload. */
export const siteItemsLimit = 200;

export const sharedRoundSchema = z.strictObject({
  id,
  name: z.string().min(1).max(60),
  day: daySchema,
  lastDay: daySchema.nullable(),
  everyDays: z.int().min(1).max(366).nullable(),
  /** `named`: a list or organisations, which only the station that opened the round knows. */
  target: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('all') }),
    z.strictObject({ kind: z.literal('buildings'), buildings: z.array(z.string().max(60)).max(2000) }),
    z.strictObject({ kind: z.literal('named') }),
  ]),
  openedAtMs: atMsSchema,
  endedAtMs: atMsSchema.nullable(),
});
export type SharedRound = z.infer<typeof sharedRoundSchema>;

export const sharedPersonSchema = z.strictObject({
  id,
  name: z.string().min(1).max(80),
  sex: sexSchema.nullable(),
  birthDate: daySchema.nullable(),
  documentKind: documentKindSchema.nullable(),
  documentNumber: z.string().max(40).nullable(),
  phone: z.string().max(30).nullable(),
  address: addressSchema.strict(),
  guardianName: z.string().max(80).nullable(),
});
export type SharedPerson = z.infer<typeof sharedPersonSchema>;

/** The rules that the site's desks follow, whole; there is one of them a site. */
export const sharedRulesId = 'site';
export const sharedRulesSchema = siteRulesSchema.extend({ id: z.literal(sharedRulesId) });

const itemBase = {
  itemId: id,
  /** The service's clock at the change, epoch ms, or one more than the version it replaces: the higher one stays. */
  version: atMsSchema,
};
export const siteItemSchema = z.discriminatedUnion('kind', [
  z.strictObject({ ...itemBase, kind: z.literal('round'), payload: sharedRoundSchema }),
  z.strictObject({ ...itemBase, kind: z.literal('person'), payload: sharedPersonSchema }),
  z.strictObject({ ...itemBase, kind: z.literal('rules'), payload: sharedRulesSchema }),
]);
export type SiteItem = z.infer<typeof siteItemSchema>;

/** Items are parsed one by one, so that a bad one is answered by itself. */
export const siteItemsSchema = z.strictObject({ items: z.array(z.unknown()).min(1).max(siteItemsLimit) });

export const siteItemReceiptSchema = z.object({
  /** As it came; `#0`, `#1` … for one too broken to have one. */
  itemId: z.string().max(64),
  /** `older`: another station's is newer, and comes down to this one. */
  status: z.enum(['stored', 'older', 'rejected']),
  message: z.string().max(1000).optional(),
});
export type SiteItemReceipt = z.infer<typeof siteItemReceiptSchema>;

export const siteItemsReplySchema = z.object({
  serverAtMs: atMsSchema,
  /** In the order of the upload. */
  receipts: z.array(siteItemReceiptSchema).max(siteItemsLimit),
});

/** Two stations read one test differently: what both said. Published to the site until a supervisor's record decides. */
export const readingConflictSchema = z.object({
  testId: id,
  readings: z
    .array(
      z.object({
        station: z.string(),
        outcome: z.enum(['negative', 'positive', 'invalid']),
        revision: z.int(),
        readAtMs: atMsSchema,
        operatorName: z.string(),
      }),
    )
    .max(10),
});
export type ReadingConflict = z.infer<typeof readingConflictSchema>;
