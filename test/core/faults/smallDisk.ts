import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const run = (program: string, ...options: string[]) => spawnSync(program, options).status === 0;

/** A real file system of a few megabytes that can be filled up, or made read-only; null where mounting is not allowed. */
export function smallDisk(megabytes: number) {
  const folder = mkdtempSync(join(tmpdir(), 'yiceda-disk-'));
  if (process.platform !== 'linux' || !run('mount', '-t', 'tmpfs', '-o', `size=${megabytes}m`, 'yiceda-test', folder)) {
    rmSync(folder, { recursive: true });
    return null;
  }
  const filler = join(folder, 'filler');
  const free = () => {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  };
  return {
    folder,
    free,
    /** Leaves this many bytes free, rounded down to a page. */
    fill: (leave: number): void => {
      rmSync(filler, { force: true });
      const bytes = Math.max(0, Math.floor((free() - leave) / 4096)) * 4096;
      writeFileSync(filler, Buffer.alloc(bytes, 7));
    },
    empty: (): void => rmSync(filler, { force: true }),
    readOnly: (isReadOnly: boolean): void => {
      if (!run('mount', '-o', `remount,${isReadOnly ? 'ro' : 'rw'}`, folder)) throw new Error('not remounted');
    },
    close: (): void => {
      run('umount', '-l', folder);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export function canMount(): boolean {
  const disk = smallDisk(1);
  disk?.close();
  return disk !== null;
}
