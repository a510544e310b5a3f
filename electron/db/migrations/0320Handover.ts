import type { Migration } from './migration.ts';

/**
 * Hand-over files that were written here, and which records wait for a receipt in one. Of a record only its key, and
 * only while it waits.
 */
export const handover0320: Migration = {
  version: 320,
  name: 'handover',
  sql: `
CREATE TABLE handover_files (
  n               INTEGER PRIMARY KEY,
  -- SHA-256 of the file without its signature.
  file_id         TEXT NOT NULL UNIQUE CHECK (length(file_id) = 64),
  installation_id TEXT NOT NULL,
  -- The service's key that it is sealed to, and the one that signs its receipt.
  key_id          TEXT NOT NULL,
  signing_key     TEXT NOT NULL,
  -- Opens the receipt.
  reply_key       TEXT NOT NULL,
  -- The service's epoch as it was known here.
  epoch           TEXT,
  records         INTEGER NOT NULL CHECK (records >= 1),
  written_at_ms   INTEGER NOT NULL,
  operator_id     TEXT NOT NULL REFERENCES operators (id)
) STRICT;
CREATE TRIGGER handover_files_no_update BEFORE UPDATE ON handover_files BEGIN SELECT RAISE(ABORT, 'handover_files are written once'); END;

CREATE TABLE handover_receipts (
  n            INTEGER PRIMARY KEY REFERENCES handover_files (n),
  -- By the service's clock.
  issued_at_ms INTEGER NOT NULL,
  read_at_ms   INTEGER NOT NULL,
  accepted     INTEGER NOT NULL,
  conflicts    INTEGER NOT NULL,
  rejected     INTEGER NOT NULL
) STRICT;

-- The newest file that holds a record; gone once the record is settled.
CREATE TABLE handover_waiting (
  record_key TEXT PRIMARY KEY,
  n          INTEGER NOT NULL REFERENCES handover_files (n)
) STRICT, WITHOUT ROWID;
CREATE INDEX handover_waiting_by_file ON handover_waiting (n);
`,
};
