import type { SharedPerson, SharedRound, SiteItem } from '../../../shared/central/siteItems.ts';
import type { Station } from '../station.ts';

/**
 * Notes that a round or a person has changed here, in the change's own transaction: the site's other stations shall have
 * it. Of two changes of the same thing the later one by the service's clock counts.
 */
export function share(station: Station, kind: 'round' | 'person', localId: string): void {
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
  { tables }: Station,
  row: {
    readonly kind: 'round' | 'person';
    readonly itemId: string;
    readonly localId: string;
    readonly version: number;
  },
): SiteItem | null {
  const { itemId, localId, version } = row;
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
