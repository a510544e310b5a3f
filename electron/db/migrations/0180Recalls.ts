import type { Migration } from './migration.ts';
import { writtenOnce } from './writtenOnce.ts';

/** What may not be used any more, and when that ended; both written once. */
export const recalls0180: Migration = {
  version: 180,
  name: 'recalls',
  sql: `
CREATE TABLE recalls (
  seq         INTEGER PRIMARY KEY,
  id          TEXT NOT NULL UNIQUE,
  product_id  TEXT NOT NULL REFERENCES products (id),
  -- A whole lot, or kits whose keys follow one another (one kit is a range of one).
  lot         TEXT,
  head        TEXT,
  width       INTEGER CHECK (width BETWEEN 0 AND 15),
  first       INTEGER CHECK (first >= 0),
  last        INTEGER CHECK (last >= first),
  source      TEXT NOT NULL CHECK (source <> ''),
  reason      TEXT NOT NULL CHECK (reason <> ''),
  at_ms       INTEGER NOT NULL,
  operator_id TEXT NOT NULL REFERENCES operators (id),
  CHECK ((lot IS NULL) = (head IS NOT NULL AND width IS NOT NULL AND first IS NOT NULL AND last IS NOT NULL))
) STRICT;
CREATE INDEX recalls_by_lot ON recalls (product_id, lot) WHERE lot IS NOT NULL;
CREATE INDEX recalls_by_kit ON recalls (head, width, first) WHERE head IS NOT NULL;

CREATE TABLE recall_lifts (
  recall_id   TEXT PRIMARY KEY REFERENCES recalls (id),
  reason      TEXT NOT NULL CHECK (reason <> ''),
  at_ms       INTEGER NOT NULL,
  operator_id TEXT NOT NULL REFERENCES operators (id)
) STRICT, WITHOUT ROWID;
-- Who was tested with a lot.
CREATE INDEX tests_by_lot ON tests (product_id, kit_lot);

${['recalls', 'recall_lifts'].map(writtenOnce).join('\n')}
`,
};
