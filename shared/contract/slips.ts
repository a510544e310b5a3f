import { z } from 'zod';
import { slipReasonSchema } from '../model/disclosure.ts';
import { slipPrintSchema } from '../model/slip.ts';
import { call, type Entry, id, requestId } from './call.ts';

/** Whose result, and whether names and numbers are in full. */
export const slipOf = { testId: id, inClear: slipReasonSchema.nullable() };

export const slipsCalls = {
  /**
   * Counts one print of a test's result and answers what stands on it: masked, or in full with a reason and the right to
   * it. SLIP_NONE (params.status) for a test without a result, or undone; REASON_PERSONAL.
   */
  'slips.make': call(z.strictObject({ requestId, ...slipOf }), slipPrintSchema),
} as const satisfies Record<string, Entry>;
