import { z } from 'zod';
import { atMsSchema, daySchema } from '../time.ts';
import { testStatusSchema } from './test.ts';

/**
 * What is done for a positive, in the usual order. Free in their order but for what `needs` says: nobody is taken over by
 * somebody else before they know of it themselves.
 */
export const followUpSteps = ['confirmed', 'communityTold', 'personTold', 'pcrArranged', 'handedOver'] as const;
export type FollowUpStep = (typeof followUpSteps)[number];

export const stepNeeds: Readonly<Record<FollowUpStep, readonly FollowUpStep[]>> = {
  confirmed: [],
  communityTold: [],
  personTold: [],
  pcrArranged: ['personTold'],
  handedOver: ['communityTold', 'personTold'],
};

/** How it ended, as staff say it. `notPositive` is a PCR that was negative. */
export const followUpOutcomes = ['handedOver', 'notPositive', 'unreachable', 'other'] as const;
/** How the program ends it by itself: the result was revised, or the test voided. */
export const ownOutcomes = ['revised', 'voided'] as const;
export type FollowUpOutcome = (typeof followUpOutcomes)[number] | (typeof ownOutcomes)[number];

export const usualFollowUpDue = {
  confirmed: 15,
  communityTold: 30,
  personTold: 60,
  pcrArranged: 120,
  handedOver: 1_440,
} as const satisfies Record<FollowUpStep, number>;
const minutes = z.int().min(1).max(10_080);
/** Minutes from the opening until a step is due. The product's own defaults, not a rule of law: a site sets its own. */
export const followUpDueFields = z.strictObject({
  confirmed: minutes,
  communityTold: minutes,
  personTold: minutes,
  pcrArranged: minutes,
  handedOver: minutes,
});
export type FollowUpDue = z.infer<typeof followUpDueFields>;

/** One line of its history, never changed: a step, a step taken back, an end, or a new beginning. */
export const followUpEntrySchema = z.object({
  n: z.int().min(1),
  kind: z.enum(['step', 'withdrawn', 'closed', 'reopened']),
  step: z.enum(followUpSteps).nullable(),
  outcome: z.enum([...followUpOutcomes, ...ownOutcomes]).nullable(),
  note: z.string(),
  atMs: atMsSchema,
  /** Null where the program did it. */
  operatorName: z.string().nullable(),
});
export type FollowUpEntry = z.infer<typeof followUpEntrySchema>;

export const followUpSchema = z.object({
  testId: z.string(),
  personId: z.string(),
  nameMasked: z.string(),
  address: z.object({ building: z.string(), unit: z.string(), room: z.string() }),
  kitTail: z.string(),
  day: daySchema,
  status: testStatusSchema,
  /** The newest opening. */
  openedAtMs: atMsSchema,
  closedAtMs: atMsSchema.nullable(),
  steps: z.array(
    z.object({
      step: z.enum(followUpSteps),
      dueAtMs: atMsSchema,
      /** The entry by which it is done, or null. */
      done: followUpEntrySchema.nullable(),
      /** Steps that come first and are not done yet. */
      waitsFor: z.array(z.enum(followUpSteps)),
    }),
  ),
  /** When the next step is due; null where none is left or it is closed. */
  nextDueAtMs: atMsSchema.nullable(),
  entries: z.array(followUpEntrySchema),
});
export type FollowUp = z.infer<typeof followUpSchema>;
