import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { StationError } from '../../shared/errors.ts';
import { register0010 } from './migrations/0010Register.ts';
import { stickers0020 } from './migrations/0020Stickers.ts';
import { patterns0030 } from './migrations/0030Patterns.ts';
import { audit0050 } from './migrations/0050Audit.ts';
import { retention0070 } from './migrations/0070Retention.ts';
import { approvals0080 } from './migrations/0080Approvals.ts';
import { staff0090 } from './migrations/0090Staff.ts';
import type { Migration } from './migrations/migration.ts';
import { type OpenOptions, openRegister, type Register } from './open.ts';

/** In order, numbered in tens so that one can be put between. A released one is never edited. */
export const migrations: readonly Migration[] = [
  register0010,
  stickers0020,
  patterns0030,
  audit0050,
  retention0070,
  approvals0080,
  staff0090,
];

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
): { readonly file: string; readonly sha256: string } {
  const folder = join(dirname(options.file), 'backups');
  mkdirSync(folder, { recursive: true });
  const stamp = new Date(nowMs).toISOString().replaceAll(/[:.]/g, '-');
  const file = join(folder, `before-migration-${version}-${stamp}.db`);
  // The binding's own backup() leaves an empty file for an encrypted register; VACUUM INTO keeps cipher and key.
  db.prepare('VACUUM INTO ?').run(file);
  verifyCopy(db, { ...options, file });
  return { file, sha256: createHash('sha256').update(readFileSync(file)).digest('hex') };
}

/** Opens a copy with the register's own key and checks that it is whole and holds as many rows as the original. */
function verifyCopy(original: Register, options: OpenOptions): void {
  const copy = openRegister(options);
  try {
    if (copy.pragma('integrity_check', { simple: true }) !== 'ok')
      throw new StationError('REGISTER_DAMAGED', { file: options.file });
    const tables = original
      .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
      .pluck()
      .all() as string[];
    for (const table of tables) {
      const count = (db: Register) => db.prepare(`SELECT count(*) FROM "${table}"`).pluck().get();
      if (count(original) !== count(copy)) throw new StationError('REGISTER_DAMAGED', { file: options.file });
    }
  } finally {
    copy.close();
  }
}
