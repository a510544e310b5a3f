import { z } from 'zod';
import { syncViewSchema } from '../model/desk.ts';
import { gunDamageSchema, gunScanSchema, gunViewSchema } from '../model/gun.ts';

export const events = {
  /** Something changed that no call of this window asked for: look again. */
  'desk.changed': z.object({ why: z.enum(['sync', 'import', 'clock', 'other']) }),
  'sync.changed': syncViewSchema,
  /** Opening counts in percent, reading, committing and undoing in rows. */
  'imports.progressed': z.object({
    importId: z.string(),
    phase: z.enum(['opening', 'reading', 'committing', 'undoing']),
    done: z.int(),
    total: z.int(),
  }),
  'audit.progressed': z.object({ requestId: z.string(), done: z.int(), total: z.int() }),
  'exports.progressed': z.object({ exportId: z.string(), done: z.int(), total: z.int() }),
  /**
   * Core's process: it does not answer (`slow`) or does again (`answering`); it died and is being started again, or is
   * back; it died so often that it is not started again by itself.
   */
  'core.restarted': z.object({
    state: z.enum(['slow', 'answering', 'restarting', 'ready', 'failed']),
    times: z.int(),
  }),
  'retention.progressed': z.object({ destructionId: z.string(), done: z.int(), total: z.int() }),
  'followUps.changed': z.object({}),
  'station.changed': z.object({}),
  'backups.changed': z.object({}),
  /** Between the steps of a re-keying or a restore. */
  'register.progressed': z.object({ task: z.enum(['rekey', 'restore']), step: z.string() }),
  'guns.scanned': gunScanSchema,
  'guns.damaged': gunDamageSchema,
  'guns.changed': z.object({ guns: z.array(gunViewSchema) }),
  /** The window was hidden or minimised, or is seen again. Its page cannot tell: it is never throttled. */
  'window.seen': z.object({ isSeen: z.boolean() }),
} as const;
