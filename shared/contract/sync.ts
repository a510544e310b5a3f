import { z } from 'zod';
import { syncViewSchema } from '../model/desk.ts';
import { atMsSchema } from '../time.ts';
import { call, type Entry, nothing, requestId } from './call.ts';

const parkedSchema = z.object({
  recordKey: z.string(),
  kind: z.string(),
  testId: z.string(),
  personMasked: z.string(),
  kitTail: z.string(),
  code: z.string(),
  message: z.string(),
  atMs: atMsSchema,
});
const conflictSchema = z.object({
  conflictId: z.string(),
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
      parked: z.array(parkedSchema),
      conflicts: z.array(conflictSchema),
    }),
  ),
  'sync.sendNow': call(nothing, z.object({ sync: syncViewSchema })),
  'sync.connect': call(
    z.strictObject({ requestId, url: z.url().max(300), token: z.string().min(8).max(400) }),
    z.object({ sync: syncViewSchema }),
  ),
  /** A check of the connection as an operator would do it: reaches the service, signs in, says what is wrong. */
  'sync.test': call(
    nothing,
    z.object({ reachable: z.boolean(), accepted: z.boolean(), ms: z.number(), problem: z.string().nullable() }),
  ),
} as const satisfies Record<string, Entry>;
