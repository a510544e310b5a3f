import {
  type SharedPerson,
  type SharedRound,
  type SiteItem,
  sharedRulesId,
} from '../../../shared/central/siteItems.ts';
import { rulesOf } from '../../../shared/model/siteRules.ts';
import type { Station } from '../station.ts';

type SharedKind = SiteItem['kind'];

/**
 * Notes that a round, a person or the rules have changed here, in the change's own transaction: the site's other stations shall have
 * it. Of two changes of the same thing the later one by the service's clock counts.
 */
export function share(station: Station, kind: SharedKind, localId: string): void {
  const { down } = station.tables;
  const former = down.findSharedOf(kind, localId);
  const nowMs = station.clock.now() + (station.centralOffsetMs.get() ?? 0);
  down.setShared({
    kind,
    itemId: former?.itemId ?? localId,
    localId,
    version: Math.max(nowMs, (former?.version ?? 0) + 1),
    isWaiting: true,
  });
}

/** What waits to be told, as it stands now; what is gone meanwhile is left out. */
export function sharedItem(
  { tables, settings }: Station,
  row: {
    readonly kind: SharedKind;
    readonly itemId: string;
    readonly localId: string;
    readonly version: number;
  },
): SiteItem | null {
  const { itemId, localId, version } = row;
  if (row.kind === 'rules')
    return { kind: 'rules', itemId, version, payload: { ...rulesOf(settings.get()), id: sharedRulesId } };
  if (row.kind === 'person') {
    const person = tables.people.find(localId);
    if (person === null) return null;
    const payload: SharedPerson = { ...person, id: itemId };
    return { kind: 'person', itemId, version, payload };
  }
  const round = tables.rounds.find(localId);
  if (round === null) return null;
  const { targetKind, ...plain } = round;
  const target: SharedRound['target'] =
    targetKind === 'all'
      ? { kind: 'all' }
      : targetKind === 'buildings'
        ? { kind: 'buildings', buildings: tables.rounds.listBuildings(localId) }
        : { kind: 'named' };
  return { kind: 'round', itemId, version, payload: { ...plain, id: itemId, target } };
}
