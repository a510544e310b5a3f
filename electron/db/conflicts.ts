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

/** Kits that another station bound too, as the central service told. */
export function conflictsTable(db: Register) {
  const insert = db.prepare(
    `INSERT INTO conflicts (id, test_id, other_test_id, other_site, other_station, other_bound_at_ms, other_person_masked, seen_at_ms)
     VALUES (@id, @testId, @otherTestId, @otherSite, @otherStation, @otherBoundAtMs, @otherPersonMasked, @seenAtMs)
     ON CONFLICT (test_id, other_test_id) DO NOTHING`,
  );
  const count = db.prepare('SELECT count(*) FROM conflicts').pluck();
  const list = db.prepare(
    `SELECT conflicts.id, conflicts.test_id AS testId, person_name AS personName, kit_serial AS kitSerial, bound_at_ms AS boundAtMs,
       other_site AS otherSite, other_station AS otherStation, other_bound_at_ms AS otherAtMs,
       other_person_masked AS otherPersonMasked, seen_at_ms AS seenAtMs
     FROM conflicts JOIN tests ON tests.id = conflicts.test_id ORDER BY seen_at_ms DESC LIMIT 200`,
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
    }): boolean => insert.run(row).changes === 1,
    count: (): number => count.get() as number,
    list: (): ConflictRow[] => list.all() as ConflictRow[],
  };
}
