import { z } from 'zod';
import { absenceReasonSchema, notTestedRowSchema, roundCoverageSchema, roundSchema } from '../model/round.ts';
import { daySchema } from '../time.ts';
import { call, type Entry, id, nothing, page, requestId, siteText } from './call.ts';

const target = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('all') }),
  z.strictObject({ kind: z.literal('buildings'), buildings: z.array(z.string().max(60)).min(1).max(500) }),
  z.strictObject({ kind: z.literal('organisations'), organisationIds: z.array(id).min(1).max(50) }),
  /** Whoever answers to a search at this moment. */
  z.strictObject({ kind: z.literal('search'), query: z.string().trim().min(1).max(100) }),
]);
const planned = {
  name: siteText,
  day: daySchema,
  lastDay: daySchema.nullable().default(null),
  everyDays: z.int().min(1).max(60).nullable().default(null),
};
const one = z.object({ round: roundSchema });
/** Which part of the not-tested list. */
const part = {
  roundId: id,
  building: z.string().max(60).optional(),
  floor: z.int().nullable().optional(),
  absence: z.enum(['any', 'none', 'noted']).default('any'),
};

export const roundsCalls = {
  'rounds.list': call(nothing, z.object({ rounds: z.array(roundSchema), currentId: z.string() })),
  /** It is the current one from now on. ROUND_DAYS, ROUND_EMPTY. */
  'rounds.open': call(z.strictObject({ requestId, ...planned, target: target.default({ kind: 'all' }) }), one),
  /** What was recorded in it stays as it is. Without `target` it keeps its own. ROUND_DAYS, ROUND_EMPTY. */
  'rounds.change': call(z.strictObject({ requestId, roundId: id, ...planned, target: target.optional() }), one),
  /** The round that people are tested in from now on. */
  'rounds.choose': call(z.strictObject({ requestId, roundId: id }), one),
  /** Nobody is tested in it any more; the newest that is not ended goes on. LAST_ROUND. */
  'rounds.end': call(z.strictObject({ requestId, roundId: id }), one),
  /** The buildings of the roster with how many people live in each. */
  'rounds.buildings': call(
    nothing,
    z.object({ buildings: z.array(z.object({ building: z.string(), people: z.int() })) }),
  ),
  'rounds.coverage': call(z.strictObject({ roundId: id }), z.object({ coverage: roundCoverageSchema })),
  /** Who is in the target and not tested, by building, floor and room. */
  'rounds.notTested': call(
    z.strictObject({ ...part, query: z.string().max(100).default(''), ...page }),
    z.object({ total: z.int(), rows: z.array(notTestedRowSchema) }),
  ),
  /** Why somebody was not tested; null takes it back. Each is kept, the newest counts. REASON_PERSONAL, REASON_NEEDED. */
  'rounds.noteAbsence': call(
    z.strictObject({
      requestId,
      roundId: id,
      personId: id,
      reason: absenceReasonSchema.nullable(),
      note: z.string().trim().max(200).default(''),
    }),
    z.object({ personId: z.string() }),
  ),
} as const satisfies Record<string, Entry>;
