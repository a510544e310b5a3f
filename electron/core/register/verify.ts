import type { Register } from '../../db/open.ts';
import { verifyAudit } from '../audit/verify.ts';

/** The first thing wrong with a register, in words for whoever keeps it; ids and days, never a person. */
export type RegisterFault = { readonly check: RegisterCheck; readonly what: string };
export const registerChecks = [
  'pages',
  'cipher',
  'references',
  'balance',
  'states',
  'followUps',
  'slips',
  'uploads',
  'handover',
  'stickers',
  'people',
  'imports',
  'stock',
  'chain',
] as const;
export type RegisterCheck = (typeof registerChecks)[number];

/** Reads a whole register by a connection that need only read. Answers the first fault, or null. */
export async function verifyRegister(db: Register): Promise<RegisterFault | null> {
  for (const check of registerChecks) {
    const what = await checks[check](db);
    if (what !== null) return { check, what };
  }
  return null;
}

type Row = Readonly<Record<string, string | number | null>>;
const first = (db: Register, sql: string): Row | null => (db.prepare(sql).get() as Row | undefined) ?? null;
const words = (row: Row | null): string | null =>
  row === null
    ? null
    : Object.entries(row)
        .map(([name, value]) => `${name} ${value}`)
        .join(', ');

const checks: Readonly<Record<RegisterCheck, (db: Register) => string | null | Promise<string | null>>> = {
  pages: (db) => {
    const found = db.pragma('integrity_check(1)', { simple: true });
    return found === 'ok' ? null : String(found);
  },
  // The sqlcipher scheme checks each page's own code when it is read; this reads them all, also the free ones.
  cipher: (db) => {
    const found = db.pragma('cipher_integrity_check') as unknown[];
    return found.length === 0 ? null : JSON.stringify(found[0]);
  },
  references: (db) => {
    const [found] = db.pragma('foreign_key_check') as { table: string; rowid: number | null; parent: string }[];
    return found === undefined ? null : `table ${found.table}, row ${found.rowid}, parent ${found.parent}`;
  },
  // Whatever was registered on a day and not taken back stands in exactly one place.
  balance: (db) =>
    words(
      first(
        db,
        `SELECT tests.day AS day, count(*) AS registered,
           sum(coalesce(status IN ('negative', 'positive', 'invalid', 'pending', 'void'), 0)) AS accounted
         FROM tests LEFT JOIN test_states ON test_id = tests.id
         WHERE NOT EXISTS (SELECT 1 FROM undos WHERE undos.test_id = tests.id)
         GROUP BY tests.day HAVING registered <> accounted ORDER BY tests.day LIMIT 1`,
      ),
    ),
  // What a test's state says is what its facts say: undone, void, the newest result, or none yet.
  states: (db) =>
    words(
      first(
        db,
        `WITH facts AS (
           SELECT tests.id AS id, coalesce(newest.revision, 0) AS revision,
             CASE WHEN EXISTS (SELECT 1 FROM undos WHERE undos.test_id = tests.id) THEN 'undone'
                  WHEN EXISTS (SELECT 1 FROM voids WHERE voids.test_id = tests.id) THEN 'void'
                  ELSE coalesce(newest.outcome, 'pending') END AS status
           FROM tests LEFT JOIN results AS newest ON newest.test_id = tests.id
             AND newest.revision = (SELECT max(revision) FROM results WHERE results.test_id = tests.id)
         )
         SELECT facts.id AS test, facts.status AS facts, coalesce(test_states.status, 'none') AS state
         FROM facts LEFT JOIN test_states ON test_id = facts.id
         WHERE test_states.status IS NOT facts.status OR test_states.revision IS NOT facts.revision
         ORDER BY facts.id LIMIT 1`,
      ),
    ) ??
    words(
      first(
        db,
        `SELECT test_states.test_id AS test, 'none' AS facts, test_states.status AS state FROM test_states
         WHERE NOT EXISTS (SELECT 1 FROM tests WHERE tests.id = test_states.test_id) LIMIT 1`,
      ),
    ),
  // Every positive has a follow-up that no revision or void has ended, and nothing else keeps one open.
  followUps: (db) =>
    words(
      first(
        db,
        `SELECT test_states.test_id AS test, status,
           CASE WHEN opened_at_ms IS NULL THEN 'none' WHEN closed_at_ms IS NULL THEN 'open' ELSE 'closed' END AS followUp
         FROM test_states LEFT JOIN follow_ups ON follow_ups.test_id = test_states.test_id
         WHERE (status = 'positive' AND (opened_at_ms IS NULL OR (closed_at_ms IS NOT NULL AND
             (SELECT outcome FROM follow_up_entries AS e WHERE e.test_id = test_states.test_id AND kind = 'closed'
              ORDER BY n DESC LIMIT 1) IN ('revised', 'voided'))))
           OR (status <> 'positive' AND opened_at_ms IS NOT NULL AND closed_at_ms IS NULL)
         ORDER BY test_states.test_id LIMIT 1`,
      ),
    ),
  // The prints of a test are numbered without a gap, and none tells a revision that was never made.
  slips: (db) =>
    words(
      first(
        db,
        `SELECT result_slips.test_id AS test, count(*) AS prints, max(n) AS newest, max(result_slips.revision) AS told, test_states.revision AS revision
         FROM result_slips LEFT JOIN test_states ON test_states.test_id = result_slips.test_id
         GROUP BY result_slips.test_id HAVING prints <> newest OR told > coalesce(test_states.revision, -1) LIMIT 1`,
      ),
    ),
  // Records made anew are numbered without a gap and stand for a record of their own test.
  uploads: (db) =>
    words(
      first(
        db,
        `SELECT mended_records.test_id AS test, count(*) AS mended, max(n) AS newest
         FROM mended_records LEFT JOIN outbox ON outbox.seq = mended_records.seq AND outbox.test_id = mended_records.test_id
         GROUP BY mended_records.seq HAVING mended <> newest OR count(outbox.seq) <> mended LIMIT 1`,
      ),
    ),
  // A receipt answers each record of its file, and no more wait for one than the file holds.
  handover: (db) =>
    words(
      first(
        db,
        `SELECT f.n AS file, f.records AS records, accepted + conflicts + rejected AS answered,
           (SELECT count(*) FROM handover_waiting AS w WHERE w.n = f.n) AS waiting
         FROM handover_files AS f LEFT JOIN handover_receipts USING (n)
         WHERE coalesce(answered, f.records) <> f.records OR waiting > f.records ORDER BY f.n LIMIT 1`,
      ),
    ),
  // No sticker is both used and spoiled, and each batch has as many as were issued.
  stickers: (db) =>
    words(
      first(
        db,
        `SELECT sticker_spoils.code AS sticker, 'used and spoiled' AS fault FROM sticker_spoils
         JOIN test_states ON kit_key = 'sticker:' || sticker_spoils.code AND status <> 'undone' LIMIT 1`,
      ),
    ) ??
    words(
      first(
        db,
        `SELECT sticker_batches.id AS batch, count AS issued, count(stickers.code) AS there
         FROM sticker_batches LEFT JOIN stickers ON batch_id = sticker_batches.id
         GROUP BY sticker_batches.id HAVING issued <> there LIMIT 1`,
      ),
    ),
  // Whoever stands by themselves is found by a search and nobody else is; a test moved only with a merge that stands.
  people: (db) =>
    words(
      first(
        db,
        `SELECT people.id AS person, CASE WHEN n IS NULL THEN 'not in the index' ELSE 'in the index as part of another' END AS fault
         FROM people LEFT JOIN person_words ON person_id = people.id WHERE (merged_into IS NULL) <> (n IS NOT NULL) LIMIT 1`,
      ),
    ) ??
    words(
      first(
        db,
        `SELECT person_id AS person, 'words of nobody' AS fault FROM person_words
         WHERE NOT EXISTS (SELECT 1 FROM people WHERE people.id = person_id) LIMIT 1`,
      ),
    ) ??
    words(
      first(
        db,
        `SELECT tests.id AS test, 'moved without a merge' AS fault FROM tests JOIN test_states ON test_id = tests.id
         WHERE tests.person_id <> test_states.person_id AND NOT EXISTS (
           SELECT 1 FROM person_merge_tests JOIN person_merges ON person_merges.id = merge_id
           WHERE person_merge_tests.test_id = tests.id AND kept_id = test_states.person_id
             AND NOT EXISTS (SELECT 1 FROM person_merge_undos WHERE person_merge_undos.merge_id = person_merges.id)) LIMIT 1`,
      ),
    ),
  // An import brought as many people as it said: fewer only where it was taken back or people were destroyed since.
  imports: (db) =>
    words(
      first(
        db,
        `WITH brought AS (
           SELECT import_id, json_extract(counts, '$.fresh') AS said, json_extract(counts, '$.joining') AS joining,
             (SELECT count(*) FROM people WHERE people.import_id = import_commits.import_id) AS there,
             (SELECT count(*) FROM import_members WHERE import_members.import_id = import_commits.import_id AND has_joined = 1) AS joined,
             EXISTS (SELECT 1 FROM import_undos WHERE import_undos.import_id = import_commits.import_id)
               OR EXISTS (SELECT 1 FROM destructions) AS may_lack
           FROM import_commits JOIN imports ON imports.id = import_id WHERE kind = 'roster'
         )
         SELECT import_id AS import, said, there, coalesce(joining, 0) AS joining, joined FROM brought
         WHERE there > said OR (there < said AND NOT may_lack) OR joined > coalesce(joining, 0) LIMIT 1`,
      ),
    ) ??
    words(
      first(
        db,
        `SELECT import_id AS import, 'committed and not visible' AS fault FROM import_commits JOIN imports ON imports.id = import_id
         WHERE state <> 'committed' LIMIT 1`,
      ),
    ) ??
    words(
      first(
        db,
        `SELECT import_id AS import, n, 'joined and in no organisation' AS fault FROM import_members AS m
         WHERE has_joined = 1 AND NOT EXISTS (SELECT 1 FROM organisation_people AS o
           WHERE o.organisation_id = m.organisation_id AND o.person_id = m.person_id)
           AND NOT EXISTS (SELECT 1 FROM audit WHERE action = 'organisation.release' AND subject = 'organisation:' || m.organisation_id)
         LIMIT 1`,
      ),
    ),
  // What was used of a lot is what its tests say, those that were destroyed since included; counts add up and follow on.
  stock: (db) =>
    words(
      first(
        db,
        `WITH live AS (
           SELECT product_id, coalesce(kit_lot, '') AS lot, count(*) AS tests FROM tests JOIN test_states ON test_id = tests.id
           WHERE status <> 'undone' GROUP BY 1, 2
         )
         SELECT product_id AS product, lot, coalesce(used - purged, 0) AS used, coalesce(tests, 0) AS tests
         FROM lot_uses FULL JOIN live USING (product_id, lot)
         WHERE coalesce(used - purged, 0) <> coalesce(tests, 0) LIMIT 1`,
      ),
    ) ??
    words(
      first(
        db,
        `SELECT count_id AS count, lot, opening, former FROM (
           SELECT count_id, lot, opening,
             coalesce(lag(counted) OVER (PARTITION BY product_id, lot ORDER BY seq), 0) AS former
           FROM stock_count_lines JOIN stock_counts ON stock_counts.id = count_id
             JOIN stock_count_ends USING (count_id) WHERE outcome = 'confirmed'
         ) WHERE opening <> former LIMIT 1`,
      ),
    ) ??
    words(
      first(
        db,
        `SELECT lines.count_id AS count, lines.lot, difference, 'no reason' AS fault
         FROM stock_count_lines AS lines JOIN stock_count_ends AS ends USING (count_id)
         WHERE outcome = 'confirmed' AND difference <> 0 AND NOT EXISTS (
           SELECT 1 FROM json_each(reasons) WHERE json_extract(value, '$.productId') = lines.product_id
             AND json_extract(value, '$.lot') = lines.lot) LIMIT 1`,
      ),
    ) ??
    words(
      first(
        db,
        `SELECT one.head, one.width, one.first, one.last FROM (
           SELECT head, width, first, last, lead(first) OVER (PARTITION BY head, width ORDER BY first) AS next FROM kit_ranges
         ) AS one WHERE one.last >= one.next LIMIT 1`,
      ),
    ) ??
    words(
      first(
        db,
        `SELECT transfer_id AS transfer, transfer_lines.direction AS line, transfers.direction FROM transfer_lines
         JOIN transfers ON transfers.id = transfer_id WHERE transfer_lines.direction <> transfers.direction LIMIT 1`,
      ),
    ),
  chain: async (db) => {
    const { bad } = await verifyAudit(db);
    return bad === null ? null : `entry ${bad.seq}: ${bad.fault}`;
  },
};
