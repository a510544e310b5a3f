import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * A server on loopback that a page which went wrong would love to reach. It counts every connection and datagram, so
 * that "nothing left the window" is seen at the other end.
 */
export async function openLure() {
  let connections = 0;
  let datagrams = 0;
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html', 'access-control-allow-origin': '*' }).end('<p>lured');
  });
  server.on('connection', () => {
    connections += 1;
  });
  server.listen(0, '127.0.0.1');
  const socket = createSocket('udp4', () => {
    datagrams += 1;
  });
  socket.bind(0, '127.0.0.1');
  await Promise.all([once(server, 'listening'), once(socket, 'listening')]);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    socketUrl: `ws://127.0.0.1:${port}`,
    udpPort: socket.address().port,
    reached: () => ({ connections, datagrams }),
    close: async () => {
      server.closeAllConnections();
      server.close();
      socket.close();
      await once(server, 'close');
    },
  };
}

export type Lure = Awaited<ReturnType<typeof openLure>>;
