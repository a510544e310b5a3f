import { z } from 'zod';
import { atMsSchema, daySchema } from '../time.ts';
import { documentKinds, sexes } from './person.ts';

/** What a slip tells: a result that was read, or that the test was made void. */
export const slipStatuses = ['negative', 'positive', 'invalid', 'void'] as const;
export type SlipStatus = (typeof slipStatuses)[number];

/** The forms a slip is cut to: half and quarter of an A4 sheet, or a label of 100 by 150 mm on a printer of its own. */
export const slipSizes = ['a5', 'a6', 'label'] as const;
export type SlipSize = (typeof slipSizes)[number];

/**
 * What a slip that was printed is worth now: `holds`; `replaced` by a newer print that tells the same; `corrected`, the
 * result or the kit's code was corrected since; `void`, the test was made void since.
 */
const slipStandings = ['holds', 'replaced', 'corrected', 'void'] as const;

/** A slip that was scanned at the desk. */
export const scannedSlipSchema = z.object({
  number: z.int().min(1),
  printedAtMs: atMsSchema,
  /** What stands on it, so that a paper somebody wrote on is found out. */
  status: z.enum(slipStatuses),
  standing: z.enum(slipStandings),
});
export type ScannedSlip = z.infer<typeof scannedSlipSchema>;

/** One print of one person's result. */
export const slipPrintSchema = z.object({
  /** Its own code: finds this print, and says nothing to a stranger. */
  code: z.string(),
  /** Which print of this test it is, from 1. */
  number: z.int().min(1),
  /** The print before it, which it replaces. */
  replaces: z.object({ number: z.int().min(1), printedAtMs: atMsSchema }).nullable(),
  printedAtMs: atMsSchema,
  printedBy: z.string(),
  siteName: z.string(),
  siteContact: z.string(),
  status: z.enum(slipStatuses),
  /** Masked, or in full where it was printed so. The person as they were when the test was made. */
  name: z.string(),
  sex: z.enum(sexes).nullable(),
  /** Years on the day of the test. */
  age: z.int().nullable(),
  documentKind: z.enum(documentKinds).nullable(),
  document: z.string().nullable(),
  kit: z.object({
    productName: z.string(),
    method: z.string().nullable(),
    registrationNumber: z.string().nullable(),
    lot: z.string().nullable(),
    expiresOn: daySchema.nullable(),
    serial: z.string(),
  }),
  /** When the sample was dropped on the kit, or bound where the site counts from there. */
  sampledAtMs: atMsSchema,
  read: z
    .object({ atMs: atMsSchema, by: z.string(), confirmedBy: z.string().nullable() })
    /** Null for a test that was made void before anybody read it. */
    .nullable(),
  /** The newest correction of the result. */
  corrected: z.object({ atMs: atMsSchema, by: z.string() }).nullable(),
  voided: z.object({ atMs: atMsSchema, by: z.string() }).nullable(),
});
export type SlipPrint = z.infer<typeof slipPrintSchema>;
