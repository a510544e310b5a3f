import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { addServiceKey, type ReadServiceKeys, readServiceKeys } from '../../handover/serviceKeys.ts';

/** Reads a key file that only its owner can read. What it says of a bad one never quotes a key. */
export function readKeyFile(file: string): ReadServiceKeys {
  let text: string;
  try {
    const loose = looseness(file);
    if (loose !== null) return { ok: false, problem: loose };
    text = readFileSync(file, 'utf8');
  } catch (error) {
    return { ok: false, problem: `it cannot be read: ${(error as { code?: string }).code ?? 'unknown'}` };
  }
  return readServiceKeys(text);
}

/** What is wrong with a file's permissions. Windows has none of this kind. */
function looseness(file: string): string | null {
  if (process.platform === 'win32') return null;
  const mode = statSync(file).mode & 0o777;
  return (mode & 0o077) === 0
    ? null
    : `others may read it (mode ${mode.toString(8)}); chmod 600 makes it its owner's alone`;
}

/** Puts a new key in front of those of a file, or makes the file. Whole or not at all, for its owner alone. */
export function addKeyToFile(file: string): ReadServiceKeys {
  let former: string | null = null;
  try {
    former = readFileSync(file, 'utf8');
  } catch (error) {
    const code = (error as { code?: string }).code ?? 'unknown';
    if (code !== 'ENOENT') return { ok: false, problem: `it cannot be read: ${code}` };
  }
  if (former !== null) {
    const known = readKeyFile(file);
    if (!known.ok) return known;
  }
  const text = addServiceKey(former);
  const beside = `${file}.${process.pid}.part`;
  try {
    const opened = openSync(beside, 'wx', 0o600);
    try {
      writeSync(opened, text);
      fsyncSync(opened);
    } finally {
      closeSync(opened);
    }
    renameSync(beside, file);
  } catch (error) {
    rmSync(beside, { force: true });
    return { ok: false, problem: `it cannot be written: ${(error as { code?: string }).code ?? 'unknown'}` };
  }
  return readServiceKeys(text);
}
