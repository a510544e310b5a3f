import { z } from 'zod';
import { roundSchema } from '../model/round.ts';
import { daySchema } from '../time.ts';
import { call, type Entry, nothing, requestId, siteText } from './call.ts';

export const roundsCalls = {
  'rounds.list': call(nothing, z.object({ rounds: z.array(roundSchema), currentId: z.string() })),
  'rounds.open': call(z.strictObject({ requestId, name: siteText, day: daySchema }), z.object({ round: roundSchema })),
} as const satisfies Record<string, Entry>;
