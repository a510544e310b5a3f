import type { Migration } from './migration.ts';

/** Hand-over files that were taken in, with the receipt as it was given out: the same file is answered the same. */
export const handoverMigration: Migration = {
  version: 120,
  name: 'handover',
  statements: [
    `CREATE TABLE handover_imports (
       file_id text PRIMARY KEY CHECK (file_id ~ '^[0-9a-f]{64}$'),
       station_id text NOT NULL REFERENCES stations (id),
       installation_id text NOT NULL,
       n bigint NOT NULL,
       records integer NOT NULL,
       stored integer NOT NULL,
       duplicate integer NOT NULL,
       conflict integer NOT NULL,
       rejected integer NOT NULL,
       epoch text NOT NULL,
       imported_at_ms bigint NOT NULL,
       -- Something was missing that another file or the network may have brought since: it is tried again.
       is_lacking boolean NOT NULL,
       -- Sealed to the station.
       receipt bytea NOT NULL
     )`,
    'CREATE INDEX handover_imports_of_station ON handover_imports (station_id, n)',
  ],
};
