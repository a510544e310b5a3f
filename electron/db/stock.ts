import { type Span, type Spot, textAt } from '../../shared/codes/kitSpan.ts';
import type {
  DifferenceReason,
  LotMove,
  Shipment,
  SpoilReason,
  StockTerms,
  Transfer,
} from '../../shared/model/stock.ts';
import type { Register } from './open.ts';

export type LotTerms = StockTerms & {
  readonly productId: string;
  readonly productName: string;
  readonly lot: string;
  readonly lotId: string | null;
  readonly expiresOn: string | null;
  readonly recalledAtMs: number | null;
  readonly isKept: boolean;
};

export type WrittenLine = StockTerms & {
  readonly productId: string;
  readonly lot: string;
  readonly counted: number;
  readonly difference: number;
};

export type CountRow = {
  readonly id: string;
  readonly day: string;
  readonly atMs: number;
  readonly countedBy: string;
  readonly outcome: 'confirmed' | 'countedAgain' | null;
  readonly reasons: string | null;
  readonly confirmedBy: string | null;
};

/** Everything that ever moved a lot's kits, less what confirmed counts have settled: what is left are terms since then. */
const movesSql = (where: string) => `
  SELECT product_id, lot, 0 AS opening, count AS received, 0 AS movedIn, 0 AS movedOut, 0 AS used, 0 AS spoiled, 1 AS kept FROM boxes ${where}
  UNION ALL SELECT product_id, lot, 0, 0, iif(direction = 'in', count, 0), iif(direction = 'out', count, 0), 0, 0, direction = 'in' FROM transfer_lines ${where}
  UNION ALL SELECT product_id, lot, 0, 0, 0, 0, used, 0, 0 FROM lot_uses ${where}
  UNION ALL SELECT product_id, lot, 0, 0, 0, 0, 0, count, 0 FROM kit_spoils ${where}
  UNION ALL SELECT product_id, lot, counted - opening, -received, -moved_in, -moved_out, -used, -spoiled, 1
    FROM stock_count_lines JOIN stock_count_ends USING (count_id) ${where === '' ? 'WHERE' : `${where} AND`} outcome = 'confirmed'`;

const termsSql = (where: string) => `
  SELECT m.product_id AS productId, p.short_name AS productName, m.lot, lots.id AS lotId, lots.expires_on AS expiresOn,
    lots.recalled_at_ms AS recalledAtMs, sum(opening) AS opening, sum(received) AS received, sum(movedIn) AS movedIn,
    sum(movedOut) AS movedOut, sum(used) AS used, sum(spoiled) AS spoiled, max(kept) AS isKept
  FROM (${movesSql(where)}) AS m JOIN products AS p ON p.id = m.product_id
    LEFT JOIN lots ON lots.product_id = m.product_id AND lots.lot = m.lot
  GROUP BY m.product_id, m.lot ORDER BY p.short_name, lots.expires_on IS NULL, lots.expires_on, m.lot`;

/** Boxes, spoiled kits, transfers and counts: what is left of each lot. */
export function stockTable(db: Register) {
  const terms = db.prepare(termsSql(''));
  const termsOfProduct = db.prepare(termsSql('WHERE product_id = @productId'));
  const termsOfLot = db.prepare(termsSql('WHERE product_id = @productId AND lot = @lot'));

  const insertShipment = db.prepare(
    'INSERT INTO shipments (id, sender, note, received_at_ms, day, operator_id) VALUES (@id, @sender, @note, @atMs, @day, @operatorId)',
  );
  const insertBox = db.prepare(
    `INSERT INTO boxes (id, shipment_id, n, box_key, raw, product_id, lot, count, checked)
     VALUES (@id, @shipmentId, @n, @boxKey, @raw, @productId, @lot, @count, @checked)`,
  );
  const boxByKey = db.prepare(
    `SELECT boxes.id, product_id AS productId, lot, count, received_at_ms AS receivedAtMs
     FROM boxes JOIN shipments ON shipments.id = shipment_id WHERE box_key = ?`,
  );
  const shipmentCount = db.prepare('SELECT count(*) FROM shipments').pluck();
  const shipmentPage = db.prepare(
    `SELECT shipments.id, sender, note, received_at_ms AS receivedAtMs, operators.name AS operatorName
     FROM shipments JOIN operators ON operators.id = operator_id ORDER BY seq DESC LIMIT ? OFFSET ?`,
  );
  const boxesOf = db.prepare(
    `SELECT boxes.id AS boxId, box_key AS name, short_name AS productName, lot, count, checked,
       EXISTS (SELECT 1 FROM kit_ranges WHERE box_id = boxes.id) AS isListed
     FROM boxes JOIN products ON products.id = product_id WHERE shipment_id = ? ORDER BY n`,
  );

  const spoilOf = db.prepare('SELECT reason_code AS code, reason_text AS text FROM kit_spoils WHERE kit_key = ?');
  const insertSpoil = db.prepare(
    `INSERT INTO kit_spoils (id, product_id, lot, kit_key, count, reason_code, reason_text, at_ms, operator_id)
     VALUES (@id, @productId, @lot, @kitKey, @count, @reasonCode, @reasonText, @atMs, @operatorId)`,
  );

  const insertTransfer = db.prepare(
    'INSERT INTO transfers (id, direction, site, note, at_ms, day, operator_id) VALUES (@id, @direction, @site, @note, @atMs, @day, @operatorId)',
  );
  const insertLine = db.prepare(
    `INSERT INTO transfer_lines (transfer_id, n, direction, product_id, lot, count, box_id, head, width, first, last)
     VALUES (@transferId, @n, @direction, @productId, @lot, @count, @boxId, @head, @width, @first, @last)`,
  );
  const boxMoves = db
    .prepare(`SELECT coalesce(sum(iif(direction = 'out', 1, -1)), 0) FROM transfer_lines WHERE box_id = ?`)
    .pluck();
  const transferCount = db.prepare('SELECT count(*) FROM transfers').pluck();
  const transferPage = db.prepare(
    `SELECT transfers.id, direction, site, note, at_ms AS atMs, operators.name AS operatorName
     FROM transfers JOIN operators ON operators.id = operator_id ORDER BY seq DESC LIMIT ? OFFSET ?`,
  );
  const movesOf = db.prepare(
    `SELECT 'box' AS kind, boxes.id AS id, received_at_ms AS atMs, count, operators.name AS operatorName, sender AS what
       FROM boxes JOIN shipments ON shipments.id = shipment_id JOIN operators ON operators.id = operator_id
       WHERE product_id = @productId AND lot = @lot
     UNION ALL SELECT transfers.direction, transfers.id, at_ms, sum(count), operators.name, site
       FROM transfer_lines JOIN transfers ON transfers.id = transfer_id JOIN operators ON operators.id = operator_id
       WHERE product_id = @productId AND lot = @lot GROUP BY transfers.id
     UNION ALL SELECT 'spoil', kit_spoils.id, at_ms, count, operators.name, reason_code
       FROM kit_spoils JOIN operators ON operators.id = operator_id WHERE product_id = @productId AND lot = @lot
     ORDER BY atMs DESC, id LIMIT 500`,
  );
  const linesOf = db.prepare(
    `SELECT short_name AS productName, lot, count, head, width, first, last
     FROM transfer_lines JOIN products ON products.id = product_id WHERE transfer_id = ? ORDER BY n`,
  );
  const awayAt = db.prepare(
    `SELECT kits_away.last, site, at_ms AS atMs FROM kits_away JOIN transfers ON transfers.id = transfer_id
     WHERE head = ? AND width = ? AND first <= ? ORDER BY first DESC LIMIT 1`,
  );
  // Ranges never overlap, so those that a span meets begin in it, or one begins before it.
  const awayIn = db.prepare(
    `SELECT head, width, first, last, transfer_id AS transferId FROM kits_away
     WHERE head = @head AND width = @width AND first <= @last AND last >= @first
       AND first >= coalesce((SELECT max(first) FROM kits_away WHERE head = @head AND width = @width AND first <= @first), @first)`,
  );
  const insertAway = db.prepare(
    'INSERT INTO kits_away (head, width, first, last, transfer_id) VALUES (@head, @width, @first, @last, @transferId)',
  );
  const deleteAway = db.prepare('DELETE FROM kits_away WHERE head = @head AND width = @width AND first = @first');
  const keysIn = (table: string, more: string) =>
    db
      .prepare(`SELECT kit_key FROM ${table} WHERE kit_key BETWEEN ? AND ? AND length(kit_key) = ? ${more} LIMIT 1`)
      .pluck();
  const usedIn = keysIn('test_states', `AND status <> 'undone'`);
  const spentIn = keysIn('spent_kits', '');
  const spoiledIn = keysIn('kit_spoils', '');

  const insertCount = db.prepare(
    'INSERT INTO stock_counts (id, day, at_ms, counted_by) VALUES (@id, @day, @atMs, @countedBy)',
  );
  const insertCountLine = db.prepare(
    `INSERT INTO stock_count_lines (count_id, product_id, lot, opening, received, moved_in, moved_out, used, spoiled, counted, difference)
     VALUES (@countId, @productId, @lot, @opening, @received, @movedIn, @movedOut, @used, @spoiled, @counted, @difference)`,
  );
  const endCount = db.prepare(
    'INSERT INTO stock_count_ends (count_id, outcome, reasons, confirmed_by, at_ms) VALUES (@countId, @outcome, @reasons, @by, @atMs)',
  );
  const countSql = `SELECT c.id, day, c.at_ms AS atMs, counter.name AS countedBy, outcome, reasons, confirmer.name AS confirmedBy
    FROM stock_counts AS c JOIN operators AS counter ON counter.id = counted_by
    LEFT JOIN stock_count_ends ON count_id = c.id LEFT JOIN operators AS confirmer ON confirmer.id = confirmed_by`;
  const newestCount = db.prepare(`${countSql} ORDER BY c.seq DESC LIMIT 1`);
  const lastConfirmed = db.prepare(`${countSql} WHERE outcome = 'confirmed' ORDER BY c.seq DESC LIMIT 1`);
  const countById = db.prepare(`${countSql} WHERE c.id = ?`);
  const confirmedOfDay = db.prepare(`${countSql} WHERE day = ? AND outcome = 'confirmed' ORDER BY c.seq`);
  const countLines = db.prepare(
    `SELECT product_id AS productId, short_name AS productName, lot, opening, received, moved_in AS movedIn, moved_out AS movedOut,
       used, spoiled, counted, difference
     FROM stock_count_lines JOIN products ON products.id = product_id WHERE count_id = ? ORDER BY short_name, lot`,
  );

  const toTerms = (rows: unknown[]): LotTerms[] =>
    (rows as (Omit<LotTerms, 'isKept'> & { isKept: number })[]).map((row) => ({ ...row, isKept: row.isKept === 1 }));
  const orNull = (row: unknown): CountRow | null => (row as CountRow | undefined) ?? null;

  return {
    listTerms: (productId?: string): LotTerms[] =>
      toTerms(productId === undefined ? terms.all() : termsOfProduct.all({ productId })),
    findTerms: (productId: string, lot: string): LotTerms | null =>
      toTerms(termsOfLot.all({ productId, lot }))[0] ?? null,

    insertShipment: (shipment: {
      readonly id: string;
      readonly sender: string;
      readonly note: string;
      readonly atMs: number;
      readonly day: string;
      readonly operatorId: string;
    }): void => {
      insertShipment.run(shipment);
    },
    insertBox: (box: {
      readonly id: string;
      readonly shipmentId: string;
      readonly n: number;
      readonly boxKey: string | null;
      readonly raw: string | null;
      readonly productId: string;
      readonly lot: string;
      readonly count: number;
      readonly checked: number;
    }): void => {
      insertBox.run(box);
    },
    findBox: (boxKey: string) =>
      (boxByKey.get(boxKey) as
        | { id: string; productId: string; lot: string; count: number; receivedAtMs: number }
        | undefined) ?? null,
    countShipments: (): number => shipmentCount.get() as number,
    listShipments: (offset: number, limit: number): Shipment[] =>
      (
        shipmentPage.all(limit, offset) as (Omit<Shipment, 'shipmentId' | 'boxes' | 'kits'> & { readonly id: string })[]
      ).map(({ id, ...shipment }) => {
        const boxes = (boxesOf.all(id) as (Omit<Shipment['boxes'][number], 'isListed'> & { isListed: number })[]).map(
          (box) => ({ ...box, isListed: box.isListed === 1 }),
        );
        return { shipmentId: id, ...shipment, kits: boxes.reduce((sum, box) => sum + box.count, 0), boxes };
      }),

    findSpoil: (kitKey: string): SpoilReason | null => (spoilOf.get(kitKey) as SpoilReason | undefined) ?? null,
    insertSpoil: (spoil: {
      readonly id: string;
      readonly productId: string;
      readonly lot: string;
      readonly kitKey: string | null;
      readonly count: number;
      readonly reasonCode: string;
      readonly reasonText: string;
      readonly atMs: number;
      readonly operatorId: string;
    }): void => {
      insertSpoil.run(spoil);
    },

    insertTransfer: (transfer: {
      readonly id: string;
      readonly direction: 'out' | 'in';
      readonly site: string;
      readonly note: string;
      readonly atMs: number;
      readonly day: string;
      readonly operatorId: string;
    }): void => {
      insertTransfer.run(transfer);
    },
    insertTransferLine: (line: {
      readonly transferId: string;
      readonly n: number;
      readonly direction: 'out' | 'in';
      readonly productId: string;
      readonly lot: string;
      readonly count: number;
      readonly boxId: string | null;
      readonly span: Span | null;
    }): void => {
      const { span, ...rest } = line;
      insertLine.run({ ...rest, ...(span ?? { head: null, width: null, first: null, last: null }) });
    },
    /** A box that was handed over as a whole and did not come back. */
    isBoxAway: (boxId: string): boolean => (boxMoves.get(boxId) as number) > 0,
    countTransfers: (): number => transferCount.get() as number,
    /** What happened to kits of a lot, the newest first; 500 at most. */
    listMoves: (productId: string, lot: string): LotMove[] => movesOf.all({ productId, lot }) as LotMove[],
    listTransfers: (offset: number, limit: number): Transfer[] =>
      (
        transferPage.all(limit, offset) as (Omit<Transfer, 'transferId' | 'lines' | 'kits'> & { readonly id: string })[]
      ).map(({ id, ...transfer }) => {
        const lines = (
          linesOf.all(id) as {
            productName: string;
            lot: string;
            count: number;
            head: string | null;
            width: number;
            first: number;
            last: number;
          }[]
        ).map(({ head, width, first, last, ...line }) => ({
          ...line,
          from: head === null ? null : textAt(head, width, first),
          to: head === null ? null : textAt(head, width, last),
        }));
        return { transferId: id, ...transfer, kits: lines.reduce((sum, line) => sum + line.count, 0), lines };
      }),
    /** Where a kit was sent and when; null for one that is here. One look at an index. */
    findAway: ({ head, width, number }: Spot): { readonly site: string; readonly atMs: number } | null => {
      const row = awayAt.get(head, width, number) as { last: number; site: string; atMs: number } | undefined;
      return row !== undefined && row.last >= number ? { site: row.site, atMs: row.atMs } : null;
    },
    /** The parts of a span that are away. */
    listAwayIn: (span: Span): Span[] =>
      (awayIn.all(span) as Span[]).map(({ head, width, first, last }) => ({
        head,
        width,
        first: Math.max(first, span.first),
        last: Math.min(last, span.last),
      })),
    sendAway: (span: Span, transferId: string): void => {
      insertAway.run({ ...span, transferId });
    },
    /** What is away of a span is here again; what is away beside it stays away. */
    takeBack: (span: Span): void => {
      for (const row of awayIn.all(span) as (Span & { readonly transferId: string })[]) {
        deleteAway.run(row);
        if (row.first < span.first) insertAway.run({ ...row, last: span.first - 1 });
        if (row.last > span.last) insertAway.run({ ...row, first: span.last + 1 });
      }
    },
    /** The first kit found in a span that was used or spoiled; null where all are good. */
    findGone: ({
      head,
      width,
      first,
      last,
    }: Span): { readonly kitKey: string; readonly was: 'used' | 'spoiled' } | null => {
      const from = textAt(head, width, first);
      const ends = [from, textAt(head, width, last), from.length] as const;
      const used = (usedIn.get(...ends) ?? spentIn.get(...ends)) as string | undefined;
      if (used !== undefined) return { kitKey: used, was: 'used' };
      const spoiled = spoiledIn.get(...ends) as string | undefined;
      return spoiled === undefined ? null : { kitKey: spoiled, was: 'spoiled' };
    },

    insertCount: (
      count: { readonly id: string; readonly day: string; readonly atMs: number; readonly countedBy: string },
      lines: readonly WrittenLine[],
    ): void => {
      insertCount.run(count);
      for (const line of lines) insertCountLine.run({ ...line, countId: count.id });
    },
    endCount: (end: {
      readonly countId: string;
      readonly outcome: 'confirmed' | 'countedAgain';
      readonly reasons: readonly {
        readonly productId: string;
        readonly lot: string;
        readonly reason: DifferenceReason;
      }[];
      readonly by: string;
      readonly atMs: number;
    }): void => {
      endCount.run({ ...end, reasons: JSON.stringify(end.reasons) });
    },
    findNewestCount: (): CountRow | null => orNull(newestCount.get()),
    findLastConfirmed: (): CountRow | null => orNull(lastConfirmed.get()),
    findCount: (id: string): CountRow | null => orNull(countById.get(id)),
    listConfirmedOfDay: (day: string): CountRow[] => confirmedOfDay.all(day) as CountRow[],
    listCountLines: (id: string) => countLines.all(id) as (WrittenLine & { readonly productName: string })[],
  };
}
