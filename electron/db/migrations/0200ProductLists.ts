import type { Migration } from './migration.ts';
import { writtenOnce } from './writtenOnce.ts';

/**
 * Lists of products that were read in, how their columns were matched by hand (as for the other lists), and the names
 * that products had when tests were bound.
 */
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

-- What a product was called before, for the tests up to a number: what was recorded keeps its words.
CREATE TABLE product_names (
  product_id          TEXT NOT NULL REFERENCES products (id),
  until_seq           INTEGER NOT NULL,
  short_name          TEXT NOT NULL,
  method              TEXT,
  registration_number TEXT,
  PRIMARY KEY (product_id, until_seq)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER product_names_kept AFTER UPDATE OF short_name, method, registration_number ON products
WHEN OLD.short_name <> NEW.short_name OR OLD.method IS NOT NEW.method
  OR OLD.registration_number IS NOT NEW.registration_number
BEGIN
  -- Of several changes without a test between them the first one's former words count.
  INSERT OR IGNORE INTO product_names (product_id, until_seq, short_name, method, registration_number)
  SELECT OLD.id, max(seq), OLD.short_name, OLD.method, OLD.registration_number FROM tests HAVING max(seq) IS NOT NULL;
END;
-- Numbers begin anew when the last test was destroyed.
CREATE TRIGGER product_names_over AFTER DELETE ON tests WHEN NOT EXISTS (SELECT 1 FROM tests)
BEGIN
  DELETE FROM product_names;
END;

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
