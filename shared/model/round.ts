import { z } from 'zod';
import { atMsSchema, daySchema } from '../time.ts';

/** One testing campaign. A person is tested once a round; a second test asks for a reason. */
export const roundSchema = z.object({
  id: z.string(),
  name: z.string(),
  day: daySchema,
  openedAtMs: atMsSchema,
  /** People on the roster; the whole roster is the target until rounds get their own. */
  target: z.int(),
  tested: z.int(),
});
export type Round = z.infer<typeof roundSchema>;
