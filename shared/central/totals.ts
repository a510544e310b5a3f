/** Counts of tests over the whole city. */
import { z } from 'zod';
import { daySchema } from '../time.ts';

export const totalsDimensions = ['day', 'district', 'organisation', 'outcome'] as const;
export type TotalsDimension = (typeof totalsDimensions)[number];

/**
 * What a test counts as, once. `unsettled`: it has a result, and another test holds the same kit, so that the result
 * counts for nobody; such a test counts as nothing else. A contested test without a result is `pending`, a voided one
 * `void`. All of them add up to the tests.
 */
const totalsOutcomes = ['negative', 'positive', 'invalid', 'pending', 'void', 'unsettled'] as const;

/** The most days that one question may span. */
export const totalsDays = 400;

export const totalsReplySchema = z.strictObject({
  from: daySchema,
  to: daySchema,
  by: z.array(z.enum(totalsDimensions)),
  /** One for each combination that has tests, in the order of `by`; only the parts that were asked for. */
  rows: z.array(
    z.strictObject({
      day: daySchema.optional(),
      /** Null where nobody has said in which one the site is. */
      district: z.string().nullable().optional(),
      organisation: z.string().nullable().optional(),
      outcome: z.enum(totalsOutcomes).optional(),
      tests: z.int().min(1),
    }),
  ),
});
export type TotalsReply = z.infer<typeof totalsReplySchema>;
