import { z } from 'zod';
import { syncViewSchema } from '../model/desk.ts';
import { atMsSchema } from '../time.ts';
import { call, type Entry, id, nothing, requestId } from './call.ts';

/** How a record that was not taken may be mended: see `mend.ts`. */
export const mendings = ['anew', 'chain', 'none'] as const;

/** A pin: SHA-256 over a certificate's SubjectPublicKeyInfo, base64 (RFC 7469, 2.4). */
export const pinPattern = /^[A-Za-z0-9+/]{43}=$/;

const parkedSchema = z.object({
  recordKey: z.string(),
  kind: z.string(),
  testId: z.string(),
  personMasked: z.string(),
  kitTail: z.string(),
  code: z.string(),
  message: z.string(),
  atMs: atMsSchema,
  /** What `sync.mend` would do about it. */
  mending: z.enum(mendings),
});
const conflictSchema = z.object({
  conflictId: z.string(),
  /** `kit`: two bindings of one kit; `reading`: another station of the site read the test otherwise. */
  kind: z.enum(['kit', 'reading']),
  testId: z.string(),
  personMasked: z.string(),
  kitTail: z.string(),
  boundAtMs: atMsSchema,
  otherSite: z.string(),
  otherStation: z.string(),
  otherAtMs: atMsSchema,
  otherPersonMasked: z.string(),
  seenAtMs: atMsSchema,
});

export const syncCalls = {
  'sync.get': call(
    nothing,
    z.object({
      sync: syncViewSchema,
      url: z.string().nullable(),
      /** The pinned key, SHA-256 over its SubjectPublicKeyInfo in base64; null where the system's list decides. */
      pin: z.string().nullable(),
      /** For how many days what was sent is sent again when the service was restored from an older backup. */
      resendDays: z.int(),
      /** What was sent again for that reason the last time. */
      resent: z.object({ atMs: atMsSchema, records: z.int() }).nullable(),
      waiting: z.array(z.object({ kind: z.string(), n: z.int(), oldestAtMs: atMsSchema })),
      /** How the last batches went; null before the first of this run. */
      speed: z
        .object({ batches: z.int(), records: z.int(), recordsPerSecond: z.number(), latencyMs: z.number() })
        .nullable(),
      parked: z.array(parkedSchema),
      conflicts: z.array(conflictSchema),
    }),
  ),
  'sync.sendNow': call(nothing, z.object({ sync: syncViewSchema })),
  'sync.connect': call(
    z.strictObject({
      requestId,
      url: z.url().max(300),
      token: z.string().min(8).max(400),
      /** The key that vouches for the service; none: the system's list of authorities does. */
      pin: z.string().regex(pinPattern).nullable().optional(),
    }),
    z.object({ sync: syncViewSchema }),
  ),
  /** A check of the connection as an operator would do it: reaches the service, signs in, says what is wrong. */
  'sync.test': call(
    nothing,
    z.object({
      reachable: z.boolean(),
      accepted: z.boolean(),
      ms: z.number(),
      problem: z.string().nullable(),
      /** The service's clock minus this computer's, where they are minutes apart. */
      clockOffMs: z.number().nullable(),
    }),
  ),
  /** Sends a record anew that the service did not take, as a new record. NOT_FOUND, NOT_MENDABLE. */
  'sync.mend': call(z.strictObject({ requestId, recordKey: id }), z.object({ sync: syncViewSchema })),
  /** For how many days what was sent is sent again after the service was restored. RESENT_LONGER_THAN_KEPT. */
  'sync.setResendDays': call(
    z.strictObject({ requestId, days: z.int().min(1).max(365) }),
    z.object({ resendDays: z.int() }),
  ),
} as const satisfies Record<string, Entry>;
