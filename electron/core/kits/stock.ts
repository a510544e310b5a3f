import type { KitWarning } from '../../../shared/model/kit.ts';
import { type LowStock, leftOf, type StockRow } from '../../../shared/model/stock.ts';
import type { LotTerms } from '../../db/stock.ts';
import { type Handlers, look } from '../dispatch.ts';
import { type Station, signedIn, today } from '../station.ts';

/** Whether kits of a lot can be used on a day. */
function isUsable({ expiresOn, recalledAtMs }: LotTerms, day: string): boolean {
  return recalledAtMs === null && (expiresOn === null || expiresOn >= day);
}

/** What is left of each lot by the books. */
export function stockRows(station: Station): StockRow[] {
  const day = today(station);
  const rows = station.tables.stock.listTerms().map((terms) => ({ ...terms, left: leftOf(terms) }));
  return rows.map((row) => {
    const isOpen = (other: (typeof rows)[number]): boolean =>
      other.productId === row.productId && other.isKept && other.left > 0 && isUsable(other, day);
    const open = rows.filter((other) => isOpen(other) && other.expiresOn !== null);
    // Rows of a product stand by expiry: the first that is open is the next to be used, where there is a choice at all.
    return { ...row, isNext: open.length > 1 && open[0] === row };
  });
}

/** What runs out: products received here of which fewer are left than the site wants, and all of them together. */
function lowStock(station: Station): LowStock[] {
  const { perProduct, total } = station.settings.get().lowStock;
  if (perProduct === null && total === null) return [];
  const day = today(station);
  const byProduct = new Map<string, { productName: string; left: number }>();
  for (const terms of station.tables.stock.listTerms()) {
    if (!terms.isKept) continue;
    const sum = byProduct.get(terms.productId) ?? { productName: terms.productName, left: 0 };
    byProduct.set(terms.productId, { ...sum, left: sum.left + (isUsable(terms, day) ? leftOf(terms) : 0) });
  }
  const products = [...byProduct.values()];
  const low: LowStock[] =
    perProduct === null
      ? []
      : products.filter(({ left }) => left < perProduct).map((product) => ({ ...product, least: perProduct }));
  const all = products.reduce((sum, { left }) => sum + left, 0);
  if (total !== null && products.length > 0 && all < total) low.push({ productName: null, left: all, least: total });
  return low;
}

/** Use by first: told beside the kit, never a reason to refuse it. */
export function olderLotOpen(
  station: Station,
  productId: string,
  lot: string,
  expiresOn: string | null,
): KitWarning | null {
  if (expiresOn === null) return null;
  const day = today(station);
  for (const terms of station.tables.stock.listTerms(productId)) {
    const { expiresOn: other } = terms;
    if (other === null || other >= expiresOn || terms.lot === lot) continue;
    if (terms.isKept && isUsable(terms, day) && leftOf(terms) > 0)
      return { code: 'olderLotOpen', params: { lot: terms.lot, expiresOn: other } };
  }
  return null;
}

export const stockHandlers: Handlers<'stock.list' | 'stock.low'> = {
  'stock.list': look((station) => {
    signedIn(station);
    return { rows: stockRows(station), low: lowStock(station) };
  }),
  'stock.low': look((station) => {
    signedIn(station);
    return { low: lowStock(station) };
  }),
};
