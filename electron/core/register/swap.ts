import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { StationError } from '../../../shared/errors.ts';
import { flushFolder } from '../../db/marks.ts';

/**
 * Puts another register in the place of this one. A file of its own under each name says how far it has come:
 * - `….building`: being written. Whatever is left of it is thrown away.
 * - `….next`: whole and verified, ready to take the place.
 * - `….former-STAMP` or `….set-aside-STAMP`: the one whose place was taken.
 * At each moment one of the two is in place, or `.next` is there and the place is empty: `settleSwap` then finishes.
 */
const companions = ['-wal', '-shm', '-journal', '.open', '.damaged'];

export function buildingPath(registerFile: string): string {
  return `${registerFile}.building`;
}
const nextPath = (registerFile: string) => `${registerFile}.next`;

/** What becomes of the register whose place is taken: destroyed once the new one is open, or kept for whoever wants it. */
export type Fate = 'former' | 'set-aside';

/**
 * The built register takes the place. No connection to either is open. The former's log goes with it. Calls `at` between
 * the steps. Answers the path of the one whose place was taken, or null where there was none.
 */
export function swapIn(
  registerFile: string,
  fate: Fate,
  stamp: string,
  at: (step: 'ready' | 'aside' | 'placed') => void,
): string | null {
  renameSync(buildingPath(registerFile), nextPath(registerFile));
  flushFolder(dirname(registerFile));
  at('ready');
  const aside = existsSync(registerFile) ? `${registerFile}.${fate}-${stamp}` : null;
  if (aside !== null) {
    renameSync(registerFile, aside);
    flushFolder(dirname(registerFile));
    at('aside');
  }
  settleSwap(registerFile);
  at('placed');
  return aside;
}

/** Before a register is opened: finishes a swap that was broken off, or clears what is left of one that had not begun. */
export function settleSwap(registerFile: string): void {
  const next = nextPath(registerFile);
  if (!existsSync(dirname(registerFile))) return;
  if (!existsSync(registerFile) && existsSync(next)) {
    // The former's log must never be read into the new register.
    const aside = newestAside(registerFile);
    for (const end of companions) {
      const left = `${registerFile}${end}`;
      if (!existsSync(left)) continue;
      if (aside === null || end.startsWith('.')) rmSync(left, { force: true });
      else renameSync(left, `${aside}${end}`);
    }
    renameSync(next, registerFile);
    flushFolder(dirname(registerFile));
  }
  for (const file of [buildingPath(registerFile), next]) {
    for (const end of ['', '-wal', '-shm', '-journal']) rmSync(`${file}${end}`, { force: true });
  }
}

/** The registers whose place was taken, the newest last. */
function listAside(registerFile: string, fates: readonly Fate[]): string[] {
  const beginnings = fates.map((fate) => `${basename(registerFile)}.${fate}-`);
  return readdirSync(dirname(registerFile))
    .filter((name) => beginnings.some((beginning) => name.startsWith(beginning)) && !/-(wal|shm|journal)$/.test(name))
    .map((name) => join(dirname(registerFile), name))
    .sort((a, b) => statSync(a).ctimeMs - statSync(b).ctimeMs);
}

function newestAside(registerFile: string): string | null {
  return listAside(registerFile, ['former', 'set-aside']).at(-1) ?? null;
}

/**
 * Once the new register is open: the former ones of a re-keying are written over and removed. On a magnetic disk nothing
 * is left; on a solid-state disk or a journalling file system older blocks may outlive it until they are reused, still
 * encrypted under the former key.
 */
export function destroyFormer(registerFile: string): void {
  for (const file of listAside(registerFile, ['former'])) {
    for (const each of [file, `${file}-wal`, `${file}-shm`]) if (existsSync(each)) destroy(each);
  }
  flushFolder(dirname(registerFile));
}

function destroy(file: string): void {
  const zeros = Buffer.alloc(1024 * 1024);
  const { size } = statSync(file);
  const handle = openSync(file, 'r+');
  try {
    for (let at = 0; at < size; at += zeros.length) writeSync(handle, zeros, 0, Math.min(zeros.length, size - at), at);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  rmSync(file);
}

/** A register that was closed leaves no log behind; one that does is open elsewhere. */
export function refuseOpenLog(registerFile: string): void {
  const wal = `${registerFile}-wal`;
  if (existsSync(wal) && statSync(wal).size > 0) throw new StationError('REGISTER_IN_USE');
}
