import { classify } from '../../../shared/codes/classify.ts';
import { kitKey, kitParts } from '../../../shared/codes/kitKey.ts';
import type { KitProduct } from '../../../shared/model/kit.ts';
import { readKitCode } from '../kits/kitCode.ts';
import type { Station } from '../station.ts';
import type { manifestColumns } from './columns.ts';
import { readExpiry } from './dates.ts';
import { type Plan, placesOf, RowFault, type Sheet, type Step } from './plan.ts';
import type { Row } from './table.ts';

type Field = keyof typeof manifestColumns;

/** Numbers of which each digit counts. */
export const countedInManifests: ReadonlySet<string> = new Set<Field>(['gtin', 'serial', 'code']);
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
};

/** A delivery list: kits by product, lot, expiry and serial, or by their whole codes. */
export function planManifest(station: Station, sheet: Sheet, day: string): Plan<ManifestKit> {
  const place = placesOf<Field>(sheet.fields);
  const byName = productsByName(station);
  const seen = new Set<string>();
  const expiryOfLot = new Map<string, string | null>();

  const read = ({ cells }: Row): Step<ManifestKit> => {
    const cell = (field: Field): string => {
      const index = place[field];
      return index === undefined ? '' : (cells[index] ?? '');
    };
    const kit = cell('code') === '' ? fromColumns(station, cell, byName, day) : fromCode(station, cell, byName, day);
    if (kit.lot !== null) checkLot(station, kit, expiryOfLot);
    if (seen.has(kit.kitKey)) return { kind: 'doubled' };
    seen.add(kit.kitKey);
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
  return {
    kitKey: key,
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
  return {
    kitKey: key,
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

function lotOf(text: string): string | null {
  if (text === '') return null;
  if (!/^[\x21-\x7e]{1,20}$/.test(text)) throw new RowFault('lotWrong', 'lot', { text: text.slice(0, 40) });
  return text;
}

function expiryOf(text: string): string | null {
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
