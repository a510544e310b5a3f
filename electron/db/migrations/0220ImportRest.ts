import type { Migration } from './migration.ts';

/**
 * People of an import are found from the moment of its commit, and their words are put into the index afterwards, in short
 * pieces: `is_waiting` says whose are not in it yet, and a search reads those as they stand. What waits leaves nothing in
 * the index when it goes, for nothing of it is there. Besides, which organisations an import's people joined by it.
 */
export const importRest0220: Migration = {
  version: 220,
  name: 'importRest',
  sql: `
ALTER TABLE person_words ADD COLUMN is_waiting INTEGER NOT NULL DEFAULT 0 CHECK (is_waiting IN (0, 1));
CREATE INDEX person_words_waiting ON person_words (n) WHERE is_waiting = 1;

DROP TRIGGER person_words_added;
DROP TRIGGER person_words_changed;
DROP TRIGGER person_words_gone;
CREATE TRIGGER person_words_added AFTER INSERT ON person_words WHEN NEW.is_waiting = 0 BEGIN
  INSERT INTO person_index (rowid, words) VALUES (NEW.n, NEW.words);
END;
CREATE TRIGGER person_words_changed AFTER UPDATE ON person_words BEGIN
  INSERT INTO person_index (person_index, rowid, words) SELECT 'delete', OLD.n, OLD.words WHERE OLD.is_waiting = 0;
  INSERT INTO person_index (rowid, words) SELECT NEW.n, NEW.words WHERE NEW.is_waiting = 0;
END;
CREATE TRIGGER person_words_gone AFTER DELETE ON person_words WHEN OLD.is_waiting = 0 BEGIN
  INSERT INTO person_index (person_index, rowid, words) VALUES ('delete', OLD.n, OLD.words);
END;

-- Which organisation the file says somebody belongs to, and whether they joined it by this import; null while it waits.
CREATE TABLE import_members (
  import_id       TEXT NOT NULL REFERENCES imports (id),
  n               INTEGER NOT NULL,
  organisation_id TEXT NOT NULL,
  person_id       TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
  has_joined      INTEGER CHECK (has_joined IN (0, 1)),
  PRIMARY KEY (import_id, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX import_members_by_person ON import_members (person_id);
CREATE INDEX import_members_waiting ON import_members (import_id, n) WHERE has_joined IS NULL;

-- Organisations that an import made, until its day is over.
CREATE TABLE import_organisations (
  import_id       TEXT NOT NULL REFERENCES imports (id),
  organisation_id TEXT NOT NULL,
  PRIMARY KEY (import_id, organisation_id)
) STRICT, WITHOUT ROWID;
`,
};
