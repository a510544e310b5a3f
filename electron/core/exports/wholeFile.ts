import { randomBytes } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** A file that lies whole beside its place and is not seen there before `show`. */
export type HiddenFile = { readonly show: () => Promise<void>; readonly discard: () => Promise<void> };

/** Writes the bytes beside `target` and on to the disk, for the owner only. Throws the system's error and leaves nothing. */
export async function writeHidden(target: string, bytes: Uint8Array): Promise<HiddenFile> {
  const beside = join(dirname(target), `.${basename(target)}.${randomBytes(4).toString('hex')}.part`);
  const file = await open(beside, 'wx', 0o600);
  try {
    await file.writeFile(bytes);
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
