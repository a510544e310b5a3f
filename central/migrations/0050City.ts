import type { Migration } from './migration.ts';

const appendOnly = ['records', 'batches'];

/**
 * Tests and records of a city: partitioned by month, so that the newest month's indexes fit into memory however many
 * came before, and a month that is over goes by itself.
 *
 * The month is that of the id (its first 48 bits where it is a UUID of version 7, RFC 9562), 0 where it has none: a test
 * or a record is found by its id alone in one partition. What each kit, station and day sums up to stands in rows of
 * its own, so that no question counts millions.
 */
export const cityMigration: Migration = {
  version: 50,
  name: 'city',
  statements: [
    'ALTER TABLE stations ADD COLUMN no integer GENERATED ALWAYS AS IDENTITY UNIQUE',
    `CREATE FUNCTION month_of(id text) RETURNS integer LANGUAGE plpgsql IMMUTABLE STRICT AS $$
     DECLARE
       month integer;
     BEGIN
       IF id !~ '^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$' THEN
         RETURN 0;
       END IF;
       month := to_char(
         to_timestamp(('x' || lpad(replace(left(id, 13), '-', ''), 16, '0'))::bit(64)::bigint / 1000) AT TIME ZONE 'UTC',
         'YYYYMM')::integer;
       RETURN CASE WHEN month BETWEEN 202001 AND 209912 THEN month ELSE 0 END;
     END
     $$`,

    'ALTER TABLE records RENAME TO former_records',
    'ALTER TABLE tests RENAME TO former_tests',
    'ALTER TABLE conflicts DROP CONSTRAINT conflicts_first_test_id_fkey, DROP CONSTRAINT conflicts_later_test_id_fkey',

    // The newest state of each test, made from its records.
    `CREATE TABLE tests (
       month integer NOT NULL,
       id text NOT NULL,
       station_no integer NOT NULL,
       kit_key text NOT NULL,
       day date NOT NULL,
       bound_at_ms bigint NOT NULL,
       person_masked text NOT NULL,
       last_seq integer NOT NULL CHECK (last_seq >= 1),
       status text NOT NULL CHECK (status IN ('pending', 'negative', 'positive', 'invalid', 'void')),
       outcome text CHECK (outcome IN ('negative', 'positive', 'invalid')),
       revision integer NOT NULL CHECK (revision >= 0),
       corrections integer NOT NULL CHECK (corrections >= 0),
       CONSTRAINT tests_key PRIMARY KEY (month, id),
       CHECK ((outcome IS NULL) = (revision = 0)),
       CHECK (status = 'void' OR status = coalesce(outcome, 'pending'))
     ) PARTITION BY LIST (month)`,
    `CREATE TABLE batches (
       no bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
       station_no integer NOT NULL REFERENCES stations (no),
       batch_id text NOT NULL,
       installation_id text NOT NULL,
       received_at_ms bigint NOT NULL
     )`,
    'CREATE SEQUENCE record_numbers CACHE 64',
    // Readers follow (tx, no): whatever has a tx below that of the oldest transaction under way is there for good, so a
    // reader who stops before it misses nothing, however many write at once.
    `CREATE TABLE records (
       month integer NOT NULL,
       station_no integer NOT NULL,
       key text NOT NULL,
       test_id text NOT NULL,
       seq integer NOT NULL CHECK (seq >= 1),
       kind text NOT NULL CHECK (kind IN ('test.bound', 'test.resulted', 'test.voided', 'test.kitCorrected')),
       content_hash bytea NOT NULL CHECK (length(content_hash) = 32),
       payload jsonb NOT NULL,
       batch_no bigint NOT NULL,
       tx xid8 NOT NULL DEFAULT pg_current_xact_id(),
       no bigint NOT NULL DEFAULT nextval('record_numbers'),
       CONSTRAINT records_key PRIMARY KEY (month, station_no, key),
       CHECK ((seq = 1) = (kind = 'test.bound'))
     ) PARTITION BY LIST (month)`,
    'CREATE INDEX records_in_order ON records (tx, no)',
    'CREATE INDEX records_of_test ON records (test_id)',
    // The partitions of a month. Attached, not made in place: that lets everybody else go on writing.
    `CREATE FUNCTION add_month(wanted integer) RETURNS void LANGUAGE plpgsql AS $$
     DECLARE
       parent text;
       part text;
     BEGIN
       PERFORM pg_advisory_xact_lock(7236450119);
       FOREACH parent IN ARRAY ARRAY['tests', 'records'] LOOP
         part := parent || '_' || CASE WHEN wanted = 0 THEN 'other' ELSE wanted::text END;
         IF to_regclass(part) IS NULL THEN
           EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', part, parent);
           IF parent = 'tests' THEN
             -- A result changes the row and no index of it: with room in its page it stays there.
             EXECUTE format('ALTER TABLE %I SET (fillfactor = 80)', part);
           END IF;
           EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES IN (%s)', parent, part, wanted);
           IF parent = 'records' THEN
             -- Row triggers come with the parent, this kind does not.
             EXECUTE format('CREATE TRIGGER never_emptied BEFORE TRUNCATE ON %I
                               FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', part);
           END IF;
         END IF;
       END LOOP;
     END
     $$`,
    'SELECT add_month(0)',
    `DO $$
     DECLARE
       found integer;
     BEGIN
       FOR found IN SELECT month_of(id) FROM former_tests UNION SELECT month_of(key) FROM former_records LOOP
         PERFORM add_month(found);
       END LOOP;
     END
     $$`,

    // One row a kit that was ever bound. It is what concurrent bindings of the same kit wait on, and names who holds it.
    `ALTER TABLE kits ADD COLUMN first_test_id text, ADD COLUMN first_station_no integer,
       ADD CHECK ((first_test_id IS NULL) = (first_station_no IS NULL))`,
    // Whoever came to a kit that somebody holds, in their order.
    `CREATE TABLE later_holders (
       kit_key text NOT NULL REFERENCES kits (kit_key),
       no bigint NOT NULL DEFAULT nextval('kit_holdings'),
       test_id text NOT NULL,
       station_no integer NOT NULL,
       PRIMARY KEY (kit_key, no)
     )`,
    // Counts of a station's tests by their day. Only that station's batches change its rows, one after the other.
    `CREATE TABLE day_totals (
       station_no integer NOT NULL REFERENCES stations (no),
       day date NOT NULL,
       tests integer NOT NULL DEFAULT 0,
       negative integer NOT NULL DEFAULT 0,
       positive integer NOT NULL DEFAULT 0,
       invalid integer NOT NULL DEFAULT 0,
       pending integer NOT NULL DEFAULT 0,
       void integer NOT NULL DEFAULT 0,
       with_result integer NOT NULL DEFAULT 0,
       corrections integer NOT NULL DEFAULT 0,
       records integer NOT NULL DEFAULT 0,
       PRIMARY KEY (station_no, day)
     ) WITH (fillfactor = 50)`,
    'CREATE INDEX day_totals_by_day ON day_totals (day)',

    `INSERT INTO tests (month, id, station_no, kit_key, day, bound_at_ms, person_masked, last_seq, status, outcome,
                        revision, corrections)
     SELECT month_of(test.id), test.id, station.no, kit_key, day::date, bound_at_ms, person_masked, last_seq, status,
            outcome, revision, corrections
       FROM former_tests AS test JOIN stations AS station ON station.id = test.station_id`,
    `WITH came AS (
       SELECT record.station_id, batch_id, installation_id, min(received_at_ms) AS at_ms
         FROM former_records AS record GROUP BY record.station_id, batch_id, installation_id
     )
     INSERT INTO batches (station_no, batch_id, installation_id, received_at_ms)
     SELECT station.no, batch_id, installation_id, at_ms
       FROM came JOIN stations AS station ON station.id = came.station_id ORDER BY at_ms`,
    `INSERT INTO records (month, station_no, key, test_id, seq, kind, content_hash, payload, batch_no)
     SELECT month_of(key), station.no, key, test_id, seq, kind, decode(content_hash, 'hex'), payload,
            (SELECT min(no) FROM batches WHERE station_no = station.no AND batch_id = record.batch_id
               AND installation_id = record.installation_id)
       FROM former_records AS record JOIN stations AS station ON station.id = record.station_id
      ORDER BY received_at_ms, seq`,
    `UPDATE kits SET first_test_id = first_test.id, first_station_no = first_test.no
       FROM (SELECT DISTINCT ON (kit_key) kit_key, test.id, station.no
               FROM former_tests AS test JOIN stations AS station ON station.id = test.station_id
              ORDER BY kit_key, held_no) AS first_test
      WHERE first_test.kit_key = kits.kit_key`,
    `INSERT INTO later_holders (kit_key, no, test_id, station_no)
     SELECT test.kit_key, test.held_no, test.id, station.no
       FROM former_tests AS test JOIN stations AS station ON station.id = test.station_id
       JOIN kits ON kits.kit_key = test.kit_key AND kits.first_test_id <> test.id`,
    `INSERT INTO day_totals (station_no, day, tests, negative, positive, invalid, pending, void, with_result, corrections,
                             records)
     SELECT station_no, day, count(*),
            count(*) FILTER (WHERE status = 'negative'), count(*) FILTER (WHERE status = 'positive'),
            count(*) FILTER (WHERE status = 'invalid'), count(*) FILTER (WHERE status = 'pending'),
            count(*) FILTER (WHERE status = 'void'), count(*) FILTER (WHERE revision > 0), sum(corrections),
            sum((SELECT count(*) FROM records WHERE test_id = tests.id))
       FROM tests GROUP BY station_no, day`,
    'DROP TABLE former_records',
    'DROP TABLE former_tests',
    ...appendOnly.flatMap((table) => [
      `CREATE TRIGGER ${table}_append_only BEFORE UPDATE OR DELETE ON ${table}
         FOR EACH ROW EXECUTE FUNCTION refuse_change()`,
      `CREATE TRIGGER ${table}_never_emptied BEFORE TRUNCATE ON ${table}
         FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()`,
    ]),
  ],
};
