import type { Register } from './open.ts';

/** The one row that holds what is on the stage and who sits at the desk, so that core can be started again in mid-gesture. */
export function deskTable(db: Register) {
  const get = db.prepare('SELECT operator_id AS operatorId, state FROM desk WHERE id = 1');
  const set = db.prepare(
    'INSERT INTO desk (id, operator_id, state) VALUES (1, ?, ?) ON CONFLICT (id) DO UPDATE SET operator_id = excluded.operator_id, state = excluded.state',
  );
  return {
    get: (): { readonly operatorId: string | null; readonly state: string } | null =>
      (get.get() as { operatorId: string | null; state: string } | undefined) ?? null,
    set: (operatorId: string | null, state: string): void => {
      set.run(operatorId, state);
    },
  };
}
