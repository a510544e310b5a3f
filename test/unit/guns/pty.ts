import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { open } from 'node:fs/promises';

export type SerialCable = {
  /** What the gun sends. */
  readonly send: (bytes: string | Uint8Array) => Promise<void>;
  /** Pulls the plug: both ends are gone. */
  readonly pull: () => Promise<void>;
};

/** A serial port under the name `path`, with somebody at its other end: a pair of pseudo-terminals. */
export async function plugIn(path: string): Promise<SerialCable> {
  const other = `${path}-gun`;
  const socat: ChildProcess = spawn('socat', [`PTY,link=${path},raw,echo=0`, `PTY,link=${other},raw,echo=0`], {
    stdio: 'ignore',
  });
  const ended = new Promise<void>((resolve) => {
    socat.once('exit', () => resolve());
  });
  while (!existsSync(path) || !existsSync(other)) {
    if (socat.exitCode !== null) throw new Error('socat ended');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const gun = await open(other, 'w');
  return {
    send: async (bytes) => {
      const all = typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes;
      // A pseudo-terminal takes what fits and says how much that was.
      for (let at = 0; at < all.length; ) at += (await gun.write(all, at, Math.min(512, all.length - at))).bytesWritten;
    },
    pull: async () => {
      socat.kill('SIGKILL');
      await ended;
      await gun.close().catch(() => undefined);
    },
  };
}
