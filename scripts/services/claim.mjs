// @ts-check
/**
 * One holder at a time for a folder: two central services on the same data would ruin it. Held by a socket that the
 * system closes with its process, so that a crash leaves nothing to clear by hand.
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';

/** @param {string} folder */
function socketFor(folder) {
  // Not in the folder itself: a socket's path may hold about a hundred bytes.
  const name = `yiceda-${createHash('sha256')
    .update(`${os.userInfo().username}\0${path.resolve(folder)}`)
    .digest('hex')
    .slice(0, 24)}`;
  return process.platform === 'win32' ? `\\\\.\\pipe\\${name}` : path.join(os.tmpdir(), `${name}.sock`);
}

/**
 * @param {string} socket
 * @returns {Promise<boolean>} true when somebody holds it
 */
async function isHeld(socket) {
  const probe = net.connect(socket);
  try {
    await once(probe, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    probe.destroy();
  }
}

/**
 * Claims a folder for as long as this process lives or until released.
 * @param {string} folder
 * @returns {Promise<{release: () => Promise<void>} | undefined>} undefined when another process holds it
 */
export async function claim(folder) {
  const socket = socketFor(folder);
  for (let attempt = 0; attempt < 2; attempt += 1) {
    const server = net.createServer((visitor) => visitor.destroy());
    try {
      server.listen(socket);
      await once(server, 'listening');
      server.unref();
      return {
        async release() {
          server.close();
          await once(server, 'close');
        },
      };
    } catch {
      if (await isHeld(socket)) return undefined;
      // Left behind by a process that is gone.
      if (process.platform !== 'win32') rmSync(socket, { force: true });
    }
  }
  return undefined;
}
