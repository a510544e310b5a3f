import { randomBytes } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { StationError } from '../../../shared/errors.ts';

/** A file that lies whole beside its place and is not seen there before `show`. */
export type HiddenFile = { readonly show: () => Promise<void>; readonly discard: () => Promise<void> };

/** A hidden file while it grows. `end` brings it on to the disk. */
export type GrowingFile = {
  readonly write: (piece: Uint8Array) => Promise<void>;
  readonly end: () => Promise<HiddenFile>;
  readonly discard: () => Promise<void>;
};

/** Begins a file beside `target`, for the owner only. Throws the system's error. */
export async function beginHidden(target: string): Promise<GrowingFile> {
  const beside = join(dirname(target), `.${basename(target)}.${randomBytes(4).toString('hex')}.part`);
  const file = await open(beside, 'wx', 0o600);
  const discard = async (): Promise<void> => {
    await file.close().catch(() => undefined);
    await rm(beside, { force: true });
  };
  return {
    write: (piece) => file.writeFile(piece),
    end: async () => {
      try {
        await file.sync();
        await file.close();
      } catch (error) {
        await discard();
        throw error;
      }
      return { show: () => rename(beside, target), discard: () => rm(beside, { force: true }) };
    },
    discard,
  };
}

/** Writes the pieces beside `target` and on to the disk, for the owner only. Throws the system's error and leaves nothing. */
export async function writeHidden(target: string, pieces: readonly Uint8Array[]): Promise<HiddenFile> {
  const file = await beginHidden(target);
  try {
    for (const piece of pieces) await file.write(piece);
  } catch (error) {
    await file.discard();
    throw error;
  }
  return file.end();
}

/** A system's error as what the person can do about it; anything else as it is. */
export function notWritten(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (!/^E[A-Z0-9]+$/.test(code)) return error;
  return code === 'ENOSPC' || code === 'EDQUOT'
    ? new StationError('DISK_FULL')
    : new StationError('FILE_NOT_WRITTEN', { problem: code });
}
