import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { StationError } from '../../shared/errors.ts';
import {
  type Backup,
  type BackupManifest,
  type BackupReason,
  backupManifestSchema,
} from '../../shared/model/backup.ts';
import { copyRegister, flushFile, hashFile } from './copy.ts';
import { flushFolder } from './marks.ts';
import { type OpenOptions, type Register, sqliteCode } from './open.ts';

/** Beside the register and beside each backup: its data key, wrapped in each way it can be had back. */
export function keyFilePath(registerFile: string): string {
  return `${registerFile}.keys.json`;
}

export function manifestPath(backupFile: string): string {
  return `${backupFile}.manifest.json`;
}

/** Which register a key file belongs to; an empty text where it does not say. */
export function registerIdOf(registerFile: string): string {
  try {
    const keys = JSON.parse(readFileSync(keyFilePath(registerFile), 'utf8')) as { registerId?: unknown };
    return typeof keys.registerId === 'string' ? keys.registerId.slice(0, 64) : '';
  } catch {
    return '';
  }
}

export type BackupOrder = {
  /** An absolute folder; made where it is not there but its parent is. */
  readonly folder: string;
  readonly name: string;
  readonly why: BackupReason;
  readonly nowMs: number;
  readonly program: string;
};

/** `yiceda-` + the beginning of the register's id + the moment in UTC: nothing of a person or a place. */
export function backupName(registerId: string, nowMs: number, why: BackupReason): string {
  const stamp = new Date(nowMs).toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
  return `yiceda-${registerId.slice(-8) || 'register'}-${stamp}${why === 'plan' || why === 'demand' ? '' : `-before-${why}`}.db`;
}

/**
 * Makes a backup: the copy, its own copy of the key file, and last the manifest, without which it does not count as one.
 * Written beside its place and renamed when it has been read whole. `db` may be any connection to the register, also a
 * reading one. Throws DISK_FULL, BACKUP_FOLDER_GONE, BACKUP_FOLDER_READ_ONLY, BACKUP_DAMAGED.
 */
export function writeBackup(
  db: Register,
  register: OpenOptions,
  order: BackupOrder,
): BackupManifest & { path: string } {
  const path = join(order.folder, order.name);
  const part = `${path}.part`;
  let isPlaced = false;
  try {
    makeFolder(order.folder);
    const facts = copyRegister(db, { ...register, file: part }, 'quick_check');
    const manifest: BackupManifest = {
      format: 'yiceda-backup',
      version: 1,
      why: order.why,
      madeAtMs: order.nowMs,
      program: order.program,
      registerId: registerIdOf(register.file),
      ...facts,
      bytes: statSync(part).size,
      sha256: hashFile(part),
    };
    if (existsSync(keyFilePath(register.file))) {
      copyFileSync(keyFilePath(register.file), keyFilePath(path));
      flushFile(keyFilePath(path));
    }
    renameSync(part, path);
    const half = `${manifestPath(path)}.part`;
    writeFileSync(half, `${JSON.stringify(manifest, null, 2)}\n`);
    flushFile(half);
    renameSync(half, manifestPath(path));
    isPlaced = true;
    flushStick(order.folder);
    return { ...manifest, path };
  } catch (error) {
    const begun = [part, `${part}-journal`, `${manifestPath(path)}.part`];
    // Without its manifest it counts as no backup, and would only fill the disk.
    for (const left of isPlaced ? begun : [...begun, path, keyFilePath(path)]) {
      try {
        rmSync(left, { force: true });
      } catch {
        // The stick is gone: so is the half file.
      }
    }
    throw backupFault(error, order.folder);
  }
}

/** A stick that was pulled leaves no mount point to write into by accident: only the last folder is made. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  if (!existsSync(dirname(folder))) throw new StationError('BACKUP_FOLDER_GONE');
  mkdirSync(folder);
}

/** What the system said, as something that can be said to a person. */
export function backupFault(error: unknown, folder: string): unknown {
  if (error instanceof StationError) return error;
  const code = sqliteCode(error) ?? (error instanceof Error && 'code' in error ? String(error.code) : '');
  if (/ENOSPC|EDQUOT|SQLITE_FULL/.test(code)) return new StationError('DISK_FULL');
  if (/EROFS|EACCES|EPERM|READONLY|SQLITE_PERM/.test(code)) return new StationError('BACKUP_FOLDER_READ_ONLY');
  if (/ENOENT|ENOTDIR|ENODEV|ENXIO|EIO|IOERR|CANTOPEN/.test(code))
    return new StationError(isThere(folder) ? 'BACKUP_FOLDER_READ_ONLY' : 'BACKUP_FOLDER_GONE');
  return error;
}

function isThere(folder: string): boolean {
  try {
    return statSync(folder).isDirectory();
  } catch {
    return false;
  }
}

/** Of a manifest, bytes at the most. */
const manifestMost = 64 * 1024;

/** The manifest beside a file, or null where none is or it is none. */
export function readManifest(backupFile: string): BackupManifest | null {
  try {
    // Whatever lies on a stick is not read into memory by the gigabyte.
    if (statSync(manifestPath(backupFile)).size > manifestMost) return null;
    return backupManifestSchema.parse(JSON.parse(readFileSync(manifestPath(backupFile), 'utf8')));
  } catch {
    return null;
  }
}

/** The whole backups of this register in a folder, the newest first. A folder that is not there holds none. */
export function listBackups(folder: string, registerId: string): Backup[] {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return [];
  }
  return names
    .filter((name) => name.endsWith('.manifest.json'))
    .flatMap((name) => {
      const path = join(folder, basename(name, '.manifest.json'));
      const manifest = readManifest(path);
      if (manifest === null || manifest.registerId !== registerId) return [];
      // Cut short by hand or by a stick: not one to count on.
      if (!existsSync(path) || statSync(path).size !== manifest.bytes) return [];
      const { why, madeAtMs, bytes, sha256, counts } = manifest;
      return [{ path, why, madeAtMs, bytes, sha256, tests: counts['tests'] ?? 0, people: counts['people'] ?? 0 }];
    })
    .sort((a, b) => b.madeAtMs - a.madeAtMs || b.path.localeCompare(a.path));
}

/** The manifest goes first: what is left of a removal that was broken off does not count as a backup. */
export function removeBackup(path: string): void {
  for (const file of [manifestPath(path), path, keyFilePath(path)]) rmSync(file, { force: true });
}

/** Some sticks and network drives cannot flush a folder: their files are flushed, and that must do. */
function flushStick(folder: string): void {
  try {
    flushFolder(folder);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && (error.code === 'EINVAL' || error.code === 'ENOTSUP')))
      throw error;
  }
}
