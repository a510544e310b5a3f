import type { Register } from './open.ts';

type ServedKit = {
  readonly testId: string;
  readonly kitKey: string;
  readonly day: string;
  readonly boundAtMs: number;
};

/** Kits of tests that only the central service knows: they were bound here after the backup that this register is of. */
export function servedKitsTable(db: Register) {
  const insert = db.prepare(
    `INSERT INTO served_kits (test_id, kit_key, day, bound_at_ms, was) VALUES (@testId, @kitKey, @day, @boundAtMs, 'bound')
     ON CONFLICT (test_id) DO NOTHING`,
  );
  const note = db.prepare('UPDATE served_kits SET was = ? WHERE test_id = ?');
  const move = db.prepare('UPDATE served_kits SET kit_key = ? WHERE test_id = ?');
  const byKit = db
    .prepare('SELECT bound_at_ms FROM served_kits WHERE kit_key = ? ORDER BY bound_at_ms LIMIT 1')
    .pluck();
  const count = db.prepare('SELECT count(*) FROM served_kits').pluck();
  return {
    insert: (kit: ServedKit): boolean => insert.run(kit).changes > 0,
    /** How far its test came. Answers whether there is such a test. */
    note: (testId: string, was: 'resulted' | 'void'): boolean => note.run(was, testId).changes > 0,
    /** The code was corrected: its test holds another kit from then on. */
    move: (testId: string, kitKey: string): boolean => move.run(kitKey, testId).changes > 0,
    /** When such a kit was bound, or null. */
    findBoundAtMs: (kitKey: string): number | null => (byKit.get(kitKey) as number | undefined) ?? null,
    count: (): number => count.get() as number,
  };
}
