import { classify } from '../../../shared/codes/classify.ts';
import { readKitCode } from '../../../shared/codes/kitCode.ts';
import { kitKey } from '../../../shared/codes/kitKey.ts';
import { maskName } from '../../../shared/codes/mask.ts';
import type { RepairRow } from '../../../shared/model/pattern.ts';
import type { Suspect } from '../../db/repairs.ts';
import type { Group } from '../kits/patternBook.ts';
import { knownGroups, lengthDoubt, patternBook, patternPart } from '../kits/patterns.ts';
import { firmPrefix, loosened, mendings } from '../kits/shape.ts';
import { type Station, today } from '../station.ts';

export type Proposal = RepairRow & { readonly kitKey: string; readonly toKey: string | null };

/** The key of the same kit with another serial, or null where the text is no code of its kind. */
function keyWith(station: Station, suspect: Pick<Suspect, 'kitKey' | 'serial'>, serial: string): string | null {
  const { kitKey: key, serial: former } = suspect;
  if (patternPart(key) === 'serial') {
    return key.endsWith(`:${former}`) ? key.slice(0, key.length - former.length) + serial : null;
  }
  const code = readKitCode(serial, today(station));
  return code.ok ? kitKey(code) : null;
}

/**
 * What a test's code must have been, or why that cannot be told; null where nothing is wrong with it. A repair is never a
 * guess: where the batch is listed, exactly one kit of the list that nobody else holds must be one character away;
 * where it is not, the lost character must stand among those that every code of the batch has.
 */
export function propose(station: Station, suspect: Suspect): Proposal | null {
  const { tables } = station;
  const part = patternPart(suspect.kitKey);
  if (part === null || tables.kits.find(suspect.kitKey) !== null) return null;
  const lotId = suspect.lot === null ? null : (tables.products.findLot(suspect.productId, suspect.lot)?.id ?? null);
  const groups = knownGroups(station, suspect.productId, part, lotId);
  const doubt = lengthDoubt(groups, suspect.serial);
  if (doubt === null) return null;
  const found = settle(station, suspect, groups, { part, lotId });
  return {
    testId: suspect.testId,
    boundAtMs: suspect.boundAtMs,
    day: suspect.day,
    personMasked: maskName(suspect.personName),
    productName: suspect.productName,
    lot: suspect.lot,
    read: suspect.serial,
    what: doubt.what,
    length: doubt.group.length,
    patternId: doubt.group.id,
    kitKey: suspect.kitKey,
    ...found,
  };
}

type Settled = Pick<Proposal, 'proposed' | 'toKey' | 'problem'>;

function settle(
  station: Station,
  suspect: Suspect,
  groups: readonly Group[],
  { part, lotId }: { readonly part: Group['part']; readonly lotId: string | null },
): Settled {
  const { kits, tests, retention } = station.tables;
  const holderOf = (key: string) => {
    // A kit whose test was destroyed is nobody's any more, and not free either.
    if (retention.findSpentDay(key) !== null) return 'destroyed';
    const holder = tests.findLiveByKit(key);
    return holder === suspect.testId ? null : holder;
  };
  // Every listed kit has its group's whole shape, so nothing of the list is missed, however small or little relied on.
  const listed = (patternBook(station).get(suspect.productId) ?? []).filter(
    (group) =>
      group.part === part && group.listed > 0 && (lotId === null || group.lotId === null || group.lotId === lotId),
  );
  const onList = new Map<string, string>();
  for (const serial of new Set(listed.flatMap((group) => mendings(suspect.serial, group.shape)))) {
    const key = keyWith(station, suspect, serial);
    const kit = key === null ? null : kits.find(key);
    if (key === null || kit?.productId !== suspect.productId) continue;
    // The label says which lot it is.
    if (lotId === null || kit.lotId === null || kit.lotId === lotId) onList.set(key, serial);
  }
  const free = [...onList].filter(([key]) => holderOf(key) === null);
  const [only] = free;
  if (free.length > 1) return { proposed: null, toKey: null, problem: 'severalWays' };
  if (only !== undefined) return { proposed: only[1], toKey: only[0], problem: null };
  const [held] = onList;
  if (held !== undefined) {
    return onList.size === 1
      ? { proposed: held[1], toKey: held[0], problem: 'alreadyBound' }
      : { proposed: null, toKey: null, problem: 'alreadyBound' };
  }

  const ways = new Set(
    groups.flatMap((group) => {
      const firm = firmPrefix(group.shape, group.listed + group.bound + group.taught).length;
      return mendings(suspect.serial, loosened(group.shape, firm));
    }),
  );
  const [way] = ways;
  const serial = ways.size === 1 ? way : undefined;
  const key = serial === undefined ? null : keyWith(station, suspect, serial);
  if (listed.length > 0) return { proposed: serial ?? null, toKey: key, problem: 'notInManifest' };
  if (serial === undefined || key === null) return { proposed: null, toKey: null, problem: 'severalWays' };
  return { proposed: serial, toKey: key, problem: holderOf(key) === null ? null : 'alreadyBound' };
}

/** Two tests that would get the same kit: which of them it is cannot be told. */
export function withoutRivals(proposals: readonly Proposal[]): readonly Proposal[] {
  const counts = new Map<string, number>();
  for (const { toKey, problem } of proposals) {
    if (toKey !== null && problem === null) counts.set(toKey, (counts.get(toKey) ?? 0) + 1);
  }
  return proposals.map((each) =>
    each.problem === null && each.toKey !== null && (counts.get(each.toKey) ?? 0) > 1
      ? { ...each, proposed: null, toKey: null, problem: 'severalWays' as const }
      : each,
  );
}

/** What the code read, with the serial put right; as it was read where the serial does not stand in it once. */
export function mendedRaw(raw: string, former: string, serial: string, key: string, day: string): string {
  const at = raw.lastIndexOf(former);
  if (at < 0) return raw;
  const mended = raw.slice(0, at) + serial + raw.slice(at + former.length);
  const code = classify(mended, { today: day, patterns: [{ prefix: mended, length: mended.length }] });
  return code.ok && kitKey(code) === key ? mended : raw;
}
