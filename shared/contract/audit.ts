import { z } from 'zod';
import { languages } from '../language.ts';
import {
  auditFilterShape,
  auditRowSchema,
  auditStandingSchema,
  auditVerdictSchema,
  notedActs,
  notedPapers,
} from '../model/audit.ts';
import { exportedSchema } from '../model/disclosure.ts';
import { daySchema } from '../time.ts';
import { call, done, type Entry, id, path, requestId } from './call.ts';

export const auditCalls = {
  // The audit log.
  /** Opens the log for reading, which is an entry itself; its requestId opens `audit.list` and `audit.export`. */
  'audit.open': call(z.strictObject({ requestId }), auditStandingSchema),
  /**
   * The newest first, from entry `from` on down. Looks through at most some thousand entries a call, so a page may have
   * fewer rows than asked for, or none, and a `next` all the same. NOT_FOUND for an opening that is not one's own.
   */
  'audit.list': call(
    z.strictObject({
      openingId: z.uuid(),
      ...auditFilterShape,
      from: z.int().min(1).optional(),
      limit: z.int().min(1).max(500).default(100),
    }),
    z.object({ rows: z.array(auditRowSchema), next: z.int().nullable() }),
  ),
  /** Signs the log as it is now, for a paper or because somebody asks; the signed head goes to the central service. */
  'audit.sign': call(
    z.strictObject({ requestId, why: z.enum(['print', 'asked']) }),
    z.object({ head: z.object({ seq: z.int(), day: daySchema, fingerprint: z.string() }) }),
  ),
  /** Checks the whole log, against the central service too where it answers. Emits `audit.progressed`. */
  'audit.verify': call(
    z.strictObject({ requestId }),
    z.object({ verdict: auditVerdictSchema, standing: auditStandingSchema }),
  ),
  /** The entries of a filter as CSV. FILE_NOT_WRITTEN, DISK_FULL, EXPORT_CANCELLED. Emits `exports.progressed`. */
  'audit.export': call(
    z.strictObject({ openingId: z.uuid(), exportId: id, path, language: z.enum(languages), ...auditFilterShape }),
    exportedSchema,
  ),
  /** What the window's own process printed or changed. */
  'audit.note': call(
    z.strictObject({
      requestId,
      act: z.enum(notedActs),
      paper: z.enum(notedPapers).optional(),
      to: z.enum(['file', 'printer']).optional(),
      subject: z
        .string()
        .regex(/^[a-z]{1,20}:[0-9A-Za-z-]{1,64}$/)
        .optional(),
    }),
    done,
  ),
} as const satisfies Record<string, Entry>;
