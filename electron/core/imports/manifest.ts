import { classify } from '../../../shared/codes/classify.ts';
import { readKitCode } from '../../../shared/codes/kitCode.ts';
import { kitKey, kitParts } from '../../../shared/codes/kitKey.ts';
import { type Span, sizeOf, spanOf, textAt } from '../../../shared/codes/kitSpan.ts';
import type { manifestColumns } from '../../../shared/listColumns.ts';
import type { KitProduct } from '../../../shared/model/kit.ts';
import type { Station } from '../station.ts';
import { readExpiry } from './dates.ts';
import { type Plan, placesOf, RowFault, type Sheet, type Step } from './plan.ts';
import type { Row } from './table.ts';

type Field = keyof typeof manifestColumns;

/** Numbers of which each digit counts. */
export const countedInManifests: ReadonlySet<string> = new Set<Field>(['gtin', 'serial', 'to', 'code']);
/** One field of each group; whole codes name their product themselves. */
export function neededInManifests(fields: readonly (string | null)[]): readonly (readonly Field[])[] {
  return fields.includes('code')
    ? [['serial', 'code']]
    : [
        ['serial', 'code'],
        ['gtin', 'product'],
      ];
}

export type ManifestKit = {
  readonly kitKey: string;
  readonly productId: string;
  readonly lot: string | null;
  readonly expiresOn: string | null;
  readonly serial: string;
  /** This kit alone, or the first of a range. */
  readonly span: Span;
};

/** A delivery list: kits by product, lot, expiry and serial, or by their whole codes. */
export function planManifest(station: Station, sheet: Sheet, day: string): Plan<ManifestKit> {
  const place = placesOf<Field>(sheet.fields);
  const byName = productsByName(station);
  const seen = createSeen();
  const expiryOfLot = new Map<string, string | null>();

  const read = ({ cells }: Row): Step<ManifestKit> => {
    const cell = (field: Field): string => {
      const index = place[field];
      return index === undefined ? '' : (cells[index] ?? '');
    };
    const kit = cell('code') === '' ? fromColumns(station, cell, byName, day) : fromCode(station, cell, byName, day);
    if (kit.lot !== null) checkLot(station, kit, expiryOfLot);
    const met = seen.add(kit.span);
    if (kit.span.first !== kit.span.last) {
      const taken = met ?? station.tables.kits.findOverlap(kit.span);
      if (taken !== null) throw new RowFault('rangeTaken', 'serial', { at: taken.slice(-4) });
      return { kind: 'fresh', value: kit };
    }
    if (met !== null) return { kind: 'doubled' };
    const known = station.tables.kits.find(kit.kitKey);
    if (known === null) return { kind: 'fresh', value: kit };
    const lot = known.lotId === null ? null : station.tables.products.findLotById(known.lotId);
    if (known.productId !== kit.productId || (lot?.lot ?? null) !== kit.lot)
      throw new RowFault('kitElsewhere', 'serial');
    return { kind: 'same' };
  };
  return {
    read,
    describe: (cells) =>
      Object.fromEntries((Object.keys(place) as Field[]).map((field) => [field, cells[place[field] ?? -1] ?? ''])),
  };
}

function fromColumns(
  station: Station,
  cell: (field: Field) => string,
  byName: ReadonlyMap<string, KitProduct>,
  day: string,
): ManifestKit {
  const product = productOf(station, cell, byName, day);
  const serial = cell('serial');
  if (serial === '') throw new RowFault('serialMissing', 'serial');
  const gtin = product.gtins.find((code) => /^\d{14}$/.test(code));
  // With a GTIN the kit carries a GS1 code; without one its serial is the whole of what is scanned.
  const code = readKitCode(gtin === undefined ? serial : `]d201${gtin}21${serial}`, day);
  const key = code.ok ? kitKey(code) : null;
  if (key === null) throw new RowFault('serialWrong', 'serial', { text: serial });
  const to = cell('to');
  const last = to === '' ? null : readKitCode(gtin === undefined ? to : `]d201${gtin}21${to}`, day);
  const lastKey = last === null ? key : last.ok ? kitKey(last) : null;
  if (lastKey === null) throw new RowFault('serialWrong', 'to', { text: to });
  return {
    kitKey: key,
    span: spanOfKeys(key, lastKey),
    productId: product.id,
    lot: lotOf(cell('lot')),
    expiresOn: expiryOf(cell('expiresOn')),
    serial,
  };
}

function fromCode(
  station: Station,
  cell: (field: Field) => string,
  byName: ReadonlyMap<string, KitProduct>,
  day: string,
): ManifestKit {
  const text = cell('code');
  const code = readKitCode(text, day);
  const key = code.ok ? kitKey(code) : null;
  const parts = code.ok ? kitParts(code) : null;
  if (!code.ok || key === null || parts === null) throw new RowFault('codeWrong', 'code', { text: text.slice(0, 60) });
  const named = parts.gtin ?? code.fields['device'];
  const product =
    named === undefined ? productOf(station, cell, byName, day) : station.tables.products.findByCode(named);
  if (product === null) throw new RowFault('productUnknown', 'code', { text: named ?? '' });
  const to = cell('to');
  const last = to === '' ? null : readKitCode(to, day);
  const lastKey = last === null ? key : last.ok ? kitKey(last) : null;
  if (lastKey === null) throw new RowFault('codeWrong', 'to', { text: to.slice(0, 60) });
  return {
    kitKey: key,
    span: spanOfKeys(key, lastKey),
    productId: product.id,
    lot: parts.lot ?? lotOf(cell('lot')),
    expiresOn: parts.expiresOn ?? expiryOf(cell('expiresOn')),
    serial: parts.serial ?? text,
  };
}

function productOf(
  station: Station,
  cell: (field: Field) => string,
  byName: ReadonlyMap<string, KitProduct>,
  day: string,
): KitProduct {
  const gtin = cell('gtin');
  if (gtin !== '') {
    const code = classify(gtin, { today: day });
    const named = code.ok ? (code.fields['gtin'] ?? code.fields['device']) : undefined;
    const product = station.tables.products.findByCode(named ?? gtin.padStart(14, '0'));
    if (product === null) throw new RowFault('productUnknown', 'gtin', { text: gtin });
    return product;
  }
  const product = byName.get(cell('product'));
  if (product === undefined) throw new RowFault('productUnknown', 'product', { text: cell('product') });
  return product;
}

function productsByName(station: Station): ReadonlyMap<string, KitProduct> {
  const byName = new Map<string, KitProduct>();
  for (const product of station.tables.products.list()) {
    for (const name of [product.shortName, product.registrant, product.registrationNumber]) {
      if (name !== null && name !== '' && !byName.has(name)) byName.set(name, product);
    }
  }
  return byName;
}

export function lotOf(text: string): string | null {
  if (text === '') return null;
  if (!/^[\x21-\x7e]{1,20}$/.test(text)) throw new RowFault('lotWrong', 'lot', { text: text.slice(0, 40) });
  return text;
}

export function expiryOf(text: string): string | null {
  if (text === '') return null;
  const day = readExpiry(text);
  if (day === null) throw new RowFault('expiryWrong', 'expiresOn', { text: text.slice(0, 40) });
  return day;
}

/** A lot has one expiry date, in the file and in the register. */
function checkLot(station: Station, kit: ManifestKit, expiryOfLot: Map<string, string | null>): void {
  const name = JSON.stringify([kit.productId, kit.lot]);
  if (!expiryOfLot.has(name)) {
    expiryOfLot.set(name, station.tables.products.findLot(kit.productId, kit.lot ?? '')?.expiresOn ?? kit.expiresOn);
  }
  const known = expiryOfLot.get(name) ?? null;
  if (known !== null && kit.expiresOn !== null && known !== kit.expiresOn) {
    throw new RowFault('expiryDiffers', 'expiresOn', { known });
  }
}

/** The longest range of one row, in kits. */
const longestRange = 1_000_000;

function spanOfKeys(from: string, to: string): Span {
  const span = spanOf(from, to);
  if (typeof span === 'string') throw new RowFault('rangeWrong', 'to', { why: span });
  if (sizeOf(span) > longestRange) throw new RowFault('rangeWrong', 'to', { why: 'tooLong' });
  return span;
}

/** Numbers a block, so that a range looks at blocks instead of at each of its serials. */
const blockSize = 1024;

/** Which kits a file has named so far: single ones in blocks of numbers, ranges sorted by their beginnings. */
function createSeen() {
  type Group = { readonly blocks: Map<number, Set<number>>; readonly ranges: Span[] };
  const groups = new Map<string, Group>();
  /** Where the range that begins last at or before a number stands; -1 where there is none. */
  const placeOf = (ranges: readonly Span[], number: number): number => {
    let low = 0;
    let high = ranges.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ranges[middle] as Span).first <= number) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  };
  const singleIn = ({ blocks }: Group, { first, last }: Span): number | null => {
    const [from, to] = [Math.floor(first / blockSize), Math.floor(last / blockSize)];
    const near =
      to - from < blocks.size ? Array.from({ length: to - from + 1 }, (_none, n) => from + n) : blocks.keys();
    for (const block of near) {
      if (block < from || block > to) continue;
      for (const number of blocks.get(block) ?? []) if (number >= first && number <= last) return number;
    }
    return null;
  };
  return {
    /** Notes a kit or a range; answers the key of one in it that was named before, and then notes nothing. */
    add: (span: Span): string | null => {
      const name = `${span.width} ${span.head}`;
      const group = groups.get(name) ?? { blocks: new Map<number, Set<number>>(), ranges: [] };
      groups.set(name, group);
      const place = placeOf(group.ranges, span.last);
      const before = group.ranges[place];
      if (before !== undefined && before.last >= span.first)
        return textAt(span.head, span.width, Math.max(before.first, span.first));
      const single = singleIn(group, span);
      if (single !== null) return textAt(span.head, span.width, single);
      if (span.first !== span.last) group.ranges.splice(place + 1, 0, span);
      else {
        const block = Math.floor(span.first / blockSize);
        const numbers = group.blocks.get(block) ?? new Set<number>();
        group.blocks.set(block, numbers.add(span.first));
      }
      return null;
    },
  };
}

/** Kits of one product and lot that follow one another as one row each: a list of a million is a few ranges. */
export type KitRun = { readonly kit: ManifestKit; readonly span: Span };

export function runsOf(kits: readonly ManifestKit[]): KitRun[] {
  const order = kits.map((kit) => ({ kit, span: kit.span }));
  order.sort(
    (a, b) =>
      (a.span.head === b.span.head ? 0 : a.span.head < b.span.head ? -1 : 1) ||
      a.span.width - b.span.width ||
      a.span.first - b.span.first,
  );
  const runs: { kit: ManifestKit; span: Span }[] = [];
  for (const next of order) {
    const open = runs.at(-1);
    const isNext =
      open !== undefined &&
      open.span.head === next.span.head &&
      open.span.width === next.span.width &&
      open.span.width > 0 &&
      open.span.last + 1 === next.span.first &&
      open.kit.productId === next.kit.productId &&
      open.kit.lot === next.kit.lot;
    if (isNext) open.span = { ...open.span, last: next.span.last };
    else runs.push(next);
  }
  return runs;
}

/** What stands before the number in the serials of a run. */
export function serialHeadOfRun({ kit, span }: KitRun): string {
  return kit.serial.slice(0, Math.max(0, kit.serial.length - (kit.kitKey.length - span.head.length)));
}
