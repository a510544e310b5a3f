import { z } from 'zod';
import { atMsSchema, daySchema } from '../time.ts';

/** Why a backup was made. */
export const backupReasons = ['plan', 'demand', 'migration', 'rekey'] as const;
export type BackupReason = (typeof backupReasons)[number];

/** What stands beside a backup, in clear: nothing of a person, nothing that opens it. */
export const backupManifestSchema = z.strictObject({
  format: z.literal('yiceda-backup'),
  version: z.literal(1),
  why: z.enum(backupReasons),
  madeAtMs: atMsSchema,
  program: z.string().max(40),
  /** `user_version` of the register. */
  schema: z.int().min(0),
  registerId: z.string().max(64),
  installationId: z.string().max(64),
  /** The newest entry of the log of changes. */
  auditSeq: z.int().min(0),
  auditHash: z.string().max(64),
  newestTestAtMs: atMsSchema.nullable(),
  /** Rows by table. */
  counts: z.record(z.string().max(64), z.int().min(0)),
  bytes: z.int().min(0),
  /** Of the file as it was written, lower-case hexadecimal. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type BackupManifest = z.infer<typeof backupManifestSchema>;

const clockSchema = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/);
export const backupScheduleSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('off') }),
  z.strictObject({ kind: z.literal('every'), hours: z.int().min(1).max(24) }),
  /** Times of the site's day. */
  z.strictObject({ kind: z.literal('at'), times: z.array(clockSchema).min(1).max(12) }),
]);
export type BackupSchedule = z.infer<typeof backupScheduleSchema>;

export const backupPlanSchema = z.strictObject({
  schedule: backupScheduleSchema,
  /** The newest so many are kept, and beside them the last one of each day for so many days. */
  keepNewest: z.int().min(1).max(100),
  keepDailyDays: z.int().min(0).max(365),
});
export type BackupPlan = z.infer<typeof backupPlanSchema>;

export const backupSchema = z.object({
  path: z.string(),
  why: z.enum(backupReasons),
  madeAtMs: atMsSchema,
  bytes: z.int(),
  tests: z.int(),
  people: z.int(),
  sha256: z.string(),
});
export type Backup = z.infer<typeof backupSchema>;

/** How backups are, for everybody at the desk. */
export const backupStateSchema = z.object({
  isPlanned: z.boolean(),
  newestAtMs: atMsSchema.nullable(),
  /** When the plan wanted the next one; null when it wants none. */
  dueAtMs: atMsSchema.nullable(),
  /** The plan's moment is well past and no good backup has been made since. */
  isOverdue: z.boolean(),
  isRunning: z.boolean(),
  /** The ErrorCode of the last try, when it failed. */
  failure: z.string().nullable(),
});
export type BackupState = z.infer<typeof backupStateSchema>;

/** What restoring would put in place, and what of the present register would no longer be there. */
export const restorePreviewSchema = z.object({
  path: z.string(),
  siteName: z.string(),
  stationName: z.string(),
  madeAtMs: atMsSchema.nullable(),
  newestTestAtMs: atMsSchema.nullable(),
  tests: z.int(),
  people: z.int(),
  operators: z.int(),
  bytes: z.int(),
  /** False for a file without a manifest: its hash could not be compared. */
  hasManifest: z.boolean(),
  present: z.discriminatedUnion('kind', [
    /** There is no register here. */
    z.object({ kind: z.literal('none') }),
    /** It is there and cannot be read, so nobody can say what would be lost. */
    z.object({ kind: z.literal('unreadable') }),
    z.object({
      kind: z.literal('readable'),
      /** False for another register altogether: then everything in the present one counts as lost. */
      isSameRegister: z.boolean(),
      /** Tests of the present register that the backup does not hold, and on which days they were bound. */
      lostTests: z.int(),
      lostDays: z.array(daySchema),
      /** Other changes since (results, voids, people): entries of the log of changes. */
      lostEntries: z.int(),
      /** Records among them that the central service does not have yet. */
      lostUnsent: z.int(),
    }),
  ]),
});
export type RestorePreview = z.infer<typeof restorePreviewSchema>;
