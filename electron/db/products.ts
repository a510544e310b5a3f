import type { KitProduct, LotChange } from '../../shared/model/kit.ts';
import type { Register } from './open.ts';

type Row = {
  id: string;
  registrant: string;
  short_name: string;
  method: string | null;
  registration_number: string | null;
  approved_on: string | null;
  opens_after_min: number | null;
  closes_after_min: number | null;
  is_sample: number;
  storage: string | null;
};

export type Lot = {
  readonly id: string;
  readonly productId: string;
  readonly lot: string;
  readonly expiresOn: string | null;
  readonly recalledAtMs: number | null;
};
type LotRow = { id: string; product_id: string; lot: string; expires_on: string | null; recalled_at_ms: number | null };

/** Beside `tests`: what its product was called when it was bound, where that has changed since. */
export const formerNames = `LEFT JOIN product_names AS former ON former.product_id = tests.product_id
    AND former.until_seq = (SELECT min(until_seq) FROM product_names WHERE product_id = tests.product_id AND until_seq >= tests.seq)`;
/** A column of the product as it was when the test was bound. */
export function nameThen(column: 'short_name' | 'method' | 'registration_number'): string {
  return `CASE WHEN former.product_id IS NULL THEN products.${column} ELSE former.${column} END`;
}

/** Products, the codes that name them, and their lots. */
export function productsTable(db: Register) {
  const list = db.prepare(
    'SELECT * FROM products ORDER BY is_sample DESC, opens_after_min IS NULL, approved_on, registrant',
  );
  const byId = db.prepare('SELECT * FROM products WHERE id = ?');
  const byCode = db.prepare(
    'SELECT products.* FROM product_codes JOIN products ON products.id = product_id WHERE code = ?',
  );
  const codesOf = db.prepare('SELECT code FROM product_codes WHERE product_id = ? ORDER BY code').pluck();
  const save = db.prepare(
    `INSERT INTO products (id, registrant, short_name, method, registration_number, approved_on, opens_after_min, closes_after_min, is_sample, storage)
     VALUES (@id, @registrant, @shortName, @method, @registrationNumber, @approvedOn, @opensAfterMin, @closesAfterMin, @isSample, @storage)
     ON CONFLICT (id) DO UPDATE SET registrant = excluded.registrant, short_name = excluded.short_name, method = excluded.method,
       registration_number = excluded.registration_number, opens_after_min = excluded.opens_after_min, closes_after_min = excluded.closes_after_min,
       storage = excluded.storage`,
  );
  const dropCodes = db.prepare('DELETE FROM product_codes WHERE product_id = ?');
  const addCode = db.prepare('INSERT INTO product_codes (code, product_id) VALUES (?, ?)');
  const ownerOfCode = db.prepare('SELECT product_id FROM product_codes WHERE code = ?').pluck();

  const lotOf = db.prepare('SELECT * FROM lots WHERE product_id = ? AND lot = ?');
  const lotRowsOf = db.prepare('SELECT * FROM lots WHERE product_id = ? ORDER BY lot');
  const lotsOf = db.prepare('SELECT lot FROM lots WHERE product_id = ?').pluck();
  const lotById = db.prepare('SELECT * FROM lots WHERE id = ?');
  const insertLot = db.prepare(
    'INSERT INTO lots (id, product_id, lot, expires_on, import_id) VALUES (@id, @productId, @lot, @expiresOn, @importId)',
  );
  const setExpiry = db.prepare('UPDATE lots SET expires_on = ? WHERE id = ?');
  const noteChange = db.prepare(
    'INSERT INTO lot_changes (lot_id, from_expires_on, to_expires_on, reason, at_ms, operator_id) VALUES (@lotId, @from, @to, @reason, @atMs, @operatorId)',
  );
  const changesOf = db.prepare(
    `SELECT from_expires_on AS fromDay, to_expires_on AS toDay, reason, at_ms AS atMs, operators.name AS operatorName
     FROM lot_changes JOIN operators ON operators.id = operator_id WHERE lot_id = ? ORDER BY seq DESC`,
  );
  const lotRows = db.prepare(
    `SELECT lots.id, lots.lot, lots.expires_on, lots.recalled_at_ms, products.short_name,
       (SELECT count(*) FROM manifest WHERE manifest.lot_id = lots.id)
         + (SELECT coalesce(sum(last - first + 1), 0) FROM manifest_ranges WHERE manifest_ranges.lot_id = lots.id) AS known,
       coalesce((SELECT used FROM lot_uses WHERE lot_uses.product_id = lots.product_id AND lot_uses.lot = lots.lot), 0) AS used
     FROM lots JOIN products ON products.id = lots.product_id ORDER BY products.short_name, lots.lot`,
  );

  const toProduct = (row: Row): KitProduct => ({
    id: row.id,
    registrant: row.registrant,
    shortName: row.short_name,
    method: row.method,
    registrationNumber: row.registration_number,
    approvedOn: row.approved_on,
    gtins: codesOf.all(row.id) as string[],
    window:
      row.opens_after_min === null || row.closes_after_min === null
        ? null
        : { opensAfterMin: row.opens_after_min, closesAfterMin: row.closes_after_min },
    storage: row.storage,
    isSample: row.is_sample === 1,
  });
  const orNull = (row: unknown): KitProduct | null => (row === undefined ? null : toProduct(row as Row));

  return {
    list: (): KitProduct[] => (list.all() as Row[]).map(toProduct),
    find: (id: string): KitProduct | null => orNull(byId.get(id)),
    findByCode: (code: string): KitProduct | null => orNull(byCode.get(code)),
    findCodeOwner: (code: string): string | null => (ownerOfCode.get(code) as string | undefined) ?? null,
    save: (product: KitProduct): void => {
      save.run({
        id: product.id,
        registrant: product.registrant,
        shortName: product.shortName,
        method: product.method,
        registrationNumber: product.registrationNumber,
        approvedOn: product.approvedOn,
        opensAfterMin: product.window?.opensAfterMin ?? null,
        closesAfterMin: product.window?.closesAfterMin ?? null,
        isSample: product.isSample ? 1 : 0,
        storage: product.storage,
      });
      dropCodes.run(product.id);
      for (const code of product.gtins) addCode.run(code, product.id);
    },
    findLot: (productId: string, lot: string): Lot | null => toLotOrNull(lotOf.get(productId, lot)),
    findLotById: (id: string): Lot | null => toLotOrNull(lotById.get(id)),
    listLots: (productId: string): Lot[] => lotRowsOf.all(productId).flatMap((row) => toLotOrNull(row) ?? []),
    listLotNames: (productId: string): string[] => lotsOf.all(productId) as string[],
    insertLot: (lot: {
      readonly id: string;
      readonly productId: string;
      readonly lot: string;
      readonly expiresOn: string | null;
      readonly importId: string | null;
    }): void => {
      insertLot.run(lot);
    },
    /** The expiry of a lot that had none. */
    setExpiry: (lotId: string, expiresOn: string): void => {
      setExpiry.run(expiresOn, lotId);
    },
    /** The expiry dates a lot had, the newest change first. */
    listChanges: (lotId: string) => changesOf.all(lotId) as LotChange[],
    /** Another expiry date for a lot; the former one and the reason stay written. */
    changeExpiry: (change: {
      readonly lotId: string;
      readonly from: string | null;
      readonly to: string | null;
      readonly reason: string;
      readonly atMs: number;
      readonly operatorId: string;
    }): void => {
      noteChange.run(change);
      setExpiry.run(change.to, change.lotId);
    },
    listLotRows: () =>
      (
        lotRows.all() as {
          id: string;
          lot: string;
          expires_on: string | null;
          recalled_at_ms: number | null;
          short_name: string;
          known: number;
          used: number;
        }[]
      ).map((row) => ({
        lotId: row.id,
        productName: row.short_name,
        lot: row.lot,
        expiresOn: row.expires_on,
        known: row.known,
        used: row.used,
        recalledAtMs: row.recalled_at_ms,
      })),
  };
}

function toLotOrNull(row: unknown): Lot | null {
  if (row === undefined) return null;
  const { id, product_id, lot, expires_on, recalled_at_ms } = row as LotRow;
  return { id, productId: product_id, lot, expiresOn: expires_on, recalledAtMs: recalled_at_ms };
}
