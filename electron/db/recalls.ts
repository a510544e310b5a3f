import type { Span, Spot } from '../../shared/codes/kitSpan.ts';
import type { Register } from './open.ts';
import type { KitReach } from './tests.ts';

export type RecallRow = {
  readonly id: string;
  readonly productId: string;
  readonly productName: string;
  /** A whole lot, or kits whose keys follow one another (one kit is a range of one). */
  readonly reach: KitReach;
  readonly source: string;
  readonly reason: string;
  readonly atMs: number;
  readonly operatorName: string;
  readonly liftedAtMs: number | null;
  readonly liftedBy: string | null;
  readonly liftReason: string | null;
};
type Stored = Omit<RecallRow, 'reach'> & { readonly lot: string | null } & {
  readonly [K in keyof Span]: Span[K] | null;
};

/** Recalls of lots and of ranges of kits. There are few of them, and each scan asks. */
export function recallsTable(db: Register) {
  const rows = `SELECT r.id, r.product_id AS productId, products.short_name AS productName, r.lot, r.head, r.width, r.first, r.last,
      r.source, r.reason, r.at_ms AS atMs, o.name AS operatorName, l.at_ms AS liftedAtMs, lo.name AS liftedBy, l.reason AS liftReason
    FROM recalls AS r JOIN products ON products.id = r.product_id JOIN operators AS o ON o.id = r.operator_id
      LEFT JOIN recall_lifts AS l ON l.recall_id = r.id LEFT JOIN operators AS lo ON lo.id = l.operator_id`;
  const list = db.prepare(`${rows} ORDER BY r.seq DESC`);
  const one = db.prepare(`${rows} WHERE r.id = ?`);
  const standing = 'NOT EXISTS (SELECT 1 FROM recall_lifts WHERE recall_id = recalls.id)';
  const ofLot = db.prepare(`SELECT id, reason FROM recalls WHERE product_id = ? AND lot = ? AND ${standing} LIMIT 1`);
  const ofKit = db.prepare(
    `SELECT id, reason FROM recalls WHERE head = @head AND width = @width AND first <= @number AND last >= @number AND ${standing} LIMIT 1`,
  );
  const insert = db.prepare(
    `INSERT INTO recalls (id, product_id, lot, head, width, first, last, source, reason, at_ms, operator_id)
     VALUES (@id, @productId, @lot, @head, @width, @first, @last, @source, @reason, @atMs, @operatorId)`,
  );
  const lift = db.prepare('INSERT INTO recall_lifts (recall_id, reason, at_ms, operator_id) VALUES (?, ?, ?, ?)');
  const setRecalled = db.prepare('UPDATE lots SET recalled_at_ms = ? WHERE product_id = ? AND lot = ?');

  return {
    /** The newest first. */
    list: (): RecallRow[] => (list.all() as Stored[]).map(toRow),
    find: (id: string): RecallRow | null => {
      const row = one.get(id) as Stored | undefined;
      return row === undefined ? null : toRow(row);
    },
    /** The recall that a kit of this lot or at this place of the keys falls under, or null. */
    findStanding: (
      productId: string | null,
      lot: string | null,
      kit: Spot,
    ): { readonly id: string; readonly reason: string } | null => {
      const found = productId === null || lot === null ? undefined : ofLot.get(productId, lot);
      return ((found ?? ofKit.get(kit)) as { id: string; reason: string } | undefined) ?? null;
    },
    insert: (row: {
      readonly id: string;
      readonly productId: string;
      readonly reach: KitReach;
      readonly source: string;
      readonly reason: string;
      readonly atMs: number;
      readonly operatorId: string;
    }): void => {
      const { reach, ...rest } = row;
      const nothing = { lot: null, head: null, width: null, first: null, last: null };
      insert.run({ ...nothing, ...rest, ...('lot' in reach ? { lot: reach.lot } : reach.span) });
      if ('lot' in reach) setRecalled.run(row.atMs, row.productId, reach.lot);
    },
    lift: (row: RecallRow, reason: string, atMs: number, operatorId: string): void => {
      lift.run(row.id, reason, atMs, operatorId);
      // Another recall may still stand for the same lot.
      const { reach } = row;
      if ('lot' in reach && ofLot.get(row.productId, reach.lot) === undefined)
        setRecalled.run(null, row.productId, reach.lot);
    },
  };
}

function toRow({ lot, head, width, first, last, ...row }: Stored): RecallRow {
  if (lot !== null) return { ...row, reach: { productId: row.productId, lot } };
  if (head === null || width === null || first === null || last === null)
    throw new Error(`recall ${row.id} reaches nothing`);
  return { ...row, reach: { span: { head, width, first, last } } };
}
