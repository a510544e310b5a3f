import type { Migration } from './migration.ts';
import { writtenOnce } from './writtenOnce.ts';

/**
 * Records made anew for what the central service did not take, and what it says of this station's own past after the
 * register was restored from a backup. Of such a kit only what outlives the destruction of a test anyway: its key, its
 * day and how far it came; nothing of a person.
 */
export const uploads0300: Migration = {
  version: 300,
  name: 'uploads',
  sql: `
CREATE TABLE mended_records (
  seq          INTEGER NOT NULL REFERENCES outbox (seq),
  n            INTEGER NOT NULL CHECK (n >= 1),
  record_key   TEXT NOT NULL UNIQUE,
  test_id      TEXT NOT NULL REFERENCES tests (id),
  payload      TEXT NOT NULL,
  content_hash TEXT NOT NULL CHECK (length(content_hash) = 64),
  made_at_ms   INTEGER NOT NULL,
  operator_id  TEXT NOT NULL REFERENCES operators (id),
  PRIMARY KEY (seq, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX mended_records_of_test ON mended_records (test_id);
${writtenOnce('mended_records').replace(
  'BEFORE DELETE ON mended_records BEGIN',
  'BEFORE DELETE ON mended_records WHEN NOT EXISTS (SELECT 1 FROM purging) BEGIN',
)}

CREATE TABLE served_kits (
  test_id     TEXT PRIMARY KEY,
  kit_key     TEXT NOT NULL,
  day         TEXT NOT NULL,
  bound_at_ms INTEGER NOT NULL,
  was         TEXT NOT NULL CHECK (was IN ('bound', 'resulted', 'void'))
) STRICT, WITHOUT ROWID;
CREATE INDEX served_kits_by_key ON served_kits (kit_key);
`,
};
