import type { Register } from '../open.ts';
import { personWords } from '../personWords.ts';
import type { Migration } from './migration.ts';
import { writtenOnce } from './writtenOnce.ts';

/** Facts about people that only a purge may delete. */
const destroyable = ['person_merges', 'person_merge_tests', 'person_merge_undos', 'person_consents'];

type Row = {
  readonly id: string;
  readonly name: string;
  readonly document_number: string | null;
  readonly phone: string | null;
  readonly building: string;
  readonly unit: string;
  readonly room: string;
};

/**
 * The index that people are searched by, people who turned out to be one, and consents. The index takes its words from
 * `person_words`, whose rows keep what stands in it, so that whatever is deleted leaves it exactly; `secure-delete` takes
 * the words out of its pages at once instead of marking them as gone. A word belongs to nobody once their row is deleted,
 * by whichever way: triggers see to it.
 */
export const people0120: Migration = {
  version: 120,
  name: 'people',
  sql: `
CREATE INDEX people_by_name ON people (name, birth_date);
ALTER TABLE people ADD COLUMN merged_into TEXT CHECK (merged_into <> id);
CREATE INDEX people_by_merge ON people (merged_into) WHERE merged_into IS NOT NULL;

-- Whoever became part of somebody else is found as them; their own row stays as it was, for the day it is undone.
DROP VIEW roster;
CREATE VIEW roster AS
  SELECT people.* FROM people
  WHERE merged_into IS NULL
    AND (import_id IS NULL OR EXISTS (SELECT 1 FROM imports WHERE imports.id = people.import_id AND imports.state = 'committed'));

CREATE TABLE person_words (
  n         INTEGER PRIMARY KEY,
  person_id TEXT NOT NULL UNIQUE,
  words     TEXT NOT NULL
) STRICT;
-- Leaves that fit a page of the encrypted register: larger ones spill over into a second.
CREATE VIRTUAL TABLE person_index USING fts5(
  words, content='person_words', content_rowid='n', detail=none, columnsize=0, prefix='1 2 3 4',
  tokenize="ascii tokenchars '=#@&%-'"
);
INSERT INTO person_index (person_index, rank) VALUES ('secure-delete', 1), ('pgsz', 3900);
CREATE TRIGGER person_words_added AFTER INSERT ON person_words BEGIN
  INSERT INTO person_index (rowid, words) VALUES (NEW.n, NEW.words);
END;
CREATE TRIGGER person_words_changed AFTER UPDATE ON person_words BEGIN
  INSERT INTO person_index (person_index, rowid, words) VALUES ('delete', OLD.n, OLD.words);
  INSERT INTO person_index (rowid, words) VALUES (NEW.n, NEW.words);
END;
CREATE TRIGGER person_words_gone AFTER DELETE ON person_words BEGIN
  INSERT INTO person_index (person_index, rowid, words) VALUES ('delete', OLD.n, OLD.words);
END;
CREATE TRIGGER people_leave_no_words AFTER DELETE ON people BEGIN
  DELETE FROM person_words WHERE person_id = OLD.id;
END;

CREATE TABLE person_merges (
  seq         INTEGER PRIMARY KEY,
  id          TEXT NOT NULL UNIQUE,
  kept_id     TEXT NOT NULL,
  absorbed_id TEXT NOT NULL,
  at_ms       INTEGER NOT NULL,
  operator_id TEXT NOT NULL REFERENCES operators (id),
  -- The newest test at that moment: those after it stay with the kept person when it is undone.
  after_test  INTEGER NOT NULL,
  -- The kept person before and after, as JSON: an undo gives back what the merge changed and nothing else.
  before      TEXT NOT NULL,
  after       TEXT NOT NULL,
  CHECK (kept_id <> absorbed_id)
) STRICT;
CREATE INDEX person_merges_by_kept ON person_merges (kept_id);
CREATE INDEX person_merges_by_absorbed ON person_merges (absorbed_id);
-- The tests that went over with the absorbed person; those made later stay with the kept one.
CREATE TABLE person_merge_tests (
  merge_id TEXT NOT NULL REFERENCES person_merges (id),
  test_id  TEXT NOT NULL,
  PRIMARY KEY (merge_id, test_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX person_merge_tests_by_test ON person_merge_tests (test_id);
CREATE TABLE person_merge_undos (
  merge_id    TEXT PRIMARY KEY REFERENCES person_merges (id),
  at_ms       INTEGER NOT NULL,
  operator_id TEXT NOT NULL REFERENCES operators (id)
) STRICT, WITHOUT ROWID;

-- Two people who look alike and are two: they are not offered again.
CREATE TABLE person_distinct (
  a_id        TEXT NOT NULL,
  b_id        TEXT NOT NULL,
  at_ms       INTEGER NOT NULL,
  operator_id TEXT NOT NULL REFERENCES operators (id),
  PRIMARY KEY (a_id, b_id),
  CHECK (a_id < b_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX person_distinct_by_b ON person_distinct (b_id);

CREATE TABLE person_consents (
  seq           INTEGER PRIMARY KEY,
  person_id     TEXT NOT NULL,
  state         TEXT NOT NULL CHECK (state IN ('given', 'withdrawn')),
  how           TEXT NOT NULL CHECK (how IN ('paper', 'oral')),
  given_by      TEXT NOT NULL CHECK (given_by IN ('self', 'guardian')),
  guardian_name TEXT CHECK (guardian_name <> ''),
  at_ms         INTEGER NOT NULL,
  operator_id   TEXT NOT NULL REFERENCES operators (id),
  CHECK (given_by = 'self' OR guardian_name IS NOT NULL)
) STRICT;
CREATE INDEX person_consents_by_person ON person_consents (person_id);

${destroyable.map(writtenOnce).join('\n')}
${destroyable
  .map(
    (table) => `DROP TRIGGER ${table}_no_delete;
CREATE TRIGGER ${table}_no_delete BEFORE DELETE ON ${table} WHEN NOT EXISTS (SELECT 1 FROM purging)
BEGIN SELECT RAISE(ABORT, '${table} are written once'); END;`,
  )
  .join('\n')}
`,
  fill: (db: Register): void => {
    const add = db.prepare('INSERT INTO person_words (person_id, words) VALUES (?, ?)');
    const some = db.prepare(
      `SELECT rowid, id, name, document_number, phone, building, unit, room FROM people WHERE rowid > ? ORDER BY rowid LIMIT 2000`,
    );
    for (let last = -1; ; ) {
      const rows = some.all(last) as (Row & { readonly rowid: number })[];
      if (rows.length === 0) return;
      for (const row of rows) {
        const { building, unit, room } = row;
        add.run(
          row.id,
          personWords({
            name: row.name,
            documentNumber: row.document_number,
            phone: row.phone,
            address: { building, unit, room },
          }),
        );
        last = row.rowid;
      }
    }
  },
};
