import type { Spot } from '../../shared/codes/kitSpan.ts';
import type { StickerReason } from '../../shared/model/sticker.ts';
import type { DifferenceReason, SpoilReason } from '../../shared/model/stock.ts';
import type { Register } from './open.ts';

export type ByWhom = { readonly atMs: number; readonly operatorName: string };
export type Arrival = ByWhom & { readonly sender: string; readonly boxName: string | null; readonly count: number };
/** A box with what its label says of itself alone; `boxKey` is null for one without a code. */
export type ArrivedBox = Arrival & {
  readonly id: string;
  readonly boxKey: string | null;
  readonly productId: string;
  readonly lot: string;
};

/** Boxes of a lot that may have held a kit which no list names. */
const boxesAtMost = 20;
const rangesAtMost = 20;

const arrival = `boxes.id, box_key AS boxKey, product_id AS productId, lot, count, sender, received_at_ms AS atMs, operators.name AS operatorName
  FROM boxes JOIN shipments ON shipments.id = shipment_id JOIN operators ON operators.id = operator_id`;

/** What the links of a kit's way need and no other table's statements give. */
export function tracesTable(db: Register) {
  const live = db.prepare(`SELECT test_id FROM test_states WHERE kit_key = ? AND status <> 'undone'`).pluck();
  const undone = db.prepare(`SELECT test_id FROM test_states WHERE kit_key = ? AND status = 'undone'`).pluck();
  const former = db.prepare('SELECT DISTINCT test_id FROM kit_corrections WHERE old_kit_key = ?').pluck();
  const isFormer = db.prepare('SELECT 1 FROM kit_corrections WHERE old_kit_key = ? LIMIT 1').pluck();
  const dropOf = db.prepare(
    'SELECT at_ms AS atMs, operators.name AS operatorName FROM drops JOIN operators ON operators.id = operator_id WHERE test_id = ?',
  );
  const conflictsOf = db.prepare(
    `SELECT other_site AS site, other_station AS station, other_bound_at_ms AS boundAtMs, other_person_masked AS personMasked
     FROM conflicts WHERE test_id = ? AND kit_key = ? ORDER BY other_bound_at_ms`,
  );
  const boxById = db.prepare(`SELECT ${arrival} WHERE boxes.id = ?`);
  const boxesOfLot = db.prepare(
    `SELECT ${arrival} WHERE product_id = ? AND lot = ? AND NOT EXISTS (SELECT 1 FROM kit_ranges WHERE box_id = boxes.id)
     ORDER BY received_at_ms DESC, n LIMIT ${boxesAtMost}`,
  );
  const rangesOfBox = db.prepare(
    `SELECT serial_head AS head, width, first, last FROM kit_ranges WHERE box_id = ? ORDER BY serial_head, width, first LIMIT ${rangesAtMost}`,
  );
  const listById = db.prepare(
    `SELECT file_name AS fileName, coalesce(import_commits.at_ms, started_at_ms) AS atMs, coalesce(operators.name, '') AS operatorName
     FROM imports LEFT JOIN import_commits ON import_id = imports.id LEFT JOIN operators ON operators.id = operator_id WHERE imports.id = ?`,
  );
  const stickerByCode = db.prepare(
    `SELECT number, count, issued_at_ms AS atMs, operators.name AS operatorName
     FROM stickers JOIN sticker_batches ON sticker_batches.id = batch_id JOIN operators ON operators.id = operator_id WHERE code = ?`,
  );
  const movesOf = db.prepare(
    `SELECT DISTINCT transfers.seq, transfers.direction, site, at_ms AS atMs, operators.name AS operatorName
     FROM transfer_lines JOIN transfers ON transfers.id = transfer_id JOIN operators ON operators.id = operator_id
     WHERE head = @head AND width = @width AND first <= @number AND last >= @number ORDER BY transfers.seq`,
  );
  const spoilOf = db.prepare(
    `SELECT product_id AS productId, lot, reason_code AS reason, reason_text AS text, at_ms AS atMs, operators.name AS operatorName
     FROM kit_spoils JOIN operators ON operators.id = operator_id WHERE kit_key = ?`,
  );
  const stickerSpoilOf = db.prepare(
    `SELECT reason_code AS reason, reason_text AS text, at_ms AS atMs, operators.name AS operatorName
     FROM sticker_spoils JOIN operators ON operators.id = operator_id WHERE code = ?`,
  );
  const changesOfLot = db.prepare(
    `SELECT from_expires_on AS "from", to_expires_on AS "to", reason, at_ms AS atMs, operators.name AS operatorName
     FROM lot_changes JOIN operators ON operators.id = operator_id WHERE lot_id = ? ORDER BY seq`,
  );
  const countOfLot = db.prepare(
    `SELECT counts.at_ms AS atMs, counter.name AS countedBy, confirmer.name AS confirmedBy, counted, difference, reasons
     FROM stock_count_lines AS line JOIN stock_count_ends AS ends ON ends.count_id = line.count_id AND outcome = 'confirmed'
       JOIN stock_counts AS counts ON counts.id = line.count_id
       JOIN operators AS counter ON counter.id = counts.counted_by JOIN operators AS confirmer ON confirmer.id = confirmed_by
     WHERE product_id = @productId AND lot = @lot ORDER BY counts.seq DESC LIMIT 1`,
  );
  const spentOf = db.prepare(
    `SELECT day, was, (SELECT at_ms FROM destruction_pieces WHERE kind = 'tests' AND day = spent_kits.day
       AND destruction_id = (SELECT destruction_id FROM kept_days WHERE kept_days.day = spent_kits.day)) AS destroyedAtMs
     FROM spent_kits WHERE kit_key = ?`,
  );

  /** Whatever names a kit by its key; each is unique or nearly so. */
  const keyed = [
    ['test_states', 'kit_key', ''],
    ['spent_kits', 'kit_key', ''],
    ['kit_spoils', 'kit_key', 'kit_key IS NOT NULL AND'],
    ['manifest', 'kit_key', ''],
    ['kit_corrections', 'old_kit_key', ''],
  ] as const;
  const byEnd = keyed.map(([table, key, more]) =>
    db
      .prepare(
        `SELECT ${key} FROM ${table} WHERE ${more} substr(${key}, -4) = @end AND substr(${key}, -length(@part)) = @part LIMIT @limit`,
      )
      .pluck(),
  );
  // Two arms, for the partial indexes of what lives and what was undone.
  const byBeginning = [
    ['test_states', 'kit_key', `status <> 'undone' AND`],
    ['test_states', 'kit_key', `status = 'undone' AND`],
    ...keyed.slice(1),
  ].map(([table, key, more]) =>
    db.prepare(`SELECT ${key} FROM ${table} WHERE ${more} ${key} >= @from AND ${key} < @to LIMIT @limit`).pluck(),
  );
  const productCodes = db.prepare('SELECT code FROM product_codes').pluck();
  const personPage = db
    .prepare(
      'SELECT test_id FROM test_states WHERE person_id = @personId ORDER BY bound_at_ms DESC, test_id DESC LIMIT @limit OFFSET @offset',
    )
    .pluck();

  const toArrival = (row: ArrivedBox): ArrivedBox => ({
    ...row,
    boxName: row.boxKey?.replace(/^(sscc|box):/, '') ?? null,
  });
  /** What stands before the serial in keys: of every product's codes, and of codes that name no product. */
  const namespaces = (): string[] => [
    'serial:',
    'sticker:',
    'trace:',
    ...(productCodes.all() as string[]).map((code) => (/^\d{14}$/.test(code) ? `gs1:${code}:` : `ma:${code}:`)),
  ];

  return {
    /** Every test that is or was bound to this key: live, undone, or moved to another kit by a correction. */
    listTestsOf: (kitKey: string): string[] => [
      ...new Set([...live.all(kitKey), ...undone.all(kitKey), ...former.all(kitKey)] as string[]),
    ],
    /** Whether any test was bound to it at any time. */
    wasEverBound: (kitKey: string): boolean =>
      live.get(kitKey) !== undefined || undone.get(kitKey) !== undefined || isFormer.get(kitKey) !== undefined,
    findDrop: (testId: string): ByWhom | null => (dropOf.get(testId) as ByWhom | undefined) ?? null,
    listConflicts: (testId: string, kitKey: string) =>
      conflictsOf.all(testId, kitKey) as { site: string; station: string; boundAtMs: number; personMasked: string }[],
    findBox: (id: string): ArrivedBox | null => {
      const row = boxById.get(id) as ArrivedBox | undefined;
      return row === undefined ? null : toArrival(row);
    },
    /** Boxes of a lot whose serials nobody listed, the newest first, 20 at most. */
    listBoxesOfLot: (productId: string, lot: string): ArrivedBox[] =>
      (boxesOfLot.all(productId, lot) as ArrivedBox[]).map(toArrival),
    /** The serials in a box, as ranges; 20 at most. */
    listSerialsOfBox: (boxId: string) =>
      rangesOfBox.all(boxId) as { head: string; width: number; first: number; last: number }[],
    findList: (importId: string) => (listById.get(importId) as (ByWhom & { fileName: string }) | undefined) ?? null,
    findSticker: (code: string) =>
      (stickerByCode.get(code) as (ByWhom & { number: number; count: number }) | undefined) ?? null,
    /** Transfers of a range or box that held the kit, oldest first. */
    listMoves: (spot: Spot) =>
      (movesOf.all(spot) as (ByWhom & { direction: 'out' | 'in'; site: string })[]).map(
        ({ direction, site, atMs, operatorName }) => ({ direction, site, atMs, operatorName }),
      ),
    findSpoil: (kitKey: string) =>
      (spoilOf.get(kitKey) as
        | (ByWhom & { productId: string; lot: string; reason: SpoilReason['code']; text: string })
        | undefined) ?? null,
    findStickerSpoil: (code: string) =>
      (stickerSpoilOf.get(code) as (ByWhom & { reason: StickerReason['code']; text: string }) | undefined) ?? null,
    listLotChanges: (lotId: string) =>
      changesOfLot.all(lotId) as (ByWhom & { from: string | null; to: string | null; reason: string })[],
    /** The last confirmed count of a lot. */
    findCount: (productId: string, lot: string) => {
      const row = countOfLot.get({ productId, lot }) as
        | { atMs: number; countedBy: string; confirmedBy: string; counted: number; difference: number; reasons: string }
        | undefined;
      if (row === undefined) return null;
      const { reasons, ...rest } = row;
      const all = JSON.parse(reasons) as { productId: string; lot: string; reason: DifferenceReason }[];
      return {
        ...rest,
        reason: all.find((each) => each.productId === productId && each.lot === lot)?.reason.code ?? null,
      };
    },
    findSpent: (kitKey: string) =>
      (spentOf.get(kitKey) as
        | { day: string; was: 'resulted' | 'bound' | 'void'; destroyedAtMs: number | null }
        | undefined) ?? null,
    /** Keys of kits whose serial is exactly this, whatever product it is of. */
    listKeysOfSerial: (serial: string): string[] => namespaces().map((space) => space + serial),
    /** Keys whose serial ends or begins with this, of kits that were listed by themselves, bound, spoiled or used up. */
    listKeysByPart: (part: string, limit: number): string[] => {
      const keys = new Set<string>();
      const end = part.slice(-4);
      for (const statement of byEnd) for (const key of statement.all({ end, part, limit }) as string[]) keys.add(key);
      for (const space of namespaces()) {
        // Serials are of ASCII; this is above all that begin so.
        const [from, to] = [space + part, `${space}${part}\u{10ffff}`];
        for (const statement of byBeginning)
          for (const key of statement.all({ from, to, limit }) as string[]) keys.add(key);
        if (keys.size >= limit) break;
      }
      return [...keys].slice(0, limit);
    },
    listOfPerson: (personId: string, limit: number, offset: number): string[] =>
      personPage.all({ personId, limit, offset }) as string[],
  };
}
