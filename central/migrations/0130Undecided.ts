import type { Migration } from './migration.ts';

/** Tests that two desks read differently, by when that became so or ended: few of what is published. */
export const undecidedMigration: Migration = {
  version: 130,
  name: 'undecided',
  statements: [
    `CREATE INDEX publications_of_readings ON publications (tx, item_id) WHERE kind = 'readingConflict'`,
    `CREATE INDEX publications_undecided ON publications (item_id) WHERE kind = 'readingConflict' AND NOT is_gone`,
  ],
};
