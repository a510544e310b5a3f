import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { Database, Statements } from './database.ts';
import { forgetInstallations } from './installations.ts';

/** Who is asking: a station and the site it stands in. */
export type StationIdentity = { readonly stationId: string; readonly siteId: string };

export type Authenticated =
  | { readonly ok: true; readonly station: StationIdentity }
  | { readonly ok: false; readonly code: 'unknown' | 'revoked' };

export type StationName = { readonly site: string; readonly station: string };

export type Enrolled =
  | { readonly ok: true; readonly token: string }
  | { readonly ok: false; readonly code: 'alreadyEnrolled' };

/** 256 random bits in base64url. */
export const tokenPattern = /^[A-Za-z0-9_-]{43}$/;

export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

/**
 * Only the hash is stored and looked up: how long the look-up takes tells at most something of a hash that nobody can
 * steer, so it needs no comparison in constant time.
 */
export function hashOfToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

export async function authenticate(database: Database, token: string, nowMs: number): Promise<Authenticated> {
  const tokenHash = hashOfToken(token);
  const [row] = await database.query<{
    station_id: string;
    site_id: string;
    revoked: boolean;
    replaces: string | null;
  }>(
    `SELECT token.station_id, station.site_id, token.replaces,
            token.revoked OR coalesce(token.ends_at_ms <= $2, false) AS revoked
       FROM station_tokens AS token JOIN stations AS station ON station.id = token.station_id
      WHERE token.token_hash = $1`,
    [tokenHash, nowMs],
  );
  if (row === undefined) return { ok: false, code: 'unknown' };
  if (row.revoked) return { ok: false, code: 'revoked' };
  if (row.replaces !== null) await endReplaced(database, tokenHash, row.replaces);
  return { ok: true, station: { stationId: row.station_id, siteId: row.site_id } };
}

/** The first use of a token ends the one it was made to replace. */
async function endReplaced(database: Database, tokenHash: string, former: string): Promise<void> {
  await database.query(
    `WITH taken AS (UPDATE station_tokens SET replaces = NULL WHERE token_hash = $1)
     UPDATE station_tokens SET revoked = true WHERE token_hash = $2`,
    [tokenHash, former],
  );
}

/** Ends every token of the station but `replacing`, which the new one replaces once it is used, and adds this one. */
export async function giveToken(
  statements: Statements,
  stationId: string,
  token: string,
  nowMs: number,
  replacing: string | null = null,
): Promise<void> {
  if (replacing === null) {
    await revokeAll(statements, stationId);
    await forgetInstallations(statements, stationId);
  }
  await statements.query(
    'INSERT INTO station_tokens (token_hash, station_id, made_at_ms, replaces) VALUES ($1, $2, $3, $4)',
    [hashOfToken(token), stationId, nowMs, replacing],
  );
}

/**
 * Makes the site and the station where they are missing, and a token, which is answered this once and never again.
 * A station that holds a valid token is refused, unless `replace` says that the old token shall end.
 */
export function enrol(database: Database, name: StationName, nowMs: number, replace: boolean): Promise<Enrolled> {
  const token = newToken();
  return database.transaction(async (statements) => {
    const stationId = await ensureStation(statements, name);
    const valid = await statements.query(
      'SELECT 1 FROM station_tokens WHERE station_id = $1 AND NOT revoked FOR UPDATE',
      [stationId],
    );
    if (valid.length > 0 && !replace) return { ok: false, code: 'alreadyEnrolled' };
    await revokeAll(statements, stationId);
    await forgetInstallations(statements, stationId);
    await addToken(statements, stationId, token, nowMs);
    return { ok: true, token };
  });
}

/** Sees to it that this very token is the station's valid one; a token that was revoked stays so. */
export function ensureToken(database: Database, name: StationName, token: string, nowMs: number): Promise<void> {
  return database.transaction(async (statements) => {
    await addToken(statements, await ensureStation(statements, name), token, nowMs);
  });
}

/** Ends every token of the station. Answers whether there was such a station. */
export function revoke(database: Database, name: StationName): Promise<boolean> {
  return database.transaction(async (statements) => {
    const [row] = await statements.query<{ id: string }>(
      `SELECT station.id FROM stations AS station JOIN sites AS site ON site.id = station.site_id
        WHERE site.name = $1 AND station.name = $2`,
      [name.site, name.station],
    );
    if (row !== undefined) await revokeAll(statements, row.id);
    return row !== undefined;
  });
}

/** How many stations stand in sites whose names do not begin so. */
export async function countStationsBeside(database: Database, siteMark: string): Promise<number> {
  const [row] = await database.query<{ count: number }>(
    `SELECT count(*) AS count FROM stations AS station JOIN sites AS site ON site.id = station.site_id
      WHERE NOT starts_with(site.name, $1)`,
    [siteMark],
  );
  return row?.count ?? 0;
}

/** The id of a station, made with its site where they are missing; its row is locked. */
export async function ensureStation(statements: Statements, { site, station }: StationName): Promise<string> {
  await statements.query('INSERT INTO sites (id, name) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING', [
    randomUUID(),
    site,
  ]);
  await statements.query(
    `INSERT INTO stations (id, site_id, name) SELECT $1, id, $3 FROM sites WHERE name = $2
     ON CONFLICT (site_id, name) DO NOTHING`,
    [randomUUID(), site, station],
  );
  // Locked, so that two enrolments of one station take turns.
  const [row] = await statements.query<{ id: string }>(
    `SELECT station.id FROM stations AS station JOIN sites AS site ON site.id = station.site_id
      WHERE site.name = $1 AND station.name = $2 FOR NO KEY UPDATE OF station`,
    [site, station],
  );
  if (row === undefined) throw new Error('a station just made is missing');
  return row.id;
}

async function addToken(statements: Statements, stationId: string, token: string, nowMs: number): Promise<void> {
  await statements.query(
    `INSERT INTO station_tokens (token_hash, station_id, made_at_ms) VALUES ($1, $2, $3)
     ON CONFLICT (token_hash) DO NOTHING`,
    [hashOfToken(token), stationId, nowMs],
  );
}

async function revokeAll(statements: Statements, stationId: string): Promise<void> {
  await statements.query('UPDATE station_tokens SET revoked = true WHERE station_id = $1 AND NOT revoked', [stationId]);
}
