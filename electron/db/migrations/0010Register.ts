import type { Migration } from './migration.ts';
import { writtenOnce } from './writtenOnce.ts';

/**
 * The first schema. Facts (tests, results, voids, undos, drops, audit) are written once: triggers refuse to change or
 * delete them. What moves (a test's status, an outbox row's delivery) stands in tables of its own.
 */
export const register0010: Migration = {
  version: 10,
  name: 'register',
  sql: `
CREATE TABLE settings (
  key   TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE operators (
  id             TEXT PRIMARY KEY,
  name           TEXT NOT NULL UNIQUE,
  role           TEXT NOT NULL CHECK (role IN ('operator', 'supervisor', 'administrator')),
  badge          TEXT NOT NULL UNIQUE,
  pin_salt       BLOB NOT NULL,
  pin_hash       BLOB NOT NULL,
  pin_cost       INTEGER NOT NULL,
  failed_pins    INTEGER NOT NULL DEFAULT 0,
  last_failed_ms INTEGER,
  enrolled_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE imports (
  id            TEXT PRIMARY KEY,
  kind          TEXT NOT NULL CHECK (kind IN ('roster', 'manifest')),
  state         TEXT NOT NULL CHECK (state IN ('staging', 'committed')),
  file_name     TEXT NOT NULL,
  started_at_ms INTEGER NOT NULL,
  operator_id   TEXT REFERENCES operators (id)
) STRICT, WITHOUT ROWID;

CREATE TABLE people (
  id              TEXT PRIMARY KEY,
  name            TEXT NOT NULL CHECK (name <> ''),
  sex             TEXT CHECK (sex IN ('male', 'female')),
  birth_date      TEXT CHECK (birth_date GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
  document_kind   TEXT CHECK (document_kind IN ('residentId', 'residencePermit', 'permanentResident', 'travelPermit', 'passport', 'other')),
  document_number TEXT CHECK (document_number <> ''),
  phone           TEXT CHECK (phone <> ''),
  building        TEXT NOT NULL DEFAULT '',
  unit            TEXT NOT NULL DEFAULT '',
  room            TEXT NOT NULL DEFAULT '',
  guardian_name   TEXT,
  code            TEXT NOT NULL UNIQUE,
  source          TEXT NOT NULL CHECK (source IN ('roster', 'desk', 'sample')),
  import_id       TEXT REFERENCES imports (id),
  created_at_ms   INTEGER NOT NULL,
  updated_at_ms   INTEGER NOT NULL,
  CHECK ((document_kind IS NULL) = (document_number IS NULL))
) STRICT;
CREATE INDEX people_by_document ON people (document_number) WHERE document_number IS NOT NULL;
CREATE INDEX people_by_phone ON people (phone) WHERE phone IS NOT NULL;
CREATE INDEX people_by_address ON people (building, unit, room, name);
CREATE INDEX people_by_import ON people (import_id) WHERE import_id IS NOT NULL;

-- People of an import that was not committed are not there for anybody.
CREATE VIEW roster AS
  SELECT people.* FROM people
  WHERE import_id IS NULL OR EXISTS (SELECT 1 FROM imports WHERE imports.id = people.import_id AND imports.state = 'committed');

CREATE TABLE products (
  id                  TEXT PRIMARY KEY,
  registrant          TEXT NOT NULL,
  short_name          TEXT NOT NULL,
  method              TEXT,
  registration_number TEXT,
  approved_on         TEXT,
  opens_after_min     REAL,
  closes_after_min    REAL,
  is_sample           INTEGER NOT NULL CHECK (is_sample IN (0, 1)),
  CHECK ((opens_after_min IS NULL) = (closes_after_min IS NULL)),
  CHECK (opens_after_min IS NULL OR (opens_after_min >= 0 AND closes_after_min > opens_after_min))
) STRICT, WITHOUT ROWID;

-- What names a product inside a code: a GTIN-14, or the device part of an MA code.
CREATE TABLE product_codes (
  code       TEXT PRIMARY KEY,
  product_id TEXT NOT NULL REFERENCES products (id)
) STRICT, WITHOUT ROWID;
CREATE INDEX product_codes_by_product ON product_codes (product_id);

CREATE TABLE lots (
  id             TEXT PRIMARY KEY,
  product_id     TEXT NOT NULL REFERENCES products (id),
  lot            TEXT NOT NULL,
  expires_on     TEXT,
  recalled_at_ms INTEGER,
  import_id      TEXT REFERENCES imports (id),
  UNIQUE (product_id, lot)
) STRICT, WITHOUT ROWID;

CREATE TABLE kits (
  kit_key    TEXT PRIMARY KEY,
  product_id TEXT NOT NULL REFERENCES products (id),
  lot_id     TEXT REFERENCES lots (id),
  serial     TEXT NOT NULL,
  import_id  TEXT REFERENCES imports (id)
) STRICT, WITHOUT ROWID;
CREATE INDEX kits_by_serial ON kits (product_id, serial);
CREATE INDEX kits_by_lot ON kits (lot_id);
CREATE INDEX kits_by_import ON kits (import_id) WHERE import_id IS NOT NULL;

CREATE VIEW manifest AS
  SELECT kits.* FROM kits
  WHERE import_id IS NULL OR EXISTS (SELECT 1 FROM imports WHERE imports.id = kits.import_id AND imports.state = 'committed');

CREATE TABLE rounds (
  id           TEXT PRIMARY KEY,
  name         TEXT NOT NULL,
  day          TEXT NOT NULL,
  opened_at_ms INTEGER NOT NULL,
  opened_by    TEXT REFERENCES operators (id)
) STRICT, WITHOUT ROWID;
CREATE INDEX rounds_by_opening ON rounds (opened_at_ms, id);

-- A test as it was bound, with the person as they were at that moment.
CREATE TABLE tests (
  seq                    INTEGER PRIMARY KEY,
  id                     TEXT NOT NULL UNIQUE,
  round_id               TEXT NOT NULL REFERENCES rounds (id),
  day                    TEXT NOT NULL,
  bound_at_ms            INTEGER NOT NULL,
  operator_id            TEXT NOT NULL REFERENCES operators (id),
  clock_offset_ms        INTEGER,
  person_id              TEXT NOT NULL,
  person_name            TEXT NOT NULL,
  person_sex             TEXT,
  person_birth_date      TEXT,
  person_document_kind   TEXT,
  person_document_number TEXT,
  person_phone           TEXT,
  person_building        TEXT NOT NULL,
  person_unit            TEXT NOT NULL,
  person_room            TEXT NOT NULL,
  person_guardian_name   TEXT,
  person_source          TEXT NOT NULL CHECK (person_source IN ('gun', 'camera', 'typed', 'chosen', 'form')),
  kit_key                TEXT NOT NULL,
  kit_raw                TEXT NOT NULL,
  kit_code_kind          TEXT NOT NULL,
  kit_gtin               TEXT,
  kit_serial             TEXT NOT NULL,
  kit_lot                TEXT,
  kit_expires_on         TEXT,
  kit_source             TEXT NOT NULL CHECK (kit_source IN ('gun', 'camera', 'typed')),
  kit_warnings           TEXT NOT NULL,
  product_id             TEXT NOT NULL REFERENCES products (id),
  opens_after_ms         INTEGER NOT NULL,
  closes_after_ms        INTEGER NOT NULL,
  window_from            TEXT NOT NULL CHECK (window_from IN ('binding', 'drop')),
  retest_of              TEXT REFERENCES tests (id),
  second_reason_code     TEXT,
  second_reason_text     TEXT
) STRICT;
CREATE INDEX tests_by_retest ON tests (retest_of) WHERE retest_of IS NOT NULL;

-- Where a test stands now: derived from the facts, kept beside them so that the desk looks at one row.
CREATE TABLE test_states (
  test_id      TEXT PRIMARY KEY REFERENCES tests (id),
  kit_key      TEXT NOT NULL,
  person_id    TEXT NOT NULL,
  round_id     TEXT NOT NULL,
  day          TEXT NOT NULL,
  status       TEXT NOT NULL CHECK (status IN ('pending', 'negative', 'positive', 'invalid', 'void', 'undone')),
  revision     INTEGER NOT NULL DEFAULT 0,
  chain        INTEGER NOT NULL DEFAULT 1,
  bound_at_ms  INTEGER NOT NULL,
  opens_at_ms  INTEGER,
  closes_at_ms INTEGER
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX test_states_one_live_binding ON test_states (kit_key) WHERE status <> 'undone';
CREATE INDEX test_states_pending ON test_states (bound_at_ms) WHERE status = 'pending';
CREATE INDEX test_states_by_day ON test_states (day, status);
CREATE INDEX test_states_by_person ON test_states (person_id, round_id);
CREATE INDEX test_states_by_round ON test_states (round_id, person_id, status);

CREATE TABLE results (
  test_id         TEXT NOT NULL REFERENCES tests (id),
  revision        INTEGER NOT NULL CHECK (revision >= 1),
  outcome         TEXT NOT NULL CHECK (outcome IN ('negative', 'positive', 'invalid')),
  read_at_ms      INTEGER NOT NULL,
  read_day        TEXT NOT NULL,
  operator_id     TEXT NOT NULL REFERENCES operators (id),
  confirmed_by    TEXT REFERENCES operators (id),
  reason_code     TEXT,
  reason_text     TEXT,
  override_code   TEXT,
  override_text   TEXT,
  clock_offset_ms INTEGER,
  PRIMARY KEY (test_id, revision),
  CHECK (revision = 1 OR reason_code IS NOT NULL)
) STRICT, WITHOUT ROWID;
CREATE INDEX results_by_day ON results (read_day);

CREATE TABLE drops (
  test_id     TEXT PRIMARY KEY REFERENCES tests (id),
  at_ms       INTEGER NOT NULL,
  operator_id TEXT NOT NULL REFERENCES operators (id)
) STRICT, WITHOUT ROWID;

CREATE TABLE voids (
  test_id         TEXT PRIMARY KEY REFERENCES tests (id),
  at_ms           INTEGER NOT NULL,
  operator_id     TEXT NOT NULL REFERENCES operators (id),
  reason_code     TEXT NOT NULL,
  reason_text     TEXT NOT NULL,
  clock_offset_ms INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE undos (
  test_id     TEXT PRIMARY KEY REFERENCES tests (id),
  at_ms       INTEGER NOT NULL,
  operator_id TEXT NOT NULL REFERENCES operators (id)
) STRICT, WITHOUT ROWID;

CREATE TABLE follow_ups (
  test_id      TEXT PRIMARY KEY REFERENCES tests (id),
  opened_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What must reach the central service. The payload is frozen; only its delivery moves.
CREATE TABLE outbox (
  seq             INTEGER PRIMARY KEY AUTOINCREMENT,
  record_key      TEXT NOT NULL UNIQUE,
  test_id         TEXT NOT NULL REFERENCES tests (id),
  chain           INTEGER NOT NULL CHECK (chain >= 1),
  kind            TEXT NOT NULL CHECK (kind IN ('test.bound', 'test.resulted', 'test.voided')),
  payload         TEXT NOT NULL,
  content_hash    TEXT NOT NULL CHECK (length(content_hash) = 64),
  created_at_ms   INTEGER NOT NULL,
  due_at_ms       INTEGER NOT NULL,
  urgent          INTEGER NOT NULL DEFAULT 0 CHECK (urgent IN (0, 1)),
  state           TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'parked', 'withdrawn')),
  attempts        INTEGER NOT NULL DEFAULT 0,
  settled_at_ms   INTEGER,
  receipt_code    TEXT,
  receipt_message TEXT,
  UNIQUE (test_id, chain)
) STRICT;
CREATE INDEX outbox_waiting ON outbox (urgent DESC, seq) WHERE state = 'waiting';
CREATE INDEX outbox_age ON outbox (created_at_ms) WHERE state = 'waiting';
CREATE INDEX outbox_parked ON outbox (seq) WHERE state = 'parked';

CREATE TABLE conflicts (
  id                  TEXT PRIMARY KEY,
  test_id             TEXT NOT NULL REFERENCES tests (id),
  other_test_id       TEXT NOT NULL,
  other_site          TEXT NOT NULL,
  other_station       TEXT NOT NULL,
  other_bound_at_ms   INTEGER NOT NULL,
  other_person_masked TEXT NOT NULL,
  seen_at_ms          INTEGER NOT NULL,
  UNIQUE (test_id, other_test_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE audit (
  seq         INTEGER PRIMARY KEY,
  at_ms       INTEGER NOT NULL,
  operator_id TEXT,
  action      TEXT NOT NULL,
  subject     TEXT NOT NULL,
  detail      TEXT NOT NULL,
  prev_hash   TEXT NOT NULL,
  hash        TEXT NOT NULL
) STRICT;

-- One answer a request, for ever the same.
CREATE TABLE requests (
  id         TEXT PRIMARY KEY,
  method     TEXT NOT NULL,
  input_hash TEXT NOT NULL,
  answer     TEXT NOT NULL,
  at_ms      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX requests_by_age ON requests (at_ms);

CREATE TABLE desk (
  id          INTEGER PRIMARY KEY CHECK (id = 1),
  operator_id TEXT REFERENCES operators (id),
  state       TEXT NOT NULL
) STRICT;

CREATE TABLE paper_copies (
  day         TEXT NOT NULL,
  copy        INTEGER NOT NULL CHECK (copy >= 1),
  sha256      TEXT NOT NULL CHECK (length(sha256) = 64),
  at_ms       INTEGER NOT NULL,
  operator_id TEXT REFERENCES operators (id),
  PRIMARY KEY (day, copy)
) STRICT, WITHOUT ROWID;

${['tests', 'results', 'drops', 'voids', 'undos', 'audit', 'paper_copies'].map(writtenOnce).join('\n')}

CREATE TRIGGER outbox_payload_is_frozen BEFORE UPDATE OF record_key, test_id, chain, kind, payload, content_hash, created_at_ms ON outbox
BEGIN SELECT RAISE(ABORT, 'an outbox payload is frozen'); END;
CREATE TRIGGER outbox_keeps_its_rows BEFORE DELETE ON outbox
BEGIN SELECT RAISE(ABORT, 'outbox rows are kept'); END;
`,
};
