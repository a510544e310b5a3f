import type { StickerBatch, StickerReason, StickerRow } from '../../shared/model/sticker.ts';
import type { Register } from './open.ts';

type BatchRow = {
  id: string;
  product_id: string;
  short_name: string;
  lot: string;
  expires_on: string | null;
  count: number;
  issued_at_ms: number;
  operator_name: string;
  used: number;
  spoiled: number;
};

/** Counted from the facts each time: issued = used + spoiled + unused has nothing to go stale. */
const batchSql = `
  SELECT b.id, b.product_id, p.short_name, b.lot, b.expires_on, b.count, b.issued_at_ms, o.name AS operator_name,
    (SELECT count(*) FROM stickers s JOIN test_states t ON t.kit_key = 'sticker:' || s.code AND t.status <> 'undone'
      WHERE s.batch_id = b.id)
      + (SELECT count(*) FROM stickers s JOIN spent_kits k ON k.kit_key = 'sticker:' || s.code WHERE s.batch_id = b.id) AS used,
    (SELECT count(*) FROM stickers s JOIN sticker_spoils x ON x.code = s.code WHERE s.batch_id = b.id) AS spoiled
  FROM sticker_batches b JOIN products p ON p.id = b.product_id JOIN operators o ON o.id = b.operator_id`;

export type KnownSticker = {
  readonly productId: string;
  readonly lot: string;
  readonly expiresOn: string | null;
  /** Why it was spoiled; null for a good one. */
  readonly spoiledBy: StickerReason['code'] | null;
};

/** Kit stickers of this station: batches issued, their codes, the spoiled ones. */
export function stickersTable(db: Register) {
  const insertBatch = db.prepare(
    `INSERT INTO sticker_batches (id, product_id, lot, expires_on, count, issued_at_ms, operator_id)
     VALUES (@id, @productId, @lot, @expiresOn, @count, @issuedAtMs, @operatorId)`,
  );
  const insert = db.prepare('INSERT INTO stickers (code, batch_id, number) VALUES (?, ?, ?)');
  const total = db.prepare('SELECT count(*) FROM sticker_batches').pluck();
  const page = db.prepare(`${batchSql} ORDER BY b.seq DESC LIMIT ? OFFSET ?`);
  const one = db.prepare(`${batchSql} WHERE b.id = ?`);
  const ofBatch = db.prepare(
    `SELECT s.number, s.code, t.test_id, k.kit_key AS spent, x.reason_code, x.reason_text FROM stickers s
     LEFT JOIN test_states t ON t.kit_key = 'sticker:' || s.code AND t.status <> 'undone'
     LEFT JOIN spent_kits k ON k.kit_key = 'sticker:' || s.code
     LEFT JOIN sticker_spoils x ON x.code = s.code WHERE s.batch_id = ? ORDER BY s.number`,
  );
  const byCode = db.prepare(
    `SELECT b.product_id, b.lot, b.expires_on, x.reason_code FROM stickers s
     JOIN sticker_batches b ON b.id = s.batch_id LEFT JOIN sticker_spoils x ON x.code = s.code WHERE s.code = ?`,
  );
  const spoil = db.prepare(
    'INSERT INTO sticker_spoils (code, reason_code, reason_text, at_ms, operator_id) VALUES (?, ?, ?, ?, ?)',
  );
  return {
    issue: (
      batch: {
        readonly id: string;
        readonly productId: string;
        readonly lot: string;
        readonly expiresOn: string | null;
        readonly count: number;
        readonly issuedAtMs: number;
        readonly operatorId: string;
      },
      codes: readonly string[],
    ): void => {
      insertBatch.run(batch);
      for (const [index, code] of codes.entries()) insert.run(code, batch.id, index + 1);
    },
    countBatches: (): number => total.get() as number,
    listBatches: (offset: number, limit: number): StickerBatch[] =>
      (page.all(limit, offset) as BatchRow[]).map(toBatch),
    findBatch: (id: string): StickerBatch | null => {
      const row = one.get(id) as BatchRow | undefined;
      return row === undefined ? null : toBatch(row);
    },
    listOfBatch: (id: string): StickerRow[] =>
      (
        ofBatch.all(id) as {
          number: number;
          code: string;
          test_id: string | null;
          spent: string | null;
          reason_code: StickerReason['code'] | null;
          reason_text: string | null;
        }[]
      ).map((row) => ({
        number: row.number,
        code: row.code,
        state: row.test_id !== null || row.spent !== null ? 'used' : row.reason_code !== null ? 'spoiled' : 'unused',
        testId: row.test_id,
        reason: row.reason_code === null ? null : { code: row.reason_code, text: row.reason_text ?? '' },
      })),
    find: (code: string): KnownSticker | null => {
      const row = byCode.get(code) as
        | { product_id: string; lot: string; expires_on: string | null; reason_code: StickerReason['code'] | null }
        | undefined;
      return row === undefined
        ? null
        : { productId: row.product_id, lot: row.lot, expiresOn: row.expires_on, spoiledBy: row.reason_code };
    },
    spoil: (code: string, reason: StickerReason, atMs: number, operatorId: string): void => {
      spoil.run(code, reason.code, reason.text, atMs, operatorId);
    },
  };
}

function toBatch(row: BatchRow): StickerBatch {
  return {
    batchId: row.id,
    productId: row.product_id,
    productName: row.short_name,
    lot: row.lot,
    expiresOn: row.expires_on,
    count: row.count,
    used: row.used,
    spoiled: row.spoiled,
    unused: row.count - row.used - row.spoiled,
    issuedAtMs: row.issued_at_ms,
    operatorName: row.operator_name,
  };
}
