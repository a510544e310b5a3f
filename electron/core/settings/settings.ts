import type { JsonValue } from '../../../shared/canonicalJson.ts';
import { type SiteSettings, siteSettingsSchema } from '../../../shared/contract/settings.ts';
import { StationError } from '../../../shared/errors.ts';
import type { Tables } from '../../db/tables.ts';
import { change, type Handlers, look } from '../dispatch.ts';
import { allow } from '../staff/rights.ts';
import { audit } from '../station.ts';

const key = 'site';

/** The site's own settings as the register holds them. */
export function readSettings(tables: Tables): SiteSettings {
  return siteSettingsSchema.parse(JSON.parse(tables.settings.get(key) ?? 'null'));
}

export function writeSettings(tables: Tables, settings: SiteSettings): void {
  tables.settings.set(key, JSON.stringify(settings));
}

/** Whether the machine knows this IANA time zone. */
export function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

export const settingsHandlers: Handlers<'settings.get' | 'settings.set'> = {
  'settings.get': look((station) => station.settings.get()),
  'settings.set': change({
    run: (station, { settings }) => {
      allow(station, 'settings.edit');
      if (!isZone(settings.zone))
        throw new StationError('INVALID_INPUT', { path: 'settings.zone', problem: 'unknown zone' }, 'settings.zone');
      const former: Record<string, unknown> = station.settings.get();
      const changed = Object.entries(settings).filter(
        ([name, value]) => JSON.stringify(former[name]) !== JSON.stringify(value),
      );
      writeSettings(station.tables, settings);
      station.settings.set(settings);
      // What a site or a station is called may be somebody's name: of those only that they changed.
      const told = changed.filter(([name]) => name !== 'siteName' && name !== 'stationName');
      audit(station, 'settings.set', 'station', {
        changed: changed.map(([name]) => name),
        from: Object.fromEntries(told.map(([name]) => [name, former[name] as JsonValue])),
        to: Object.fromEntries(told),
      });
      return settings;
    },
    answer: (_station, settings) => settings,
  }),
};
