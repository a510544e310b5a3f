import type { Migration } from './migration.ts';

/**
 * Where each kit went, by one look at an index a link: bindings that were undone, codes that were put right, transfers of
 * ranges. Staff say the last four characters of a serial, and a key ends with its serial.
 */
export const traces0190: Migration = {
  version: 190,
  name: 'traces',
  sql: `
CREATE INDEX test_states_undone_by_kit ON test_states (kit_key) WHERE status = 'undone';
CREATE INDEX test_states_by_kit_end ON test_states (substr(kit_key, -4), kit_key);
CREATE INDEX kits_by_key_end ON kits (substr(kit_key, -4), kit_key);
CREATE INDEX spent_kits_by_key_end ON spent_kits (substr(kit_key, -4), kit_key);
CREATE INDEX kit_spoils_by_key_end ON kit_spoils (substr(kit_key, -4), kit_key) WHERE kit_key IS NOT NULL;
CREATE INDEX kit_corrections_by_former_kit ON kit_corrections (old_kit_key);
CREATE INDEX kit_corrections_by_former_end ON kit_corrections (substr(old_kit_key, -4), old_kit_key);
CREATE INDEX transfer_lines_by_kit ON transfer_lines (head, width, first, last) WHERE head IS NOT NULL;
CREATE INDEX lot_changes_by_lot ON lot_changes (lot_id);
`,
};
