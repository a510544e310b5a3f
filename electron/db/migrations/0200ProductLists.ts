import type { Migration } from './migration.ts';
import { writtenOnce } from './writtenOnce.ts';

/** Lists of products that were read in, and how their columns were matched by hand, remembered as for the other lists. */
export const productLists0200: Migration = {
  version: 200,
  name: 'productLists',
  sql: `
CREATE TABLE product_imports (
  seq         INTEGER PRIMARY KEY,
  id          TEXT NOT NULL UNIQUE,
  file_name   TEXT NOT NULL,
  at_ms       INTEGER NOT NULL,
  day         TEXT NOT NULL,
  operator_id TEXT REFERENCES operators (id),
  counts      TEXT NOT NULL CHECK (json_valid(counts))
) STRICT;
${writtenOnce('product_imports')}

ALTER TABLE import_mappings RENAME TO import_mappings_before;
CREATE TABLE import_mappings (
  kind          TEXT NOT NULL CHECK (kind IN ('roster', 'manifest', 'products')),
  headings      TEXT NOT NULL,
  fields        TEXT NOT NULL CHECK (json_valid(fields)),
  used_at_ms    INTEGER NOT NULL,
  PRIMARY KEY (kind, headings)
) STRICT, WITHOUT ROWID;
INSERT INTO import_mappings SELECT kind, headings, fields, used_at_ms FROM import_mappings_before;
DROP TABLE import_mappings_before;
`,
};
