import type { Migration } from './migration.ts';
import { writtenOnce } from './writtenOnce.ts';

/**
 * What the codes in stock look like, and corrections of kits that were bound with a damaged code. A test's binding stays
 * as it was written; `test_states.kit_n` says which of its corrections counts now (0: none).
 */
export const patterns0030: Migration = {
  version: 30,
  name: 'patterns',
  sql: `
-- One row a group of codes that look alike: same product, part, length and first characters.
CREATE TABLE code_patterns (
  id          TEXT PRIMARY KEY,
  product_id  TEXT NOT NULL REFERENCES products (id),
  lot_id      TEXT REFERENCES lots (id),
  part        TEXT NOT NULL CHECK (part IN ('whole', 'serial', 'lot')),
  length      INTEGER NOT NULL CHECK (length BETWEEN 1 AND 200),
  head        TEXT NOT NULL,
  -- JSON, one element a place: the character that all have there, or the classes that were seen.
  shape       TEXT NOT NULL,
  listed      INTEGER NOT NULL CHECK (listed >= 0),
  bound       INTEGER NOT NULL CHECK (bound >= 0),
  taught      INTEGER NOT NULL CHECK (taught >= 0),
  first_at_ms INTEGER NOT NULL,
  last_at_ms  INTEGER NOT NULL,
  enabled     INTEGER NOT NULL CHECK (enabled IN (0, 1))
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX code_patterns_once ON code_patterns (product_id, coalesce(lot_id, ''), part, length, head);

CREATE TABLE repairs (
  id          TEXT PRIMARY KEY,
  at_ms       INTEGER NOT NULL,
  operator_id TEXT NOT NULL REFERENCES operators (id),
  reason      TEXT NOT NULL,
  -- The repair that this one takes back.
  undoes      TEXT UNIQUE REFERENCES repairs (id)
) STRICT, WITHOUT ROWID;
CREATE INDEX repairs_by_time ON repairs (at_ms);

CREATE TABLE kit_corrections (
  test_id     TEXT NOT NULL REFERENCES tests (id),
  n           INTEGER NOT NULL CHECK (n >= 1),
  repair_id   TEXT NOT NULL REFERENCES repairs (id),
  chain       INTEGER NOT NULL CHECK (chain >= 2),
  old_kit_key TEXT NOT NULL,
  old_serial  TEXT NOT NULL,
  kit_key     TEXT NOT NULL CHECK (kit_key <> old_kit_key),
  raw         TEXT NOT NULL,
  serial      TEXT NOT NULL,
  reason      TEXT NOT NULL,
  at_ms       INTEGER NOT NULL,
  operator_id TEXT NOT NULL REFERENCES operators (id),
  PRIMARY KEY (test_id, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX kit_corrections_by_repair ON kit_corrections (repair_id);

ALTER TABLE test_states ADD COLUMN kit_n INTEGER NOT NULL DEFAULT 0;

-- The kit that a conflict is about: once the test was corrected to another one, it is over.
ALTER TABLE conflicts ADD COLUMN kit_key TEXT;
UPDATE conflicts SET kit_key = (SELECT kit_key FROM test_states WHERE test_states.test_id = conflicts.test_id);

-- The closed list of kinds is part of the table: it is made anew with one kind more.
CREATE TABLE outbox_next (
  seq             INTEGER PRIMARY KEY AUTOINCREMENT,
  record_key      TEXT NOT NULL UNIQUE,
  test_id         TEXT NOT NULL REFERENCES tests (id),
  chain           INTEGER NOT NULL CHECK (chain >= 1),
  kind            TEXT NOT NULL CHECK (kind IN ('test.bound', 'test.resulted', 'test.voided', 'test.kitCorrected')),
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
INSERT INTO outbox_next (seq, record_key, test_id, chain, kind, payload, content_hash, created_at_ms, due_at_ms, urgent, state,
  attempts, settled_at_ms, receipt_code, receipt_message)
SELECT seq, record_key, test_id, chain, kind, payload, content_hash, created_at_ms, due_at_ms, urgent, state,
  attempts, settled_at_ms, receipt_code, receipt_message FROM outbox;
DROP TABLE outbox;
ALTER TABLE outbox_next RENAME TO outbox;
CREATE INDEX outbox_waiting ON outbox (urgent DESC, seq) WHERE state = 'waiting';
CREATE INDEX outbox_age ON outbox (created_at_ms) WHERE state = 'waiting';
CREATE INDEX outbox_parked ON outbox (seq) WHERE state = 'parked';
CREATE TRIGGER outbox_payload_is_frozen BEFORE UPDATE OF record_key, test_id, chain, kind, payload, content_hash, created_at_ms ON outbox
BEGIN SELECT RAISE(ABORT, 'an outbox payload is frozen'); END;
CREATE TRIGGER outbox_keeps_its_rows BEFORE DELETE ON outbox
BEGIN SELECT RAISE(ABORT, 'outbox rows are kept'); END;

${['repairs', 'kit_corrections'].map(writtenOnce).join('\n')}
`,
};
