import { dirname, join } from 'node:path';
import { StationError } from '../../shared/errors.ts';
import { writeBackup } from './backupFile.ts';
import { register0010 } from './migrations/0010Register.ts';
import { stickers0020 } from './migrations/0020Stickers.ts';
import { patterns0030 } from './migrations/0030Patterns.ts';
import { audit0050 } from './migrations/0050Audit.ts';
import { retention0070 } from './migrations/0070Retention.ts';
import { approvals0080 } from './migrations/0080Approvals.ts';
import { staff0090 } from './migrations/0090Staff.ts';
import { imports0110 } from './migrations/0110Imports.ts';
import { people0120 } from './migrations/0120People.ts';
import { stock0140 } from './migrations/0140Stock.ts';
import { followUps0160 } from './migrations/0160FollowUps.ts';
import { rounds0170 } from './migrations/0170Rounds.ts';
import { organisations0175 } from './migrations/0175Organisations.ts';
import { recalls0180 } from './migrations/0180Recalls.ts';
import { traces0190 } from './migrations/0190Traces.ts';
import { productLists0200 } from './migrations/0200ProductLists.ts';
import { resultSlips0210 } from './migrations/0210ResultSlips.ts';
import { importRest0220 } from './migrations/0220ImportRest.ts';
import { uploads0300 } from './migrations/0300Uploads.ts';
import { siblings0310 } from './migrations/0310Siblings.ts';
import { handover0320 } from './migrations/0320Handover.ts';
import { siteRules0330 } from './migrations/0330SiteRules.ts';
import type { Migration } from './migrations/migration.ts';
import type { OpenOptions, Register } from './open.ts';

/** In order, numbered in tens so that one can be put between. A released one is never edited. */
export const migrations: readonly Migration[] = [
  register0010,
  stickers0020,
  patterns0030,
  audit0050,
  retention0070,
  approvals0080,
  staff0090,
  imports0110,
  people0120,
  stock0140,
  followUps0160,
  rounds0170,
  organisations0175,
  recalls0180,
  traces0190,
  productLists0200,
  resultSlips0210,
  importRest0220,
  uploads0300,
  siblings0310,
  handover0320,
  siteRules0330,
];

/** The schema that this program writes. */
export const newestSchema = Math.max(...migrations.map((step) => step.version));

export type MigrationReport = {
  readonly from: number;
  readonly to: number;
  /** The verified copy made before, or null where there was nothing to copy. */
  readonly backupFile: string | null;
  readonly backupSha256: string | null;
};

/** Whether a migration is due, with the copy that comes before it. */
export function isOlder(db: Register): boolean {
  const newest = Math.max(0, ...migrations.map((step) => step.version));
  return (db.pragma('user_version', { simple: true }) as number) < newest;
}

/**
 * Brings the register up to the program's schema. Each migration runs in its own transaction together with its
 * `user_version`, after a copy of the register was written, opened and checked. Throws REGISTER_NEWER for a file that a
 * newer program has written; such a file is left exactly as it is.
 */
export function migrateRegister(
  db: Register,
  options: OpenOptions,
  nowMs: number,
  steps: readonly Migration[] = migrations,
): MigrationReport {
  const from = db.pragma('user_version', { simple: true }) as number;
  const newest = Math.max(0, ...steps.map((step) => step.version));
  if (from > newest) throw new StationError('REGISTER_NEWER', { file: from, program: newest });
  const missing = steps.filter((step) => step.version > from).sort((a, b) => a.version - b.version);
  if (missing.length === 0) return { from, to: from, backupFile: null, backupSha256: null };

  const backup = from === 0 ? null : backUpBefore(db, options, from, nowMs);
  for (const step of missing) {
    db.transaction(() => {
      db.exec(step.sql);
      step.fill?.(db);
      db.pragma(`user_version=${step.version}`);
    }).immediate();
  }
  return { from, to: newest, backupFile: backup?.file ?? null, backupSha256: backup?.sha256 ?? null };
}

function backUpBefore(
  db: Register,
  options: OpenOptions,
  version: number,
  nowMs: number,
): { file: string; sha256: string } {
  const stamp = new Date(nowMs).toISOString().replaceAll(/[:.]/g, '-');
  const { path, sha256 } = writeBackup(db, options, {
    folder: join(dirname(options.file), 'backups'),
    name: `before-migration-${version}-${stamp}.db`,
    why: 'migration',
    nowMs,
    program: '',
  });
  return { file: path, sha256 };
}
