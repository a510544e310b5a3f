import { randomUUID } from 'node:crypto';
import type { Database } from './database.ts';
import { hashOfToken, newToken } from './stations.ts';

/** What a reader may ask: records as they came, Bundles of FHIR, totals, one person's latest result. */
export const readerScopes = ['feed', 'fhir', 'totals', 'citizen'] as const;
export type ReaderScope = (typeof readerScopes)[number];

/** Whoever reads for the city. */
export type ReaderIdentity = { readonly readerId: string; readonly scopes: readonly ReaderScope[] };

export type AuthenticatedReader =
  | { readonly ok: true; readonly reader: ReaderIdentity }
  | { readonly ok: false; readonly code: 'unknown' | 'revoked' };

export async function authenticateReader(database: Database, token: string): Promise<AuthenticatedReader> {
  const [row] = await database.query<{ reader_id: string; revoked: boolean; scopes: ReaderScope[] }>(
    `SELECT reader_id, revoked, scopes FROM reader_tokens JOIN readers ON readers.id = reader_id WHERE token_hash = $1`,
    [hashOfToken(token)],
  );
  if (row === undefined) return { ok: false, code: 'unknown' };
  return row.revoked
    ? { ok: false, code: 'revoked' }
    : { ok: true, reader: { readerId: row.reader_id, scopes: row.scopes } };
}

/** Makes the reader where it is missing, for these scopes from now on, ends its former token, and answers a new one, this once. */
export function admitReader(
  database: Database,
  name: string,
  scopes: readonly ReaderScope[],
  nowMs: number,
): Promise<string> {
  const token = newToken();
  return database.transaction(async (statements) => {
    const [row] = await statements.query<{ id: string }>(
      `INSERT INTO readers (id, name, scopes) VALUES ($1, $2, $3)
       ON CONFLICT (name) DO UPDATE SET scopes = excluded.scopes RETURNING id`,
      [randomUUID(), name, scopes],
    );
    if (row === undefined) throw new Error('a reader just made is missing');
    await statements.query('UPDATE reader_tokens SET revoked = true WHERE reader_id = $1 AND NOT revoked', [row.id]);
    await statements.query('INSERT INTO reader_tokens (token_hash, reader_id, made_at_ms) VALUES ($1, $2, $3)', [
      hashOfToken(token),
      row.id,
      nowMs,
    ]);
    return token;
  });
}

/** Ends every token of the reader. Answers whether there was such a reader. */
export async function dismissReader(database: Database, name: string): Promise<boolean> {
  const rows = await database.query(
    `WITH reader AS (SELECT id FROM readers WHERE name = $1),
          ended AS (UPDATE reader_tokens SET revoked = true WHERE reader_id IN (SELECT id FROM reader))
     SELECT id FROM reader`,
    [name],
  );
  return rows.length > 0;
}
