import { randomBytes } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import path from 'node:path';

/** A file beside its final place, that becomes it whole or not at all. */
export type HalfWritten = {
  /** Writes these bytes instead of what it holds, flushed to disk. */
  readonly fill: (bytes: Uint8Array) => Promise<void>;
  readonly keep: () => Promise<void>;
  readonly discard: () => Promise<void>;
};

/** Throws the system's error where the folder cannot be written. */
export async function startWriting(target: string): Promise<HalfWritten> {
  const beside = path.join(path.dirname(target), `.${path.basename(target)}.${randomBytes(4).toString('hex')}.part`);
  const file = await open(beside, 'wx', 0o600);
  return {
    fill: async (bytes) => {
      await file.truncate(0);
      // One write may take only a part, without an error, when the disk is nearly full.
      for (let from = 0; from < bytes.byteLength; ) {
        const { bytesWritten } = await file.write(bytes, from, bytes.byteLength - from, from);
        from += bytesWritten;
      }
      await file.sync();
    },
    keep: async () => {
      await file.close();
      await rename(beside, target);
    },
    discard: async () => {
      await file.close().catch(() => undefined);
      await rm(beside, { force: true });
    },
  };
}
