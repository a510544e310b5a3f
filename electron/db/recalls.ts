import { type Span, type Spot, textAt } from '../../shared/codes/kitSpan.ts';
import type { TestStatus } from '../../shared/model/test.ts';
import type { Register } from './open.ts';

/** What a recall is for: a whole lot, or kits whose keys follow one another (one kit is a range of one). */
export type RecallReach = { readonly lot: string } | { readonly span: Span };

export type RecallRow = {
  readonly id: string;
  readonly productId: string;
  readonly productName: string;
  readonly lot: string | null;
  readonly head: string | null;
  readonly width: number | null;
  readonly first: number | null;
  readonly last: number | null;
  readonly source: string;
  readonly reason: string;
  readonly atMs: number;
  readonly operatorName: string;
  readonly liftedAtMs: number | null;
  readonly liftedBy: string | null;
  readonly liftReason: string | null;
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
  const tested = {
    lot: `FROM tests JOIN test_states ON test_states.test_id = tests.id
      WHERE tests.product_id = @productId AND tests.kit_lot = @lot AND status <> 'undone'`,
    // Keys of one width stand in the order of their numbers.
    span: `FROM test_states JOIN tests ON tests.id = test_states.test_id
      WHERE test_states.kit_key BETWEEN @from AND @to AND length(test_states.kit_key) = length(@from) AND status <> 'undone'`,
  };
  const wanted = '(@status IS NULL OR status = @status)';
  const asked = (['lot', 'span'] as const).map((reach) => ({
    counts: db.prepare(`SELECT status, count(*) AS n ${tested[reach]} GROUP BY status`),
    total: db.prepare(`SELECT count(*) ${tested[reach]} AND ${wanted}`).pluck(),
    page: db
      .prepare(`SELECT tests.id ${tested[reach]} AND ${wanted} ORDER BY tests.seq DESC LIMIT @limit OFFSET @offset`)
      .pluck(),
  }));
  const questions = (row: RecallRow) => {
    const [byLot, bySpan] = asked;
    if (byLot === undefined || bySpan === undefined) throw new Error('a reach without its questions');
    const { productId, lot, head, width, first, last } = row;
    return lot === null
      ? {
          ...bySpan,
          reach: { from: textAt(head ?? '', width ?? 0, first ?? 0), to: textAt(head ?? '', width ?? 0, last ?? 0) },
        }
      : { ...byLot, reach: { productId, lot } };
  };

  return {
    /** The newest first. */
    list: (): RecallRow[] => list.all() as RecallRow[],
    find: (id: string): RecallRow | null => (one.get(id) as RecallRow | undefined) ?? null,
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
      readonly reach: RecallReach;
      readonly source: string;
      readonly reason: string;
      readonly atMs: number;
      readonly operatorId: string;
    }): void => {
      const { reach, ...rest } = row;
      const nothing = { lot: null, head: null, width: null, first: null, last: null };
      insert.run({ ...rest, ...nothing, ...('lot' in reach ? { lot: reach.lot } : reach.span) });
      if ('lot' in reach) setRecalled.run(row.atMs, row.productId, reach.lot);
    },
    lift: (row: RecallRow, reason: string, atMs: number, operatorId: string): void => {
      lift.run(row.id, reason, atMs, operatorId);
      // Another recall may still stand for the same lot.
      if (row.lot !== null && ofLot.get(row.productId, row.lot) === undefined)
        setRecalled.run(null, row.productId, row.lot);
    },
    /** Tests with what is recalled, by their state; undone bindings are none. */
    countTests: (row: RecallRow): ReadonlyMap<TestStatus, number> => {
      const { counts, reach } = questions(row);
      return new Map((counts.all(reach) as { status: TestStatus; n: number }[]).map(({ status, n }) => [status, n]));
    },
    /** Their ids, the newest binding first. */
    listTests: (
      row: RecallRow,
      status: TestStatus | null,
      limit: number,
      offset: number,
    ): { readonly total: number; readonly ids: string[] } => {
      const { total, page, reach } = questions(row);
      return {
        total: total.get({ ...reach, status }) as number,
        ids: page.all({ ...reach, status, limit, offset }) as string[],
      };
    },
  };
}
