import type { CentralProduct } from '../../shared/central/registry.ts';
import { readKitCode } from '../../shared/codes/kitCode.ts';
import { kitKey, kitParts } from '../../shared/codes/kitKey.ts';
import { type Span, spanOf } from '../../shared/codes/kitSpan.ts';
import { productCode } from '../../shared/codes/productCode.ts';
import { manifestColumns } from '../../shared/listColumns.ts';
import type { NumberedProduct } from '../store/registry.ts';
import { dayOf, lotOf, placesOf } from './cells.ts';
import { RowFault } from './csvRows.ts';

type Field = keyof typeof manifestColumns;

/** One kit of a manifest, or kits whose codes follow one another. */
export type ManifestRow = {
  readonly product: NumberedProduct;
  readonly span: Span;
  readonly lot: string | null;
  readonly expiresOn: string | null;
};

/** Where each field stands, from a file's headings. Throws RowFault where kits or their product cannot be told. */
export function readHeadings(headings: readonly string[]): ReadonlyMap<Field, number> {
  const places = placesOf(manifestColumns, headings);
  if (!places.has('serial') && !places.has('code')) throw new RowFault('no column of serials or codes');
  if (!places.has('code') && !places.has('gtin') && !places.has('product'))
    throw new RowFault('no column that names the product');
  return places;
}

/** Reads rows of one manifest. `day` is the day on which codes are judged, `YYYY-MM-DD`. */
export function createRowReader(
  products: readonly NumberedProduct[],
  places: ReadonlyMap<Field, number>,
  day: string,
): (cells: readonly string[]) => ManifestRow {
  const byCode = new Map(products.flatMap((each) => each.product.gtins.map((code) => [code, each] as const)));
  const byName = uniqueNames(products);
  const codes = new Map<string, NumberedProduct>();

  const byGtin = (text: string): NumberedProduct => {
    const known = codes.get(text);
    if (known !== undefined) return known;
    const code = productCode(text, day);
    if (!code.ok) throw new RowFault(`${text.slice(0, 60)} is no product code (${code.problem})`);
    const product = byCode.get(code.name);
    if (product === undefined) throw new RowFault(`product ${code.name} is not known: import it first`);
    codes.set(text, product);
    return product;
  };

  return (cells) => {
    const cell = (field: Field): string => (cells[places.get(field) ?? -1] ?? '').trim();
    const lot = lotOf(cell('lot'));
    const expiresOn = dayOf(cell('expiresOn'));
    const whole = cell('code');
    if (whole !== '') {
      const from = readWhole(whole, day);
      const to = cell('to') === '' ? from : readWhole(cell('to'), day);
      const product =
        from.names !== null
          ? (byCode.get(from.names) ?? null)
          : cell('gtin') === ''
            ? (byName.get(cell('product')) ?? null)
            : byGtin(cell('gtin'));
      if (product === null)
        throw new RowFault(`product ${from.names ?? cell('product').slice(0, 60)} is not known: import it first`);
      return {
        product,
        span: spanBetween(from.key, to.key),
        lot: from.lot ?? lot,
        expiresOn: from.expiresOn ?? expiresOn,
      };
    }
    const product = cell('gtin') === '' ? byName.get(cell('product')) : byGtin(cell('gtin'));
    if (product === undefined) throw new RowFault(`product ${cell('product').slice(0, 60)} is not known or not clear`);
    const from = cell('serial');
    if (from === '') throw new RowFault('no serial');
    const key = keyOf(product.product, from, day);
    const to = cell('to');
    return { product, span: spanBetween(key, to === '' ? key : keyOf(product.product, to, day)), lot, expiresOn };
  };
}

/** The key under which a station finds the kit that carries this serial; with a GTIN it carries a GS1 code. */
function keyOf(product: CentralProduct, serial: string, day: string): string {
  const gtin = product.gtins.find((code) => /^\d{14}$/.test(code));
  const code = readKitCode(gtin === undefined ? serial : `]d201${gtin}21${serial}`, day);
  const key = code.ok ? kitKey(code) : null;
  if (key === null) throw new RowFault(`${serial.slice(0, 60)} is no serial`);
  return key;
}

/** The key of a kit's whole code; null where it names no single kit. `day` is `YYYY-MM-DD`. */
export function keyOfCode(text: string, day: string): string | null {
  const code = readKitCode(text, day);
  return code.ok ? kitKey(code) : null;
}

function readWhole(text: string, day: string) {
  const code = readKitCode(text, day);
  const key = code.ok ? kitKey(code) : null;
  const parts = code.ok ? kitParts(code) : null;
  if (!code.ok || key === null || parts === null) throw new RowFault(`${text.slice(0, 60)} names no single kit`);
  return {
    key,
    names: parts.gtin ?? code.fields['device'] ?? null,
    lot: parts.lot ?? null,
    expiresOn: parts.expiresOn ?? null,
  };
}

function spanBetween(from: string, to: string): Span {
  const span = spanOf(from, to);
  if (span === 'uneven') throw new RowFault('the ends of the range differ in more than their number');
  if (span === 'backwards') throw new RowFault('the range ends before it begins');
  return span;
}

/** Products by what names one of them alone. */
function uniqueNames(products: readonly NumberedProduct[]): ReadonlyMap<string, NumberedProduct> {
  const names = new Map<string, NumberedProduct | null>();
  for (const each of products) {
    const { shortName, registrant, registrationNumber } = each.product;
    for (const name of new Set([shortName, registrant, registrationNumber])) {
      if (name !== null && name !== '') names.set(name, names.has(name) ? null : each);
    }
  }
  return new Map([...names].flatMap(([name, each]) => (each === null ? [] : [[name, each]])));
}
