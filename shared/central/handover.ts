/** What a station and the service must know of one another before a hand-over file can go between them. */
import { z } from 'zod';
import { canonicalJson } from '../canonicalJson.ts';
import { publicKeySchema, signatureSchema } from '../model/audit.ts';
import { atMsSchema } from '../time.ts';

/** The station's own key, with which it signs: pinned for its installation by the first that comes. */
export const handoverAskSchema = z.strictObject({
  installationId: z.string().min(1).max(64),
  publicKey: publicKeySchema,
  /** Over `handoverAskText`, by this very key. */
  signature: signatureSchema,
});

export const handoverReplySchema = z.object({
  serverAtMs: atMsSchema,
  /** What the service calls this station. */
  stationId: z.string().min(1).max(64),
  /** False: another key was pinned for this installation before, and files that are signed by this one are not taken. */
  isPinned: z.boolean(),
  /** To which files are sealed from now on, and which signs their receipts; null where the service takes no files. */
  key: z
    .object({
      id: z.string().regex(/^[0-9a-f]{16}$/),
      /** X25519, base64url. */
      sealing: publicKeySchema,
      /** Ed25519, base64url. */
      signing: publicKeySchema,
    })
    .nullable(),
});
export type HandoverReply = z.infer<typeof handoverReplySchema>;

export function handoverAskText(installationId: string, publicKey: string): string {
  return canonicalJson({ is: 'yiceda.handover.key.1', installationId, publicKey });
}
