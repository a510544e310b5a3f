import type { Migration } from './migration.ts';
import { writtenOnce } from './writtenOnce.ts';

/**
 * Result slips on paper, each print with a code of its own and what it told then; and the organisations that a round is
 * for. `target_kind` of such a round stays 'list' with nobody on it: its CHECK cannot be widened without writing the
 * table anew.
 */
export const resultSlips0210: Migration = {
  version: 210,
  name: 'resultSlips',
  sql: `
CREATE TABLE result_slips (
  code        TEXT PRIMARY KEY CHECK (length(code) = 19),
  test_id     TEXT NOT NULL REFERENCES tests (id),
  n           INTEGER NOT NULL CHECK (n >= 1),
  status      TEXT NOT NULL CHECK (status IN ('negative', 'positive', 'invalid', 'void')),
  -- Which revision of the result and which correction of the kit it tells; 0 for none.
  revision    INTEGER NOT NULL CHECK (revision >= 0),
  kit_n       INTEGER NOT NULL CHECK (kit_n >= 0),
  at_ms       INTEGER NOT NULL,
  operator_id TEXT NOT NULL REFERENCES operators (id),
  UNIQUE (test_id, n)
) STRICT, WITHOUT ROWID;
${writtenOnce('result_slips').replace(
  'BEFORE DELETE ON result_slips BEGIN',
  'BEFORE DELETE ON result_slips WHEN NOT EXISTS (SELECT 1 FROM purging) BEGIN',
)}

CREATE TABLE round_organisations (
  round_id        TEXT NOT NULL REFERENCES rounds (id),
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  PRIMARY KEY (round_id, organisation_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX round_organisations_by_organisation ON round_organisations (organisation_id);
`,
};
