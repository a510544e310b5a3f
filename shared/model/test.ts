import { z } from 'zod';
import { atMsSchema, daySchema } from '../time.ts';
import { kitCardSchema } from './kit.ts';
import { maskedPersonSchema, personCardSchema } from './person.ts';

export const outcomes = ['negative', 'positive', 'invalid'] as const;
export const outcomeSchema = z.enum(outcomes);
export type ResultOutcome = z.infer<typeof outcomeSchema>;

/** `undone` bindings do not count; every other status is one of the terms of the day's equation. */
export const testStatuses = ['pending', 'negative', 'positive', 'invalid', 'void', 'undone'] as const;
export const testStatusSchema = z.enum(testStatuses);
export type TestStatus = z.infer<typeof testStatusSchema>;

/** How a code reached the program. `chosen` is a pick from a list on screen, `form` a person entered by hand. */
const scanSources = ['gun', 'camera', 'typed', 'chosen', 'form'] as const;
export const scanSourceSchema = z.enum(scanSources);
export type ScanSource = z.infer<typeof scanSourceSchema>;

export const voidReasons = ['kitDamaged', 'wrongPerson', 'sampleLost', 'personLeft', 'other'] as const;
export const secondTestReasons = ['previousInvalid', 'followUp', 'symptoms', 'asked', 'other'] as const;
export const reviseReasons = ['misread', 'wrongKey', 'lineAppearedLate', 'other'] as const;
export const overrideReasons = ['readInTime', 'clockWrong', 'other'] as const;
export const reasonCodes = [
  ...new Set([...voidReasons, ...secondTestReasons, ...reviseReasons, ...overrideReasons]),
] as readonly ReasonCode[];
export type ReasonCode =
  | (typeof voidReasons)[number]
  | (typeof secondTestReasons)[number]
  | (typeof reviseReasons)[number]
  | (typeof overrideReasons)[number];

/** Why something unusual was done. `other` needs words. */
export const reasonSchema = z
  .strictObject({
    code: z.enum(reasonCodes as readonly [ReasonCode, ...ReasonCode[]]),
    text: z.string().trim().max(200).default(''),
  })
  .refine((reason) => reason.code !== 'other' || reason.text.length >= 2, { message: 'needs words', path: ['text'] });

/** What the central service knows of a test's newest record. `local` = still inside the seconds of undo. */
const centralStates = ['local', 'waiting', 'sent', 'parked', 'conflict'] as const;
export const centralStateSchema = z.enum(centralStates);
export type CentralState = z.infer<typeof centralStateSchema>;

export const resultRevisionSchema = z.object({
  revision: z.int().min(1),
  outcome: outcomeSchema,
  readAtMs: atMsSchema,
  readDay: daySchema,
  operatorName: z.string(),
  confirmedByName: z.string().nullable(),
  reason: z.object({ code: z.string(), text: z.string() }).nullable(),
  overrideReason: z.object({ code: z.string(), text: z.string() }).nullable(),
  /** Who approved it on the spot, where its reader may not give it alone. */
  approved: z.object({ byName: z.string(), reason: z.string() }).nullable(),
});
export type ResultRevision = z.infer<typeof resultRevisionSchema>;

/** One record of a test on its way to the central service, or there. */
export const testUploadSchema = z.object({
  kind: z.enum(['test.bound', 'test.resulted', 'test.voided', 'test.kitCorrected']),
  chain: z.int().min(1),
  createdAtMs: atMsSchema,
  /** `local` = still inside the seconds of undo; `withdrawn` = undone before it went. */
  state: z.enum(['local', 'waiting', 'sent', 'parked', 'withdrawn']),
  settledAtMs: atMsSchema.nullable(),
  /** Why it was not accepted. */
  code: z.string().nullable(),
  message: z.string().nullable(),
});
export type TestUpload = z.infer<typeof testUploadSchema>;

/** One test: a kit bound to a person, with the newest state of its result. */
export const testCardSchema = z.object({
  testId: z.string(),
  person: maskedPersonSchema,
  kit: kitCardSchema,
  roundId: z.string(),
  day: daySchema,
  status: testStatusSchema,
  boundAtMs: atMsSchema,
  boundByName: z.string(),
  /** Null while the site waits for the scan that says the sample was dropped. */
  opensAtMs: atMsSchema.nullable(),
  closesAtMs: atMsSchema.nullable(),
  result: resultRevisionSchema.nullable(),
  voided: z
    .object({ atMs: atMsSchema, operatorName: z.string(), reason: z.object({ code: z.string(), text: z.string() }) })
    .nullable(),
  retestOf: z.string().nullable(),
  central: centralStateSchema,
  /** Another station of the site bound it, and only there it is voided or corrected. */
  boundAtStation: z.string().optional(),
});
export type TestCard = z.infer<typeof testCardSchema>;

/** The test on the desk's stage, where its person stands: by name. */
export const stageTestSchema = testCardSchema.extend({ person: personCardSchema });
export type StageTest = z.infer<typeof stageTestSchema>;
