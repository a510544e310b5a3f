import type { Register } from './open.ts';

export type ConflictRow = {
  readonly id: string;
  readonly testId: string;
  readonly personName: string;
  readonly kitSerial: string;
  readonly boundAtMs: number;
  readonly otherSite: string;
  readonly otherStation: string;
  readonly otherAtMs: number;
  readonly otherPersonMasked: string;
  readonly seenAtMs: number;
};

/** Kits that another station bound too, as the central service told. Over once the test's kit was corrected. */
export function conflictsTable(db: Register) {
  const insert = db.prepare(
    `INSERT INTO conflicts (id, test_id, other_test_id, other_site, other_station, other_bound_at_ms, other_person_masked, seen_at_ms, kit_key)
     VALUES (@id, @testId, @otherTestId, @otherSite, @otherStation, @otherBoundAtMs, @otherPersonMasked, @seenAtMs,
       coalesce((SELECT kit_key FROM kit_corrections WHERE test_id = @testId AND chain <= @chain ORDER BY n DESC LIMIT 1),
                (SELECT kit_key FROM tests WHERE id = @testId)))
     ON CONFLICT (test_id, other_test_id) DO UPDATE SET kit_key = excluded.kit_key, seen_at_ms = excluded.seen_at_ms
       WHERE kit_key <> excluded.kit_key`,
  );
  const count = db.prepare('SELECT count(*) FROM conflicts JOIN test_states USING (test_id, kit_key)').pluck();
  const list = db.prepare(
    `SELECT conflicts.id, conflicts.test_id AS testId, person_name AS personName,
       coalesce(fix.serial, kit_serial) AS kitSerial, tests.bound_at_ms AS boundAtMs,
       other_site AS otherSite, other_station AS otherStation, other_bound_at_ms AS otherAtMs,
       other_person_masked AS otherPersonMasked, seen_at_ms AS seenAtMs
     FROM conflicts JOIN test_states ON test_states.test_id = conflicts.test_id AND test_states.kit_key = conflicts.kit_key
     JOIN tests ON tests.id = conflicts.test_id
     LEFT JOIN kit_corrections AS fix ON fix.test_id = conflicts.test_id AND fix.n = test_states.kit_n ORDER BY seen_at_ms DESC LIMIT 200`,
  );
  return {
    /** Answers whether it was new. */
    insert: (row: {
      readonly id: string;
      readonly testId: string;
      readonly otherTestId: string;
      readonly otherSite: string;
      readonly otherStation: string;
      readonly otherBoundAtMs: number;
      readonly otherPersonMasked: string;
      readonly seenAtMs: number;
      /** The place in its test of the record that brought it. */
      readonly chain: number;
    }): boolean => insert.run(row).changes === 1,
    count: (): number => count.get() as number,
    list: (): ConflictRow[] => list.all() as ConflictRow[],
  };
}
