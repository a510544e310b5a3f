import type { Migration } from './migration.ts';
import { writtenOnce } from './writtenOnce.ts';

const facts = [
  'shipments',
  'boxes',
  'kit_spoils',
  'transfers',
  'transfer_lines',
  'stock_counts',
  'stock_count_lines',
  'stock_count_ends',
  'lot_changes',
];

/** As tests name it: kits whose lot nobody knows are counted under the empty name. */
const used = (row: 'NEW' | 'OLD', column: 'used' | 'purged', by: 1 | -1) => `
  INSERT INTO lot_uses (product_id, lot, used, purged)
  SELECT product_id, coalesce(kit_lot, ''), ${column === 'used' ? by : 0}, ${column === 'purged' ? by : 0} FROM tests WHERE id = ${row}.test_id
  ON CONFLICT (product_id, lot) DO UPDATE SET ${column} = ${column} + (${by});`;

/**
 * Where kits came from, where they went and how many should be left. Facts are written once; what moves (which serials
 * are known as ranges, which are away, how many of a lot were used) stands in tables of its own. `lot_uses` outlives the
 * tests that it counted, so that a destruction of old tests unbalances nothing.
 */
export const stock0140: Migration = {
  version: 140,
  name: 'stock',
  sql: `
ALTER TABLE products ADD COLUMN storage TEXT;

CREATE TABLE shipments (
  seq            INTEGER PRIMARY KEY,
  id             TEXT NOT NULL UNIQUE,
  sender         TEXT NOT NULL,
  note           TEXT NOT NULL,
  received_at_ms INTEGER NOT NULL,
  day            TEXT NOT NULL,
  operator_id    TEXT NOT NULL REFERENCES operators (id)
) STRICT;

CREATE TABLE boxes (
  id          TEXT PRIMARY KEY,
  shipment_id TEXT NOT NULL REFERENCES shipments (id),
  n           INTEGER NOT NULL CHECK (n >= 1),
  -- What tells this box from every other one (SSCC, or its own serial); most boxes carry nothing of the kind.
  box_key     TEXT UNIQUE,
  raw         TEXT,
  product_id  TEXT NOT NULL REFERENCES products (id),
  lot         TEXT NOT NULL,
  count       INTEGER NOT NULL CHECK (count BETWEEN 1 AND 1000000),
  checked     INTEGER NOT NULL CHECK (checked BETWEEN 0 AND count),
  UNIQUE (shipment_id, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX boxes_by_lot ON boxes (product_id, lot, count);

-- Known kits whose keys follow one another: a head and a number of \`width\` digits (0: the head is the whole key).
CREATE TABLE kit_ranges (
  head        TEXT NOT NULL,
  width       INTEGER NOT NULL CHECK (width BETWEEN 0 AND 15),
  first       INTEGER NOT NULL CHECK (first >= 0),
  last        INTEGER NOT NULL CHECK (last >= first),
  product_id  TEXT NOT NULL REFERENCES products (id),
  lot_id      TEXT REFERENCES lots (id),
  serial_head TEXT NOT NULL,
  box_id      TEXT REFERENCES boxes (id),
  import_id   TEXT REFERENCES imports (id),
  PRIMARY KEY (head, width, first)
) STRICT, WITHOUT ROWID;
CREATE INDEX kit_ranges_by_serial ON kit_ranges (product_id, serial_head, width, first);
CREATE INDEX kit_ranges_by_lot ON kit_ranges (lot_id);
CREATE INDEX kit_ranges_by_import ON kit_ranges (import_id) WHERE import_id IS NOT NULL;
CREATE VIEW manifest_ranges AS
  SELECT kit_ranges.* FROM kit_ranges
  WHERE import_id IS NULL OR EXISTS (SELECT 1 FROM imports WHERE imports.id = kit_ranges.import_id AND imports.state = 'committed');

CREATE TABLE lot_uses (
  product_id TEXT NOT NULL REFERENCES products (id),
  lot        TEXT NOT NULL,
  used       INTEGER NOT NULL,
  -- Of these, how many belong to tests that were destroyed since.
  purged     INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (product_id, lot)
) STRICT, WITHOUT ROWID;
INSERT INTO lot_uses (product_id, lot, used)
  SELECT product_id, coalesce(kit_lot, ''), count(*) FROM tests JOIN test_states ON test_id = tests.id
  WHERE status <> 'undone' GROUP BY 1, 2;
CREATE TRIGGER lot_uses_bound AFTER INSERT ON test_states WHEN NEW.status <> 'undone' BEGIN ${used('NEW', 'used', 1)} END;
CREATE TRIGGER lot_uses_undone AFTER UPDATE OF status ON test_states
WHEN OLD.status <> 'undone' AND NEW.status = 'undone' BEGIN ${used('NEW', 'used', -1)} END;
CREATE TRIGGER lot_uses_destroyed BEFORE DELETE ON tests
WHEN EXISTS (SELECT 1 FROM purging) AND EXISTS (SELECT 1 FROM test_states WHERE test_id = OLD.id AND status <> 'undone')
BEGIN
  INSERT INTO lot_uses (product_id, lot, used, purged) VALUES (OLD.product_id, coalesce(OLD.kit_lot, ''), 0, 1)
  ON CONFLICT (product_id, lot) DO UPDATE SET purged = purged + 1;
END;

CREATE TABLE kit_spoils (
  seq         INTEGER PRIMARY KEY,
  id          TEXT NOT NULL UNIQUE,
  product_id  TEXT NOT NULL REFERENCES products (id),
  lot         TEXT NOT NULL,
  -- One kit that was scanned, or so many of a lot.
  kit_key     TEXT UNIQUE,
  count       INTEGER NOT NULL CHECK (count BETWEEN 1 AND 1000000 AND (kit_key IS NULL OR count = 1)),
  reason_code TEXT NOT NULL CHECK (reason_code IN ('damaged', 'wet', 'storage', 'incomplete', 'expired', 'lost', 'other')),
  reason_text TEXT NOT NULL CHECK (reason_code <> 'other' OR reason_text <> ''),
  at_ms       INTEGER NOT NULL,
  operator_id TEXT NOT NULL REFERENCES operators (id)
) STRICT;
CREATE INDEX kit_spoils_by_lot ON kit_spoils (product_id, lot, count);
CREATE TRIGGER kit_spoils_unused_only BEFORE INSERT ON kit_spoils
WHEN NEW.kit_key IS NOT NULL AND (EXISTS (SELECT 1 FROM test_states WHERE kit_key = NEW.kit_key AND status <> 'undone')
  OR EXISTS (SELECT 1 FROM spent_kits WHERE kit_key = NEW.kit_key))
BEGIN SELECT RAISE(ABORT, 'a used kit cannot be spoiled'); END;
CREATE TRIGGER test_states_no_spoiled_kit BEFORE INSERT ON test_states
WHEN NEW.status <> 'undone' AND EXISTS (SELECT 1 FROM kit_spoils WHERE kit_key = NEW.kit_key)
BEGIN SELECT RAISE(ABORT, 'a spoiled kit cannot be bound'); END;

CREATE TABLE transfers (
  seq         INTEGER PRIMARY KEY,
  id          TEXT NOT NULL UNIQUE,
  direction   TEXT NOT NULL CHECK (direction IN ('out', 'in')),
  site        TEXT NOT NULL CHECK (site <> ''),
  note        TEXT NOT NULL,
  at_ms       INTEGER NOT NULL,
  day         TEXT NOT NULL,
  operator_id TEXT NOT NULL REFERENCES operators (id)
) STRICT;
CREATE TABLE transfer_lines (
  transfer_id TEXT NOT NULL REFERENCES transfers (id),
  n           INTEGER NOT NULL CHECK (n >= 1),
  direction   TEXT NOT NULL CHECK (direction IN ('out', 'in')),
  product_id  TEXT NOT NULL REFERENCES products (id),
  lot         TEXT NOT NULL,
  count       INTEGER NOT NULL CHECK (count BETWEEN 1 AND 1000000),
  box_id      TEXT REFERENCES boxes (id),
  -- Which kits, where they are known one by one; otherwise only how many.
  head        TEXT,
  width       INTEGER,
  first       INTEGER,
  last        INTEGER,
  PRIMARY KEY (transfer_id, n),
  CHECK ((head IS NULL) = (width IS NULL) AND (head IS NULL) = (first IS NULL) AND (head IS NULL) = (last IS NULL)),
  CHECK (head IS NULL OR count = last - first + 1)
) STRICT, WITHOUT ROWID;
CREATE INDEX transfer_lines_by_lot ON transfer_lines (product_id, lot, direction, count);

-- Kits that are at another site now; ranges never overlap.
CREATE TABLE kits_away (
  head        TEXT NOT NULL,
  width       INTEGER NOT NULL CHECK (width BETWEEN 0 AND 15),
  first       INTEGER NOT NULL CHECK (first >= 0),
  last        INTEGER NOT NULL CHECK (last >= first),
  transfer_id TEXT NOT NULL REFERENCES transfers (id),
  PRIMARY KEY (head, width, first)
) STRICT, WITHOUT ROWID;

-- Counted without knowing what should be there; the other terms are those of that moment.
CREATE TABLE stock_counts (
  seq        INTEGER PRIMARY KEY,
  id         TEXT NOT NULL UNIQUE,
  day        TEXT NOT NULL,
  at_ms      INTEGER NOT NULL,
  counted_by TEXT NOT NULL REFERENCES operators (id)
) STRICT;
CREATE INDEX stock_counts_by_day ON stock_counts (day);
CREATE TABLE stock_count_lines (
  count_id   TEXT NOT NULL REFERENCES stock_counts (id),
  product_id TEXT NOT NULL REFERENCES products (id),
  lot        TEXT NOT NULL,
  opening    INTEGER NOT NULL,
  received   INTEGER NOT NULL,
  moved_in   INTEGER NOT NULL,
  moved_out  INTEGER NOT NULL,
  used       INTEGER NOT NULL,
  spoiled    INTEGER NOT NULL,
  counted    INTEGER NOT NULL CHECK (counted BETWEEN 0 AND 1000000),
  difference INTEGER NOT NULL
    CHECK (difference = counted - (opening + received + moved_in - moved_out - used - spoiled)),
  PRIMARY KEY (count_id, product_id, lot)
) STRICT, WITHOUT ROWID;
CREATE INDEX stock_count_lines_by_lot ON stock_count_lines (product_id, lot);
-- Either confirmed, with a reason for each difference, or put aside because somebody counts again.
CREATE TABLE stock_count_ends (
  count_id     TEXT PRIMARY KEY REFERENCES stock_counts (id),
  outcome      TEXT NOT NULL CHECK (outcome IN ('confirmed', 'countedAgain')),
  reasons      TEXT NOT NULL CHECK (json_valid(reasons)),
  confirmed_by TEXT NOT NULL REFERENCES operators (id),
  at_ms        INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE lot_changes (
  seq             INTEGER PRIMARY KEY,
  lot_id          TEXT NOT NULL REFERENCES lots (id),
  from_expires_on TEXT,
  to_expires_on   TEXT,
  reason          TEXT NOT NULL CHECK (reason <> ''),
  at_ms           INTEGER NOT NULL,
  operator_id     TEXT NOT NULL REFERENCES operators (id)
) STRICT;

${facts.map(writtenOnce).join('\n')}
`,
};
