import { z } from 'zod';
import { recordSchema } from '../central.ts';
import { atMsSchema } from '../time.ts';

/**
 * One installation a station sends: a register that was restored or moved has a new id, announces it, and ends the one
 * before. Whoever comes with an ended id is answered 403 `installationEnded`.
 */
export const announceSchema = z.strictObject({ installationId: z.string().min(1).max(64) });

export const announceReplySchema = z.object({
  serverAtMs: atMsSchema,
  epoch: z.string().max(64),
  /** How many installations of this station were ended since ever. */
  ended: z.int(),
});

/** The most records one page of a station's own holds. */
export const ownRecordsLimit = 500;

/** A page of what the service has of the asking station, in the order of the records' keys. */
export const ownRecordsReplySchema = z.object({
  serverAtMs: atMsSchema,
  records: z.array(recordSchema).max(ownRecordsLimit),
  /** Where to go on; null after the last page. */
  cursor: z.string().max(120).nullable(),
});
export type OwnRecordsReply = z.infer<typeof ownRecordsReplySchema>;
