import { z } from 'zod';
import { atMsSchema, daySchema } from '../time.ts';
import { organisationKindSchema } from './organisation.ts';
import { consentSchema, maskedPersonSchema, personCardSchema, personMergeSchema } from './person.ts';
import { absenceSchema } from './round.ts';
import { outcomeSchema, testStatusSchema } from './test.ts';

/** Why somebody had to see a person in full. */
export const revealReasons = ['contact', 'checkDocument', 'correctEntry', 'authorities', 'other'] as const;
/** Why a list with names and numbers in full had to leave the station. */
export const exportReasons = ['authorities', 'contactTracing', 'community', 'other'] as const;

/** Why a result slip had to carry a name and a number in full. */
export const slipReasons = ['personAsked', 'authorities', 'other'] as const;

/** A reason out of a list, with words of one's own; `other` needs them. They go to the audit log. */
function stated<const C extends readonly [string, ...string[]]>(codes: C) {
  return z
    .strictObject({ code: z.enum(codes), text: z.string().trim().max(200).default('') })
    .refine((reason) => reason.code !== 'other' || reason.text.length >= 2, { message: 'needs words', path: ['text'] });
}
export const revealReasonSchema = stated(revealReasons);
export const exportReasonSchema = stated(exportReasons);
export const slipReasonSchema = stated(slipReasons);

/** What is shown of one person for a stated reason, for half a minute. */
export const revealedPersonSchema = z.object({
  personId: z.string(),
  documentNumber: z.string().nullable(),
  phone: z.string().nullable(),
  birthDate: daySchema.nullable(),
  guardianName: z.string().nullable(),
});

/** One test of a person, with who changed it, oldest change first. */
export const personTestSchema = z.object({
  testId: z.string(),
  day: daySchema,
  roundName: z.string(),
  boundAtMs: atMsSchema,
  /** Names its kit to `kits.trace`. */
  kitKey: z.string(),
  kitTail: z.string(),
  productName: z.string(),
  status: testStatusSchema,
  changes: z.array(
    z.object({
      atMs: atMsSchema,
      what: z.enum(['bound', 'resulted', 'revised', 'kitCorrected', 'void', 'undone']),
      operatorName: z.string(),
      outcome: outcomeSchema.nullable(),
    }),
  ),
});
export type PersonTest = z.infer<typeof personTestSchema>;

/** How somebody stood in a round. */
export const personRoundSchema = z.object({
  roundId: z.string(),
  name: z.string(),
  day: daySchema,
  lastDay: daySchema.nullable(),
  standing: z.enum(['tested', 'absent', 'notTested']),
  /** Why they were absent, where that is how it stands. */
  absence: absenceSchema.nullable(),
});
export type PersonRound = z.infer<typeof personRoundSchema>;

/**
 * A person's page: by name, the rest masked, with their tests, the newest first, 100 at most; who else lives at their
 * address, masked; who turned out to be them; their consent.
 */
export const personPageSchema = z.object({
  person: personCardSchema,
  household: z.array(maskedPersonSchema.extend({ testedThisRound: z.boolean() })),
  merges: z.array(personMergeSchema),
  consent: consentSchema.nullable(),
  /** Below 14 years: a guardian speaks for them. */
  isChild: z.boolean(),
  tests: z.array(personTestSchema),
  more: z.boolean(),
  organisations: z.array(z.object({ organisationId: z.string(), kind: organisationKindSchema, name: z.string() })),
  /** The rounds that are for them or in which they were tested, the newest first. */
  rounds: z.array(personRoundSchema),
});

/** A list as a file: what it holds, and the SHA-256 (lower-case hex) of its bytes. Rows are without the heading. */
export const exportedSchema = z.object({ path: z.string(), rows: z.int(), sha256: z.string() });
