import type { JsonValue } from '../../../shared/canonicalJson.ts';
import { StationError } from '../../../shared/errors.ts';
import { change, type Handlers, look } from '../dispatch.ts';
import { allow } from '../staff/rights.ts';
import { audit } from '../station.ts';
import { rulesByCentral, shareRules } from './siteRules.ts';
import { writeSettings } from './stored.ts';

/** Whether the machine knows this IANA time zone. */
export function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

export const settingsHandlers: Handlers<'settings.get' | 'settings.rules' | 'settings.set'> = {
  'settings.get': look((station) => station.settings.get()),
  'settings.rules': look((station) => ({ byCentral: [...rulesByCentral(station.tables)] })),
  'settings.set': change({
    run: (station, { settings }) => {
      allow(station, 'settings.edit');
      if (!isZone(settings.zone))
        throw new StationError('INVALID_INPUT', { path: 'settings.zone', problem: 'unknown zone' }, 'settings.zone');
      const former: Record<string, unknown> = station.settings.get();
      const changed = Object.entries(settings).filter(
        ([name, value]) => JSON.stringify(former[name]) !== JSON.stringify(value),
      );
      const kept = rulesByCentral(station.tables).find((rule) => changed.some(([name]) => name === rule));
      if (kept !== undefined) throw new StationError('SETTING_OF_CENTRAL', {}, `settings.${kept}`);
      writeSettings(station.tables, settings);
      station.settings.set(settings);
      shareRules(
        station,
        changed.map(([name]) => name),
      );
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
