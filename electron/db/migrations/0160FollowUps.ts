import type { Migration } from './migration.ts';

/** What was done for each positive, line by line; whether it is still open stands in the row that was there before. */
export const followUps0160: Migration = {
  version: 160,
  name: 'followUps',
  sql: `
ALTER TABLE follow_ups ADD COLUMN closed_at_ms INTEGER;
CREATE INDEX follow_ups_open ON follow_ups (opened_at_ms) WHERE closed_at_ms IS NULL;
CREATE INDEX follow_ups_closed ON follow_ups (closed_at_ms) WHERE closed_at_ms IS NOT NULL;

CREATE TABLE follow_up_entries (
  test_id     TEXT NOT NULL REFERENCES follow_ups (test_id),
  n           INTEGER NOT NULL CHECK (n >= 1),
  kind        TEXT NOT NULL CHECK (kind IN ('step', 'withdrawn', 'closed', 'reopened')),
  step        TEXT CHECK (step IN ('confirmed', 'communityTold', 'personTold', 'pcrArranged', 'handedOver')),
  outcome     TEXT CHECK (outcome IN ('handedOver', 'notPositive', 'unreachable', 'other', 'revised', 'voided')),
  note        TEXT NOT NULL,
  at_ms       INTEGER NOT NULL,
  operator_id TEXT REFERENCES operators (id),
  PRIMARY KEY (test_id, n),
  CHECK ((kind IN ('step', 'withdrawn')) = (step IS NOT NULL)),
  CHECK ((kind = 'closed') = (outcome IS NOT NULL))
) STRICT, WITHOUT ROWID;

CREATE TRIGGER follow_up_entries_no_update BEFORE UPDATE ON follow_up_entries
BEGIN SELECT RAISE(ABORT, 'follow_up_entries are written once'); END;
CREATE TRIGGER follow_up_entries_no_delete BEFORE DELETE ON follow_up_entries WHEN NOT EXISTS (SELECT 1 FROM purging)
BEGIN SELECT RAISE(ABORT, 'follow_up_entries are written once'); END;
`,
};
