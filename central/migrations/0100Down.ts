import type { Migration } from './migration.ts';

/**
 * What goes down to stations: the newest state of each thing, in the order in which they came to be so. A thing that is
 * published again moves to the end, so that a newcomer reads what is there now and not years of history.
 */
export const downMigration: Migration = {
  version: 100,
  name: 'down',
  statements: [
    'CREATE SEQUENCE publication_numbers',
    `CREATE TABLE publications (
       -- Empty for what every station gets.
       site_id text NOT NULL,
       kind text NOT NULL CHECK (length(kind) BETWEEN 1 AND 40),
       item_id text NOT NULL CHECK (length(item_id) BETWEEN 1 AND 200),
       payload jsonb NOT NULL,
       is_gone boolean NOT NULL,
       -- Of what a site's stations share: the higher one stays; of equal ones that of the higher station.
       version bigint NOT NULL DEFAULT 0,
       by_station_no integer NOT NULL DEFAULT 0,
       tx xid8 NOT NULL DEFAULT pg_current_xact_id(),
       no bigint NOT NULL DEFAULT nextval('publication_numbers'),
       PRIMARY KEY (site_id, kind, item_id)
     )`,
    'CREATE INDEX publications_in_order ON publications (site_id, tx, no)',
    'CREATE INDEX publications_newest ON publications (tx)',
    // All records of a batch are of one transaction: an index entry a batch finds what a site's other stations sent.
    'ALTER TABLE batches ADD COLUMN tx xid8',
    'ALTER TABLE batches DISABLE TRIGGER batches_append_only',
    `UPDATE batches SET tx = record.tx
       FROM (SELECT batch_no, min(tx::text::bigint)::text::xid8 AS tx FROM records GROUP BY batch_no) AS record
      WHERE record.batch_no = batches.no`,
    'ALTER TABLE batches ENABLE TRIGGER batches_append_only',
    'ALTER TABLE batches ALTER COLUMN tx SET DEFAULT pg_current_xact_id()',
    'CREATE INDEX batches_of_station ON batches (station_no, tx)',
    'CREATE INDEX batches_in_order ON batches (tx, station_no)',
  ],
};
