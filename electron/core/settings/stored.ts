import { type SiteSettings, siteSettingsSchema } from '../../../shared/contract/settings.ts';
import type { Tables } from '../../db/tables.ts';

const key = 'site';

/** The site's own settings as the register holds them. */
export function readSettings(tables: Tables): SiteSettings {
  return siteSettingsSchema.parse(JSON.parse(tables.settings.get(key) ?? 'null'));
}

export function writeSettings(tables: Tables, settings: SiteSettings): void {
  tables.settings.set(key, JSON.stringify(settings));
}
