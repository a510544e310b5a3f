import { z } from 'zod';
import { syncViewSchema } from '../model/desk.ts';
import { call, type Entry, nothing } from './call.ts';

/** What helps whoever is asked for help, and says nothing of anybody: counts, states, versions. */
const supportFactsSchema = z.object({
  program: z.string(),
  schema: z.int(),
  node: z.string(),
  platform: z.string(),
  atMs: z.int(),
  sync: syncViewSchema,
  connection: z.object({
    /** The host of the address alone, null where none is connected. */
    host: z.string().nullable(),
    isPinned: z.boolean(),
    isEmbedded: z.boolean(),
    epoch: z.string().nullable(),
    resendDays: z.int(),
  }),
  settings: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  records: z.array(z.object({ state: z.string(), kind: z.string(), n: z.int() })),
  parkedByCode: z.record(z.string(), z.int()),
  counts: z.record(z.string(), z.int()),
  disk: z.object({ registerBytes: z.int(), walBytes: z.int(), freeBytes: z.number() }),
});
export type SupportFacts = z.infer<typeof supportFactsSchema>;

export const supportCalls = {
  /** For the support bundle. Each asking is an entry in the audit log. */
  'support.facts': call(nothing, supportFactsSchema),
} as const satisfies Record<string, Entry>;
