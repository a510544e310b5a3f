import { z } from 'zod';
import { atMsSchema, daySchema } from '../time.ts';

/** Codes of a product that look alike, as the site learned it. */
export const codePatternSchema = z.object({
  patternId: z.string(),
  productId: z.string(),
  productName: z.string(),
  lot: z.string().nullable(),
  /** What of the code it is about: its serial, its lot, or all of a code that is nothing else. */
  part: z.enum(['whole', 'serial', 'lot']),
  length: z.int(),
  /** What all of them begin with. */
  prefix: z.string(),
  /** As long as the code: what all have in common as it is, `#` a digit, `A` a capital, `a` a small letter, `*` any. */
  shape: z.string(),
  /** How many kits (or lots) taught it. */
  kits: z.int(),
  source: z.enum(['manifest', 'taught', 'bound']),
  sinceMs: atMsSchema,
  lastAtMs: atMsSchema,
  enabled: z.boolean(),
  /** `learning`: too few yet; `contradicted`: codes of nearly this length were bound too, so it is not relied on. */
  state: z.enum(['used', 'off', 'learning', 'contradicted']),
});
export type CodePattern = z.infer<typeof codePatternSchema>;

const repairProblems = ['severalWays', 'alreadyBound', 'notInManifest'] as const;

/** A test that was bound with a code one character short or long, and what the code must have been. */
export const repairRowSchema = z.object({
  testId: z.string(),
  boundAtMs: atMsSchema,
  day: daySchema,
  personMasked: z.string(),
  productName: z.string(),
  lot: z.string().nullable(),
  read: z.string(),
  what: z.enum(['missing', 'extra']),
  /** How long the codes of this batch are. */
  length: z.int(),
  proposed: z.string().nullable(),
  patternId: z.string(),
  /** Why it cannot be repaired here; null where it can. Nothing is ever guessed. */
  problem: z.enum(repairProblems).nullable(),
});
export type RepairRow = z.infer<typeof repairRowSchema>;

/** A change of a test's kit, as its history tells it. */
export const kitCorrectionSchema = z.object({
  atMs: atMsSchema,
  operatorName: z.string(),
  reason: z.string(),
  fromSerial: z.string(),
  toSerial: z.string(),
  /** It took an earlier one back. */
  isUndo: z.boolean(),
});
export type KitCorrection = z.infer<typeof kitCorrectionSchema>;
