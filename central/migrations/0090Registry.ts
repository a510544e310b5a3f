import type { Migration } from './migration.ts';

/**
 * What makers make: products, lots, and which kits are of them. A kit's key is a head and a number at its end
 * (`shared/codes/kitSpan.ts`); keys that follow one another are one row, a single code is a row of one, and rows never
 * overlap, so that one step down one index answers for any code.
 */
export const registryMigration: Migration = {
  version: 90,
  name: 'registry',
  statements: [
    `CREATE TABLE products (
       no integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
       id text NOT NULL UNIQUE,
       -- As shared/central/registry.ts has it.
       document jsonb NOT NULL
     )`,
    `CREATE TABLE product_codes (
       code text PRIMARY KEY,
       product_no integer NOT NULL REFERENCES products (no)
     )`,
    `CREATE TABLE lots (
       product_no integer NOT NULL REFERENCES products (no),
       lot text NOT NULL,
       expires_on date,
       PRIMARY KEY (product_no, lot)
     )`,
    `CREATE TABLE manifests (
       no integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
       maker text NOT NULL,
       file_name text NOT NULL,
       file_hash text NOT NULL,
       imported_at_ms bigint NOT NULL,
       -- Null while its rows are being written: until then none of them is known.
       rows bigint,
       kits bigint
     )`,
    `CREATE TABLE kit_ranges (
       head text NOT NULL,
       width smallint NOT NULL CHECK (width BETWEEN 0 AND 15),
       first bigint NOT NULL CHECK (first >= 0),
       last bigint NOT NULL CHECK (last >= first),
       product_no integer NOT NULL,
       manifest_no integer NOT NULL,
       lot text,
       CONSTRAINT kit_ranges_key PRIMARY KEY (head, width, first)
     )`,
    'CREATE INDEX kit_ranges_of_manifest ON kit_ranges USING brin (manifest_no)',
    // Rows of the file that is being read, and the same folded; worth nothing once it is in or was refused.
    `CREATE UNLOGGED TABLE manifest_lines (
       line bigint NOT NULL, head text NOT NULL, width smallint NOT NULL, first bigint NOT NULL, last bigint NOT NULL,
       product_no integer NOT NULL, lot text, expires_on date
     )`,
    `CREATE UNLOGGED TABLE manifest_runs (
       no bigint NOT NULL, line bigint NOT NULL, head text NOT NULL, width smallint NOT NULL, first bigint NOT NULL,
       last bigint NOT NULL, product_no integer NOT NULL, lot text
     )`,
    `CREATE TABLE recalls (
       no integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
       id text NOT NULL UNIQUE,
       product_no integer NOT NULL REFERENCES products (no),
       lot text,
       head text, width smallint, first bigint, last bigint,
       source text NOT NULL,
       reason text NOT NULL,
       at_ms bigint NOT NULL,
       lifted_at_ms bigint,
       lift_reason text,
       CHECK ((lot IS NULL) = (head IS NOT NULL)),
       CHECK ((head IS NULL) = (first IS NULL) AND (head IS NULL) = (last IS NULL) AND (head IS NULL) = (width IS NULL)),
       CHECK ((lifted_at_ms IS NULL) = (lift_reason IS NULL))
     )`,
    'CREATE INDEX recalls_by_product ON recalls (product_no) WHERE lifted_at_ms IS NULL',
  ],
};
