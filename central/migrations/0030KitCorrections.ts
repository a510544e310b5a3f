import type { Migration } from './migration.ts';

export const kitCorrectionsMigration: Migration = {
  version: 30,
  name: 'kitCorrections',
  statements: [
    'ALTER TABLE records DROP CONSTRAINT records_kind_check',
    `ALTER TABLE records ADD CONSTRAINT records_kind_check
       CHECK (kind IN ('test.bound', 'test.resulted', 'test.voided', 'test.kitCorrected'))`,
    // Since when a test holds its kit, in the order of the kit's row: a corrected test comes after those that are there.
    'CREATE SEQUENCE kit_holdings',
    `SELECT setval('kit_holdings', (SELECT coalesce(max(stored_no), 0) + 1 FROM tests))`,
    'ALTER TABLE tests ADD COLUMN held_no bigint',
    'UPDATE tests SET held_no = stored_no',
    `ALTER TABLE tests ALTER COLUMN held_no SET DEFAULT nextval('kit_holdings')`,
    'ALTER TABLE tests ALTER COLUMN held_no SET NOT NULL',
    'CREATE INDEX tests_holding_kit ON tests (kit_key, held_no)',
    'DROP INDEX tests_of_kit',
    // The same two tests may meet at another kit, or come back to the same one the other way round.
    'ALTER TABLE conflicts DROP CONSTRAINT conflicts_pkey',
    'ALTER TABLE conflicts ADD PRIMARY KEY (first_test_id, later_test_id, kit_key)',
  ],
};
