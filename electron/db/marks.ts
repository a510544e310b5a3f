import { closeSync, existsSync, fsyncSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Two small files beside the register that say what the register itself cannot.
 * - `.open` stands while it is at work. Its newest commits are in the `-wal` file until a checkpoint; a register that
 *   was at work and has no `-wal` any more has lost them, and SQLite by itself would open what is left without a word.
 * - `.damaged` stands once a page did not pass its check, so that the next start reads all of it before anything is
 *   written.
 */
export type Mark = 'open' | 'damaged';

export function markPath(registerFile: string, mark: Mark): string {
  return `${registerFile}.${mark}`;
}

export function hasMark(registerFile: string, mark: Mark): boolean {
  return existsSync(markPath(registerFile, mark));
}

/** Puts a mark; on disk when this returns. Throws the system's error where the folder cannot be written. */
export function setMark(registerFile: string, mark: Mark, nowMs: number): void {
  const handle = openSync(markPath(registerFile, mark), 'w', 0o600);
  try {
    writeFileSync(handle, `${new Date(nowMs).toISOString()}\n`);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  flushFolder(dirname(registerFile));
}

/** Takes a mark away. Whoever puts another register in this one's place (a restore) takes both away. */
export function clearMark(registerFile: string, mark: Mark): void {
  if (!hasMark(registerFile, mark)) return;
  rmSync(markPath(registerFile, mark), { force: true });
  flushFolder(dirname(registerFile));
}

/** A register that was at work and lost its newest commits: marked as open, and no `-wal` beside it. */
export function hasLostTail(registerFile: string): boolean {
  return hasMark(registerFile, 'open') && !existsSync(`${registerFile}-wal`);
}

/** A rename, a new and a removed file are on disk when their folder is. Windows flushes it itself and opens no folders. */
export function flushFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
