import type { Migration } from './migration.ts';

/** The site's rules are shared among its desks as its rounds and people are. */
export const siteRules0330: Migration = {
  version: 330,
  name: 'siteRules',
  sql: `
CREATE TABLE shared_things (
  kind       TEXT NOT NULL CHECK (kind IN ('round', 'person', 'rules')),
  item_id    TEXT NOT NULL,
  -- Of this register: somebody may have been known here under an id of their own.
  local_id   TEXT NOT NULL,
  version    INTEGER NOT NULL,
  is_waiting INTEGER NOT NULL CHECK (is_waiting IN (0, 1)),
  PRIMARY KEY (kind, item_id)
) STRICT, WITHOUT ROWID;
INSERT INTO shared_things SELECT kind, item_id, local_id, version, is_waiting FROM shared_items;
DROP TABLE shared_items;
ALTER TABLE shared_things RENAME TO shared_items;
CREATE INDEX shared_items_local ON shared_items (kind, local_id);
CREATE INDEX shared_items_waiting ON shared_items (kind, item_id) WHERE is_waiting = 1;
`,
};
