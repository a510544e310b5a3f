import { type DownItem, type DownPage, downItemSchema } from '../../../../shared/central/down.ts';
import { sqliteCode } from '../../../db/open.ts';
import { applyCentralRules, applySharedRules } from '../../settings/siteRules.ts';
import type { Station } from '../../station.ts';
import { applyLot, applyProduct, applyRecall, ProductMissing } from './products.ts';
import { applyReadingConflict, applyRecord } from './records.ts';
import { applyPerson, applyRound } from './shared.ts';

type Outcome = 'done' | 'unknownKind' | 'product' | 'bad';

/**
 * Takes a page in, inside the caller's transaction. Each thing goes in whole or not at all and by itself: what cannot be
 * taken in is put aside and never keeps the rest back. The same page again changes nothing.
 */
export function applyPage(station: Station, page: DownPage, program: string): { readonly changed: number } {
  let changed = 0;
  let products = 0;
  for (const item of page.items) {
    const outcome = applyItem(station, item, program);
    if (outcome !== 'done') continue;
    changed += 1;
    if ((item as { kind?: unknown } | null)?.kind === 'product') products += 1;
  }
  for (const record of page.records) {
    if (tried(station, () => applyRecord(station, record)) === 'done') changed += 1;
    else putAside(station, { kind: 'record', itemId: keyOf(record), item: record, why: 'bad', program });
  }
  if (products > 0) retry(station, 'product', program);
  return { changed };
}

/** What another program could not read, or what waited for a product, once more. */
export function retry(station: Station, why: 'product' | 'newProgram', program: string): void {
  const rows = station.tables.down.listParked('product', why === 'newProgram' ? program : null);
  for (const { kind, itemId, item } of rows) {
    const outcome =
      kind === 'record'
        ? tried(station, () => applyRecord(station, JSON.parse(item)))
        : applyItem(station, JSON.parse(item), program);
    if (outcome === 'done') station.tables.down.unpark(kind, itemId);
    else putAside(station, { kind, itemId, item: JSON.parse(item), why: outcome, program });
  }
}

function applyItem(station: Station, value: unknown, program: string): Outcome {
  const parsed = downItemSchema.safeParse(value);
  if (!parsed.success) {
    putAside(station, { kind: 'item', itemId: keyOf(value), item: value, why: 'bad', program });
    return 'bad';
  }
  const item = parsed.data;
  const outcome = tried(station, () => take(station, item));
  if (outcome === 'done') station.tables.down.unpark(item.kind, item.itemId);
  else putAside(station, { kind: item.kind, itemId: item.itemId, item, why: outcome, program });
  return outcome;
}

class UnknownKind extends Error {}

function take(station: Station, { kind, itemId, version, payload, isGone, isOfSite }: DownItem): void {
  if (kind === 'readingConflict') applyReadingConflict(station, itemId, payload, isGone);
  else if (kind === 'centralRules') applyCentralRules(station, isOfSite, payload, isGone);
  // What is no more stays written here: facts refer to it. A recall that ends comes as lifted.
  else if (isGone) return;
  else if (kind === 'product') applyProduct(station, payload);
  else if (kind === 'lot') applyLot(station, payload);
  else if (kind === 'recall') applyRecall(station, payload);
  // Of its own site only, whatever a service says.
  else if (kind === 'round' && isOfSite) applyRound(station, itemId, version, payload);
  else if (kind === 'rules' && isOfSite) applySharedRules(station, itemId, version, payload);
  else if (kind === 'person' && isOfSite) applyPerson(station, itemId, version, payload);
  else throw new UnknownKind(kind);
}

/** In a savepoint of its own. A fault of the register itself is nobody's bad item. */
function tried(station: Station, run: () => void): Outcome {
  try {
    station.db.transaction(run)();
    return 'done';
  } catch (thrown) {
    if (thrown instanceof UnknownKind) return 'unknownKind';
    if (thrown instanceof ProductMissing) return 'product';
    const code = sqliteCode(thrown);
    if (code !== null && !code.startsWith('SQLITE_CONSTRAINT')) throw thrown;
    station.log('down.bad', { kind: thrown instanceof Error ? thrown.name : typeof thrown, code: code ?? '' });
    return 'bad';
  }
}

function putAside(
  station: Station,
  row: {
    readonly kind: string;
    readonly itemId: string;
    readonly item: unknown;
    readonly why: Exclude<Outcome, 'done'>;
    readonly program: string;
  },
): void {
  const { item, ...rest } = row;
  station.tables.down.park({ ...rest, item: JSON.stringify(item ?? null), atMs: station.clock.now() });
}

function keyOf(value: unknown): string {
  const { itemId, record } = (value ?? {}) as { itemId?: unknown; record?: { key?: unknown } };
  const key = itemId ?? record?.key;
  return typeof key === 'string' ? key.slice(0, 200) : 'nameless';
}
