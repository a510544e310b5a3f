import Database from 'better-sqlite3';
import { openFault } from './open.ts';

/** Gives a claimed register back. Safe to call twice. */
export type Claim = { readonly release: () => void };

/** How long a claim waits for a process that is just ending, in ms: a killed program's core outlives it by a moment. */
const waitMs = 3_000;

function claimPath(registerFile: string): string {
  return `${registerFile}.lock`;
}

/**
 * Makes this process the only one that works with a register. WAL would let two programs write side by side, each with a
 * desk of its own in memory; so whoever opens a register holds an exclusive lock on an empty file beside it, which the
 * system takes back when the process dies, however it dies. Readers (verification, backups) need no claim.
 * Throws StationError REGISTER_IN_USE after 3 s, REGISTER_READ_ONLY, DISK_FULL, DISK_FAILED.
 */
export function claimRegister(registerFile: string, nativeBinding: string | null): Claim {
  let lock: Database.Database | null = null;
  try {
    lock = new Database(claimPath(registerFile), nativeBinding === null ? {} : { nativeBinding });
    lock.pragma(`busy_timeout=${waitMs}`);
    // Nothing is ever written: the lock is all there is to it.
    lock.pragma('journal_mode=MEMORY');
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock?.close();
    throw openFault(error);
  }
  const held = lock;
  return {
    release: () => {
      if (!held.open) return;
      held.close();
    },
  };
}
