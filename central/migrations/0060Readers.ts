import type { Migration } from './migration.ts';

export const readersMigration: Migration = {
  version: 60,
  name: 'readers',
  statements: [
    // Who reads for the city and sends nothing; a token itself is nowhere.
    `CREATE TABLE readers (
       id text PRIMARY KEY,
       name text NOT NULL UNIQUE
     )`,
    `CREATE TABLE reader_tokens (
       token_hash text PRIMARY KEY CHECK (token_hash ~ '^[0-9a-f]{64}$'),
       reader_id text NOT NULL REFERENCES readers (id),
       revoked boolean NOT NULL DEFAULT false,
       made_at_ms bigint NOT NULL
     )`,
    'CREATE INDEX reader_tokens_of_reader ON reader_tokens (reader_id)',
  ],
};
