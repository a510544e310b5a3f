import type { Migration } from './migration.ts';

export const auditHeadsMigration: Migration = {
  version: 40,
  name: 'auditHeads',
  statements: [
    // The first key that an installation comes with is its key for ever.
    `CREATE TABLE audit_keys (
       station_id text NOT NULL REFERENCES stations (id),
       installation_id text NOT NULL,
       public_key text NOT NULL,
       pinned_at_ms bigint NOT NULL,
       PRIMARY KEY (station_id, installation_id)
     )`,
    `CREATE TABLE audit_heads (
       station_id text NOT NULL,
       installation_id text NOT NULL,
       n bigint NOT NULL CHECK (n >= 1),
       day text NOT NULL,
       seq bigint NOT NULL CHECK (seq >= 1),
       hash text NOT NULL CHECK (hash ~ '^[0-9a-f]{64}$'),
       count bigint NOT NULL,
       at_ms bigint NOT NULL,
       signature text NOT NULL,
       stored_at_ms bigint NOT NULL,
       PRIMARY KEY (station_id, installation_id, n),
       UNIQUE (station_id, installation_id, seq),
       FOREIGN KEY (station_id, installation_id) REFERENCES audit_keys (station_id, installation_id)
     )`,
    'CREATE INDEX audit_heads_by_age ON audit_heads (station_id, stored_at_ms)',
    // Heads that contradict what is kept: somebody must look. The same one sent again is one row.
    `CREATE TABLE audit_head_conflicts (
       station_id text NOT NULL REFERENCES stations (id),
       installation_id text NOT NULL,
       public_key text NOT NULL,
       code text NOT NULL CHECK (code IN ('otherKey', 'otherHash', 'wentBack')),
       n bigint NOT NULL,
       seq bigint NOT NULL,
       hash text NOT NULL,
       signature text NOT NULL,
       day text NOT NULL,
       count bigint NOT NULL,
       at_ms bigint NOT NULL,
       seen_at_ms bigint NOT NULL,
       PRIMARY KEY (station_id, signature)
     )`,
  ],
};
