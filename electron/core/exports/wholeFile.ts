import { randomBytes } from 'node:crypto';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { StationError } from '../../../shared/errors.ts';

/** A file that lies whole beside its place and is not seen there before `show`. */
export type HiddenFile = { readonly show: () => Promise<void>; readonly discard: () => Promise<void> };

/** Buffers that one call of the system takes. */
const piecesAWrite = 64;

/** A write may take less than it was given. */
async function writeAll(file: FileHandle, pieces: readonly Uint8Array[]): Promise<void> {
  const length = pieces.reduce((sum, piece) => sum + piece.byteLength, 0);
  const { bytesWritten } = await file.writev([...pieces]);
  if (bytesWritten < length) await file.writeFile(Buffer.concat(pieces).subarray(bytesWritten));
}

/** Writes the pieces beside `target` and on to the disk, for the owner only. Throws the system's error and leaves nothing. */
export async function writeHidden(target: string, pieces: readonly Uint8Array[]): Promise<HiddenFile> {
  const beside = join(dirname(target), `.${basename(target)}.${randomBytes(4).toString('hex')}.part`);
  const file = await open(beside, 'wx', 0o600);
  try {
    for (let at = 0; at < pieces.length; at += piecesAWrite) await writeAll(file, pieces.slice(at, at + piecesAWrite));
    await file.sync();
    await file.close();
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(beside, { force: true });
    throw error;
  }
  return {
    show: () => rename(beside, target),
    discard: () => rm(beside, { force: true }),
  };
}

/** A system's error as what the person can do about it; anything else as it is. */
export function notWritten(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (!/^E[A-Z0-9]+$/.test(code)) return error;
  return code === 'ENOSPC' || code === 'EDQUOT'
    ? new StationError('DISK_FULL')
    : new StationError('FILE_NOT_WRITTEN', { problem: code });
}
