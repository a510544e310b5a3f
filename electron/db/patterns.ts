import type { Register } from './open.ts';

export type PatternPart = 'whole' | 'serial' | 'lot';

/** A group of codes that look alike, with what was seen of them. `shape` is JSON. */
export type PatternRow = {
  readonly id: string;
  readonly productId: string;
  readonly lotId: string | null;
  readonly part: PatternPart;
  readonly length: number;
  readonly head: string;
  readonly shape: string;
  readonly listed: number;
  readonly bound: number;
  readonly taught: number;
  readonly firstAtMs: number;
  readonly lastAtMs: number;
  readonly enabled: 0 | 1;
};

/** What the codes in stock look like. A few rows a product, however many kits taught them. */
export function patternsTable(db: Register) {
  const list = db.prepare(
    `SELECT id, product_id AS productId, lot_id AS lotId, part, length, head, shape, listed, bound, taught,
       first_at_ms AS firstAtMs, last_at_ms AS lastAtMs, enabled
     FROM code_patterns ORDER BY first_at_ms, id`,
  );
  const save = db.prepare(
    `INSERT INTO code_patterns (id, product_id, lot_id, part, length, head, shape, listed, bound, taught, first_at_ms, last_at_ms, enabled)
     VALUES (@id, @productId, @lotId, @part, @length, @head, @shape, @listed, @bound, @taught, @firstAtMs, @lastAtMs, @enabled)
     ON CONFLICT (id) DO UPDATE SET shape = excluded.shape, listed = excluded.listed, bound = excluded.bound,
       taught = excluded.taught, last_at_ms = excluded.last_at_ms, enabled = excluded.enabled`,
  );
  const remove = db.prepare('DELETE FROM code_patterns WHERE id = ?');
  const listedKits = db.prepare(
    'SELECT kit_key AS kitKey, product_id AS productId, lot_id AS lotId, serial FROM manifest',
  );
  const lots = db.prepare('SELECT product_id AS productId, lot FROM lots');
  const lastBound = db.prepare(
    `SELECT tests.product_id AS productId, tests.kit_key AS kitKey, kit_serial AS serial FROM tests
     JOIN test_states ON test_states.test_id = tests.id
     WHERE status <> 'undone' AND kit_source <> 'typed' AND NOT EXISTS (SELECT 1 FROM kits WHERE kits.kit_key = tests.kit_key)
     ORDER BY seq DESC LIMIT ?`,
  );
  return {
    list: (): PatternRow[] => list.all() as PatternRow[],
    save: (row: PatternRow): void => {
      save.run(row);
    },
    remove: (id: string): void => {
      remove.run(id);
    },
    /** Every kit of the manifest, one after the other: for a register that has learned nothing yet. */
    eachListed: () =>
      listedKits.iterate() as IterableIterator<{
        kitKey: string;
        productId: string;
        lotId: string | null;
        serial: string;
      }>,
    listLots: () => lots.all() as { productId: string; lot: string }[],
    listLastBound: (limit: number) => lastBound.all(limit) as { productId: string; kitKey: string; serial: string }[],
  };
}
