import type { Migration } from './migration.ts';

export const stationsMigration: Migration = {
  version: 10,
  name: 'stations',
  statements: [
    `CREATE TABLE service (
       only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
       epoch text NOT NULL
     )`,
    'INSERT INTO service (epoch) VALUES (gen_random_uuid()::text)',
    `CREATE TABLE sites (
       id text PRIMARY KEY,
       name text NOT NULL UNIQUE
     )`,
    `CREATE TABLE stations (
       id text PRIMARY KEY,
       site_id text NOT NULL REFERENCES sites (id),
       name text NOT NULL,
       UNIQUE (site_id, name)
     )`,
    // A token itself is nowhere: its SHA-256 is enough to know it again.
    `CREATE TABLE station_tokens (
       token_hash text PRIMARY KEY CHECK (token_hash ~ '^[0-9a-f]{64}$'),
       station_id text NOT NULL REFERENCES stations (id),
       revoked boolean NOT NULL DEFAULT false,
       made_at_ms bigint NOT NULL
     )`,
    'CREATE INDEX station_tokens_of_station ON station_tokens (station_id)',
  ],
};
