import { type Span, spotOf, textAt } from '../../shared/codes/kitSpan.ts';
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

/** Known kits that follow one another, of one product and lot. */
export type KnownRange = Span & {
  readonly productId: string;
  readonly lotId: string | null;
  /** What stands before the number in the serials. */
  readonly serialHead: string;
  readonly boxId: string | null;
  readonly importId: string | null;
};
type RangeRow = {
  head: string;
  width: number;
  first: number;
  last: number;
  product_id: string;
  lot_id: string | null;
  serial_head: string;
  box_id: string | null;
  import_id: string | null;
};

/** Numbers of a range from `hit` on, every `step`-th, up to `last`. */
type RangeHit = {
  readonly head: string;
  readonly width: number;
  readonly last: number;
  readonly hit: number;
  readonly step: number;
};

type NamedRange = RangeRow & { short_name: string; lot: string | null; expires_on: string | null };

/** The manifest: kits that the site knows of before they are used. Reads go through the view `manifest`. */
export function kitsTable(db: Register) {
  const byKey = db.prepare('SELECT kit_key, product_id, lot_id, serial FROM manifest WHERE kit_key = ?');
  const bySerial = db.prepare(
    'SELECT kit_key, product_id, lot_id, serial FROM manifest WHERE product_id = ? AND serial = ?',
  );
  const listOf = db.prepare('SELECT import_id FROM manifest WHERE kit_key = ?').pluck();
  // The first number of each range that ends with these digits; every `step`-th after it does too.
  const rangesByEnd = db.prepare(
    `SELECT head, width, last, @step AS step, first + ((@value - first) % @step + @step) % @step AS hit FROM manifest_ranges
     WHERE width >= @digits AND first + ((@value - first) % @step + @step) % @step <= last LIMIT @limit`,
  );
  const rangesByWholeEnd = db.prepare(
    `SELECT head, width, @value AS last, 1 AS step, @value AS hit FROM manifest_ranges
     WHERE width = @digits AND @value BETWEEN first AND last AND substr(serial_head, -length(@lead)) = @lead LIMIT @limit`,
  );
  // A serial that begins so: within what stands before the number, or with the first digits of the number.
  const rangesByBeginning = db.prepare(
    `SELECT head, width, last, 1 AS step, first AS hit FROM manifest_ranges
       WHERE length(serial_head) >= length(@part) AND substr(serial_head, 1, length(@part)) = @part
     UNION ALL SELECT head, width, min(last, (@value + 1) * unit - 1), 1, max(first, @value * unit)
       FROM (SELECT *, CAST(substr('1000000000000000', 1, 1 + width - @digits) AS INTEGER) AS unit FROM manifest_ranges
         WHERE serial_head = @lead AND @digits BETWEEN 1 AND width)
       WHERE max(first, @value * unit) <= min(last, (@value + 1) * unit - 1)
     LIMIT @limit`,
  );
  const anyOfLot = db
    .prepare(
      `SELECT 1 FROM manifest WHERE lot_id = @lotId UNION ALL SELECT 1 FROM manifest_ranges WHERE lot_id = @lotId LIMIT 1`,
    )
    .pluck();
  // Ranges never overlap: the one that begins last before a number is the only one that can hold it.
  const rangeAt = db.prepare(
    `SELECT * FROM manifest_ranges WHERE head = ? AND width = ? AND first <= ? ORDER BY first DESC LIMIT 1`,
  );
  const rangeOfSerial = db.prepare(
    `SELECT * FROM manifest_ranges WHERE product_id = ? AND serial_head = ? AND width = ? AND first <= ? ORDER BY first DESC LIMIT 1`,
  );
  const anyRangeAt = db.prepare(
    'SELECT * FROM kit_ranges WHERE head = ? AND width = ? AND first <= ? ORDER BY first DESC LIMIT 1',
  );
  const listedBetween = db
    .prepare('SELECT kit_key FROM kits WHERE kit_key BETWEEN ? AND ? AND length(kit_key) = ? LIMIT 1')
    .pluck();
  const insertRange = db.prepare(
    `INSERT INTO kit_ranges (head, width, first, last, product_id, lot_id, serial_head, box_id, import_id)
     VALUES (@head, @width, @first, @last, @productId, @lotId, @serialHead, @boxId, @importId)`,
  );
  const rangesOfBox = db.prepare('SELECT * FROM kit_ranges WHERE box_id = ? ORDER BY head, width, first');
  const deleteStagedRanges = db.prepare(
    'DELETE FROM kit_ranges WHERE (head, width, first) IN (SELECT head, width, first FROM kit_ranges WHERE import_id = ? LIMIT ?)',
  );
  const namedRanges = db.prepare(
    `SELECT manifest_ranges.*, products.short_name, lots.lot, lots.expires_on FROM manifest_ranges
     JOIN products ON products.id = manifest_ranges.product_id LEFT JOIN lots ON lots.id = manifest_ranges.lot_id
     ORDER BY products.short_name, lots.lot, serial_head, width, first`,
  );
  const stateOf = db.prepare(`SELECT test_id, status FROM test_states WHERE kit_key = ? AND status <> 'undone'`);
  const spentWas = db.prepare('SELECT was FROM spent_kits WHERE kit_key = ?').pluck();
  const ofRange = (range: NamedRange, number: number) => {
    const kitKey = textAt(range.head, range.width, number);
    const test = stateOf.get(kitKey) as { test_id: string; status: TestStatus } | undefined;
    const was = spentWas.get(kitKey) as 'resulted' | 'bound' | 'void' | undefined;
    return {
      kitKey,
      serial: textAt(range.serial_head, range.width, number),
      productName: range.short_name,
      lot: range.lot,
      expiresOn: range.expires_on,
      status: was ?? kitStatus(test?.status ?? null),
      testId: test?.test_id ?? null,
    };
  };
  const rangeOf = (kitKey: string): RangeRow | null => {
    const spot = spotOf(kitKey);
    const row = rangeAt.get(spot.head, spot.width, spot.number) as RangeRow | undefined;
    return row !== undefined && row.last >= spot.number ? row : null;
  };
  const ofRangeBySerial = (productId: string, serial: string): KnownKit | null => {
    const { head, width, number } = spotOf(serial);
    const row = rangeOfSerial.get(productId, head, width, number) as RangeRow | undefined;
    if (row === undefined || row.last < number) return null;
    return { kitKey: textAt(row.head, width, number), productId, lotId: row.lot_id, serial };
  };
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
    /** Listed by itself or in a range: one look at an index each. */
    find: (kitKey: string): KnownKit | null => {
      const listed = toKitOrNull(byKey.get(kitKey));
      if (listed !== null) return listed;
      const range = rangeOf(kitKey);
      if (range === null) return null;
      const serial = range.serial_head + kitKey.slice(range.head.length);
      return { kitKey, productId: range.product_id, lotId: range.lot_id, serial };
    },
    findBySerial: (productId: string, serial: string): KnownKit | null =>
      toKitOrNull(bySerial.get(productId, serial)) ?? ofRangeBySerial(productId, serial),
    isLotListed: (lotId: string): boolean => anyOfLot.get({ lotId }) !== undefined,
    /** The box that a kit came in, or the list that names it; null for one that is not listed. */
    findListing: (kitKey: string): { readonly boxId: string | null; readonly importId: string | null } | null => {
      const importId = listOf.get(kitKey) as string | null | undefined;
      if (importId !== undefined) return { boxId: null, importId };
      const range = rangeOf(kitKey);
      return range === null ? null : { boxId: range.box_id, importId: range.import_id };
    },
    /** Keys in ranges whose serial begins or ends with this text of digits, or of something and digits; `limit` at most. */
    listKeysInRanges: (part: string, limit: number): string[] => {
      const split = /^(.*?)(\d*)$/s.exec(part);
      const [lead, digits] = [split?.[1] ?? '', split?.[2] ?? ''];
      if (digits.length > 15) return [];
      const value = Number(digits);
      const ends =
        lead === ''
          ? rangesByEnd.all({ digits: digits.length, step: 10 ** digits.length, value, limit })
          : digits === ''
            ? []
            : rangesByWholeEnd.all({ lead, digits: digits.length, value, limit });
      const begins = rangesByBeginning.all({ part, lead, digits: digits.length, value, limit });
      const keys = new Set<string>();
      for (const { head, width, last, hit, step } of [...ends, ...begins] as RangeHit[])
        for (let number = hit; number <= last && keys.size < limit; number += step)
          keys.add(textAt(head, width, number));
      return [...keys];
    },
    /** The first key of a range that is known already, also by an import that is not committed yet; null where none is. */
    findOverlap: ({ head, width, first, last }: Span): string | null => {
      const range = anyRangeAt.get(head, width, last) as RangeRow | undefined;
      if (range !== undefined && range.last >= first) return textAt(head, width, Math.max(first, range.first));
      const [from, to] = [textAt(head, width, first), textAt(head, width, last)];
      return (listedBetween.get(from, to, from.length) as string | undefined) ?? null;
    },
    insertRange: (range: KnownRange): void => {
      insertRange.run(range);
    },
    listRangesOfBox: (boxId: string): Span[] =>
      (rangesOfBox.all(boxId) as RangeRow[]).map(({ head, width, first, last }) => ({ head, width, first, last })),
    insert: (kit: KnownKit & { readonly importId: string | null }): void => {
      insert.run(kit);
    },
    deleteStaged: (importId: string, limit: number): number =>
      deleteStaged.run(importId, limit).changes + deleteStagedRanges.run(importId, limit).changes,
    listRanges: (): readonly Omit<KnownRange, 'boxId' | 'importId'>[] =>
      (namedRanges.all() as NamedRange[]).map(({ product_id, lot_id, serial_head, head, width, first, last }) => ({
        ...{ head, width, first, last, productId: product_id, lotId: lot_id, serialHead: serial_head },
      })),
    /**
     * A page of known kits, those of ranges before the single ones. In a range a query finds product, lot, the beginning of
     * a serial or its last digits.
     */
    list: (query: string, limit: number, offset: number) => {
      const like = anywhere(query);
      const hits = (namedRanges.all() as NamedRange[]).map((range) => ({ range, found: foundIn(range, query) }));
      const ofRanges = hits.reduce((sum, { found }) => sum + found.count, 0);
      const listed: ReturnType<typeof ofRange>[] = [];
      let skip = offset;
      for (const { range, found } of hits) {
        for (let n = skip; n < found.count && listed.length < limit; n += 1)
          listed.push(ofRange(range, found.start + n * found.step));
        skip = Math.max(0, skip - found.count);
      }
      const more = { limit: limit - listed.length, offset: Math.max(0, offset - ofRanges) };
      const rows = list.all({ like, ...more }) as {
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
        total: ofRanges + (count.get({ like }) as number),
        rows: [
          ...listed,
          ...rows.map((row) => ({
            kitKey: row.kit_key,
            serial: row.serial,
            productName: row.short_name,
            lot: row.lot,
            expiresOn: row.expires_on,
            status: row.was ?? kitStatus(row.status),
            testId: row.test_id,
          })),
        ],
      };
    },
  };
}

/** Which numbers of a range a query finds: every `step`-th from `start` on. */
function foundIn(
  range: NamedRange,
  query: string,
): { readonly start: number; readonly step: number; readonly count: number } {
  const { first, last, width, serial_head: head } = range;
  const whole = { start: first, step: 1, count: last - first + 1 };
  const none = { start: first, step: 1, count: 0 };
  const wanted = query.toLowerCase();
  if ([head, range.short_name, range.lot ?? ''].some((text) => text.toLowerCase().includes(wanted))) return whole;
  const split = /^(.*?)(\d+)$/s.exec(wanted);
  const lead = split?.[1] ?? wanted;
  const digits = split?.[2] ?? '';
  if (digits === '' || digits.length > width) return none;
  const value = Number(digits);
  if (lead === '') {
    // The last digits, as staff say them.
    const step = 10 ** digits.length;
    const start = first + ((((value - first) % step) + step) % step);
    return start > last ? none : { start, step, count: Math.floor((last - start) / step) + 1 };
  }
  if (!head.toLowerCase().endsWith(lead)) return none;
  const unit = 10 ** (width - digits.length);
  const [start, end] = [Math.max(first, value * unit), Math.min(last, value * unit + unit - 1)];
  return { start, step: 1, count: Math.max(0, end - start + 1) };
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
