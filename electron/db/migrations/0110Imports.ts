import type { Migration } from './migration.ts';
import { writtenOnce } from './writtenOnce.ts';

/**
 * What an import changed, so that it can be taken back the same day, and how the columns of a list were matched by hand.
 * A change goes when its person does; all of them go when their day is over.
 */
export const imports0110: Migration = {
  version: 110,
  name: 'imports',
  sql: `
CREATE TABLE import_commits (
  seq       INTEGER PRIMARY KEY,
  import_id TEXT NOT NULL UNIQUE REFERENCES imports (id),
  at_ms     INTEGER NOT NULL,
  day       TEXT NOT NULL,
  counts    TEXT NOT NULL CHECK (json_valid(counts))
) STRICT;
${writtenOnce('import_commits')}

-- What the file says of somebody who was known (read), and when it was applied what they were and became.
CREATE TABLE import_changes (
  import_id         TEXT NOT NULL REFERENCES imports (id),
  n                 INTEGER NOT NULL,
  person_id         TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
  read              TEXT NOT NULL,
  was               TEXT,
  became            TEXT,
  was_updated_at_ms INTEGER,
  applied_at_ms     INTEGER,
  PRIMARY KEY (import_id, n),
  CHECK ((was IS NULL) = (became IS NULL) AND (was IS NULL) = (was_updated_at_ms IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX import_changes_by_person ON import_changes (person_id);
CREATE INDEX import_changes_waiting ON import_changes (import_id, n) WHERE applied_at_ms IS NULL;

-- An undo begins once; it goes on in short pieces, also after a power cut, and ends once.
CREATE TABLE import_undos (
  import_id   TEXT PRIMARY KEY REFERENCES imports (id),
  at_ms       INTEGER NOT NULL,
  operator_id TEXT REFERENCES operators (id)
) STRICT, WITHOUT ROWID;
${writtenOnce('import_undos')}
CREATE TABLE import_undo_ends (
  import_id TEXT PRIMARY KEY REFERENCES import_undos (import_id),
  at_ms     INTEGER NOT NULL,
  counts    TEXT NOT NULL CHECK (json_valid(counts))
) STRICT, WITHOUT ROWID;
${writtenOnce('import_undo_ends')}

-- By a hash of the headings, whatever their order; no heading itself is kept.
CREATE TABLE import_mappings (
  kind          TEXT NOT NULL CHECK (kind IN ('roster', 'manifest')),
  headings      TEXT NOT NULL,
  fields        TEXT NOT NULL CHECK (json_valid(fields)),
  used_at_ms    INTEGER NOT NULL,
  PRIMARY KEY (kind, headings)
) STRICT, WITHOUT ROWID;
`,
};
