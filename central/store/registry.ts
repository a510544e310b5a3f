import { randomUUID } from 'node:crypto';
import {
  type CentralLot,
  type CentralProduct,
  type CentralRecall,
  centralProductSchema,
  type KnownKit,
} from '../../shared/central/registry.ts';
import { type Span, spotOf } from '../../shared/codes/kitSpan.ts';
import type { Database, Statements } from './database.ts';
import { type Publication, publish } from './publications.ts';

/** A product with its number in this database. */
export type NumberedProduct = { readonly no: number; readonly product: CentralProduct };

export async function listProducts(statements: Statements): Promise<readonly NumberedProduct[]> {
  const rows = await statements.query<{ no: number; document: unknown }>(
    'SELECT no, document FROM products ORDER BY no',
  );
  return rows.map(({ no, document }) => ({ no, product: centralProductSchema.parse(document) }));
}

/** The product that carries this GTIN (of any length) or MA device part. */
export async function findProductByCode(statements: Statements, code: string): Promise<NumberedProduct | null> {
  const name = /^\d{8,13}$/.test(code) ? code.padStart(14, '0') : code;
  const [row] = await statements.query<{ no: number; document: unknown }>(
    'SELECT no, document FROM product_codes JOIN products ON no = product_no WHERE code = $1',
    [name],
  );
  return row === undefined ? null : { no: row.no, product: centralProductSchema.parse(row.document) };
}

/** Lots with an expiry date, or known without one. */
export async function listLots(statements: Statements): Promise<readonly CentralLot[]> {
  return statements.query<CentralLot>(
    `SELECT product.id AS "productId", lot, expires_on::text AS "expiresOn"
       FROM lots JOIN products AS product ON product.no = product_no ORDER BY product_no, lot`,
  );
}

/** Writes a product as it is from now on, and its codes; stations are told where it changed. Answers the first code that another product has; then nothing is written. */
export async function saveProduct(
  statements: Statements,
  product: CentralProduct,
): Promise<{ readonly taken: string | null }> {
  const [taken] = await statements.query<{ code: string }>(
    `SELECT code FROM product_codes JOIN products ON products.no = product_no
      WHERE code = ANY ($1::text[]) AND products.id <> $2 LIMIT 1`,
    [product.gtins, product.id],
  );
  if (taken !== undefined) return { taken: taken.code };
  const saved = await statements.query<{ no: number }>(
    `INSERT INTO products AS former (id, document) VALUES ($1, $2::jsonb)
     ON CONFLICT (id) DO UPDATE SET document = excluded.document WHERE former.document <> excluded.document
     RETURNING no`,
    [product.id, JSON.stringify(product)],
  );
  if (saved.length > 0) {
    await statements.query(
      `INSERT INTO product_codes (code, product_no) SELECT code, $1 FROM unnest($2::text[]) AS code
       ON CONFLICT (code) DO NOTHING`,
      [saved[0]?.no, product.gtins],
    );
    await publish(statements, [toAll('product', product.id, product)]);
  }
  return { taken: null };
}

const toAll = (kind: 'product' | 'lot' | 'recall', itemId: string, payload: unknown): Publication => ({
  kind,
  itemId,
  siteId: null,
  payload,
});

/** Writes lots with their expiry dates, one that is not named leaves what is known; stations are told of what changed. */
export async function saveLots(statements: Statements, lots: readonly CentralLot[]): Promise<void> {
  const changed = await statements.query<CentralLot>(
    `WITH changed AS (
       INSERT INTO lots AS known (product_no, lot, expires_on)
       SELECT product.no, named.lot, named.expires_on::date
         FROM unnest($1::text[], $2::text[], $3::text[]) AS named (product_id, lot, expires_on)
         JOIN products AS product ON product.id = named.product_id
       ON CONFLICT (product_no, lot) DO UPDATE SET expires_on = excluded.expires_on
          WHERE excluded.expires_on IS NOT NULL AND known.expires_on IS DISTINCT FROM excluded.expires_on
       RETURNING product_no, lot, expires_on
     )
     SELECT product.id AS "productId", lot, expires_on::text AS "expiresOn"
       FROM changed JOIN products AS product ON product.no = product_no`,
    [lots.map(({ productId }) => productId), lots.map(({ lot }) => lot), lots.map(({ expiresOn }) => expiresOn)],
  );
  await publish(
    statements,
    changed.map((lot) => toAll('lot', `${lot.productId}:${lot.lot}`, lot)),
  );
}

/** Whether a code is known and to whom: one step down one index. Null for a code in no manifest. */
export async function findKnownKit(database: Database, key: string): Promise<KnownKit | null> {
  const { head, width, number } = spotOf(key);
  const [row] = await database.query<KnownKit>(
    `SELECT product.id AS "productId", product.document->>'shortName' AS "productName",
            product.document->>'registrationNumber' AS "registrationNumber",
            product.document->>'registrant' AS registrant, range.lot, lot.expires_on::text AS "expiresOn",
            (SELECT reason FROM recalls
              WHERE product_no = range.product_no AND lifted_at_ms IS NULL
                AND (recalls.lot = range.lot
                  OR recalls.head = $1 AND recalls.width = $2 AND $3 BETWEEN recalls.first AND recalls.last)
              ORDER BY no LIMIT 1) AS recalled
       FROM (SELECT * FROM kit_ranges WHERE head = $1 AND width = $2 AND first <= $3 ORDER BY first DESC LIMIT 1) AS range
       JOIN manifests AS manifest ON manifest.no = range.manifest_no AND manifest.kits IS NOT NULL
       JOIN products AS product ON product.no = range.product_no
       LEFT JOIN lots AS lot ON lot.product_no = range.product_no AND lot.lot = range.lot
      WHERE range.last >= $3`,
    [head, width, number],
  );
  return row ?? null;
}

type RecallRow = {
  readonly id: string;
  readonly productId: string;
  readonly lot: string | null;
  readonly head: string | null;
  readonly width: number | null;
  readonly first: number | null;
  readonly last: number | null;
  readonly source: string;
  readonly reason: string;
  readonly atMs: number;
  readonly liftedAtMs: number | null;
  readonly liftReason: string | null;
};

function toRecall(row: RecallRow): CentralRecall {
  return {
    id: row.id,
    productId: row.productId,
    reach:
      row.lot !== null
        ? { kind: 'lot', lot: row.lot }
        : {
            kind: 'kits',
            span: { head: row.head ?? '', width: row.width ?? 0, first: row.first ?? 0, last: row.last ?? 0 },
          },
    source: row.source,
    reason: row.reason,
    atMs: row.atMs,
    lifted: row.liftedAtMs === null ? null : { atMs: row.liftedAtMs, reason: row.liftReason ?? '' },
  };
}

export type RecallWish = {
  readonly productId: string;
  readonly reach: { readonly lot: string } | { readonly span: Span };
  readonly source: string;
  readonly reason: string;
};

/** Stops a lot or kits of a known product at every station. */
export async function makeRecall(statements: Statements, wish: RecallWish, nowMs: number): Promise<CentralRecall> {
  const { reach } = wish;
  const span = 'span' in reach ? reach.span : null;
  const id = randomUUID();
  await statements.query(
    `INSERT INTO recalls (id, product_no, lot, head, width, first, last, source, reason, at_ms)
     SELECT $1, no, $3, $4, $5, $6, $7, $8, $9, $10 FROM products WHERE id = $2`,
    [
      id,
      wish.productId,
      'lot' in reach ? reach.lot : null,
      span?.head ?? null,
      span?.width ?? null,
      span?.first ?? null,
      span?.last ?? null,
      wish.source,
      wish.reason,
      nowMs,
    ],
  );
  const recall = await findRecall(statements, id);
  if (recall === null) throw new Error('a recall just made is missing');
  await publish(statements, [toAll('recall', id, recall)]);
  return recall;
}

/** Ends a recall that stands; null where none of that id does. */
export async function liftRecall(
  statements: Statements,
  id: string,
  reason: string,
  nowMs: number,
): Promise<CentralRecall | null> {
  const lifted = await statements.query(
    'UPDATE recalls SET lifted_at_ms = $2, lift_reason = $3 WHERE id = $1 AND lifted_at_ms IS NULL RETURNING no',
    [id, nowMs, reason],
  );
  const recall = lifted.length === 0 ? null : await findRecall(statements, id);
  if (recall !== null) await publish(statements, [toAll('recall', id, recall)]);
  return recall;
}

async function findRecall(statements: Statements, id: string): Promise<CentralRecall | null> {
  const [row] = await statements.query<RecallRow>(
    `SELECT recalls.id, product.id AS "productId", lot, head, width, first, last, source, reason, at_ms AS "atMs",
            lifted_at_ms AS "liftedAtMs", lift_reason AS "liftReason"
       FROM recalls JOIN products AS product ON product.no = product_no WHERE recalls.id = $1`,
    [id],
  );
  return row === undefined ? null : toRecall(row);
}
