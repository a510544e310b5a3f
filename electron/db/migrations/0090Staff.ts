import type { Migration } from './migration.ts';

/** Staff who have left keep their names in the records and nothing else; who sat at the desk from when to when. */
export const staff0090: Migration = {
  version: 90,
  name: 'staff',
  sql: `
ALTER TABLE operators ADD COLUMN ended_at_ms INTEGER;

CREATE TABLE shifts (
  id          INTEGER PRIMARY KEY,
  operator_id TEXT NOT NULL REFERENCES operators (id),
  from_ms     INTEGER NOT NULL,
  to_ms       INTEGER CHECK (to_ms >= from_ms),
  ended_by    TEXT CHECK (ended_by IN ('lock', 'idle', 'change', 'restart', 'left')),
  CHECK ((to_ms IS NULL) = (ended_by IS NULL))
) STRICT;
CREATE UNIQUE INDEX shifts_one_open ON shifts ((1)) WHERE to_ms IS NULL;
CREATE INDEX shifts_by_time ON shifts (from_ms);
`,
};
