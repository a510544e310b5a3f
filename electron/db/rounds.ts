import type { Register } from './open.ts';

export type RoundRow = {
  readonly id: string;
  readonly name: string;
  readonly day: string;
  readonly openedAtMs: number;
};

export function roundsTable(db: Register) {
  const columns = 'id, name, day, opened_at_ms AS openedAtMs';
  const list = db.prepare(`SELECT ${columns} FROM rounds ORDER BY opened_at_ms DESC, id DESC`);
  const current = db.prepare(`SELECT ${columns} FROM rounds ORDER BY opened_at_ms DESC, id DESC LIMIT 1`);
  const insert = db.prepare(
    'INSERT INTO rounds (id, name, day, opened_at_ms, opened_by) VALUES (@id, @name, @day, @openedAtMs, @openedBy)',
  );
  return {
    list: (): RoundRow[] => list.all() as RoundRow[],
    /** The round opened last: the one in which people are tested now. */
    findCurrent: (): RoundRow | null => (current.get() as RoundRow | undefined) ?? null,
    insert: (round: RoundRow & { readonly openedBy: string | null }): void => {
      insert.run(round);
    },
  };
}
