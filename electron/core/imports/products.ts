import { productCode } from '../../../shared/codes/productCode.ts';
import { StationError } from '../../../shared/errors.ts';
import type { productColumns } from '../../../shared/listColumns.ts';
import { type KitProduct, readingWindowSchema } from '../../../shared/model/kit.ts';
import { productFacts } from '../kits/productFacts.ts';
import { audit, type Station } from '../station.ts';
import { expiryOf, lotOf } from './manifest.ts';
import { type Difference, type Plan, placesOf, RowFault, type Sheet, type Step } from './plan.ts';
import type { Row } from './table.ts';

type Field = keyof typeof productColumns;
type Cell = (field: Field) => string;

/** Numbers of which each digit counts. */
export const countedInProducts: ReadonlySet<string> = new Set<Field>(['gtins', 'registrationNumber', 'lot']);
/** Something that names the product; whether it is enough for a new one is said row by row. */
export const neededInProducts: readonly (readonly Field[])[] = [
  ['shortName', 'registrant', 'gtins', 'registrationNumber'],
];

/** A list is written by one commit: longer ones are no list of products. */
const productRowLimit = 2_000;
const codesMost = 20;
/** Characters at most, as when a product is entered by hand. */
const longest = { shortName: 60, registrant: 60, method: 60, registrationNumber: 60, storage: 120 } as const;
const textFields = ['shortName', 'registrant', 'method', 'registrationNumber', 'storage'] as const;

/** What a row brings: a product as it will be (null where nothing of it changes), a lot of it likewise. */
export type ProductRow = {
  /** As it stood in the register when the row was read; null for a new one. */
  readonly was: KitProduct | null;
  readonly product: KitProduct | null;
  readonly lot: {
    readonly productId: string;
    readonly lot: string;
    /** Null for a lot that was not known. */
    readonly was: { readonly id: string; readonly expiresOn: string | null } | null;
    readonly expiresOn: string | null;
  } | null;
};

/**
 * A list of products, each row with one of its lots where it names one. An empty cell says nothing: what is known stays.
 * Codes are added to a product and never taken from it.
 */
export function planProducts(station: Station, sheet: Sheet, day: string): Plan<ProductRow> {
  if (sheet.rows.length > productRowLimit) throw new StationError('FILE_TOO_LARGE', { limitRows: productRowLimit });
  const place = placesOf<Field>(sheet.fields);
  const known = new Map(station.tables.products.list().map((product) => [product.id, product]));
  /** As the rows read so far leave it. */
  const book = new Map(known);
  const ownerOf = new Map<string, string>();
  for (const { id, gtins } of known.values()) for (const code of gtins) ownerOf.set(code, id);
  /** What the file said of a product, and in which line: two lines that contradict each other are somebody's slip. */
  const said = new Map<string, { readonly text: string; readonly line: number }>();
  const metLots = new Map<string, string | null>();
  const met = new Set<string>();

  const mustAgree = (name: string, text: string, field: Field, line: number): (() => void) => {
    const former = said.get(name);
    if (former !== undefined && former.text !== text)
      throw new RowFault('productTwice', field, { line: String(former.line) });
    return () => void said.set(name, former ?? { text, line });
  };

  const read = ({ cells, line }: Row): Step<ProductRow> => {
    const cell: Cell = (field) => {
      const index = place[field];
      return index === undefined ? '' : (cells[index] ?? '');
    };
    for (const field of textFields)
      if (cell(field).length > longest[field])
        throw new RowFault('productTextTooLong', field, { most: String(longest[field]) });
    const codes = codesOf(cell('gtins'), day);
    const former = productOf(cell, codes, ownerOf, book);
    if (former === null && cell('registrant') === '') throw new RowFault('registrantMissing', 'registrant');
    const next = merged(former ?? blank(station.newId(), cell), cell, codes);
    const lot = lotIn(station, cell, next.id, metLots);
    const agreed = [
      ...textFields
        .filter((field) => cell(field) !== '')
        .map((field) => mustAgree(`${next.id} ${field}`, cell(field), field, line)),
      ...(cell('opensAfterMin') === '' && cell('closesAfterMin') === ''
        ? []
        : [mustAgree(`${next.id} window`, JSON.stringify(next.window), 'opensAfterMin', line)]),
    ];

    // From here on nothing is wrong with the row.
    for (const agree of agreed) agree();
    for (const code of next.gtins) ownerOf.set(code, next.id);
    book.set(next.id, next);
    if (lot !== null) metLots.set(`${next.id} ${lot.lot}`, lot.expiresOn);
    const differences = former === null ? [] : differencesOf(former, next);
    const isLotKept = lot === null || (lot.was !== null && lot.was.expiresOn === lot.expiresOn);
    const name = `${next.id} ${lot?.lot ?? ''}`;
    const isMet = met.has(name);
    met.add(name);
    const value: ProductRow = {
      was: known.get(next.id) ?? null,
      product: former === null || differences.length > 0 ? next : null,
      lot: isLotKept || isMet ? null : lot,
    };
    // A row that changes a product is told as a change, also where it brings a lot.
    const isLotNew = value.lot !== null && value.lot.was === null;
    if (former === null || (isLotNew && differences.length === 0)) return { kind: 'fresh', value };
    if (isLotNew) differences.push({ field: 'lot', before: '', after: value.lot?.lot ?? '' });
    else if (value.lot !== null)
      differences.push({
        field: 'expiresOn',
        before: value.lot.was?.expiresOn ?? '',
        after: value.lot.expiresOn ?? '',
      });
    if (differences.length > 0) return { kind: 'changed', value, differences };
    return { kind: isMet ? 'doubled' : 'same' };
  };
  return {
    read,
    describe: (cells) =>
      Object.fromEntries((Object.keys(place) as Field[]).map((field) => [field, cells[place[field] ?? -1] ?? ''])),
  };
}

/** GTINs and MA codes of a cell, brought to the form in which codes are looked up. */
function codesOf(text: string, day: string): readonly string[] {
  const codes = text.split(/[\s,;、|/]+/).filter((each) => each !== '');
  return [
    ...new Set(
      codes.map((each) => {
        const code = productCode(each, day);
        if (!code.ok) throw new RowFault('productCodeWrong', 'gtins', { text: each.slice(0, 60), why: code.problem });
        return code.name;
      }),
    ),
  ];
}

/** Which product of the register (or of a row above) is meant, by its codes, its registration, or its names; null: a new one. */
function productOf(
  cell: Cell,
  codes: readonly string[],
  ownerOf: ReadonlyMap<string, string>,
  book: ReadonlyMap<string, KitProduct>,
): KitProduct | null {
  const owners = new Set(codes.flatMap((code) => ownerOf.get(code) ?? []));
  if (owners.size > 1) throw new RowFault('productUnclear', 'gtins');
  const [owner] = owners;
  const registration = cell('registrationNumber');
  const registered =
    registration === '' ? [] : [...book.values()].filter((each) => plain(each.registrationNumber) === registration);
  if (owner !== undefined) {
    if (registered.length > 0 && registered.every(({ id }) => id !== owner))
      throw new RowFault('productUnclear', 'registrationNumber');
    return book.get(owner) ?? null;
  }
  const isNamed = (each: KitProduct): boolean =>
    (['shortName', 'registrant'] as const).every((field) => cell(field) === '' || cell(field) === plain(each[field]));
  if (registered.length === 1) return registered[0] ?? null;
  if (registered.length > 1) {
    const named = registered.filter(isNamed);
    if (named.length !== 1) throw new RowFault('productUnclear', 'registrationNumber');
    return named[0] ?? null;
  }
  if (cell('shortName') === '' && cell('registrant') === '') return null;
  // Another registration number is another product, whatever it is called.
  const named = [...book.values()].filter(
    (each) => isNamed(each) && (registration === '' || each.registrationNumber === null),
  );
  if (named.length > 1) throw new RowFault('productUnclear', 'shortName');
  return named[0] ?? null;
}

/** As a cell of a file is read: what differs only by its width is the same. */
function plain(text: string | null): string {
  return (text ?? '').normalize('NFKC').trim();
}

function blank(id: string, cell: Cell): KitProduct {
  const registrant = cell('registrant');
  return {
    id,
    registrant,
    shortName: registrant,
    method: null,
    registrationNumber: null,
    approvedOn: null,
    gtins: [],
    window: null,
    storage: null,
    isSample: false,
  };
}

function merged(former: KitProduct, cell: Cell, codes: readonly string[]): KitProduct {
  const gtins = [...new Set([...former.gtins, ...codes])].sort();
  if (gtins.length > codesMost) throw new RowFault('productCodesMany', 'gtins', { most: String(codesMost) });
  const taken = <T extends string | null>(field: (typeof textFields)[number], was: T): T | string =>
    cell(field) === '' || cell(field) === plain(was) ? was : cell(field);
  return {
    ...former,
    registrant: taken('registrant', former.registrant),
    shortName: taken('shortName', former.shortName),
    method: taken('method', former.method),
    registrationNumber: taken('registrationNumber', former.registrationNumber),
    storage: taken('storage', former.storage)?.replaceAll('°C', '℃') ?? null,
    gtins,
    window: windowOf(cell, former),
  };
}

/** Minutes as leaflets and lists write them: `15`, `15分钟`, `15-20 min` in the first column. */
function windowOf(cell: Cell, { window }: KitProduct): KitProduct['window'] {
  const [opensText, closesText] = [cell('opensAfterMin'), cell('closesAfterMin')];
  if (opensText === '' && closesText === '') return window;
  const minutes =
    /^(\d{1,3}(?:\.\d{1,3})?)(?: *(?:[-~–—]|至|到) *(\d{1,3}(?:\.\d{1,3})?))? *(?:分钟|分|mins?|minutes)?$/i;
  const [opens, closes] = [minutes.exec(opensText), minutes.exec(closesText)];
  const isOdd =
    (opensText !== '' && opens === null) ||
    (closesText !== '' && (closes === null || closes[2] !== undefined)) ||
    (closes !== null && opens?.[2] !== undefined && opens[2] !== closes[1]);
  if (isOdd) throw new RowFault('windowWrong', opens === null ? 'opensAfterMin' : 'closesAfterMin');
  const opensAfterMin = opens === null ? window?.opensAfterMin : Number(opens[1]);
  const last = closes?.[1] ?? opens?.[2];
  const closesAfterMin = last === undefined ? window?.closesAfterMin : Number(last);
  const found = readingWindowSchema.safeParse({ opensAfterMin, closesAfterMin });
  if (!found.success || found.data.closesAfterMin <= found.data.opensAfterMin)
    throw new RowFault('windowWrong', 'closesAfterMin');
  return found.data;
}

function lotIn(
  station: Station,
  cell: Cell,
  productId: string,
  metLots: ReadonlyMap<string, string | null>,
): ProductRow['lot'] {
  const lot = lotOf(cell('lot'));
  const expiresOn = expiryOf(cell('expiresOn'));
  if (lot === null) {
    if (expiresOn !== null) throw new RowFault('lotMissing', 'lot');
    return null;
  }
  const before = metLots.get(`${productId} ${lot}`) ?? null;
  if (before !== null && expiresOn !== null && before !== expiresOn)
    throw new RowFault('expiryDiffers', 'expiresOn', { known: before });
  const known = station.tables.products.findLot(productId, lot);
  const was = known === null ? null : { id: known.id, expiresOn: known.expiresOn };
  return { productId, lot, was, expiresOn: expiresOn ?? before ?? was?.expiresOn ?? null };
}

function differencesOf(before: KitProduct, after: KitProduct): Difference[] {
  const shown = (product: KitProduct): Record<string, string> => ({
    ...Object.fromEntries(textFields.map((field) => [field, product[field] ?? ''])),
    gtins: product.gtins.join(' '),
    opensAfterMin: String(product.window?.opensAfterMin ?? ''),
    closesAfterMin: String(product.window?.closesAfterMin ?? ''),
  });
  const [was, becomes] = [shown(before), shown(after)];
  return Object.keys(was)
    .filter((field) => was[field] !== becomes[field])
    .map((field) => ({ field, before: was[field] ?? '', after: becomes[field] ?? '' }));
}

/**
 * Writes what a list of products brings, inside the caller's transaction. What was recorded keeps what it was recorded
 * with: tests carry their product's window and names themselves. Throws IMPORT_GONE where a product or a lot is no longer
 * what the rows were compared with.
 */
export function writeProducts(station: Station, rows: readonly ProductRow[], reason: string, operatorId: string): void {
  const { products } = station.tables;
  const atMs = station.clock.now();
  const touched = new Set<string>();
  for (const { was, product, lot } of rows) {
    const id = product?.id ?? lot?.productId ?? '';
    const now = products.find(id);
    if (!touched.has(id) && JSON.stringify(now) !== JSON.stringify(was)) throw new StationError('IMPORT_GONE');
    touched.add(id);
    if (product !== null) {
      for (const code of product.gtins) {
        const owner = products.findCodeOwner(code);
        if (owner !== null && owner !== id) throw new StationError('IMPORT_GONE');
      }
      products.save(product);
      audit(station, 'product.save', `product:${id}`, {
        from: now === null ? null : productFacts(now),
        to: productFacts(product),
      });
    }
    if (lot === null) continue;
    const known = products.findLot(lot.productId, lot.lot);
    if ((known?.id ?? null) !== (lot.was?.id ?? null) || (known !== null && known.expiresOn !== lot.was?.expiresOn))
      throw new StationError('IMPORT_GONE');
    if (known === null) {
      const { productId, expiresOn } = lot;
      products.insertLot({ id: station.newId(), productId, lot: lot.lot, expiresOn, importId: null });
    } else {
      const { id: lotId, expiresOn: from } = known;
      products.changeExpiry({ lotId, from, to: lot.expiresOn, reason, atMs, operatorId });
      audit(station, 'stock.expiry', `lot:${lotId}`, { from, to: lot.expiresOn });
    }
  }
}
