import { z } from 'zod';
import { atMsSchema, daySchema } from '../time.ts';

/**
 * How long what is kept, in days; null for as long as the register lives. The law asks for the shortest time that the
 * purpose needs (Personal Information Protection Law, article 19), and for six months at least of logs (Cybersecurity
 * Law, article 21).
 */
const period = (least: number) => z.int().min(least).max(3_650).nullable();
export const retentionPeriodsSchema = z.strictObject({
  /** Tests with their results and what was sent of them, counted from the day of the binding. */
  testsDays: period(30),
  /** People without a test that is still kept, counted from when they were last entered or changed. */
  peopleDays: period(30),
  /** Entries of the audit log, from when they were written; a signed checkpoint stands for them afterwards. */
  auditDays: period(180).default(null),
});
export type RetentionPeriods = z.infer<typeof retentionPeriodsSchema>;

/** Why a day's tests are not destroyed although their time is over. */
export const heldBackReasons = ['unsent', 'conflict', 'retest'] as const;

const count = z.int().min(0);

export const purgePreviewSchema = z.object({
  /** Days before this one are over their period; null where the period has no end. */
  testsBefore: daySchema.nullable(),
  tests: z.object({ days: count, tests: count, fromDay: daySchema.nullable(), toDay: daySchema.nullable() }),
  heldBack: z.array(z.object({ reason: z.enum(heldBackReasons), days: count, tests: count, firstDay: daySchema })),
  peopleBeforeMs: atMsSchema.nullable(),
  people: count,
  auditBeforeMs: atMsSchema.nullable(),
  entries: count,
});
export type PurgePreview = z.infer<typeof purgePreviewSchema>;

/** What one transaction of a purge has destroyed. */
export const destructionPieceSchema = z.object({
  n: z.int().min(1),
  kind: z.enum(['tests', 'people', 'audit']),
  /** The day of the tests; null for what is none. */
  day: daySchema.nullable(),
  /** Rows by table. */
  counts: z.record(z.string(), count),
  /**
   * SHA-256 over the destroyed rows, table by table, each as canonical JSON on a line of its own; of the audit log over
   * the last hash of each checkpoint, a line each.
   */
  rowsSha256: z.string().length(64),
  /**
   * SHA-256 over a line `record key, blank, content hash` for each record that was sent, in the order of sending: the
   * central service can work out the same from what it holds. Null for what is no test.
   */
  recordsSha256: z.string().length(64).nullable(),
  atMs: atMsSchema,
});
export type DestructionPiece = z.infer<typeof destructionPieceSchema>;

export const destructionSchema = z.object({
  destructionId: z.string(),
  /** Running number, from 1. */
  number: z.int().min(1),
  startedAtMs: atMsSchema,
  /** Null while it was broken off; the same purge can then be finished. */
  endedAtMs: atMsSchema.nullable(),
  operatorName: z.string(),
  siteName: z.string(),
  stationName: z.string(),
  periods: retentionPeriodsSchema,
  testsBefore: daySchema.nullable(),
  peopleBeforeMs: atMsSchema.nullable(),
  auditBeforeMs: atMsSchema.nullable(),
  tests: count,
  people: count,
  entries: count,
  days: count,
  /** SHA-256 over the canonical JSON of what was asked and of all pieces; null while it was broken off. */
  sha256: z.string().length(64).nullable(),
});
export type Destruction = z.infer<typeof destructionSchema>;
