import { z } from 'zod';
import { atMsSchema, daySchema } from '../time.ts';
import { differenceReasonSchema, stockTermsSchema } from './stock.ts';

const count = z.int().min(0);

/** The terms of registered = negative + positive + invalid + pending + void; each test once, by its newest revision. */
export const tallySchema = z.object({
  registered: count,
  negative: count,
  positive: count,
  invalid: count,
  pending: count,
  void: count,
});
export type Tally = z.infer<typeof tallySchema>;

const groupSchema = z.object({ key: z.string(), label: z.string(), tally: tallySchema });

/** opening + received + movedIn − movedOut − used − spoiled + difference = left: what was counted. */
export const kitBalanceSchema = stockTermsSchema.extend({
  productName: z.string(),
  lot: z.string(),
  left: count,
  difference: z.int(),
  reasons: z.array(differenceReasonSchema),
  countedBy: z.string(),
  confirmedBy: z.string(),
});
export type KitBalance = z.infer<typeof kitBalanceSchema>;

/** The figures of one site-local day of binding. What is printed is exactly this; its SHA-256 is over its canonical JSON. */
export const dayFiguresSchema = z.object({
  day: daySchema,
  siteName: z.string(),
  stationName: z.string(),
  total: tallySchema,
  balanced: z.boolean(),
  /** Hours 0–23 of the site's day, only those with something bound. */
  byHour: z.array(z.object({ hour: z.int().min(0).max(23), tally: tallySchema })),
  byOperator: z.array(groupSchema),
  byProductLot: z.array(groupSchema),
  byBuilding: z.array(groupSchema),
  /** Results read on this day for tests bound on an earlier one, and of this day's tests read on a later one. */
  readTodayOfEarlierDays: count,
  readLaterOfToday: count,
  undone: count,
  revised: count,
  secondTests: count,
  unknownPeople: count,
  /** Tests whose kit's or person's code was typed by hand (rule 11 of the desk). */
  typedCodes: count,
  followUps: count,
  /** Kits as they were counted on this day, each lot once; absent where nobody counted. */
  kits: z.array(kitBalanceSchema).exactOptional(),
});
export type DayFigures = z.infer<typeof dayFiguresSchema>;

export const daySummarySchema = z.object({
  figures: dayFiguresSchema,
  /** Lower-case hex over the canonical JSON of `figures`. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  takenAtMs: atMsSchema,
  copiesPrinted: count,
  /** Where the day's records stand at this moment. It moves with every upload, so the hash does not cover it. */
  delivery: z.object({ unsent: count, conflicts: count }),
});
export type DaySummary = z.infer<typeof daySummarySchema>;

/** Whether the terms add up to what was registered. */
export function balances(tally: Tally): boolean {
  return tally.registered === tally.negative + tally.positive + tally.invalid + tally.pending + tally.void;
}
