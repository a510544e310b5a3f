import type { Migration } from './migration.ts';

export const accessMigration: Migration = {
  version: 70,
  name: 'access',
  statements: [
    // What a reader may ask; those from before scopes read what there was then.
    `ALTER TABLE readers ADD COLUMN scopes text[] NOT NULL DEFAULT '{feed}'
       CHECK (scopes <@ ARRAY['feed', 'fhir', 'totals', 'citizen'])`,
    'ALTER TABLE readers ALTER COLUMN scopes DROP DEFAULT',
    // Codes that a station exchanges for its token, once; a code itself is nowhere.
    `CREATE TABLE enrolment_codes (
       code_hash text PRIMARY KEY CHECK (code_hash ~ '^[0-9a-f]{64}$'),
       station_id text NOT NULL REFERENCES stations (id),
       made_at_ms bigint NOT NULL,
       valid_until_ms bigint NOT NULL,
       used_at_ms bigint
     )`,
    'CREATE INDEX enrolment_codes_of_station ON enrolment_codes (station_id)',
    // A token that is about to be replaced ends when the next one is used first, or at this time.
    'ALTER TABLE station_tokens ADD COLUMN ends_at_ms bigint, ADD COLUMN replaces text REFERENCES station_tokens (token_hash)',
  ],
};
