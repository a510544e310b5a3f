import { stationsMigration } from './0010Stations.ts';
import { factsMigration } from './0020Facts.ts';
import { kitCorrectionsMigration } from './0030KitCorrections.ts';
import { auditHeadsMigration } from './0040AuditHeads.ts';
import { cityMigration } from './0050City.ts';
import { readersMigration } from './0060Readers.ts';
import { accessMigration } from './0070Access.ts';
import { citizensMigration } from './0080Citizens.ts';
import { registryMigration } from './0090Registry.ts';
import { downMigration } from './0100Down.ts';
import { installationsMigration } from './0110Installations.ts';
import { handoverMigration } from './0120Handover.ts';
import { undecidedMigration } from './0130Undecided.ts';
import type { Migration } from './migration.ts';

/** All of them, in order. */
export const migrations: readonly Migration[] = [
  stationsMigration,
  factsMigration,
  kitCorrectionsMigration,
  auditHeadsMigration,
  cityMigration,
  readersMigration,
  accessMigration,
  citizensMigration,
  registryMigration,
  downMigration,
  installationsMigration,
  handoverMigration,
  undecidedMigration,
];
