import { sharedRulesId, sharedRulesSchema } from '../../../shared/central/siteItems.ts';
import type { SiteSettings } from '../../../shared/contract/settings.ts';
import {
  type CentralRules,
  centralRulesSchema,
  type SiteRule,
  siteRuleNames,
} from '../../../shared/model/siteRules.ts';
import type { Tables } from '../../db/tables.ts';
import { audit, type Station } from '../station.ts';
import { share } from '../sync/share.ts';
import { writeSettings } from './stored.ts';

/** Whom the central service has set a rule for. The site's own comes before everybody's. */
const reaches = { everybody: 'central.rules', site: 'central.siteRules' } as const;

/** The rules of the central service as they hold here. */
function centralRules(tables: Tables): CentralRules {
  const read = (key: string) => centralRulesSchema.parse(JSON.parse(tables.settings.get(key) ?? '{}'));
  return { ...read(reaches.everybody), ...read(reaches.site) };
}

/** The rules that the central service has set. */
export const rulesByCentral = (tables: Tables): readonly SiteRule[] => {
  const set = centralRules(tables);
  return siteRuleNames.filter((name) => set[name] !== undefined);
};

/** What the central service says from now on; a rule that it no longer names stays as it is, and is the site's again. */
export function applyCentralRules(station: Station, isOfSite: boolean, payload: unknown, isGone: boolean): void {
  const { settings } = station.tables;
  const key = isOfSite ? reaches.site : reaches.everybody;
  if (isGone) settings.forget(key);
  else settings.set(key, JSON.stringify(centralRulesSchema.parse(payload)));
  follow(station, centralRules(station.tables), 'central');
}

/** What another desk of the site has set. A newer change of our own stays, and so does what the central service says. */
export function applySharedRules(station: Station, itemId: string, version: number, payload: unknown): void {
  const { id: _id, ...rules } = sharedRulesSchema.parse(payload);
  const { down } = station.tables;
  const known = down.findShared('rules', itemId);
  if (known !== null && known.version >= version) return;
  down.setShared({ kind: 'rules', itemId, localId: sharedRulesId, version, isWaiting: false });
  follow(station, { ...rules, ...centralRules(station.tables) }, 'site');
}

/** Tells the other desks where a rule was changed here. */
export function shareRules(station: Station, changed: readonly string[]): void {
  if (changed.some((name) => (siteRuleNames as readonly string[]).includes(name)))
    share(station, 'rules', sharedRulesId);
}

function follow(station: Station, rules: CentralRules, by: 'central' | 'site'): void {
  const former = station.settings.get();
  const changed = siteRuleNames.filter(
    (name) => rules[name] !== undefined && JSON.stringify(rules[name]) !== JSON.stringify(former[name]),
  );
  if (changed.length === 0) return;
  const next: SiteSettings = { ...former, ...Object.fromEntries(changed.map((name) => [name, rules[name]])) };
  writeSettings(station.tables, next);
  station.settings.set(next);
  const of = (settings: SiteSettings) => Object.fromEntries(changed.map((name) => [name, settings[name]]));
  audit(station, 'settings.receive', 'station', { changed, by, from: of(former), to: of(next) });
}
