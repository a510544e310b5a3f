import type { Migration } from './migration.ts';
import { writtenOnce } from './writtenOnce.ts';

/** Facts that the one path of the retention rules may delete, and nobody else. */
const destroyable = ['tests', 'results', 'drops', 'voids', 'undos', 'kit_corrections'];

/**
 * Retention. Rows of facts may be deleted only while `purging` holds a row, which stands there inside a purge's own
 * transaction and never after it. What must outlive them stays in forms that name nobody: each day's figures, who was
 * read late, how many a round tested, and the keys of kits that were used, so that no kit is used twice.
 */
export const retention0070: Migration = {
  version: 70,
  name: 'retention',
  sql: `
CREATE TABLE destructions (
  seq              INTEGER PRIMARY KEY,
  id               TEXT NOT NULL UNIQUE,
  started_at_ms    INTEGER NOT NULL,
  operator_id      TEXT NOT NULL REFERENCES operators (id),
  site_name        TEXT NOT NULL,
  station_name     TEXT NOT NULL,
  periods          TEXT NOT NULL,
  tests_before     TEXT,
  people_before_ms INTEGER,
  audit_before_ms  INTEGER
) STRICT;

CREATE TABLE destruction_pieces (
  destruction_id TEXT NOT NULL REFERENCES destructions (id),
  n              INTEGER NOT NULL CHECK (n >= 1),
  kind           TEXT NOT NULL CHECK (kind IN ('tests', 'people', 'audit')),
  day            TEXT,
  counts         TEXT NOT NULL,
  rows_sha256    TEXT NOT NULL CHECK (length(rows_sha256) = 64),
  records_sha256 TEXT CHECK (length(records_sha256) = 64),
  at_ms          INTEGER NOT NULL,
  PRIMARY KEY (destruction_id, n),
  CHECK ((kind = 'tests') = (day IS NOT NULL)),
  CHECK ((kind = 'tests') = (records_sha256 IS NOT NULL))
) STRICT, WITHOUT ROWID;

CREATE TABLE destruction_ends (
  destruction_id TEXT PRIMARY KEY REFERENCES destructions (id),
  at_ms          INTEGER NOT NULL,
  sha256         TEXT NOT NULL CHECK (length(sha256) = 64)
) STRICT, WITHOUT ROWID;

CREATE TABLE kept_days (
  day            TEXT PRIMARY KEY,
  figures        TEXT NOT NULL,
  destruction_id TEXT NOT NULL REFERENCES destructions (id)
) STRICT, WITHOUT ROWID;

-- Results of destroyed tests that were read on a later day than they were bound, by the day of reading.
CREATE TABLE kept_reads (
  day TEXT PRIMARY KEY,
  n   INTEGER NOT NULL CHECK (n > 0)
) STRICT, WITHOUT ROWID;

CREATE TABLE kept_rounds (
  round_id TEXT NOT NULL REFERENCES rounds (id),
  day      TEXT NOT NULL,
  tested   INTEGER NOT NULL CHECK (tested > 0),
  PRIMARY KEY (round_id, day)
) STRICT, WITHOUT ROWID;

CREATE TABLE spent_kits (
  kit_key TEXT PRIMARY KEY,
  day     TEXT NOT NULL,
  was     TEXT NOT NULL CHECK (was IN ('resulted', 'bound', 'void'))
) STRICT, WITHOUT ROWID;
CREATE TRIGGER test_states_no_spent_kit BEFORE INSERT ON test_states
WHEN NEW.status <> 'undone' AND EXISTS (SELECT 1 FROM spent_kits WHERE kit_key = NEW.kit_key)
BEGIN SELECT RAISE(ABORT, 'a kit is used once'); END;
CREATE TRIGGER test_states_no_correction_to_spent_kit BEFORE UPDATE OF kit_key ON test_states
WHEN EXISTS (SELECT 1 FROM spent_kits WHERE kit_key = NEW.kit_key)
BEGIN SELECT RAISE(ABORT, 'a kit is used once'); END;

CREATE TRIGGER sticker_spoils_unspent_only BEFORE INSERT ON sticker_spoils
WHEN EXISTS (SELECT 1 FROM spent_kits WHERE kit_key = 'sticker:' || NEW.code)
BEGIN SELECT RAISE(ABORT, 'a used sticker cannot be spoiled'); END;

CREATE TABLE purging (
  one            INTEGER PRIMARY KEY CHECK (one = 1),
  destruction_id TEXT NOT NULL REFERENCES destructions (id)
) STRICT;

${['destructions', 'destruction_pieces', 'destruction_ends', 'kept_days', 'kept_rounds', 'spent_kits']
  .map(writtenOnce)
  .join('\n')}

${destroyable
  .map(
    (table) =>
      `DROP TRIGGER ${table}_no_delete;
CREATE TRIGGER ${table}_no_delete BEFORE DELETE ON ${table} WHEN NOT EXISTS (SELECT 1 FROM purging)
BEGIN SELECT RAISE(ABORT, '${table} are written once'); END;`,
  )
  .join('\n')}
DROP TRIGGER outbox_keeps_its_rows;
CREATE TRIGGER outbox_keeps_its_rows BEFORE DELETE ON outbox WHEN NOT EXISTS (SELECT 1 FROM purging)
BEGIN SELECT RAISE(ABORT, 'outbox rows are kept'); END;
`,
};
