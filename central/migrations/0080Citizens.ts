import type { Migration } from './migration.ts';

/**
 * Which tests belong to which document, as a mark that nobody can make without two secrets that are not in the database.
 * Written once, at the binding: what became of a test is looked up in its own row, so that a correction, a void or a
 * conflict needs nothing here. By month like the tests, so that the index that is written to stays small.
 */
export const citizensMigration: Migration = {
  version: 80,
  name: 'citizens',
  statements: [
    `CREATE TABLE citizen_tests (
       month integer NOT NULL,
       mark uuid NOT NULL,
       at_ms bigint NOT NULL,
       test_id text NOT NULL,
       key_id text NOT NULL
     ) PARTITION BY LIST (month)`,
    'CREATE INDEX citizen_tests_by_mark ON citizen_tests (mark)',
    // Where a site is and whose it is, for the totals; a site without a row is nowhere and nobody's.
    `CREATE TABLE site_places (
       site_id text PRIMARY KEY REFERENCES sites (id),
       district text,
       organisation text
     )`,
    // As before, and the months of the marks.
    `CREATE OR REPLACE FUNCTION add_month(wanted integer) RETURNS void LANGUAGE plpgsql AS $$
     DECLARE
       parent text;
       part text;
     BEGIN
       PERFORM pg_advisory_xact_lock(7236450119);
       FOREACH parent IN ARRAY ARRAY['tests', 'records', 'citizen_tests'] LOOP
         part := parent || '_' || CASE WHEN wanted = 0 THEN 'other' ELSE wanted::text END;
         IF to_regclass(part) IS NULL THEN
           EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', part, parent);
           IF parent = 'tests' THEN
             EXECUTE format('ALTER TABLE %I SET (fillfactor = 80)', part);
           END IF;
           EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES IN (%s)', parent, part, wanted);
           IF parent = 'citizen_tests' THEN
             -- A mark is a handful of rows, whatever a planner without statistics thinks.
             EXECUTE format('ALTER TABLE %I SET (parallel_workers = 0)', part);
           END IF;
           IF parent = 'records' THEN
             EXECUTE format('CREATE TRIGGER never_emptied BEFORE TRUNCATE ON %I
                               FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', part);
           END IF;
         END IF;
       END LOOP;
     END
     $$`,
    `DO $$
     DECLARE
       part text;
     BEGIN
       FOR part IN SELECT substr(inhrelid::regclass::text, 7) FROM pg_inherits WHERE inhparent = 'tests'::regclass LOOP
         PERFORM add_month(CASE WHEN part = 'other' THEN 0 ELSE part::integer END);
       END LOOP;
     END
     $$`,
  ],
};
