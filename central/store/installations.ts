import type { Statements } from './database.ts';

/**
 * Lets an installation send for its station, whose row the transaction holds. One that was never seen is newer than all
 * before it, and ends them. Answers false for one that was ended.
 * @param present the installation that sends for the station now; null for none yet
 */
export async function admitInstallation(
  statements: Statements,
  station: { readonly no: number; readonly present: string | null },
  installationId: string,
  nowMs: number,
): Promise<boolean> {
  if (station.present === installationId) return true;
  const [row] = await statements.query<{ wasEnded: boolean | null }>(
    `WITH known AS (
       SELECT ended_at_ms IS NOT NULL AS ended FROM installations WHERE station_no = $1 AND installation_id = $2
     ), former AS (
       UPDATE installations SET ended_at_ms = $3
        WHERE station_no = $1 AND installation_id <> $2 AND ended_at_ms IS NULL
          AND NOT EXISTS (SELECT 1 FROM known WHERE ended)
     ), made AS (
       INSERT INTO installations (station_no, installation_id, first_at_ms)
       SELECT $1, $2, $3 WHERE NOT EXISTS (SELECT 1 FROM known)
     ), placed AS (
       UPDATE stations SET installation_id = $2 WHERE no = $1 AND NOT EXISTS (SELECT 1 FROM known WHERE ended)
     )
     SELECT (SELECT ended FROM known) AS "wasEnded"`,
    [station.no, installationId, nowMs],
  );
  return row?.wasEnded !== true;
}

/** After a new enrolment whoever holds the new token may send, be it an installation that was ended before. */
export async function forgetInstallations(statements: Statements, stationId: string): Promise<void> {
  await statements.query('DELETE FROM installations WHERE station_no = (SELECT no FROM stations WHERE id = $1)', [
    stationId,
  ]);
  await statements.query('UPDATE stations SET installation_id = NULL WHERE id = $1', [stationId]);
}

/** Announces an installation outside of a batch. */
export async function announce(
  statements: Statements,
  {
    stationId,
    installationId,
    nowMs,
  }: { readonly stationId: string; readonly installationId: string; readonly nowMs: number },
): Promise<{ readonly ok: true; readonly epoch: string; readonly ended: number } | { readonly ok: false }> {
  const [station] = await statements.query<{ epoch: string; no: number; present: string | null }>(
    `SELECT (SELECT epoch FROM service) AS epoch, no, installation_id AS present
       FROM stations WHERE id = $1 FOR NO KEY UPDATE`,
    [stationId],
  );
  if (station === undefined) throw new Error('an authenticated station is missing');
  if (!(await admitInstallation(statements, station, installationId, nowMs))) return { ok: false };
  const [row] = await statements.query<{ ended: number }>(
    'SELECT count(*)::integer AS ended FROM installations WHERE station_no = $1 AND ended_at_ms IS NOT NULL',
    [station.no],
  );
  return { ok: true, epoch: station.epoch, ended: row?.ended ?? 0 };
}
