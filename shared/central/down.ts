/** What comes down to a station: what is published to it, and what its site's other stations sent. */
import { z } from 'zod';
import { recordSchema } from '../central.ts';
import { atMsSchema } from '../time.ts';

/** The most of what is published, and the most records, that one page holds. */
export const downLimit = 200;
/** The longest that a station may wait for news, seconds. */
export const downWaitLimit = 25;

/** One published thing. Its payload is by its kind, and a station that is older than the kind passes it over. */
export const downItemSchema = z.object({
  /** product, lot, recall (`registry.ts`); round, person, rules (`siteItems.ts`); centralRules; more may come. */
  kind: z.string().min(1).max(40),
  itemId: z.string().min(1).max(200),
  /** False: of every station; true: of the asking station's own site. */
  isOfSite: z.boolean(),
  isGone: z.boolean(),
  /** Of what a site's stations share: which of two came later; 0 for what the service itself says. */
  version: z.int().min(0),
  payload: z.unknown(),
});
export type DownItem = z.infer<typeof downItemSchema>;

/** A record that another station of the site sent. */
export const siblingRecordSchema = z.object({
  station: z.string(),
  receivedAtMs: atMsSchema,
  record: recordSchema,
});

/**
 * Items and records stand in the order in which they became so; each is parsed by itself, so that a station that does
 * not understand one takes in the rest.
 */
export const downPageSchema = z.object({
  epoch: z.string(),
  serverAtMs: atMsSchema,
  /** Where to go on. Opaque: it is sent back as it is. */
  cursor: z.string().min(1).max(200),
  /** Other stations of the asking one's site. */
  siblings: z.int().min(0),
  /** There is more to be had at once. */
  more: z.boolean(),
  items: z.array(z.unknown()).max(downLimit),
  records: z.array(z.unknown()).max(downLimit),
});
export type DownPage = z.infer<typeof downPageSchema>;
