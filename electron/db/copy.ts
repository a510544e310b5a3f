import { createHash } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, readSync, rmSync } from 'node:fs';
import Database from 'better-sqlite3';
import { StationError } from '../../shared/errors.ts';
import type { BackupManifest } from '../../shared/model/backup.ts';
import { auditOrigin } from './audit.ts';
import { type OpenOptions, type Register, sqliteCode } from './open.ts';

export type CopyFacts = Pick<
  BackupManifest,
  'schema' | 'installationId' | 'auditSeq' | 'auditHash' | 'newestTestAtMs' | 'counts'
>;

/**
 * Opens a copy of a register to read it, and only that: it may lie on a disk that cannot be written, and its hash is to
 * stay what its manifest says. Throws KEY_WRONG, or REGISTER_DAMAGED for what is no register at all.
 */
export function openCopy(options: Pick<OpenOptions, 'file' | 'dataKeyHex' | 'nativeBinding'>): Register {
  if (!existsSync(options.file)) throw new StationError('BACKUP_MISSING');
  const db = new Database(options.file, {
    readonly: true,
    ...(options.nativeBinding ? { nativeBinding: options.nativeBinding } : {}),
  });
  try {
    db.pragma("cipher='sqlcipher'");
    db.pragma('legacy=4');
    db.pragma(`key="x'${options.dataKeyHex}'"`);
    // As for the register: nothing in clear in the system's temporary folder.
    db.pragma('temp_store=MEMORY');
    db.pragma('trusted_schema=OFF');
    db.pragma('cell_size_check=ON');
    db.prepare('SELECT count(*) FROM sqlite_schema').get();
    return db;
  } catch (error) {
    db.close();
    const code = sqliteCode(error);
    if (code === 'SQLITE_NOTADB') throw new StationError('KEY_WRONG');
    if (code !== null) throw new StationError('BACKUP_DAMAGED');
    throw error;
  }
}

/** Rows by table, and the places where the log of changes and the tests have got to. */
export function factsOf(db: Register): CopyFacts {
  const tables = db
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")
    .pluck()
    .all() as string[];
  const counts = Object.fromEntries(
    tables.map((table) => [table, db.prepare(`SELECT count(*) FROM "${table}"`).pluck().get() as number]),
  );
  const head = tables.includes('audit')
    ? (db.prepare('SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1').get() as
        | { seq: number; hash: string }
        | undefined)
    : undefined;
  return {
    schema: db.pragma('user_version', { simple: true }) as number,
    installationId:
      (db.prepare("SELECT value FROM settings WHERE key = 'installation.id'").pluck().get() as string | undefined) ??
      '',
    auditSeq: head?.seq ?? 0,
    auditHash: head?.hash ?? auditOrigin,
    newestTestAtMs: db.prepare('SELECT max(bound_at_ms) FROM tests').pluck().get() as number | null,
    counts,
  };
}

/**
 * Reads a copy whole and answers what it holds. `integrity_check` also compares every index with its table. Throws
 * BACKUP_DAMAGED, KEY_WRONG.
 */
export function verifyCopy(
  options: Pick<OpenOptions, 'file' | 'dataKeyHex' | 'nativeBinding'>,
  check: 'quick_check' | 'integrity_check',
): CopyFacts {
  const copy = openCopy(options);
  try {
    if (copy.pragma(check, { simple: true }) !== 'ok') throw new StationError('BACKUP_DAMAGED');
    return factsOf(copy);
  } catch (error) {
    if (sqliteCode(error) !== null) throw new StationError('BACKUP_DAMAGED');
    throw error;
  } finally {
    copy.close();
  }
}

/**
 * Writes a copy of the register as it is at one moment, by VACUUM INTO from any connection to it: that keeps cipher and key
 * (the binding's own backup() leaves an empty file for an encrypted register). Others may write meanwhile. Then the copy is
 * read whole and compared with what the register held before or after. Answers what the copy holds. Throws BACKUP_DAMAGED.
 */
export function copyRegister(
  db: Register,
  options: Pick<OpenOptions, 'file' | 'dataKeyHex' | 'nativeBinding'>,
  check: 'quick_check' | 'integrity_check',
): CopyFacts {
  rmSync(options.file, { force: true });
  const before = factsOf(db);
  db.prepare('VACUUM INTO ?').run(options.file);
  const after = factsOf(db);
  flushFile(options.file);
  const copied = verifyCopy(options, check);
  const isSame = (facts: CopyFacts) => JSON.stringify(facts) === JSON.stringify(copied);
  const isBetween = before.auditSeq <= copied.auditSeq && copied.auditSeq <= after.auditSeq;
  const isQuiet = JSON.stringify(before) === JSON.stringify(after);
  if (isQuiet ? !isSame(before) : !isBetween || before.schema !== copied.schema)
    throw new StationError('BACKUP_DAMAGED');
  return copied;
}

/** SHA-256 of a file, read in pieces. */
export function hashFile(file: string): string {
  const hash = createHash('sha256');
  const piece = Buffer.allocUnsafe(1024 * 1024);
  const handle = openSync(file, 'r');
  try {
    for (;;) {
      const read = readSync(handle, piece, 0, piece.length, null);
      if (read === 0) return hash.digest('hex');
      hash.update(piece.subarray(0, read));
    }
  } finally {
    closeSync(handle);
  }
}

/** What was written to a file is on the disk. */
export function flushFile(file: string): void {
  const handle = openSync(file, 'r+');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
