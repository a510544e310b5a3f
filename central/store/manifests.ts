import type { CentralLot } from '../../shared/central/registry.ts';
import { textAt } from '../../shared/codes/kitSpan.ts';
import type { ManifestRow } from '../registry/manifestRow.ts';
import type { Database, Statements } from './database.ts';

export type Manifest = { readonly maker: string; readonly fileName: string; readonly fileHash: string };

/** Two rows of a file that name the same kit, or a row that names one of an earlier manifest. */
export type Overlap = {
  readonly line: number;
  readonly kits: string;
  /** The other row of the same file, or else where it was known from. */
  readonly otherLine: number | null;
  readonly otherMaker: string | null;
  readonly otherFile: string | null;
};

export type ExpiryClash = {
  readonly line: number;
  readonly lot: string;
  readonly expiresOn: string;
  readonly known: string;
};

/** Rows of the file that one statement takes. */
const linesAStatement = 5_000;
/** Ranges that one transaction makes: the city's feed waits for the oldest transaction. */
const rangesAStep = 100_000;
const mostTold = 20;
const importLock = 7_236_450_127;

/**
 * Runs `work` while nobody else imports a manifest; null when somebody does. The lock is the database's and ends with its
 * connection, so a killed import leaves none.
 */
export async function alone<T>(database: Database, work: () => Promise<T>): Promise<T | null> {
  // PGlite's folder has one process, and one connection, which a waiting transaction would keep from everybody.
  if (database.kind === 'pglite') return work();
  return database.transaction(async (statements) => {
    const [row] = await statements.query<{ got: boolean }>('SELECT pg_try_advisory_xact_lock($1) AS got', [importLock]);
    if (row?.got !== true) return null;
    await statements.query('SET LOCAL idle_in_transaction_session_timeout = 0');
    return work();
  });
}

/** Forgets what an import before this one has left: its lines, and the rows of a manifest that was never finished. */
export async function clearUnfinished(database: Database): Promise<void> {
  await database.query('TRUNCATE manifest_lines, manifest_runs');
  await patiently(database, async (statements) => {
    await statements.query('DELETE FROM kit_ranges WHERE manifest_no IN (SELECT no FROM manifests WHERE kits IS NULL)');
    await statements.query('DELETE FROM manifests WHERE kits IS NULL');
  });
}

/** Whether this very file is in already. */
export async function isImported(database: Database, fileHash: string): Promise<boolean> {
  const rows = await database.query('SELECT 1 FROM manifests WHERE file_hash = $1 AND kits IS NOT NULL', [fileHash]);
  return rows.length > 0;
}

/** Takes rows of the file in, unseen by anybody. */
export function createLineWriter(database: Database): {
  readonly add: (row: ManifestRow, line: number) => Promise<void>;
  readonly end: () => Promise<void>;
} {
  let held: [row: ManifestRow, line: number][] = [];
  const end = async (): Promise<void> => {
    const rows = held;
    held = [];
    if (rows.length === 0) return;
    await database.query(
      `INSERT INTO manifest_lines (line, head, width, first, last, product_no, lot, expires_on)
       SELECT * FROM unnest($1::bigint[], $2::text[], $3::smallint[], $4::bigint[], $5::bigint[], $6::integer[],
                            $7::text[], $8::date[])`,
      [
        rows.map(([, line]) => line),
        rows.map(([row]) => row.span.head),
        rows.map(([row]) => row.span.width),
        rows.map(([row]) => row.span.first),
        rows.map(([row]) => row.span.last),
        rows.map(([row]) => row.product.no),
        rows.map(([row]) => row.lot),
        rows.map(([row]) => row.expiresOn),
      ],
    );
  };
  return {
    add: async (row, line) => {
      held.push([row, line]);
      if (held.length >= linesAStatement) await end();
    },
    end,
  };
}

/** Lots whose expiry dates differ, within the file or from what is known. */
export async function findExpiryClashes(database: Database): Promise<readonly ExpiryClash[]> {
  return patiently(database, (statements) =>
    statements.query<ExpiryClash>(
      `WITH named AS (
         SELECT product_no, lot, expires_on, min(line) AS line FROM manifest_lines
          WHERE lot IS NOT NULL AND expires_on IS NOT NULL GROUP BY product_no, lot, expires_on
       ), meant AS (
         SELECT named.*, coalesce(known.expires_on,
                  first_value(named.expires_on) OVER (PARTITION BY named.product_no, named.lot ORDER BY named.line)) AS due
           FROM named LEFT JOIN lots AS known ON known.product_no = named.product_no AND known.lot = named.lot
       )
       SELECT line, lot, expires_on::text AS "expiresOn", due::text AS known FROM meant
        WHERE expires_on <> due ORDER BY line LIMIT ${mostTold}`,
    ),
  );
}

type OverlapRow = {
  readonly line: number;
  readonly head: string;
  readonly width: number;
  readonly first: number;
  readonly last: number;
  readonly otherLine: number | null;
  readonly otherMaker: string | null;
  readonly otherFile: string | null;
};

/**
 * Folds the file's rows into ranges, and tells which rows name a kit that another row or an earlier manifest names. The
 * folded ranges never overlap where it tells none.
 */
export async function foldLines(database: Database): Promise<readonly Overlap[]> {
  const within = await patiently(database, (statements) =>
    statements.query<OverlapRow>(
      `WITH ordered AS (
         SELECT line, head, width, first, last,
                max(last) OVER before AS reached,
                -- Of the rows before, the one that reaches farthest.
                (max(ARRAY[last, line]) OVER before)[2] AS "otherLine"
           FROM manifest_lines
         WINDOW before AS (PARTITION BY head, width ORDER BY first, line ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
       )
       SELECT line, head, width, first, last, "otherLine", NULL AS "otherMaker", NULL AS "otherFile"
         FROM ordered WHERE first <= reached ORDER BY line LIMIT ${mostTold}`,
    ),
  );
  if (within.length > 0) return within.map(toOverlap);
  await patiently(database, (statements) =>
    statements.query(
      `WITH marked AS (
         SELECT *, CASE WHEN width > 0 AND first = lag(last) OVER ordered + 1 AND product_no = lag(product_no) OVER ordered
                         AND lot IS NOT DISTINCT FROM lag(lot) OVER ordered THEN 0 ELSE 1 END AS begins
           FROM manifest_lines WINDOW ordered AS (PARTITION BY head, width ORDER BY first)
       ), numbered AS (
         SELECT *, sum(begins) OVER (ORDER BY head, width, first) AS run FROM marked
       )
       INSERT INTO manifest_runs (no, line, head, width, first, last, product_no, lot)
       SELECT run, min(line), min(head), min(width), min(first), max(last), min(product_no), min(lot)
         FROM numbered GROUP BY run`,
    ),
  );
  const known = await patiently(database, (statements) =>
    statements.query<OverlapRow>(
      `SELECT run.line, run.head, run.width, greatest(run.first, known.first) AS first,
              least(run.last, known.last) AS last, NULL::bigint AS "otherLine",
              manifest.maker AS "otherMaker", manifest.file_name AS "otherFile"
         FROM manifest_runs AS run
         CROSS JOIN LATERAL (
                -- What is known never overlaps, so of what begins before our end only the last can reach us.
                SELECT first, last, manifest_no FROM kit_ranges
                 WHERE head = run.head AND width = run.width AND first <= run.last ORDER BY first DESC LIMIT 1
              ) AS known
         JOIN manifests AS manifest ON manifest.no = known.manifest_no
        WHERE known.last >= run.first ORDER BY run.line LIMIT ${mostTold}`,
    ),
  );
  return known.map(toOverlap);
}

function toOverlap({ line, head, width, first, last, ...other }: OverlapRow): Overlap {
  const from = textAt(head, width, first);
  return { line, kits: first === last ? from : `${from} – ${textAt(head, width, last)}`, ...other };
}

/**
 * Writes the folded ranges in steps, which nobody sees, and shows them by one small transaction, in which `also` tells
 * others of the lots that came with them.
 */
export async function keepManifest(
  database: Database,
  manifest: Manifest,
  nowMs: number,
  also: (statements: Statements, lots: readonly CentralLot[]) => Promise<void>,
): Promise<{ readonly rows: number; readonly ranges: number; readonly kits: number; readonly lots: number }> {
  const [made] = await database.query<{ no: number }>(
    'INSERT INTO manifests (maker, file_name, file_hash, imported_at_ms) VALUES ($1, $2, $3, $4) RETURNING no',
    [manifest.maker, manifest.fileName, manifest.fileHash, nowMs],
  );
  if (made === undefined) throw new Error('a manifest just made is missing');
  await database.query('CREATE INDEX IF NOT EXISTS manifest_runs_in_order ON manifest_runs (no)');
  const [count] = await database.query<{ ranges: number }>('SELECT coalesce(max(no), 0) AS ranges FROM manifest_runs');
  const ranges = Number(count?.ranges ?? 0);
  for (let from = 1; from <= ranges; from += rangesAStep) {
    await patiently(database, (statements) =>
      statements.query(
        `INSERT INTO kit_ranges (head, width, first, last, product_no, manifest_no, lot)
         SELECT head, width, first, last, product_no, $1, lot FROM manifest_runs WHERE no >= $2 AND no < $3 ORDER BY no`,
        [made.no, from, from + rangesAStep],
      ),
    );
  }
  const told = await patiently(database, async (statements) => {
    const lots = await statements.query<CentralLot>(
      `SELECT product.id AS "productId", named.lot, max(named.expires_on)::text AS "expiresOn"
         FROM manifest_lines AS named JOIN products AS product ON product.no = named.product_no
        WHERE named.lot IS NOT NULL GROUP BY product.id, named.lot`,
    );
    const [sums] = await statements.query<{ rows: number; kits: number }>(
      `UPDATE manifests SET rows = (SELECT count(*) FROM manifest_lines),
              kits = (SELECT coalesce(sum(last - first + 1), 0) FROM manifest_runs)
        WHERE no = $1 RETURNING rows, kits`,
      [made.no],
    );
    await also(statements, lots);
    return { rows: sums?.rows ?? 0, ranges, kits: sums?.kits ?? 0, lots: lots.length };
  });
  await database.query('TRUNCATE manifest_lines, manifest_runs');
  return told;
}

/** A transaction whose statements may take longer than a request's: it sorts tens of millions of rows. */
function patiently<T>(database: Database, work: (statements: Statements) => Promise<T>): Promise<T> {
  return database.transaction(async (statements) => {
    await statements.query('SET LOCAL statement_timeout = 0');
    await statements.query("SET LOCAL work_mem = '256MB'");
    return work(statements);
  });
}
