import type { TestStatus } from '../../shared/model/test.ts';
import { anywhere } from './like.ts';
import type { Register } from './open.ts';

export type KnownKit = {
  readonly kitKey: string;
  readonly productId: string;
  readonly lotId: string | null;
  readonly serial: string;
};
type Row = { kit_key: string; product_id: string; lot_id: string | null; serial: string };

/** The manifest: kits that the site knows of before they are used. Reads go through the view `manifest`. */
export function kitsTable(db: Register) {
  const byKey = db.prepare('SELECT kit_key, product_id, lot_id, serial FROM manifest WHERE kit_key = ?');
  const bySerial = db.prepare(
    'SELECT kit_key, product_id, lot_id, serial FROM manifest WHERE product_id = ? AND serial = ?',
  );
  const anyOfLot = db.prepare('SELECT 1 FROM manifest WHERE lot_id = ? LIMIT 1').pluck();
  const insert = db.prepare(
    'INSERT INTO kits (kit_key, product_id, lot_id, serial, import_id) VALUES (@kitKey, @productId, @lotId, @serial, @importId)',
  );
  const deleteStaged = db.prepare(
    'DELETE FROM kits WHERE kit_key IN (SELECT kit_key FROM kits WHERE import_id = ? LIMIT ?)',
  );
  const from = `FROM manifest JOIN products ON products.id = manifest.product_id LEFT JOIN lots ON lots.id = manifest.lot_id
    LEFT JOIN test_states ON test_states.kit_key = manifest.kit_key AND test_states.status <> 'undone'
    LEFT JOIN spent_kits ON spent_kits.kit_key = manifest.kit_key`;
  const where = `WHERE @like = '' OR manifest.serial LIKE @like ESCAPE '\\' OR lots.lot LIKE @like ESCAPE '\\' OR products.short_name LIKE @like ESCAPE '\\'`;
  const count = db.prepare(`SELECT count(*) ${from} ${where}`).pluck();
  const list = db.prepare(
    `SELECT manifest.kit_key, manifest.serial, products.short_name, lots.lot, lots.expires_on, test_states.status, test_states.test_id, spent_kits.was
     ${from} ${where} ORDER BY products.short_name, lots.lot, manifest.serial LIMIT @limit OFFSET @offset`,
  );
  return {
    find: (kitKey: string): KnownKit | null => toKitOrNull(byKey.get(kitKey)),
    findBySerial: (productId: string, serial: string): KnownKit | null => toKitOrNull(bySerial.get(productId, serial)),
    isLotListed: (lotId: string): boolean => anyOfLot.get(lotId) !== undefined,
    insert: (kit: KnownKit & { readonly importId: string | null }): void => {
      insert.run(kit);
    },
    deleteStaged: (importId: string, limit: number): number => deleteStaged.run(importId, limit).changes,
    list: (query: string, limit: number, offset: number) => {
      const like = anywhere(query);
      const rows = list.all({ like, limit, offset }) as {
        kit_key: string;
        serial: string;
        short_name: string;
        lot: string | null;
        expires_on: string | null;
        status: TestStatus | null;
        test_id: string | null;
        was: 'resulted' | 'bound' | 'void' | null;
      }[];
      return {
        total: count.get({ like }) as number,
        rows: rows.map((row) => ({
          kitKey: row.kit_key,
          serial: row.serial,
          productName: row.short_name,
          lot: row.lot,
          expiresOn: row.expires_on,
          status: row.was ?? kitStatus(row.status),
          testId: row.test_id,
        })),
      };
    },
  };
}

function kitStatus(status: TestStatus | null): 'known' | 'bound' | 'void' | 'resulted' {
  if (status === null || status === 'undone') return 'known';
  if (status === 'pending') return 'bound';
  return status === 'void' ? 'void' : 'resulted';
}

function toKitOrNull(row: unknown): KnownKit | null {
  if (row === undefined) return null;
  const { kit_key, product_id, lot_id, serial } = row as Row;
  return { kitKey: kit_key, productId: product_id, lotId: lot_id, serial };
}
