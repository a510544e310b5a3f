import type { Decision } from '../ingest/decide.ts';
import type { Statements } from './database.ts';

/**
 * Who holds which kit. A kit's row names its first holder; whoever came later stands in `later_holders`, which is empty
 * for nearly every kit, so that a binding costs one row of one table.
 */
export async function takeKits(
  statements: Statements,
  stationNo: number,
  { begun, moved }: Decision,
  nowMs: number,
): Promise<void> {
  const wanted = [...begun.map(({ state }) => state), ...moved.map(({ state }) => state)];
  if (wanted.length === 0) return;
  const former = moved.map(({ state, formerKey }) => ({ kitKey: formerKey, testId: state.id }));
  const first = new Map<string, string | null>(former.map(({ kitKey }) => [kitKey, null]));
  for (const { kitKey, id } of wanted) first.set(kitKey, first.get(kitKey) ?? id);

  // Every row in one order for everybody, so that nobody waits in a circle. What another transaction did at the same kit
  // is waited for and then seen: a row that is free is ours, one that is held stays as it is.
  const rows = await statements.query<{ kit_key: string; first_test_id: string | null }>(
    `INSERT INTO kits AS kit (kit_key, first_test_id, first_station_no)
     SELECT kit_key, test_id, CASE WHEN test_id IS NULL THEN NULL ELSE $3::integer END
       FROM unnest($1::text[], $2::text[]) AS wanted (kit_key, test_id) ORDER BY kit_key
     ON CONFLICT (kit_key) DO UPDATE
        SET first_test_id = coalesce(kit.first_test_id, excluded.first_test_id),
            first_station_no = coalesce(kit.first_station_no, excluded.first_station_no)
     RETURNING kit_key, first_test_id`,
    [[...first.keys()], [...first.values()], stationNo],
  );
  const holders = new Map(rows.map((row) => [row.kit_key, row.first_test_id]));
  const later = wanted.filter(({ kitKey, id }) => holders.get(kitKey) !== id);
  if (later.length > 0) {
    await statements.query(
      `INSERT INTO later_holders (kit_key, test_id, station_no)
       SELECT kit_key, test_id, $3 FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS later (kit_key, test_id, place)
        ORDER BY place`,
      [later.map(({ kitKey }) => kitKey), later.map(({ id }) => id), stationNo],
    );
  }
  if (former.length > 0) await letGo(statements, former);
  if (later.length + former.length > 0) {
    await noteConflicts(
      statements,
      wanted.map(({ id }) => id),
      former.map(({ kitKey }) => kitKey),
      nowMs,
    );
  }
}

/** Tests leave their kits; where one was the first, the next one is from then on. */
async function letGo(
  statements: Statements,
  left: readonly { readonly kitKey: string; readonly testId: string }[],
): Promise<void> {
  const pairs = [left.map(({ kitKey }) => kitKey), left.map(({ testId }) => testId)];
  await statements.query(
    `DELETE FROM later_holders AS holder USING unnest($1::text[], $2::text[]) AS gone (kit_key, test_id)
      WHERE holder.kit_key = gone.kit_key AND holder.test_id = gone.test_id`,
    pairs,
  );
  await statements.query(
    `WITH freed AS (
       SELECT kit.kit_key FROM kits AS kit JOIN unnest($1::text[], $2::text[]) AS gone (kit_key, test_id)
           ON kit.kit_key = gone.kit_key AND kit.first_test_id = gone.test_id
     ), next AS (
       SELECT DISTINCT ON (kit_key) kit_key, test_id, station_no FROM later_holders
        WHERE kit_key IN (SELECT kit_key FROM freed) ORDER BY kit_key, no
     ), promoted AS (
       DELETE FROM later_holders AS holder USING next
        WHERE holder.kit_key = next.kit_key AND holder.test_id = next.test_id
     )
     UPDATE kits SET first_test_id = next.test_id, first_station_no = next.station_no
       FROM freed LEFT JOIN next USING (kit_key) WHERE kits.kit_key = freed.kit_key`,
    pairs,
  );
}

/** Writes down who came to a kit after somebody else: once a pair and kit. */
async function noteConflicts(
  statements: Statements,
  testIds: readonly string[],
  leftKits: readonly string[],
  nowMs: number,
): Promise<void> {
  await statements.query(
    `INSERT INTO conflicts (first_test_id, later_test_id, kit_key, found_at_ms)
     SELECT kit.first_test_id, later.test_id, later.kit_key, $3::bigint
       FROM later_holders AS later JOIN kits AS kit USING (kit_key)
      WHERE later.test_id = ANY ($1::text[]) OR later.kit_key = ANY ($2::text[])
     ON CONFLICT DO NOTHING`,
    [testIds, leftKits, nowMs],
  );
}

/** For each of these tests whose kit somebody else holds too, the id of the first of the others. */
export async function findOtherHolders(
  statements: Statements,
  tests: readonly { readonly id: string; readonly kitKey: string }[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await statements.query<{ kit_key: string; first: string; next: string }>(
    `SELECT kit.kit_key, kit.first_test_id AS first, later.test_id AS next
       FROM kits AS kit
       CROSS JOIN LATERAL (
              SELECT test_id FROM later_holders WHERE kit_key = kit.kit_key ORDER BY no LIMIT 1
            ) AS later
      WHERE kit.kit_key IN (SELECT kit_key FROM later_holders WHERE kit_key = ANY ($1::text[]))`,
    [[...new Set(tests.map(({ kitKey }) => kitKey))]],
  );
  const holders = new Map(rows.map((row) => [row.kit_key, row]));
  return new Map(
    tests.flatMap(({ id, kitKey }) => {
      const kit = holders.get(kitKey);
      return kit === undefined ? [] : [[id, kit.first === id ? kit.next : kit.first] as const];
    }),
  );
}
