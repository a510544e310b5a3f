import type { Migration } from './migration.ts';

const appendOnly = ['records', 'set_aside', 'conflicts'];

export const factsMigration: Migration = {
  version: 20,
  name: 'facts',
  statements: [
    // One row a kit that was ever bound. It is what concurrent bindings of the same kit wait on.
    'CREATE TABLE kits (kit_key text PRIMARY KEY)',
    // The newest state of each test, made from its records.
    `CREATE TABLE tests (
       id text PRIMARY KEY,
       stored_no bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
       site_id text NOT NULL REFERENCES sites (id),
       station_id text NOT NULL REFERENCES stations (id),
       kit_key text NOT NULL REFERENCES kits (kit_key),
       day text NOT NULL,
       bound_at_ms bigint NOT NULL,
       person_masked text NOT NULL,
       last_seq integer NOT NULL CHECK (last_seq >= 1),
       status text NOT NULL CHECK (status IN ('pending', 'negative', 'positive', 'invalid', 'void')),
       outcome text CHECK (outcome IN ('negative', 'positive', 'invalid')),
       revision integer NOT NULL CHECK (revision >= 0),
       corrections integer NOT NULL CHECK (corrections >= 0),
       CHECK ((outcome IS NULL) = (revision = 0)),
       CHECK (status = 'void' OR status = coalesce(outcome, 'pending'))
     )`,
    'CREATE INDEX tests_of_kit ON tests (kit_key, stored_no)',
    'CREATE INDEX tests_of_site ON tests (site_id, day)',
    `CREATE TABLE records (
       station_id text NOT NULL REFERENCES stations (id),
       key text NOT NULL,
       test_id text NOT NULL REFERENCES tests (id),
       seq integer NOT NULL CHECK (seq >= 1),
       kind text NOT NULL CHECK (kind IN ('test.bound', 'test.resulted', 'test.voided')),
       content_hash text NOT NULL,
       payload jsonb NOT NULL,
       batch_id text NOT NULL,
       installation_id text NOT NULL,
       received_at_ms bigint NOT NULL,
       PRIMARY KEY (station_id, key),
       UNIQUE (test_id, seq),
       CHECK ((seq = 1) = (kind = 'test.bound'))
     )`,
    // What came under a key, or for a place in a test, that already holds something else. Kept for a person to look at.
    `CREATE TABLE set_aside (
       station_id text NOT NULL REFERENCES stations (id),
       key text NOT NULL,
       content_hash text NOT NULL,
       test_id text NOT NULL,
       seq integer NOT NULL,
       kind text NOT NULL,
       payload jsonb NOT NULL,
       batch_id text NOT NULL,
       installation_id text NOT NULL,
       received_at_ms bigint NOT NULL,
       PRIMARY KEY (station_id, key, content_hash)
     )`,
    // A kit's first test and a later one of the same kit. Others of that kit have rows of their own against the first,
    // so that a station whose kits all read alike makes as many rows as it has tests, not their square.
    `CREATE TABLE conflicts (
       first_test_id text NOT NULL REFERENCES tests (id),
       later_test_id text NOT NULL REFERENCES tests (id),
       kit_key text NOT NULL,
       found_at_ms bigint NOT NULL,
       PRIMARY KEY (first_test_id, later_test_id),
       CHECK (first_test_id <> later_test_id)
     )`,
    'CREATE INDEX conflicts_of_later ON conflicts (later_test_id)',
    `CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
     BEGIN
       RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
     END
     $$`,
    ...appendOnly.flatMap((table) => [
      `CREATE TRIGGER ${table}_append_only BEFORE UPDATE OR DELETE ON ${table}
         FOR EACH ROW EXECUTE FUNCTION refuse_change()`,
      `CREATE TRIGGER ${table}_never_emptied BEFORE TRUNCATE ON ${table}
         FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()`,
    ]),
  ],
};
