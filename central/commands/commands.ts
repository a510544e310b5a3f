import { backfillCitizensCommand, forgetCitizenKeyCommand } from './citizens.ts';
import type { Command } from './command.ts';
import { newEpochCommand } from './epoch.ts';
import { exportCommand } from './export.ts';
import { importHandoverCommand, makeHandoverKeyCommand } from './handover.ts';
import { migrateCommand } from './migrate.ts';
import { placeSiteCommand } from './places.ts';
import { admitReaderCommand, dismissReaderCommand } from './readers.ts';
import { importManifestCommand, importProductsCommand, liftRecallCommand, recallCommand } from './registry.ts';
import { setRulesCommand } from './rules.ts';
import { serveCommand } from './serve.ts';
import { simulateCommand } from './simulate.ts';
import { enrolCommand, inviteCommand, revokeCommand } from './stations.ts';

/** Every command, in the order of the usage. */
export const commands: readonly Command[] = [
  serveCommand,
  migrateCommand,
  newEpochCommand,
  inviteCommand,
  enrolCommand,
  revokeCommand,
  admitReaderCommand,
  dismissReaderCommand,
  importProductsCommand,
  importManifestCommand,
  recallCommand,
  liftRecallCommand,
  placeSiteCommand,
  setRulesCommand,
  exportCommand,
  backfillCitizensCommand,
  forgetCitizenKeyCommand,
  makeHandoverKeyCommand,
  importHandoverCommand,
  simulateCommand,
];
