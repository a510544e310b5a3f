import { sharedPersonSchema, sharedRoundSchema } from '../../../../shared/central/siteItems.ts';
import type { Person } from '../../../../shared/model/person.ts';
import type { RoundRow } from '../../../db/rounds.ts';
import { addPerson } from '../../people/people.ts';
import { audit, type Station } from '../../station.ts';

/**
 * A round of another station of the site. A newer change of our own stays. One that was opened after our current one is
 * the current one from now on: a site tests in one round.
 */
export function applyRound(station: Station, itemId: string, version: number, payload: unknown): void {
  const { target, ...shared } = sharedRoundSchema.parse(payload);
  const { down, rounds, settings, siblings, tests } = station.tables;
  const known = down.findShared('round', itemId);
  if (known !== null && known.version >= version) return;
  const former = rounds.find(shared.id);
  const targetKind: RoundRow['targetKind'] =
    target.kind === 'named' ? (former === null ? 'list' : former.targetKind) : target.kind;
  const round: RoundRow = { ...shared, targetKind, endedAtMs: former?.endedAtMs ?? null };
  const current = rounds.findCurrent();
  if (former === null) rounds.insert({ ...round, openedBy: null });
  else rounds.change(round);
  if (target.kind !== 'named')
    rounds.setTarget(round.id, { buildings: target.kind === 'buildings' ? target.buildings : [] });
  if (shared.endedAtMs !== null && round.endedAtMs === null) rounds.end(round.id, shared.endedAtMs);
  const isNewest = current === null || current.openedAtMs <= shared.openedAtMs;
  if (former === null && shared.endedAtMs === null && isNewest) settings.set('rounds.current', round.id);
  down.setShared({ kind: 'round', itemId, localId: round.id, version, isWaiting: false });
  for (const row of siblings.listOfUnknownRound(round.id)) {
    siblings.save({ ...row, roundId: round.id });
    if (row.personId !== null) tests.touch(row.personId);
  }
  audit(station, 'round.receive', `round:${round.id}`, { isNew: former === null });
}

/**
 * Somebody whom another station of the site registered or corrected. Whoever holds the same document here is the same
 * person: what stands here stays and what is empty is filled in. From then on the later correction counts, so a newer one
 * of our own is never overwritten. Without a document nobody is taken for somebody else.
 */
export function applyPerson(station: Station, itemId: string, version: number, payload: unknown): void {
  const shared = sharedPersonSchema.parse(payload);
  const { down, people } = station.tables;
  const known = down.findShared('person', itemId);
  if (known !== null && known.version >= version) return;
  const ours = known === null ? null : people.find(known.localId);
  const holders = shared.documentNumber === null ? [] : people.findByDocument(shared.documentNumber);
  const met = ours ?? people.find(shared.id) ?? (holders.length === 1 ? (holders[0] ?? null) : null);
  const nowMs = station.clock.now();
  if (met === null) {
    if (known !== null) return;
    addPerson(station, shared, 'desk', null);
    const counted = station.rosterCount.get();
    if (counted !== null) station.rosterCount.set(counted + 1);
  } else {
    const isFirst = known === null;
    const isDocumentFree = holders.every(({ id }) => id === met.id);
    const next = isFirst ? filled(met, shared, isDocumentFree) : corrected(met, shared, isDocumentFree);
    if (JSON.stringify(next) !== JSON.stringify(met)) people.rewrite(next, nowMs);
  }
  const localId = met?.id ?? shared.id;
  down.setShared({ kind: 'person', itemId, localId, version, isWaiting: false });
  audit(station, 'person.receive', `person:${localId}`, { isNew: met === null });
}

function filled(met: Person, shared: Person, isDocumentFree: boolean): Person {
  const takesDocument = met.documentNumber === null && isDocumentFree;
  return {
    ...met,
    sex: met.sex ?? shared.sex,
    birthDate: met.birthDate ?? shared.birthDate,
    phone: met.phone ?? shared.phone,
    guardianName: met.guardianName ?? shared.guardianName,
    documentKind: takesDocument ? shared.documentKind : met.documentKind,
    documentNumber: takesDocument ? shared.documentNumber : met.documentNumber,
    address: Object.values(met.address).every((part) => part === '') ? shared.address : met.address,
  };
}

function corrected(met: Person, shared: Person, isDocumentFree: boolean): Person {
  const { documentKind, documentNumber } = isDocumentFree ? shared : met;
  return { ...shared, id: met.id, documentKind, documentNumber };
}
