import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the way to the central service does to the next requests. */
export type Fault =
  | 'none'
  | 'refuse' // the connection is cut before anything is read
  | 'cutAnswer' // the service has done its work, the answer never arrives
  | 'html' // a proxy's page with status 200
  | 'noReceipts' // a right answer with no receipts in it
  | { readonly rewrite: (body: string) => string } // the body is changed on its way
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>> };

/** A real HTTP server on loopback between station and service that can go wrong in each way a network does. */
export async function startFaultyProxy(target: string) {
  let fault: Fault = 'none';
  const seen: { readonly path: string; readonly body: string }[] = [];

  const answer = (incoming: IncomingMessage, outgoing: ServerResponse, body: string) => {
    seen.push({ path: incoming.url ?? '', body });
    if (fault === 'refuse') {
      incoming.socket.destroy();
      return;
    }
    if (fault === 'html') {
      outgoing.writeHead(200, { 'content-type': 'text/html' }).end('<html>Please sign in to the network</html>');
      return;
    }
    if (typeof fault === 'object' && 'status' in fault) {
      outgoing
        .writeHead(fault.status, { 'content-type': 'application/json', ...fault.headers })
        .end('{"code":"internal","message":"fault"}');
      return;
    }
    const url = new URL(incoming.url ?? '/', target);
    const forward = request(
      url,
      { method: incoming.method, headers: { ...incoming.headers, host: url.host } },
      (reply) => {
        const chunks: Buffer[] = [];
        reply.on('data', (chunk: Buffer) => chunks.push(chunk));
        reply.on('end', () => {
          if (fault === 'cutAnswer') {
            incoming.socket.destroy();
            return;
          }
          const whole = Buffer.concat(chunks).toString();
          const text =
            fault === 'noReceipts' ? JSON.stringify({ ...(JSON.parse(whole) as object), receipts: [] }) : whole;
          outgoing
            .writeHead(reply.statusCode ?? 502, { 'content-type': reply.headers['content-type'] ?? 'application/json' })
            .end(text);
        });
      },
    );
    forward.on('error', () => outgoing.destroy());
    const sent = Buffer.from(typeof fault === 'object' ? fault.rewrite(body) : body);
    forward.setHeader('content-length', sent.length);
    forward.end(sent);
  };

  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => answer(incoming, outgoing, Buffer.concat(chunks).toString()));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    set: (next: Fault) => {
      fault = next;
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
