/** Triggers that keep a table's rows as they were written: facts are neither changed nor deleted. */
export function writtenOnce(table: string): string {
  return `CREATE TRIGGER ${table}_no_update BEFORE UPDATE ON ${table} BEGIN SELECT RAISE(ABORT, '${table} are written once'); END;
CREATE TRIGGER ${table}_no_delete BEFORE DELETE ON ${table} BEGIN SELECT RAISE(ABORT, '${table} are written once'); END;`;
}
