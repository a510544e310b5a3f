import type { Migration } from './migration.ts';

/**
 * What comes down from the central service: tests that the site's other stations bound, with what this one read for
 * them; rounds and people that the stations share; which product of ours is which of the service's; what could not be
 * taken in.
 */
export const siblings0310: Migration = {
  version: 310,
  name: 'siblings',
  sql: `
-- Another station's test as its records have it so far. Theirs is the record; this is what the desk looks at.
CREATE TABLE sibling_tests (
  test_id       TEXT PRIMARY KEY,
  station       TEXT NOT NULL,
  kit_key       TEXT NOT NULL,
  -- Their binding as it came: shared/central.ts.
  bound         TEXT NOT NULL CHECK (json_valid(bound)),
  -- The person and the round of this register, where it has them.
  person_id     TEXT,
  round_id      TEXT,
  day           TEXT NOT NULL,
  -- By this station's clock.
  bound_at_ms   INTEGER NOT NULL,
  opens_at_ms   INTEGER,
  closes_at_ms  INTEGER,
  status        TEXT NOT NULL CHECK (status IN ('pending', 'negative', 'positive', 'invalid', 'void')),
  revision      INTEGER NOT NULL DEFAULT 0,
  last_seq      INTEGER NOT NULL,
  -- Their newest result and their void, as they came.
  result        TEXT CHECK (json_valid(result)),
  read_at       TEXT,
  voided        TEXT CHECK (json_valid(voided))
) STRICT, WITHOUT ROWID;
CREATE INDEX sibling_tests_by_kit ON sibling_tests (kit_key);
CREATE INDEX sibling_tests_by_person ON sibling_tests (person_id, round_id) WHERE person_id IS NOT NULL;
CREATE INDEX sibling_tests_by_round ON sibling_tests (round_id, person_id, status) WHERE person_id IS NOT NULL;
CREATE INDEX sibling_tests_by_day ON sibling_tests (day);

-- What was read here of another station's test, on its way to the service. The payload is frozen.
CREATE TABLE sibling_readings (
  n               INTEGER PRIMARY KEY,
  record_key      TEXT NOT NULL UNIQUE,
  test_id         TEXT NOT NULL,
  day             TEXT NOT NULL,
  seq             INTEGER NOT NULL CHECK (seq >= 2),
  payload         TEXT NOT NULL,
  content_hash    TEXT NOT NULL CHECK (length(content_hash) = 64),
  operator_id     TEXT NOT NULL REFERENCES operators (id),
  created_at_ms   INTEGER NOT NULL,
  state           TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'parked')),
  settled_at_ms   INTEGER,
  receipt_code    TEXT,
  receipt_message TEXT
) STRICT;
CREATE INDEX sibling_readings_by_test ON sibling_readings (test_id);
CREATE INDEX sibling_readings_waiting ON sibling_readings (n) WHERE state = 'waiting';
CREATE TRIGGER sibling_readings_frozen BEFORE UPDATE OF record_key, test_id, day, seq, payload, content_hash, operator_id, created_at_ms
ON sibling_readings BEGIN SELECT RAISE(ABORT, 'a reading is frozen'); END;
-- Once the service has it, it goes with the copy of their test.
CREATE TRIGGER sibling_readings_no_delete BEFORE DELETE ON sibling_readings WHEN OLD.state <> 'sent'
BEGIN SELECT RAISE(ABORT, 'an unsent reading is kept'); END;

-- Two stations read one test of this register differently, as far as nobody has decided.
CREATE TABLE reading_conflicts (
  test_id    TEXT PRIMARY KEY,
  readings   TEXT NOT NULL CHECK (json_valid(readings)),
  seen_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Rounds and people as the site's stations share them: the version that counts here, and whether it is still to be told.
CREATE TABLE shared_items (
  kind       TEXT NOT NULL CHECK (kind IN ('round', 'person')),
  item_id    TEXT NOT NULL,
  -- Of this register: somebody may have been known here under an id of their own.
  local_id   TEXT NOT NULL,
  version    INTEGER NOT NULL,
  is_waiting INTEGER NOT NULL CHECK (is_waiting IN (0, 1)),
  PRIMARY KEY (kind, item_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX shared_items_local ON shared_items (kind, local_id);
CREATE INDEX shared_items_waiting ON shared_items (kind, item_id) WHERE is_waiting = 1;

CREATE TABLE central_products (
  central_id TEXT PRIMARY KEY,
  product_id TEXT NOT NULL REFERENCES products (id)
) STRICT, WITHOUT ROWID;

-- What came and could not be taken in yet: of a kind that a newer program knows, of a product that has not come, or bad.
CREATE TABLE down_parked (
  kind       TEXT NOT NULL,
  item_id    TEXT NOT NULL,
  item       TEXT NOT NULL CHECK (json_valid(item)),
  why        TEXT NOT NULL CHECK (why IN ('unknownKind', 'product', 'bad')),
  program    TEXT NOT NULL,
  at_ms      INTEGER NOT NULL,
  PRIMARY KEY (kind, item_id)
) STRICT, WITHOUT ROWID;
`,
};
