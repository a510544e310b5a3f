import { z } from 'zod';
import { usualFollowUpDue } from '../model/followUp.ts';
import { siteRuleNames, siteRulesSchema } from '../model/siteRules.ts';
import { usualLowStock } from '../model/stock.ts';
import { call, type Entry, nothing, requestId, siteText } from './call.ts';

const rules = siteRulesSchema.shape;

export const siteSettingsSchema = z.strictObject({
  siteName: siteText,
  stationName: siteText,
  zone: z.string().min(1).max(60),
  ...rules,
  siteContact: rules.siteContact.default(''),
  noSerialKit: rules.noSerialKit.default('sticker'),
  askConsent: rules.askConsent.default(false),
  followUpDue: rules.followUpDue.default(usualFollowUpDue),
  lowStock: rules.lowStock.default(usualLowStock),
  /** Minutes after which a desk that nobody touches locks itself; null for never. */
  autoLockMin: z.int().min(1).max(120).nullable().default(10),
});
export type SiteSettings = z.infer<typeof siteSettingsSchema>;

export const settingsCalls = {
  'settings.get': call(nothing, siteSettingsSchema),
  /** The rules that the central service has set: they are changed there only. */
  'settings.rules': call(nothing, z.object({ byCentral: z.array(z.enum(siteRuleNames)) })),
  /** A rule of the site comes to its other desks too. SETTING_OF_CENTRAL for one that the central service has set. */
  'settings.set': call(z.strictObject({ requestId, settings: siteSettingsSchema }), siteSettingsSchema),
} as const satisfies Record<string, Entry>;
