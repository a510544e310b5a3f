import { z } from 'zod';
import {
  destructionPieceSchema,
  destructionSchema,
  purgePreviewSchema,
  retentionPeriodsSchema,
} from '../model/retention.ts';
import { call, type Entry, id, nothing, requestId } from './call.ts';

export const retentionCalls = {
  'retention.get': call(
    nothing,
    z.object({
      periods: retentionPeriodsSchema,
      due: purgePreviewSchema,
      /** The newest 200, the newest first. */
      destructions: z.array(destructionSchema),
    }),
  ),
  /** KEPT_SHORTER_THAN_RESENT. */
  'retention.set': call(
    z.strictObject({ requestId, periods: retentionPeriodsSchema }),
    z.object({ periods: retentionPeriodsSchema }),
  ),
  /**
   * Destroys what is over its period, day by day, each whole in a transaction of its own; `tests`, `people` and `entries` are what
   * `retention.get` said. Emits `retention.progressed`. A purge that was broken off is finished by the same requestId or
   * by the next purge. PURGE_CHANGED, PURGE_NOTHING.
   */
  'retention.purge': call(
    z.strictObject({ requestId, tests: z.int().min(0), people: z.int().min(0), entries: z.int().min(0).default(0) }),
    z.object({
      destruction: destructionSchema,
      /** Nothing of it is left in the write-ahead log; false while somebody else reads the register. */
      logCleared: z.boolean(),
    }),
  ),
  'retention.find': call(
    z.strictObject({ destructionId: id }),
    z.object({ destruction: destructionSchema, pieces: z.array(destructionPieceSchema) }),
  ),
} as const satisfies Record<string, Entry>;
