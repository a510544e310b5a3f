import { z } from 'zod';
import { daySummarySchema } from '../model/daySummary.ts';
import { daySchema } from '../time.ts';
import { call, type Entry, requestId } from './call.ts';

export const summaryCalls = {
  'summary.get': call(z.strictObject({ day: daySchema.optional() }), daySummarySchema),
  /** Takes the number of the day's next paper copy, for exactly these figures; NOT_ON_STAGE when they have moved on. */
  'summary.countCopy': call(
    z.strictObject({ requestId, day: daySchema, sha256: z.string().length(64) }),
    z.object({ copy: z.int().min(1) }),
  ),
} as const satisfies Record<string, Entry>;
