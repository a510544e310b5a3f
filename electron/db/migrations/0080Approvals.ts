import type { Migration } from './migration.ts';

/** Whoever approved a result on the spot that its reader may not give alone. */
export const approvals0080: Migration = {
  version: 80,
  name: 'approvals',
  sql: `
ALTER TABLE results ADD COLUMN approved_by TEXT REFERENCES operators (id);
ALTER TABLE results ADD COLUMN approval_reason TEXT CHECK ((approved_by IS NULL) = (approval_reason IS NULL));
`,
};
