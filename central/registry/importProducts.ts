import { randomUUID } from 'node:crypto';
import { type CentralLot, type CentralProduct, centralProductSchema } from '../../shared/central/registry.ts';
import { productCode } from '../../shared/codes/productCode.ts';
import { productColumns } from '../../shared/listColumns.ts';
import { describeIssue } from '../ingest/parse.ts';
import type { Database } from '../store/database.ts';
import { listLots, listProducts, saveLots, saveProduct } from '../store/registry.ts';
import { dayOf, lotOf, placesOf } from './cells.ts';
import { RowFault, readCsv } from './csvRows.ts';

type Field = keyof typeof productColumns;

export type ProductsImport =
  | { readonly ok: true; readonly products: number; readonly lots: number }
  /** Nothing of the file was taken; each fault says where. */
  | { readonly ok: false; readonly faults: readonly string[] };

/**
 * Takes products with their lots in, a row a product or a lot of it, whole or not at all. A product is known again by one
 * of its codes or by its registration number and short name; an empty cell leaves what is known, and codes are added.
 */
export async function importProducts(database: Database, place: string, nowMs: number): Promise<ProductsImport> {
  const day = new Date(nowMs).toISOString().slice(0, 10);
  const book = new Map((await listProducts(database)).map(({ product }) => [product.id, product]));
  const expiries = new Map((await listLots(database)).map((lot) => [nameOf(lot), lot.expiresOn]));
  const changed = new Set<string>();
  const lots = new Map<string, CentralLot>();

  let at: ReadonlyMap<Field, number> | null = null;
  const read = await readCsv(place, async ({ cells }) => {
    if (at === null) {
      at = headingsOf(cells);
      return;
    }
    const places = at;
    const cell = (field: Field): string => (cells[places.get(field) ?? -1] ?? '').trim();
    const product = productIn(cell, book, day);
    const lot = lotOf(cell('lot'));
    const expiresOn = dayOf(cell('expiresOn'));
    if (lot === null && expiresOn !== null) throw new RowFault('an expiry date without a lot');
    if (lot !== null) {
      const named = { productId: product.id, lot, expiresOn };
      const known = expiries.get(nameOf(named)) ?? null;
      if (known !== null && expiresOn !== null && known !== expiresOn)
        throw new RowFault(`lot ${lot} expires on ${expiresOn} here and on ${known} elsewhere`);
      expiries.set(nameOf(named), expiresOn ?? known);
      lots.set(nameOf(named), { ...named, expiresOn: expiresOn ?? known });
    }
    book.set(product.id, product);
    changed.add(product.id);
  });
  if (!read.ok) return read;
  const taken = await database
    .transaction(async (statements) => {
      for (const id of changed) {
        const product = book.get(id);
        const saved = product === undefined ? { taken: null } : await saveProduct(statements, product);
        if (saved.taken !== null) throw new CodeTaken(saved.taken);
      }
      await saveLots(statements, [...lots.values()]);
    })
    .then(
      () => null,
      (error: unknown) => {
        if (error instanceof CodeTaken) return error.message;
        throw error;
      },
    );
  if (taken !== null) return { ok: false, faults: [`the code ${taken} is another product's`] };
  return { ok: true, products: changed.size, lots: lots.size };
}

function headingsOf(cells: readonly string[]): ReadonlyMap<Field, number> {
  const places = placesOf(productColumns, cells);
  if (!places.has('registrant') && !places.has('gtins')) throw new RowFault('no column of registrants or codes');
  return places;
}

/** Somebody else gave a code to another product meanwhile. */
class CodeTaken extends Error {}

const nameOf = ({ productId, lot }: CentralLot): string => `${productId} ${lot}`;

function productIn(
  cell: (field: Field) => string,
  book: ReadonlyMap<string, CentralProduct>,
  day: string,
): CentralProduct {
  const codes = cell('gtins')
    .split(/[\s,;、|/]+/)
    .filter((text) => text !== '')
    .map((text) => {
      const code = productCode(text, day);
      if (!code.ok) throw new RowFault(`${text.slice(0, 60)} is no product code (${code.problem})`);
      return code.name;
    });
  const all = [...book.values()];
  const owners = all.filter(({ gtins }) => gtins.some((code) => codes.includes(code)));
  if (owners.length > 1) throw new RowFault('its codes belong to different products');
  const [owner] = owners;
  const registration = cell('registrationNumber');
  if (owner !== undefined && registration !== '' && (owner.registrationNumber ?? registration) !== registration)
    throw new RowFault(`its code belongs to ${owner.shortName} (${owner.registrationNumber})`);
  const named = all.filter(
    ({ registrationNumber, shortName }) =>
      registrationNumber !== null &&
      registrationNumber === registration &&
      (cell('shortName') === '' || shortName === cell('shortName')),
  );
  const former = owner ?? (named.length === 1 ? named[0] : undefined);
  const registrant = cell('registrant') || former?.registrant;
  if (registrant === undefined) throw new RowFault('a new product needs its registrant');
  const opens = minutesOf(cell('opensAfterMin'));
  const closes = minutesOf(cell('closesAfterMin'));
  if ((opens === null) !== (closes === null)) throw new RowFault('a reading window has two ends');
  const made = centralProductSchema.safeParse({
    id: former?.id ?? randomUUID(),
    registrant,
    shortName: cell('shortName') || former?.shortName || registrant,
    method: cell('method') || former?.method || null,
    registrationNumber: registration || former?.registrationNumber || null,
    approvedOn: former?.approvedOn ?? null,
    gtins: [...new Set([...(former?.gtins ?? []), ...codes])].sort(),
    window: opens === null ? (former?.window ?? null) : { opensAfterMin: opens, closesAfterMin: closes },
    storage: cell('storage') || former?.storage || null,
  } satisfies Record<keyof CentralProduct, unknown>);
  if (!made.success) throw new RowFault(describeIssue(made.error));
  const { window } = made.data;
  if (window !== null && window.closesAfterMin <= window.opensAfterMin)
    throw new RowFault('the reading window ends before it begins');
  return made.data;
}

/** Whole or decimal minutes, with or without their word; null for an empty cell. */
function minutesOf(text: string): number | null {
  if (text === '') return null;
  const minutes = /^(\d{1,3}(?:\.\d{1,3})?) *(?:分钟|分|min|minutes)?$/i.exec(text)?.[1];
  if (minutes === undefined) throw new RowFault(`${text.slice(0, 40)} is no number of minutes`);
  return Number(minutes);
}
