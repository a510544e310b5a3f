import type { Migration } from './migration.ts';
import { writtenOnce } from './writtenOnce.ts';

/**
 * What the audit log's word rests on. Each installation has a key pair and signs the log's head with it; heads wait for
 * the central service and are kept with its receipt. Old entries are deleted only up to a checkpoint, which is signed too
 * and stands for them; the row of `audit_purging` that allows it is there inside that one transaction and never after.
 */
export const audit0050: Migration = {
  version: 50,
  name: 'audit',
  sql: `
ALTER TABLE audit ADD COLUMN installation_id TEXT;
CREATE INDEX audit_by_time ON audit (at_ms);
CREATE INDEX audit_by_subject ON audit (subject);
CREATE INDEX audit_by_action ON audit (action);

CREATE TABLE audit_keys (
  installation_id TEXT PRIMARY KEY,
  public_key      TEXT NOT NULL CHECK (length(public_key) = 43),
  private_key     TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE audit_heads (
  installation_id TEXT NOT NULL REFERENCES audit_keys (installation_id),
  n               INTEGER NOT NULL CHECK (n >= 1),
  day             TEXT NOT NULL,
  seq             INTEGER NOT NULL UNIQUE CHECK (seq >= 1),
  hash            TEXT NOT NULL CHECK (length(hash) = 64),
  count           INTEGER NOT NULL CHECK (count >= 1),
  at_ms           INTEGER NOT NULL,
  signature       TEXT NOT NULL CHECK (length(signature) = 86),
  PRIMARY KEY (installation_id, n)
) STRICT, WITHOUT ROWID;

-- Without a row: not received yet.
CREATE TABLE audit_receipts (
  installation_id TEXT NOT NULL,
  n               INTEGER NOT NULL,
  status          TEXT NOT NULL CHECK (status IN ('received', 'refused')),
  code            TEXT,
  at_ms           INTEGER NOT NULL,
  PRIMARY KEY (installation_id, n),
  FOREIGN KEY (installation_id, n) REFERENCES audit_heads (installation_id, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE audit_checkpoints (
  to_seq          INTEGER PRIMARY KEY,
  from_seq        INTEGER NOT NULL CHECK (from_seq BETWEEN 1 AND to_seq),
  installation_id TEXT NOT NULL REFERENCES audit_keys (installation_id),
  hash            TEXT NOT NULL CHECK (length(hash) = 64),
  count           INTEGER NOT NULL CHECK (count >= 1),
  from_at_ms      INTEGER NOT NULL,
  to_at_ms        INTEGER NOT NULL,
  at_ms           INTEGER NOT NULL,
  signature       TEXT NOT NULL CHECK (length(signature) = 86)
) STRICT;

CREATE TABLE audit_purging (
  one    INTEGER PRIMARY KEY CHECK (one = 1),
  to_seq INTEGER NOT NULL REFERENCES audit_checkpoints (to_seq)
) STRICT;

${['audit_keys', 'audit_heads', 'audit_receipts', 'audit_checkpoints'].map(writtenOnce).join('\n')}

DROP TRIGGER audit_no_delete;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
WHEN NOT EXISTS (SELECT 1 FROM audit_purging WHERE OLD.seq <= to_seq)
BEGIN SELECT RAISE(ABORT, 'audit are written once'); END;
`,
};
