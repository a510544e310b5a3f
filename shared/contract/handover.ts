import { z } from 'zod';
import { atMsSchema } from '../time.ts';
import { call, type Entry, nothing } from './call.ts';

const handoverFileSchema = z.object({
  /** 1, 2, 3 … of this register. */
  n: z.int(),
  records: z.int(),
  writtenAtMs: atMsSchema,
  operatorName: z.string(),
  /** Of its records, those that are in no newer file and that nothing has acknowledged. */
  waiting: z.int(),
  /** Null until its receipt was read. */
  receipt: z.object({ readAtMs: atMsSchema, accepted: z.int(), conflicts: z.int(), rejected: z.int() }).nullable(),
});

const handoverViewSchema = z.object({
  /** `noKey`: connected, but the service's key has not come yet, or it takes no files. */
  state: z.enum(['ready', 'noKey', 'notConnected']),
  /** What the file is called by: several stations' files may go by one stick. */
  siteName: z.string(),
  stationName: z.string(),
  /** Records that may be handed over now; what may still be undone, and what waits for somebody, is none of them. */
  unacknowledged: z.int(),
  /** Of those, the ones that are in no file yet. */
  unhanded: z.int(),
  /** In a file and without an answer, since the earliest of these files. */
  awaiting: z.object({ records: z.int(), sinceMs: atMsSchema.nullable() }),
  /** The newest five, the newest first. */
  files: z.array(handoverFileSchema),
});

export const handoverCalls = {
  /** Files that carry records to the service by hand, where there is no network. */
  'handover.get': call(nothing, handoverViewSchema),
  /**
   * Writes what was not acknowledged, or of that what is in no file yet, sealed to the service. Nothing counts as sent by
   * it. HANDOVER_NO_KEY, HANDOVER_NOTHING, HANDOVER_BUSY, FILE_NOT_CHOSEN, FILE_NOT_WRITTEN, DISK_FULL.
   */
  'handover.write': call(
    z.strictObject({ path: z.string().min(1).max(4096), scope: z.enum(['unacknowledged', 'new']) }),
    z.object({
      path: z.string(),
      n: z.int(),
      records: z.int(),
      /** What one file did not hold: at least so many go into the next. */
      left: z.int(),
      handover: handoverViewSchema,
    }),
  ),
  /**
   * Reads the service's receipt and settles each record as the answer to a batch would. Reading it again changes nothing.
   * HANDOVER_NOT_RECEIPT, HANDOVER_IS_FILE, HANDOVER_RECEIPT_BAD, HANDOVER_RECEIPT_NEWER, HANDOVER_RECEIPT_OTHER,
   * HANDOVER_RECEIPT_PAST, HANDOVER_BUSY, FILE_NOT_CHOSEN, FILE_UNREADABLE.
   */
  'handover.readReceipt': call(
    z.strictObject({ path: z.string().min(1).max(4096) }),
    z.object({
      n: z.int(),
      records: z.int(),
      accepted: z.int(),
      conflicts: z.int(),
      rejected: z.int(),
      /** This receipt, or a newer one of the same file, was read before. */
      isRepeated: z.boolean(),
      handover: handoverViewSchema,
    }),
  ),
} as const satisfies Record<string, Entry>;
