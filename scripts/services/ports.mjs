// @ts-check
import { once } from 'node:events';
import net from 'node:net';

/** @returns {Promise<number>} a loopback port that was free a moment ago */
export async function freePort() {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return address.port;
}
