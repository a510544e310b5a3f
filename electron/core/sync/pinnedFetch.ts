import { createHash, type X509Certificate } from 'node:crypto';
import { request as plainRequest } from 'node:http';
import { type RequestOptions, request } from 'node:https';
import { isIP, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { connect, type TLSSocket } from 'node:tls';
import { WrongPin } from './faultOf.ts';

/** SHA-256 of a certificate's SubjectPublicKeyInfo in base64 with its padding, as RFC 7469 writes a pin (2.4). */
export function pinOf(certificate: X509Certificate): string {
  const spki = certificate.publicKey.export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(spki).digest('base64');
}

const longestChain = 10;

/**
 * Whether a server's certificate may be trusted by a pin: it names the host, is in date, and it or an authority that
 * signed it, each by the next, has the pinned key. The system's own list of authorities has no say: a city's own authority
 * need not be on it. The server must send its chain up to the pinned certificate. Throws WrongPin with what is wrong.
 */
export function checkPinned(leaf: X509Certificate, host: string, pin: string, nowMs: number): void {
  const names = isIP(host) === 0 ? leaf.checkHost(host) : leaf.checkIP(host);
  if (names === undefined) throw new WrongPin('the certificate is for another name');
  let at: X509Certificate = leaf;
  for (let length = 0; length < longestChain; length++) {
    if (nowMs < Date.parse(at.validFrom) || nowMs > Date.parse(at.validTo))
      throw new WrongPin('a certificate is not in date');
    if (pinOf(at) === pin) return;
    const issuer: X509Certificate | undefined = at.issuerCertificate;
    if (issuer === undefined || issuer.fingerprint256 === at.fingerprint256) break;
    if (!issuer.ca || !at.checkIssued(issuer) || !at.verify(issuer.publicKey))
      throw new WrongPin('a certificate of the chain was not signed by the next');
    at = issuer;
  }
  throw new WrongPin('no certificate of the chain has the pinned key');
}

/** A proxy as Chromium's resolver tells it: the first that can be used here, or null for none. */
export function proxyOf(answer: string): { readonly host: string; readonly port: number } | null {
  for (const way of answer.split(';')) {
    const [kind = '', place = ''] = way.trim().split(/\s+/);
    if (kind.toUpperCase() === 'DIRECT') return null;
    const found = /^(\[[^\]]+\]|[^:]+):(\d{1,5})$/.exec(place);
    if (kind.toUpperCase() === 'PROXY' && found !== null) return { host: found[1] ?? '', port: Number(found[2]) };
  }
  return null;
}

/** A way through a proxy to the host (RFC 9110, 9.3.6). */
function tunnel(proxy: { readonly host: string; readonly port: number }, to: string, signal: AbortSignal | null) {
  return new Promise<Socket>((resolve, reject) => {
    const asked = plainRequest({
      host: proxy.host.replace(/^\[|\]$/g, ''),
      port: proxy.port,
      method: 'CONNECT',
      path: to,
      headers: { host: to },
      agent: false,
      ...(signal === null ? {} : { signal }),
    });
    asked.on('connect', (response, socket) => {
      if (response.statusCode === 200) return resolve(socket);
      socket.destroy();
      reject(new Error('ERR_TUNNEL_CONNECTION_FAILED'));
    });
    asked.on('response', (response) => {
      response.resume();
      reject(new Error('ERR_TUNNEL_CONNECTION_FAILED'));
    });
    asked.on('error', reject);
    asked.end();
  });
}

/** Looks at the certificate before a byte of the request, and with it the token, is written. */
function secured(host: string, port: number, pin: string, through: Socket | null): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const name = isIP(host) === 0 ? { servername: host } : {};
    const socket = connect({
      ...(through === null ? { host, port } : { socket: through }),
      ...name,
      // Trusted by the pin alone, below.
      rejectUnauthorized: false,
      minVersion: 'TLSv1.2',
      ALPNProtocols: ['http/1.1'],
    });
    socket.on('error', reject);
    // A way through a proxy may end without an error of its own.
    socket.once('close', () => reject(Object.assign(new Error('the connection was closed'), { code: 'ECONNRESET' })));
    socket.once('secureConnect', () => {
      try {
        const leaf = socket.getPeerX509Certificate();
        if (leaf === undefined) throw new WrongPin('there is no certificate');
        checkPinned(leaf, host, pin, Date.now());
        resolve(socket);
      } catch (error) {
        socket.destroy();
        reject(error);
      }
    });
  });
}

/**
 * A fetch for what core asks of the central service, over HTTPS to a server that the pin vouches for. It follows no
 * redirect and takes text bodies and bytes. `resolveProxy` answers as Chromium does, such as `PROXY host:8080; DIRECT`.
 */
export async function pinnedFetch(
  url: string,
  init: RequestInit,
  pin: string,
  resolveProxy: ((url: string) => Promise<string>) | undefined,
): Promise<Response> {
  const { hostname, port: written, pathname, search } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, '');
  const port = written === '' ? 443 : Number(written);
  const signal = init.signal ?? null;
  signal?.throwIfAborted();
  const proxy = resolveProxy === undefined ? null : proxyOf(await resolveProxy(url));
  const through = proxy === null ? null : await tunnel(proxy, `${hostname}:${port}`, signal);
  const socket = await aborted(secured(host, port, pin, through), signal);
  return new Promise((resolve, reject) => {
    const body = init.body as string | Uint8Array | null | undefined;
    const options: RequestOptions = {
      host,
      port,
      path: `${pathname}${search}`,
      method: init.method ?? 'GET',
      headers: {
        ...(init.headers as Record<string, string> | undefined),
        'accept-encoding': 'identity',
        ...(body == null ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
      },
      createConnection: () => socket,
      ...(signal === null ? {} : { signal }),
    };
    const asked = request(options, (answer) => {
      const status = answer.statusCode ?? 0;
      if (status >= 300 && status < 400) {
        answer.destroy();
        reject(new TypeError('unexpected redirect'));
        return;
      }
      const headers = new Headers();
      for (let at = 0; at + 1 < answer.rawHeaders.length; at += 2)
        headers.append(answer.rawHeaders[at] ?? '', answer.rawHeaders[at + 1] ?? '');
      const isEmpty = status === 204 || status === 205;
      if (isEmpty) answer.resume();
      resolve(
        new Response(isEmpty ? null : (Readable.toWeb(answer) as unknown as ReadableStream<Uint8Array>), {
          status: status < 200 ? 502 : status,
          headers,
        }),
      );
    });
    asked.on('error', reject);
    asked.end(body ?? undefined);
  });
}

/** The promise's socket, or what the signal says; a socket that comes too late is closed. */
async function aborted(coming: Promise<TLSSocket>, signal: AbortSignal | null): Promise<TLSSocket> {
  if (signal === null) return coming;
  const over = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
  try {
    return await Promise.race([coming, over]);
  } catch (error) {
    void coming.then((socket) => socket.destroy()).catch(() => undefined);
    throw error;
  }
}
