import { z } from 'zod';
import { atMsSchema, daySchema } from '../time.ts';
import { maskedPersonSchema } from './person.ts';

/** Who should be tested in a round. Whoever comes to the roster, moves in or is enlisted later is in all but the last as well. */
export const roundTargetSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('all') }),
  z.object({ kind: z.literal('buildings'), buildings: z.array(z.string().max(60)).min(1).max(500) }),
  /** Whoever belongs to one of these now. */
  z.object({
    kind: z.literal('organisations'),
    organisations: z
      .array(z.object({ organisationId: z.string(), name: z.string() }))
      .min(1)
      .max(50),
  }),
  /** Certain people, chosen when the round was opened. */
  z.object({ kind: z.literal('list'), people: z.int() }),
]);
export type RoundTarget = z.infer<typeof roundTargetSchema>;

/** One testing campaign: its days, whom it is for, and how often each is to be tested. */
export const roundSchema = z.object({
  id: z.string(),
  name: z.string(),
  /** First and last day; without a last day it goes on until it is ended. */
  day: daySchema,
  lastDay: daySchema.nullable(),
  /** Null: once in the round. 1: each day. n: every n days. */
  everyDays: z.int().min(1).max(60).nullable(),
  targetIs: roundTargetSchema,
  openedAtMs: atMsSchema,
  endedAtMs: atMsSchema.nullable(),
  /** How many people that is now. */
  target: z.int(),
  tested: z.int(),
});
export type Round = z.infer<typeof roundSchema>;

const dayMs = 86_400_000;
const dayNumber = (day: string): number => Date.parse(`${day}T00:00:00Z`) / dayMs;

/**
 * Whether a test on `today` repeats one on `earlierDay` by the round's rule. Days are the site's, `YYYY-MM-DD`; a clock
 * that was set back makes no day due again.
 */
export function isRepeat(everyDays: number | null, earlierDay: string, today: string): boolean {
  return everyDays === null || dayNumber(today) - dayNumber(earlierDay) < everyDays;
}

/** The first day whose tests count for who is still due on `today`; null where every test of the round does. */
export function countsFrom(everyDays: number | null, today: string): string | null {
  if (everyDays === null) return null;
  return new Date((dayNumber(today) - everyDays + 1) * dayMs).toISOString().slice(0, 10);
}

/**
 * The floor that a room number tells: of three digits the first, of four the first two, as rooms are numbered in
 * Chinese housing (302 is on floor 3, 1201 on 12, 0302 on 3). Null for everything else: a shop, a name, B1-02.
 */
export function floorOf(room: string): number | null {
  const digits = /^(\d{1,2})\d{2}$/.exec(
    room
      .normalize('NFKC')
      .trim()
      .replace(/[室号房]$/, ''),
  )?.[1];
  const floor = digits === undefined ? 0 : Number(digits);
  return floor >= 1 ? floor : null;
}

/** Why somebody was not tested, as noted at the door. */
export const absenceReasons = [
  'away',
  'hospital',
  'exempt',
  'movedOut',
  'refused',
  'testedElsewhere',
  'notReached',
  'other',
] as const;
export const absenceReasonSchema = z.enum(absenceReasons);
export type AbsenceReason = (typeof absenceReasons)[number];

const counts = { target: z.int(), tested: z.int(), absent: z.int() };
/** `target` = tested + absent with a reason + still to be reached. */
export const roundCoverageSchema = z.object({
  ...counts,
  buildings: z.array(
    z.object({
      building: z.string(),
      ...counts,
      /** From the top down, as one looks at a house; those without a floor last, as null. */
      floors: z.array(z.object({ floor: z.int().nullable(), ...counts })),
    }),
  ),
});
export type RoundCoverage = z.infer<typeof roundCoverageSchema>;

export const absenceSchema = z.object({
  reason: absenceReasonSchema,
  note: z.string(),
  atMs: atMsSchema,
  operatorName: z.string(),
});

export const notTestedRowSchema = maskedPersonSchema.extend({
  floor: z.int().nullable(),
  absence: absenceSchema.nullable(),
});
export type NotTestedRow = z.infer<typeof notTestedRowSchema>;
