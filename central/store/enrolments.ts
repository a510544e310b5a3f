import { createHash, randomBytes } from 'node:crypto';
import { type EnrolmentReply, enrolmentCodeLength } from '../../shared/central/enrolment.ts';
import { mod3736Check } from '../../shared/codes/ownCodes.ts';
import type { Database } from './database.ts';
import { ensureStation, giveToken, newToken, type StationName } from './stations.ts';

const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
/** How long the former token stays good where nobody uses the new one: a station may have lost the answer. */
const formerStaysMs = 24 * 3_600_000;

/** Only the hash is kept. */
const hashOf = (code: string): string => createHash('sha256').update(`enrolment ${code}`).digest('hex');

function newCode(): string {
  for (;;) {
    const text = [...randomBytes(enrolmentCodeLength)].map((byte) => crockford.charAt(byte & 31)).join('');
    const check = mod3736Check(text);
    // A code is typed: one whose check character could be misread is not given out.
    if (check !== null && crockford.includes(check)) return text + check;
  }
}

/**
 * Makes the site and the station where they are missing, and a code that is exchanged for the station's token, once and
 * before `validUntilMs`. Earlier codes of the station end; its token ends when the new code is used.
 */
export function makeEnrolmentCode(
  database: Database,
  name: StationName,
  { nowMs, validUntilMs }: { readonly nowMs: number; readonly validUntilMs: number },
): Promise<string> {
  const code = newCode();
  return database.transaction(async (statements) => {
    const stationId = await ensureStation(statements, name);
    await statements.query('DELETE FROM enrolment_codes WHERE station_id = $1 AND used_at_ms IS NULL', [stationId]);
    await statements.query(
      'INSERT INTO enrolment_codes (code_hash, station_id, made_at_ms, valid_until_ms) VALUES ($1, $2, $3, $4)',
      [hashOf(code), stationId, nowMs, validUntilMs],
    );
    return code;
  });
}

/** Exchanges a code for a token; null for a code that is not known, was used, or is over its time: all the same. */
export function exchangeCode(database: Database, code: string, nowMs: number): Promise<EnrolmentReply | null> {
  const token = newToken();
  return database.transaction(async (statements) => {
    const [used] = await statements.query<{ stationId: string; site: string; station: string }>(
      `WITH used AS (
         UPDATE enrolment_codes SET used_at_ms = $2
          WHERE code_hash = $1 AND used_at_ms IS NULL AND valid_until_ms > $2 RETURNING station_id
       )
       SELECT station.id AS "stationId", site.name AS site, station.name AS station
         FROM used JOIN stations AS station ON station.id = used.station_id JOIN sites AS site ON site.id = station.site_id`,
      [hashOf(code), nowMs],
    );
    if (used === undefined) return null;
    await giveToken(statements, used.stationId, token, nowMs);
    return { token, site: used.site, station: used.station };
  });
}

/**
 * A next token for a station. Its present one stays good until the next was used, or for a day: whoever loses the answer
 * asks again, and is locked out by nothing.
 */
export async function nextToken(
  database: Database,
  stationId: string,
  formerHash: string,
  nowMs: number,
): Promise<{ readonly token: string; readonly formerEndsAtMs: number }> {
  const token = newToken();
  const formerEndsAtMs = nowMs + formerStaysMs;
  await database.transaction(async (statements) => {
    // Those that were asked for and never used are nobody's.
    await statements.query(
      'UPDATE station_tokens SET revoked = true, replaces = NULL WHERE station_id = $1 AND replaces = $2',
      [stationId, formerHash],
    );
    await giveToken(statements, stationId, token, nowMs, formerHash);
    await statements.query(
      'UPDATE station_tokens SET ends_at_ms = least(coalesce(ends_at_ms, $2), $2) WHERE token_hash = $1',
      [formerHash, formerEndsAtMs],
    );
  });
  return { token, formerEndsAtMs };
}
