import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

/** What the way to the central service does to the next requests. */
export type Fault =
  | 'none'
  | 'refuse' // the connection is cut before anything is read
  | 'cutSending' // reset while the body is on its way to the service
  | 'cutAnswer' // the service has done its work, the answer never arrives
  | 'halfAnswer' // reset in the middle of the answer
  | 'shortAnswer' // half of an answer that ends properly
  | 'silent' // the service has done its work, and nobody ever answers
  | 'silentBeside' // whatever is no batch is never answered
  | 'html' // a proxy's page with status 200
  | 'htmlRefusal' // a proxy's page with status 400
  | 'redirect'
  | 'endless' // an answer without end
  | 'twice' // each request is given to the service twice, the second answer goes back
  | 'former' // the answer to the request before this one
  | 'backwards' // the receipts in another order, each of them twice
  | 'noReceipts' // a right answer with no receipts in it
  | 'halfReceipts' // receipts for every other record
  | 'plainOnly' // a service that takes no packed bodies
  | { readonly refuses: (keys: readonly string[]) => number | null } // a status for batches of these records, or none
  | { readonly rewrite: (body: string) => string } // the body is changed on its way
  | { readonly change: (answer: Record<string, unknown>) => unknown } // the answer is changed on its way
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>> };

/** A real HTTP server on loopback between station and service that can go wrong in each way a network does. */
export async function startFaultyProxy(target: string) {
  let fault: Fault = 'none';
  let goal = target;
  let former: string | null = null;
  const seen: { readonly path: string; readonly body: string; readonly isPacked: boolean }[] = [];

  const forward = (incoming: IncomingMessage, body: string | null, then: (status: number, text: string) => void) => {
    const url = new URL(incoming.url ?? '/', goal);
    const { 'content-encoding': _packed, 'content-length': _length, ...headers } = incoming.headers;
    const asked = request(url, { method: incoming.method, headers: { ...headers, host: url.host } }, (reply) => {
      const chunks: Buffer[] = [];
      reply.on('data', (chunk: Buffer) => chunks.push(chunk));
      reply.on('end', () => then(reply.statusCode ?? 502, Buffer.concat(chunks).toString()));
    });
    asked.on('error', () => incoming.socket.destroy());
    const sent = Buffer.from(body ?? '');
    if (sent.length > 0) asked.setHeader('content-length', sent.length);
    asked.end(sent);
  };

  const answer = (incoming: IncomingMessage, outgoing: ServerResponse, body: string) => {
    const now = fault;
    const isPacked = incoming.headers['content-encoding'] === 'gzip';
    const json = { 'content-type': 'application/json' };
    if (/^\/v1\/(down|site-items)/.test(incoming.url ?? '') && now !== 'refuse') {
      // What comes down has tests of its own; here it is let through.
      return forward(incoming, body, (status, text) => outgoing.writeHead(status, json).end(text));
    }
    seen.push({ path: incoming.url ?? '', body, isPacked });
    const page = '<html>Please sign in to the network</html>';
    if (now === 'silentBeside' && incoming.url !== '/v1/batches') return;
    if (now === 'refuse' || now === 'cutSending') return void incoming.socket.destroy();
    if (now === 'html') return void outgoing.writeHead(200, { 'content-type': 'text/html' }).end(page);
    if (now === 'htmlRefusal') return void outgoing.writeHead(400, { 'content-type': 'text/html' }).end(page);
    if (now === 'redirect') return void outgoing.writeHead(302, { location: 'http://127.0.0.1:9/login' }).end();
    if (now === 'plainOnly' && isPacked)
      return void outgoing.writeHead(415, json).end('{"code":"unsupportedMediaType","message":"no"}');
    if (now === 'endless') {
      outgoing.writeHead(200, json);
      const pour = (): void => {
        while (!outgoing.destroyed && outgoing.write(' '.repeat(65_536)));
        if (!outgoing.destroyed) outgoing.once('drain', pour);
      };
      outgoing.on('error', () => undefined);
      return pour();
    }
    if (typeof now === 'object' && 'status' in now) {
      return void outgoing
        .writeHead(now.status, { ...json, ...now.headers })
        .end('{"code":"internal","message":"fault"}');
    }
    if (typeof now === 'object' && 'refuses' in now && incoming.url === '/v1/batches') {
      const { records } = JSON.parse(body) as { records: { key: string }[] };
      const status = now.refuses(records.map(({ key }) => key));
      if (status !== null) return void outgoing.writeHead(status, json).end('{"code":"badRequest","message":"no"}');
    }
    const isRewritten = typeof now === 'object' && 'rewrite' in now && incoming.url === '/v1/batches';
    forward(incoming, isRewritten ? now.rewrite(body) : body, (status, text) => {
      const give = (given: string) => outgoing.writeHead(status, json).end(given);
      const last = former;
      former = text;
      if (now === 'silent') return;
      if (now === 'cutAnswer') return void incoming.socket.destroy();
      if (now === 'halfAnswer') {
        outgoing.writeHead(status, { ...json, 'content-length': Buffer.byteLength(text) });
        outgoing.write(text.slice(0, text.length / 2), () => incoming.socket.destroy());
        return;
      }
      if (now === 'shortAnswer') return void give(text.slice(0, text.length / 2));
      if (now === 'former') return void give(last ?? '{}');
      if (now === 'twice') return forward(incoming, body, (_status, second) => give(second));
      const parsed = () => JSON.parse(text) as Record<string, unknown> & { receipts: unknown[] };
      // What has no receipts is let through by those that meddle with them.
      const meddles = now === 'noReceipts' || now === 'halfReceipts' || now === 'backwards';
      if (meddles && !Array.isArray(parsed().receipts)) return void give(text);
      if (now === 'noReceipts') return void give(JSON.stringify({ ...parsed(), receipts: [] }));
      if (now === 'halfReceipts')
        return void give(JSON.stringify({ ...parsed(), receipts: parsed().receipts.filter((_r, n) => n % 2 === 1) }));
      if (now === 'backwards') {
        const { receipts } = parsed();
        const turned = [...receipts].reverse();
        return void give(JSON.stringify({ ...parsed(), receipts: [...turned, ...receipts].slice(0, 500) }));
      }
      if (typeof now === 'object' && 'change' in now) return void give(JSON.stringify(now.change(parsed())));
      give(text);
    });
  };

  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on('error', () => undefined);
    incoming.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      // In the middle of the body: the rest never arrives.
      if (fault === 'cutSending') incoming.socket.resetAndDestroy();
    });
    incoming.on('end', () => {
      const whole = Buffer.concat(chunks);
      const body = incoming.headers['content-encoding'] === 'gzip' ? gunzipSync(whole) : whole;
      answer(incoming, outgoing, body.toString());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    set: (next: Fault) => {
      fault = next;
    },
    /** Another service stands behind it from now on. */
    leadTo: (next: string) => {
      goal = next;
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
