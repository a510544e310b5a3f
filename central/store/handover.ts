import type { Database } from './database.ts';

/**
 * Pins an installation's key where none is pinned. Answers whether the pinned one is this one. The audit log's heads are
 * signed by the same key.
 */
export async function pinKey(
  database: Database,
  key: {
    readonly stationId: string;
    readonly installationId: string;
    readonly publicKey: string;
    readonly nowMs: number;
  },
): Promise<boolean> {
  await database.query(
    `INSERT INTO audit_keys (station_id, installation_id, public_key, pinned_at_ms) VALUES ($1, $2, $3, $4)
     ON CONFLICT DO NOTHING`,
    [key.stationId, key.installationId, key.publicKey, key.nowMs],
  );
  const [row] = await database.query<{ publicKey: string }>(
    'SELECT public_key AS "publicKey" FROM audit_keys WHERE station_id = $1 AND installation_id = $2',
    [key.stationId, key.installationId],
  );
  return row?.publicKey === key.publicKey;
}

/** Whose file it is: the station, its pinned key, and whether it may still send. */
export type Carrier = {
  readonly stationId: string;
  readonly siteId: string;
  readonly site: string;
  readonly station: string;
  /** Null where none was pinned for this installation. */
  readonly publicKey: string | null;
  readonly isRevoked: boolean;
  readonly isEnded: boolean;
};

export async function findCarrier(
  database: Database,
  stationId: string,
  installationId: string,
  nowMs: number,
): Promise<Carrier | null> {
  const [row] = await database.query<Carrier>(
    `SELECT station.id AS "stationId", station.site_id AS "siteId", site.name AS site, station.name AS station,
            key.public_key AS "publicKey",
            NOT EXISTS (SELECT 1 FROM station_tokens AS token WHERE token.station_id = station.id AND NOT token.revoked
                          AND (token.ends_at_ms IS NULL OR token.ends_at_ms > $3)) AS "isRevoked",
            EXISTS (SELECT 1 FROM installations AS installation WHERE installation.station_no = station.no
                      AND installation.installation_id = $2 AND installation.ended_at_ms IS NOT NULL) AS "isEnded"
       FROM stations AS station JOIN sites AS site ON site.id = station.site_id
       LEFT JOIN audit_keys AS key ON key.station_id = station.id AND key.installation_id = $2
      WHERE station.id = $1`,
    [stationId, installationId, nowMs],
  );
  return row ?? null;
}

export type ImportCounts = {
  readonly stored: number;
  readonly duplicate: number;
  readonly conflict: number;
  readonly rejected: number;
};

export type HandoverImport = ImportCounts & {
  readonly fileId: string;
  readonly stationId: string;
  readonly installationId: string;
  readonly n: number;
  readonly records: number;
  readonly epoch: string;
  readonly importedAtMs: number;
  readonly isLacking: boolean;
  readonly receipt: Buffer;
};

/** The receipt that was given for a file; null where there is none, it lacked something, or it is of another epoch. */
export async function findImport(
  database: Database,
  fileId: string,
): Promise<(ImportCounts & { readonly receipt: Buffer }) | null> {
  const [row] = await database.query<ImportCounts & { receipt: string }>(
    `SELECT stored, duplicate, conflict, rejected, encode(receipt, 'base64') AS receipt FROM handover_imports
      WHERE file_id = $1 AND NOT is_lacking AND epoch = (SELECT epoch FROM service)`,
    [fileId],
  );
  return row === undefined ? null : { ...row, receipt: Buffer.from(row.receipt, 'base64') };
}

export async function saveImport(database: Database, made: HandoverImport): Promise<void> {
  await database.query(
    `INSERT INTO handover_imports (file_id, station_id, installation_id, n, records, stored, duplicate, conflict, rejected,
                                   epoch, imported_at_ms, is_lacking, receipt)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, decode($13, 'base64'))
     ON CONFLICT (file_id) DO UPDATE SET stored = excluded.stored, duplicate = excluded.duplicate,
       conflict = excluded.conflict, rejected = excluded.rejected, epoch = excluded.epoch,
       imported_at_ms = excluded.imported_at_ms, is_lacking = excluded.is_lacking, receipt = excluded.receipt`,
    [
      made.fileId,
      made.stationId,
      made.installationId,
      made.n,
      made.records,
      made.stored,
      made.duplicate,
      made.conflict,
      made.rejected,
      made.epoch,
      made.importedAtMs,
      made.isLacking,
      made.receipt.toString('base64'),
    ],
  );
}
