import { z } from 'zod';
import { atMsSchema } from '../time.ts';

/** How a keyboard gun writes the GS1 separator (FNC1, GS, 0x1D). `missing`: it does not, and the site was told. */
export const gsWays = ['control', 'alt', 'f8', 'replacement', 'missing'] as const;
export type GsWay = (typeof gsWays)[number];

/** What a keyboard gun puts after each scan. */
export const wedgeSuffixes = ['enter', 'tab', 'crlf', 'none'] as const;
export type WedgeSuffix = (typeof wedgeSuffixes)[number];

/**
 * How this desk's keyboard guns are set, learned from the test sheet. The system joins all its keyboards into one, so
 * there is one profile a desk.
 */
export const wedgeProfileSchema = z.strictObject({
  gs: z.enum(gsWays),
  /** What stands for GS inside a scan when `gs` is `replacement`, such as `|` or `{GS}`; null otherwise. */
  replacement: z.string().min(1).max(8).nullable(),
  /** Fixed text that the gun puts before each scan; taken off. Empty for none. */
  prefix: z.string().max(8),
  suffix: z.enum(wedgeSuffixes),
  /** Milliseconds a key, the median of what was scanned. */
  paceMs: z.number().min(0).max(1_000),
  learnedAtMs: atMsSchema,
});
export type WedgeProfile = z.infer<typeof wedgeProfileSchema>;
