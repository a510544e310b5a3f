import { z } from 'zod';
import { followUpOutcomes, followUpSchema, followUpSteps } from '../model/followUp.ts';
import { atMsSchema } from '../time.ts';
import { call, type Entry, id, nothing, page, requestId } from './call.ts';

const note = z.string().trim().max(200);
const one = z.object({ followUp: followUpSchema });

export const followUpsCalls = {
  /** Those open with what is due first on top, or those closed with the newest end on top. */
  'followUps.list': call(
    z.strictObject({ state: z.enum(['open', 'closed']), ...page }),
    z.object({ total: z.int(), nowAtMs: atMsSchema, rows: z.array(followUpSchema) }),
  ),
  /** For the rail: how many are open, and of how many a step is overdue. */
  'followUps.count': call(nothing, z.object({ open: z.int(), overdue: z.int() })),
  'followUps.get': call(z.strictObject({ testId: id }), one),
  /** A step was done. FOLLOW_UP_STEP, FOLLOW_UP_CLOSED, REASON_PERSONAL. */
  'followUps.note': call(
    z.strictObject({ requestId, testId: id, step: z.enum(followUpSteps), note: note.default('') }),
    one,
  ),
  /** A step was noted by mistake: taken back with the reason, and to be done again. */
  'followUps.withdraw': call(
    z.strictObject({ requestId, testId: id, step: z.enum(followUpSteps), note: note.min(2) }),
    one,
  ),
  /** Its end. With steps left undone it needs words. */
  'followUps.close': call(
    z.strictObject({ requestId, testId: id, outcome: z.enum(followUpOutcomes), note: note.default('') }),
    one,
  ),
  'followUps.reopen': call(z.strictObject({ requestId, testId: id, note: note.min(2) }), one),
} as const satisfies Record<string, Entry>;
