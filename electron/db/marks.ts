import { closeSync, existsSync, fsyncSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Two small files beside the register that say what the register itself cannot.
 * - `.open` stands while it is at work and holds the number of the newest entry of its log. Newest commits are in the
 *   `-wal` file until a checkpoint; where that file is lost, cut or damaged, SQLite opens what is left without a word, and
 *   only this number tells that there was more.
 * - `.damaged` stands once a page did not pass its check, so that the next start reads all of the register before anything
 *   is written.
 * Whoever puts another register in this one's place (a restore) takes both away.
 */
export type Mark = 'open' | 'damaged';

function markPath(registerFile: string, mark: Mark): string {
  return `${registerFile}.${mark}`;
}

export function hasMark(registerFile: string, mark: Mark): boolean {
  return existsSync(markPath(registerFile, mark));
}

/** Puts the mark of a damaged register; on disk when this returns. Throws where the folder cannot be written. */
export function markDamaged(registerFile: string): void {
  const handle = openSync(markPath(registerFile, 'damaged'), 'w', 0o600);
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  flushFolder(dirname(registerFile));
}

export function clearMark(registerFile: string, mark: Mark): void {
  if (!hasMark(registerFile, mark)) return;
  rmSync(markPath(registerFile, mark), { force: true });
  flushFolder(dirname(registerFile));
}

/** The mark of an open register, held open itself. */
export type Anchor = {
  /** Notes the newest entry of the log, once its commit is on disk. Never throws. */
  readonly note: (seq: number) => void;
  readonly close: () => void;
};

/**
 * Marks a register as open. The number is not flushed at each commit and need not be: it is written after the commit that
 * it tells of, so whatever of it a power cut leaves is no newer than the register. Throws where the folder cannot be written.
 */
export function anchorRegister(registerFile: string, seq: number): Anchor {
  const handle = openSync(markPath(registerFile, 'open'), 'w', 0o600);
  let noted = seq;
  try {
    writeFileSync(handle, anchorText(seq));
    fsyncSync(handle);
    flushFolder(dirname(registerFile));
  } catch (error) {
    closeSync(handle);
    throw error;
  }
  return {
    note: (newest) => {
      if (newest === noted) return;
      noted = newest;
      try {
        writeSync(handle, anchorText(newest), 0);
      } catch {
        // An older number tells less, and nothing wrong.
      }
    },
    close: () => closeSync(handle),
  };
}

/** The newest entry of the log that is known to have been committed; 0 where nothing is known. */
export function anchoredSeq(registerFile: string): number {
  const path = markPath(registerFile, 'open');
  if (!existsSync(path)) return 0;
  const text = readFileSync(path, 'latin1');
  return /^\d{16}\n$/.test(text) ? Number(text) : 0;
}

/** Always of the same length, so that it is written over in place and needs no room. */
function anchorText(seq: number): string {
  return `${String(seq).padStart(16, '0')}\n`;
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
