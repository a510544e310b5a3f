import type { Migration } from './migration.ts';

/**
 * One installation a station sends: the newest that came. Those that came before are known and ended, and what they send
 * is refused, so that a restored register and the one it was copied from never go on side by side.
 */
export const installationsMigration: Migration = {
  version: 110,
  name: 'installations',
  statements: [
    `CREATE TABLE installations (
       station_no integer NOT NULL REFERENCES stations (no),
       installation_id text NOT NULL,
       first_at_ms bigint NOT NULL,
       ended_at_ms bigint,
       PRIMARY KEY (station_no, installation_id)
     )`,
    // The one that sends. On the station's own row, which each batch locks anyway: knowing it costs nothing more.
    'ALTER TABLE stations ADD COLUMN installation_id text',
    `INSERT INTO installations (station_no, installation_id, first_at_ms)
     SELECT station_no, installation_id, min(received_at_ms) FROM batches GROUP BY station_no, installation_id`,
    `UPDATE stations SET installation_id = newest.installation_id
       FROM (SELECT DISTINCT ON (station_no) station_no, installation_id FROM batches ORDER BY station_no, no DESC) AS newest
      WHERE newest.station_no = stations.no`,
    `UPDATE installations SET ended_at_ms = later.first_at_ms
       FROM (SELECT station_no, max(first_at_ms) AS first_at_ms FROM installations GROUP BY station_no) AS later,
            stations AS station
      WHERE station.no = installations.station_no AND later.station_no = station.no
        AND station.installation_id <> installations.installation_id`,
  ],
};
