import { z } from 'zod';
import { followUpDueSchema } from '../model/followUp.ts';
import { lowStockSettingSchema, usualLowStock } from '../model/stock.ts';
import { call, type Entry, nothing, requestId, siteText } from './call.ts';

export const siteSettingsSchema = z.strictObject({
  siteName: siteText,
  stationName: siteText,
  /** Where to ask about a result: a phone or an address, printed on slips. */
  siteContact: z.string().trim().max(100).default(''),
  zone: z.string().min(1).max(60),
  /** Rule 6: what the reading window counts from. */
  windowFrom: z.enum(['binding', 'drop']),
  /** Minutes between binding and the usual moment of dropping, added when counting from the binding. */
  windowOffsetMin: z.number().min(0).max(60),
  /** Rule 4: a known product with an unknown lot or serial. */
  unknownKit: z.enum(['warn', 'refuse']),
  /** A kit that carries no code of its own: one of this station's stickers, or not used here. */
  noSerialKit: z.enum(['sticker', 'refuse']).default('sticker'),
  /** Whether the desk reminds of a consent that is not noted yet; off, or the queue waits for it. */
  askConsent: z.boolean().default(false),
  /** When each step of a positive's follow-up is due. */
  followUpDue: followUpDueSchema,
  /** Fewer kits left than this are told. */
  lowStock: lowStockSettingSchema.default(usualLowStock),
  /** Minutes after which a desk that nobody touches locks itself; null for never. */
  autoLockMin: z.int().min(1).max(120).nullable().default(10),
});
export type SiteSettings = z.infer<typeof siteSettingsSchema>;

export const settingsCalls = {
  'settings.get': call(nothing, siteSettingsSchema),
  'settings.set': call(z.strictObject({ requestId, settings: siteSettingsSchema }), siteSettingsSchema),
} as const satisfies Record<string, Entry>;
