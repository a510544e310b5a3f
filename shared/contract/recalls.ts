import { z } from 'zod';
import { recalledTestsSchema, recallSchema } from '../model/recall.ts';
import { call, type Entry, id, nothing, requestId } from './call.ts';

const words = z.string().trim().min(2).max(200);
const code = z.string().trim().min(1).max(1024);
const one = z.object({ recall: recallSchema });

export const recallsCalls = {
  /** The newest first. */
  'recalls.list': call(nothing, z.object({ recalls: z.array(recallSchema) })),
  /** With how many tests were done with it at this station; `tests.list` lists them. */
  'recalls.get': call(z.strictObject({ recallId: id }), z.object({ recall: recallSchema, tests: recalledTestsSchema })),
  /**
   * From this moment on no kit of it is bound, also one that waits on the stage. A single kit is a range of one.
   * NOT_FOUND for a product that is not there, RANGE_WRONG.
   */
  'recalls.make': call(
    z.strictObject({
      requestId,
      target: z.discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('lot'), productId: id, lot: z.string().trim().min(1).max(40) }),
        z.strictObject({ kind: z.literal('kits'), from: code, to: code }),
      ]),
      /** Who says so: the maker, the regulator, the community's own doubt. */
      source: words,
      reason: words,
    }),
    one,
  ),
  /** RECALL_LIFTED. */
  'recalls.lift': call(z.strictObject({ requestId, recallId: id, reason: words }), one),
} as const satisfies Record<string, Entry>;
