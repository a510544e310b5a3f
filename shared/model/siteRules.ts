/** What every desk of a site does alike: one sets it, the others follow; the central service may set it for all. */
import { z } from 'zod';
import { followUpDueFields } from './followUp.ts';
import { lowStockSettingSchema } from './stock.ts';

export const siteRulesSchema = z.object({
  /** Where to ask about a result: a phone or an address, printed on slips. */
  siteContact: z.string().trim().max(100),
  /** Rule 6: what the reading window counts from. */
  windowFrom: z.enum(['binding', 'drop']),
  /** Minutes between binding and the usual moment of dropping, added when counting from the binding. */
  windowOffsetMin: z.number().min(0).max(60),
  /** Rule 4: a known product with an unknown lot or serial. */
  unknownKit: z.enum(['warn', 'refuse']),
  /** A kit that carries no code of its own: one of this station's stickers, or not used here. */
  noSerialKit: z.enum(['sticker', 'refuse']),
  /** Whether the desk reminds of a consent that is not noted yet; off, or the queue waits for it. */
  askConsent: z.boolean(),
  /** When each step of a positive's follow-up is due. */
  followUpDue: followUpDueFields,
  /** Fewer kits left than this are told. */
  lowStock: lowStockSettingSchema,
});
export type SiteRules = z.infer<typeof siteRulesSchema>;
export type SiteRule = keyof SiteRules;
export const siteRuleNames = Object.keys(siteRulesSchema.shape) as SiteRule[];

/** As the central service sets them: those that it names. One that only a newer program knows is passed over. */
export const centralRulesSchema = siteRulesSchema.partial();
export type CentralRules = z.infer<typeof centralRulesSchema>;

/** The rules among settings. */
export function rulesOf(settings: SiteRules): SiteRules {
  return Object.fromEntries(siteRuleNames.map((name) => [name, settings[name]])) as SiteRules;
}
