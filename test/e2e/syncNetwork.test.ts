import { once } from 'node:events';
import { existsSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createSecure } from 'node:https';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { expect, test } from 'playwright/test';
import { makeCertificates } from '../core/ownAuthority.ts';
import { openDesk } from './deskStation.ts';

/** A proxy that tunnels to nowhere and remembers where it was asked to. */
async function openProxy() {
  const asked: string[] = [];
  const server = createServer((_request, response) => response.writeHead(403).end());
  server.on('connect', (request, socket) => {
    asked.push(request.url ?? '');
    socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    asked,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const token = 'a-token-of-this-station';
const pin = `${'A'.repeat(43)}=`;
const requestId = () => crypto.randomUUID();

test('core’s requests go through the system’s proxy, also those to a pinned service; a certificate that nobody vouches for is told as one', async () => {
  const proxy = await openProxy();
  const made = makeCertificates();
  const own = made.server('alone', 'DNS:localhost', null);
  const tokens: string[] = [];
  const secure = createSecure({ key: own.key, cert: own.certificate }, (request, response) => {
    tokens.push(request.headers.authorization ?? '');
    response.writeHead(503).end();
  });
  secure.listen(0, '127.0.0.1');
  await once(secure, 'listening');
  const station = await openDesk({
    data: 'empty',
    env: { https_proxy: proxy.url, HTTPS_PROXY: proxy.url, no_proxy: 'localhost,127.0.0.1' },
  });
  try {
    const { desk } = station;
    await desk.call('sync.connect', { requestId: requestId(), url: 'https://central.invalid', token });
    expect(await desk.call('sync.test', {})).toMatchObject({ reachable: false, problem: 'otherService' });
    expect(proxy.asked).toContain('central.invalid:443');
    const before = proxy.asked.length;
    await desk.call('sync.connect', { requestId: requestId(), url: 'https://pinned.invalid', token, pin });
    expect(await desk.call('sync.test', {})).toMatchObject({ reachable: false, problem: 'otherService' });
    expect(proxy.asked.slice(before)).toContain('pinned.invalid:443');

    const { port } = secure.address() as AddressInfo;
    await desk.call('sync.connect', { requestId: requestId(), url: `https://localhost:${port}`, token });
    expect(await desk.call('sync.test', {})).toMatchObject({ reachable: false, problem: 'certificate' });
    await desk.call('sync.connect', { requestId: requestId(), url: `https://localhost:${port}`, token, pin });
    expect(await desk.call('sync.test', {})).toMatchObject({ reachable: false, problem: 'pin' });
    expect(tokens).toEqual([]);
    expect(JSON.stringify(proxy.asked)).not.toContain(token);

    // The support file goes where the dialog says, and nowhere when it was closed.
    const file = path.join(station.userData, 'support.zip');
    await station.app.evaluate(({ dialog }) => {
      dialog.showSaveDialog = async () => ({ canceled: true, filePath: '' });
    });
    const closed = await station.page.evaluate(() => window.station.call('support.save', {}));
    expect(closed).toMatchObject({ ok: false, error: { code: 'CANCELLED' } });
    await station.app.evaluate(({ dialog }, filePath) => {
      dialog.showSaveDialog = async () => ({ canceled: false, filePath });
    }, file);
    const saved = await station.page.evaluate(() => window.station.call('support.save', {}));
    expect(saved).toEqual({ ok: true, value: { path: file } });
    expect(existsSync(file)).toBe(true);
    rmSync(file);
  } finally {
    await station.close();
    made.remove();
    secure.closeAllConnections();
    secure.close();
    await proxy.close();
  }
});
