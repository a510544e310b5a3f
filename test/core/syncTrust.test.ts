import { once } from 'node:events';
import { createServer as createPlain, type IncomingMessage, request, type Server } from 'node:http';
import { createServer } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { checkPinned, pinOf, proxyOf } from '../../electron/core/sync/pinnedFetch.ts';
import { openDesk, type TestDesk } from './openDesk.ts';
import { type Made, makeCertificates } from './ownAuthority.ts';
import { bothSets } from './sentSet.ts';
import { startCentral, type TestCentral } from './startCentral.ts';

const made = makeCertificates();
let city: Made;
let leaf: Made;
let middle: Made;
let underMiddle: Made;
let alone: Made;
let otherName: Made;
let noAuthority: Made;
let underNoAuthority: Made;
let stranger: Made;
let central: TestCentral;
beforeAll(async () => {
  city = made.authority('city');
  stranger = made.authority('stranger');
  leaf = made.server('leaf', 'DNS:localhost,IP:127.0.0.1', 'city');
  middle = made.server('middle', 'DNS:middle', 'city', true);
  underMiddle = made.server('underMiddle', 'DNS:localhost', 'middle');
  alone = made.server('alone', 'DNS:localhost', null);
  otherName = made.server('otherName', 'DNS:elsewhere.example', 'city');
  noAuthority = made.server('noAuthority', 'DNS:no.example', 'city');
  underNoAuthority = made.server('underNoAuthority', 'DNS:localhost', 'noAuthority');
  central = await startCentral();
});
afterAll(async () => {
  made.remove();
  await central.close();
});

/** The central service behind HTTPS, as a city's front server puts it there. */
async function behindHttps(own: Made, chain: readonly Made[]) {
  const tokens: string[] = [];
  const pass = (incoming: IncomingMessage, outgoing: import('node:http').ServerResponse) => {
    tokens.push(incoming.headers.authorization ?? '');
    const url = new URL(incoming.url ?? '/', central.connection.url);
    const asked = request(
      url,
      { method: incoming.method, headers: { ...incoming.headers, host: url.host } },
      (reply) => {
        outgoing.writeHead(reply.statusCode ?? 502, reply.headers);
        reply.pipe(outgoing);
      },
    );
    asked.on('error', () => outgoing.destroy());
    outgoing.on('close', () => asked.destroy());
    incoming.pipe(asked);
  };
  const cert = [own, ...chain].map(({ certificate }) => certificate).join('');
  const server = createServer({ key: own.key, cert }, pass);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { url: `https://localhost:${port}`, port, tokens, close: () => closed(server) };
}

async function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
}

/** A proxy that only tunnels, as offices have them. */
async function openTunnel() {
  const asked: string[] = [];
  const server = createPlain((_request, response) => response.writeHead(403).end());
  const sockets = new Set<import('node:stream').Duplex>();
  server.on('connect', (incoming, socket) => {
    asked.push(incoming.url ?? '');
    sockets.add(socket);
    // What comes while it closes goes nowhere.
    if (!server.listening) return void socket.destroy();
    const port = Number(incoming.url?.split(':')[1]);
    const out = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      out.pipe(socket).pipe(out);
    });
    out.on('error', () => socket.destroy());
    socket.on('error', () => out.destroy());
    // Whichever ends, the other ends with it.
    out.on('close', () => socket.destroy());
    socket.on('close', () => out.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    asked,
    port: (server.address() as AddressInfo).port,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await closed(server);
    },
  };
}

describe('a service behind HTTPS', () => {
  let desk: TestDesk;
  let token: string;
  let proxy: string;
  let n = 610_000;
  beforeEach(async () => {
    n += 10;
    proxy = 'DIRECT';
    token = await central.enrol(`站 ${crypto.randomUUID()}`, '1');
    desk = await openDesk();
    await desk.reopen({ dataKeyHex: desk.dataKeyHex(), resumeSession: true, resolveProxy: async () => proxy });
    await desk.bind(n);
    desk.clock.pass(10_000);
  });
  afterEach(() => desk.close());

  const send = async () => (await desk.call('sync.sendNow', {} as never)).sync;
  const connectTo = (url: string, pin?: string) =>
    desk.call('sync.connect', { url, token, ...(pin === undefined ? {} : { pin }) } as never);
  const serving = async (
    own: Made,
    chain: readonly Made[],
    work: (at: Awaited<ReturnType<typeof behindHttps>>) => Promise<void>,
  ) => {
    const at = await behindHttps(own, chain);
    try {
      await work(at);
    } finally {
      await at.close();
    }
  };
  const arrived = async () => {
    const { register, service } = await bothSets(desk, central, token);
    expect(register).toHaveLength(1);
    expect(service).toEqual(register);
  };

  it('whose certificate nobody vouches for gets neither token nor record, and the desk says which trouble it is', () =>
    serving(leaf, [city], async (at) => {
      await connectTo(at.url);
      expect(await send()).toMatchObject({ state: 'backingOff', trouble: 'certificate', unsent: 1 });
      expect(await desk.call('sync.test', {} as never)).toMatchObject({ reachable: false, problem: 'certificate' });
      expect(at.tokens).toEqual([]);
    }));

  it.each([
    ['its own key', () => [leaf, [], leaf] as const],
    ['the authority that signed it', () => [leaf, [city], city] as const],
    ['the authority above the one that signed it', () => [underMiddle, [middle, city], city] as const],
    ['a certificate that signed itself', () => [alone, [], alone] as const],
  ])('is trusted by a pin of %s', (_name, of) => {
    const [own, chain, pinned] = of();
    return serving(own, chain, async (at) => {
      await connectTo(at.url, pinOf(pinned.x509));
      expect(await send()).toMatchObject({ state: 'idle', unsent: 0 });
      expect(await desk.call('sync.test', {} as never)).toMatchObject({ accepted: true, problem: null });
      await arrived();
    });
  });

  it.each([
    ['another key', () => [leaf, [city], stranger] as const],
    ['its authority, which it does not send', () => [leaf, [], city] as const],
    ['its authority, with a certificate for another name', () => [otherName, [city], city] as const],
    ['an authority that it only sends along', () => [leaf, [stranger], stranger] as const],
    [
      'an authority above a certificate that may sign none',
      () => [underNoAuthority, [noAuthority, city], city] as const,
    ],
  ])('is refused by a pin of %s, in clear words and before a byte is sent', (_name, of) => {
    const [own, chain, pinned] = of();
    return serving(own, chain, async (at) => {
      await connectTo(at.url, pinOf(pinned.x509));
      expect(await send()).toMatchObject({ state: 'backingOff', trouble: 'pin', unsent: 1 });
      expect(await desk.call('sync.test', {} as never)).toMatchObject({ reachable: false, problem: 'pin' });
      expect(at.tokens).toEqual([]);
    });
  });

  it('is reached through the system’s proxy with a pin too, and a proxy that is gone is no wrong pin', async () => {
    const tunnel = await openTunnel();
    await serving(leaf, [city], async (at) => {
      proxy = `PROXY 127.0.0.1:${tunnel.port}; DIRECT`;
      await connectTo(at.url, pinOf(city.x509));
      expect(await send()).toMatchObject({ state: 'idle', unsent: 0 });
      expect(new Set(tunnel.asked)).toEqual(new Set([`localhost:${at.port}`]));
      await arrived();
      await tunnel.close();
      await desk.bind(n + 1);
      desk.clock.pass(10_000);
      expect(await send()).toMatchObject({ state: 'offline', trouble: 'refused', unsent: 1 });
    });
  });

  it('loses its pin when it is connected anew without one; a pin that is none is refused', async () => {
    await connectTo('https://localhost:1', pinOf(city.x509));
    expect((await desk.call('sync.get', {} as never)).pin).toBe(pinOf(city.x509));
    await connectTo('https://localhost:1');
    expect((await desk.call('sync.get', {} as never)).pin).toBeNull();
    for (const pin of ['', 'x', `${'A'.repeat(44)}`, ` ${pinOf(city.x509)}`])
      expect(await desk.reply('sync.connect', { url: 'https://localhost:1', token, pin } as never)).toMatchObject({
        ok: false,
        error: { code: 'INVALID_INPUT' },
      });
  });
});

describe('a pinned certificate', () => {
  it('counts only while it is in date', () => {
    const pin = pinOf(leaf.x509);
    const [from, to] = [Date.parse(leaf.x509.validFrom), Date.parse(leaf.x509.validTo)];
    expect(() => checkPinned(leaf.x509, 'localhost', pin, from)).not.toThrow();
    expect(() => checkPinned(leaf.x509, 'localhost', pin, from - 1)).toThrow('in date');
    expect(() => checkPinned(leaf.x509, 'localhost', pin, to + 1000)).toThrow('in date');
    expect(() => checkPinned(leaf.x509, '127.0.0.1', pin, from)).not.toThrow();
    expect(() => checkPinned(leaf.x509, '127.0.0.2', pin, from)).toThrow('another name');
  });

  it('has the pin that openssl works out', () => {
    expect(pinOf(city.x509)).toMatch(/^[A-Za-z0-9+/]{43}=$/);
    expect(pinOf(city.x509)).not.toBe(pinOf(stranger.x509));
  });
});

describe('the system’s proxy', () => {
  it.each([
    ['DIRECT', null],
    ['', null],
    ['PROXY proxy.example:8080', { host: 'proxy.example', port: 8080 }],
    ['PROXY [::1]:3128; DIRECT', { host: '[::1]', port: 3128 }],
    ['SOCKS5 a:1; PROXY b:2', { host: 'b', port: 2 }],
    ['DIRECT; PROXY b:2', null],
    ['HTTPS a:443; proxy c:3', { host: 'c', port: 3 }],
    ['PROXY nonsense', null],
  ])('%s', (answer, expected) => {
    expect(proxyOf(answer)).toEqual(expected);
  });
});
