import { z } from 'zod';
import { backupPlanSchema, backupSchema, backupStateSchema, restorePreviewSchema } from '../model/backup.ts';
import { call, type Entry, nothing, path, requestId } from './call.ts';
import { secret } from './register.ts';
import { stationViewSchema } from './station.ts';

const backupsSchema = z.object({
  plan: backupPlanSchema,
  folder: z.string(),
  /** Beside the register, where nobody has chosen another. */
  isOwnFolder: z.boolean(),
  /** Those in the folder, the newest first. */
  backups: z.array(backupSchema),
  state: backupStateSchema,
});

export const backupsCalls = {
  /** For everybody at the desk. */
  'backups.state': call(nothing, backupStateSchema),
  'backups.get': call(nothing, backupsSchema),
  'backups.setPlan': call(
    z.strictObject({
      requestId,
      plan: backupPlanSchema,
      folder: z.discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('same') }),
        /** Beside the register. */
        z.strictObject({ kind: z.literal('own') }),
        z.strictObject({ kind: z.literal('chosen'), path }),
      ]),
    }),
    backupsSchema,
  ),
  /** Makes one now, in the plan's folder or in the one chosen. */
  'backups.make': call(z.strictObject({ requestId, folder: path.optional() }), z.object({ backup: backupSchema })),
  /** Without an open register, or for a backup under another key, a secret is the right. KEY_WRONG, BACKUP_DAMAGED. */
  'backups.preview': call(z.strictObject({ path, secret: secret.optional() }), restorePreviewSchema),
  /**
   * Puts a backup in the register's place, which is set aside. `lostEntries` is what the preview said, null where it could
   * not say: RESTORE_CHANGED when it is another number by now. Emits `register.progressed`.
   */
  'backups.restore': call(
    z.strictObject({ requestId, path, secret: secret.optional(), lostEntries: z.int().min(0).nullable() }),
    stationViewSchema,
  ),
} as const satisfies Record<string, Entry>;
