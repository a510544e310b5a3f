import type { Register } from './open.ts';

type SharedKind = 'round' | 'person' | 'rules';
type SharedRow = {
  readonly kind: SharedKind;
  readonly itemId: string;
  readonly localId: string;
  readonly version: number;
  readonly isWaiting: 0 | 1;
};
type ParkedRow = { readonly kind: string; readonly itemId: string; readonly item: string };
type ParkedWhy = 'unknownKind' | 'product' | 'bad';

/** What the feed from the central service leaves beside the tables that it fills. */
export function downTable(db: Register) {
  const park = db.prepare(
    `INSERT INTO down_parked (kind, item_id, item, why, program, at_ms) VALUES (@kind, @itemId, @item, @why, @program, @atMs)
     ON CONFLICT (kind, item_id) DO UPDATE SET item = excluded.item, why = excluded.why, program = excluded.program`,
  );
  const unpark = db.prepare('DELETE FROM down_parked WHERE kind = ? AND item_id = ?');
  const parkedFor = db.prepare(
    'SELECT kind, item_id AS itemId, item FROM down_parked WHERE why = @why OR (why <> @why AND @program IS NOT NULL AND program <> @program) LIMIT 500',
  );
  const countBad = db.prepare("SELECT count(*) FROM down_parked WHERE why = 'bad'").pluck();
  const dropOldParked = db.prepare('DELETE FROM down_parked WHERE at_ms < ?');
  const productOf = db.prepare('SELECT product_id FROM central_products WHERE central_id = ?').pluck();
  const setProduct = db.prepare(
    'INSERT INTO central_products (central_id, product_id) VALUES (?, ?) ON CONFLICT (central_id) DO UPDATE SET product_id = excluded.product_id',
  );
  const sharedColumns = 'kind, item_id AS itemId, local_id AS localId, version, is_waiting AS isWaiting';
  const shared = db.prepare(`SELECT ${sharedColumns} FROM shared_items WHERE kind = ? AND item_id = ?`);
  const sharedLocal = db.prepare(`SELECT ${sharedColumns} FROM shared_items WHERE kind = ? AND local_id = ? LIMIT 1`);
  const waiting = db.prepare(
    `SELECT ${sharedColumns} FROM shared_items WHERE is_waiting = 1 ORDER BY kind DESC, item_id LIMIT ?`,
  );
  const countWaiting = db.prepare('SELECT count(*) FROM shared_items WHERE is_waiting = 1').pluck();
  const setShared = db.prepare(
    `INSERT INTO shared_items (kind, item_id, local_id, version, is_waiting) VALUES (@kind, @itemId, @localId, @version, @isWaiting)
     ON CONFLICT (kind, item_id) DO UPDATE SET local_id = excluded.local_id, version = excluded.version, is_waiting = excluded.is_waiting`,
  );
  const told = db.prepare(
    'UPDATE shared_items SET is_waiting = 0 WHERE kind = @kind AND item_id = @itemId AND version = @version',
  );
  const tellAll = db.prepare('UPDATE shared_items SET is_waiting = 1');
  return {
    park: (row: ParkedRow & { readonly why: ParkedWhy; readonly program: string; readonly atMs: number }): void => {
      park.run(row);
    },
    unpark: (kind: string, itemId: string): void => {
      unpark.run(kind, itemId);
    },
    /** What waits for a product; with a program, also what another one could not read. */
    listParked: (why: ParkedWhy, program: string | null): ParkedRow[] => parkedFor.all({ why, program }) as ParkedRow[],
    countBad: (): number => countBad.get() as number,
    dropOldParked: (beforeMs: number): void => {
      dropOldParked.run(beforeMs);
    },
    /** Our product for one of the service's. */
    findProduct: (centralId: string): string | null => (productOf.get(centralId) as string | undefined) ?? null,
    setProduct: (centralId: string, productId: string): void => {
      setProduct.run(centralId, productId);
    },
    findShared: (kind: SharedKind, itemId: string): SharedRow | null =>
      (shared.get(kind, itemId) as SharedRow | undefined) ?? null,
    findSharedOf: (kind: SharedKind, localId: string): SharedRow | null =>
      (sharedLocal.get(kind, localId) as SharedRow | undefined) ?? null,
    /** Rules and rounds first. */
    listWaiting: (limit: number): SharedRow[] => waiting.all(limit) as SharedRow[],
    countWaiting: (): number => countWaiting.get() as number,
    setShared: (row: Omit<SharedRow, 'isWaiting'> & { readonly isWaiting: boolean }): void => {
      setShared.run({ ...row, isWaiting: row.isWaiting ? 1 : 0 });
    },
    /** The service has this version; a newer one goes on waiting. */
    setTold: (kind: SharedKind, itemId: string, version: number): void => {
      told.run({ kind, itemId, version });
    },
    /** The service begins another life: it is told once more. */
    tellAll: (): void => {
      tellAll.run();
    },
  };
}
