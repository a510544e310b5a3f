import type { Register } from './open.ts';

export type ImportKind = 'roster' | 'manifest';

/** Files being read in. What they brought is seen by nobody until the import is committed. */
export function importsTable(db: Register) {
  const start = db.prepare(
    "INSERT INTO imports (id, kind, state, file_name, started_at_ms, operator_id) VALUES (@id, @kind, 'staging', @fileName, @startedAtMs, @operatorId)",
  );
  const commit = db.prepare("UPDATE imports SET state = 'committed' WHERE id = ? AND state = 'staging'");
  const unfinished = db.prepare("SELECT id, kind FROM imports WHERE state = 'staging'");
  const deleteLots = db.prepare('DELETE FROM lots WHERE import_id = ?');
  const remove = db.prepare("DELETE FROM imports WHERE id = ? AND state = 'staging'");
  return {
    start: (row: {
      readonly id: string;
      readonly kind: ImportKind;
      readonly fileName: string;
      readonly startedAtMs: number;
      readonly operatorId: string | null;
    }): void => {
      start.run(row);
    },
    /** False when it is not being staged (any more). */
    commit: (id: string): boolean => commit.run(id).changes === 1,
    listUnfinished: () => unfinished.all() as { id: string; kind: ImportKind }[],
    /** The last step of a cancel, after the staged rows are gone. */
    remove: (id: string): void => {
      deleteLots.run(id);
      remove.run(id);
    },
  };
}
