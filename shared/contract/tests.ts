import { z } from 'zod';
import { deskViewSchema } from '../model/desk.ts';
import { kitCorrectionSchema } from '../model/pattern.ts';
import { approvalSchema } from '../model/staff.ts';
import {
  outcomeSchema,
  reasonSchema,
  resultRevisionSchema,
  testCardSchema,
  testStatusSchema,
  testUploadSchema,
} from '../model/test.ts';
import { daySchema } from '../time.ts';
import { call, type Entry, id, page, requestId } from './call.ts';

export const testsCalls = {
  /** The result of the test on the stage. A positive is taken only by its second scan, so the answer then asks for it. */
  'results.record': call(
    z.strictObject({
      requestId,
      testId: id,
      outcome: outcomeSchema,
      overrideReason: reasonSchema.optional(),
      approval: approvalSchema.optional(),
    }),
    deskViewSchema,
  ),
  'results.revise': call(
    z.strictObject({
      requestId,
      testId: id,
      outcome: outcomeSchema,
      reason: reasonSchema,
      approval: approvalSchema.optional(),
    }),
    deskViewSchema,
  ),
  'tests.void': call(z.strictObject({ requestId, testId: id, reason: reasonSchema }), deskViewSchema),
  'tests.get': call(
    z.strictObject({ testId: id }),
    z.object({
      test: testCardSchema,
      revisions: z.array(resultRevisionSchema),
      retests: z.array(z.string()),
      /** Changes of the kit, oldest first. */
      corrections: z.array(kitCorrectionSchema),
      /** What the central service knows of each of its records, in their order. */
      uploads: z.array(testUploadSchema),
    }),
  ),
  'tests.list': call(
    z.strictObject({
      day: daySchema.optional(),
      status: testStatusSchema.optional(),
      query: z.string().max(100).default(''),
      /** Only those done with what is recalled by it. */
      recallId: id.optional(),
      ...page,
    }),
    z.object({ total: z.int(), rows: z.array(testCardSchema) }),
  ),
} as const satisfies Record<string, Entry>;
