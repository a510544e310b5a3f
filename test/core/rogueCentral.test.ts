import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { heldBytes } from '../fuzz/measure.ts';
import { openDesk, type TestDesk } from './openDesk.ts';

/** Somebody who answers in the central service's place: a proxy, a false address, a service that was taken over. */
async function openRogue() {
  let answer: (request: IncomingMessage, response: ServerResponse, body: string) => void = (_request, response) =>
    response.end();
  const asked: { readonly path: string; readonly token: string; readonly body: string }[] = [];
  const server = createServer((request, response) => {
    // The feed down and files by hand are not what is tried here: an older service has neither.
    if (/^\/v1\/(down|site-items|handover-key)/.test(request.url ?? '')) return void response.writeHead(404).end();
    const pieces: Buffer[] = [];
    response.on('error', () => undefined);
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const whole = Buffer.concat(pieces);
      const body = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(whole) : whole).toString('utf8');
      asked.push({ path: request.url ?? '', token: request.headers.authorization ?? '', body });
      answer(request, response, body);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    answers: (next: typeof answer) => {
      answer = next;
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

let rogue: Awaited<ReturnType<typeof openRogue>>;
let other: Awaited<ReturnType<typeof openRogue>>;
let desk: TestDesk;
beforeEach(async () => {
  rogue = await openRogue();
  other = await openRogue();
  desk = await openDesk({ core: { embeddedCentral: { url: rogue.url, token: 'a-token-of-this-station' } } });
  await desk.bind(1);
  desk.clock.pass(10_000);
});
afterEach(async () => {
  await desk.close();
  await rogue.close();
  await other.close();
});

const sent = async () => (await desk.call('sync.sendNow', {} as never)).sync;
const json = { 'content-type': 'application/json' };

/** An answer that would be right, but for what `change` makes of it. */
function receipts(body: string, change: (receipt: Record<string, unknown>) => Record<string, unknown>) {
  const { batchId, records } = JSON.parse(body) as { batchId: string; records: { key: string }[] };
  const made = records.map(({ key }) => change({ key, status: 'stored' }));
  return { batchId, serverAtMs: 1_649_558_530_000, epoch: 'e', receipts: made };
}

describe('a central service that went wrong', () => {
  it('may answer without end: the station stops reading, keeps its memory and its records', async () => {
    const piece = 'x'.repeat(1024 * 1024);
    rogue.answers((_request, response) => {
      response.writeHead(200, json);
      const pour = (): void => {
        while (!response.destroyed && response.write(piece));
        if (!response.destroyed) response.once('drain', pour);
      };
      pour();
    });
    const before = heldBytes();
    expect(await sent()).toMatchObject({ state: 'backingOff', unsent: 1 });
    expect(await desk.call('sync.test', {} as never)).toMatchObject({ accepted: false });
    expect(heldBytes() - before).toBeLessThan(32 * 1024 * 1024);
  });

  it('may answer with a compressed bomb: it is not blown up in memory', async () => {
    const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024, 0x20));
    rogue.answers((_request, response) => {
      response.writeHead(200, { ...json, 'content-encoding': 'gzip' }).end(bomb);
    });
    const before = heldBytes();
    expect(await sent()).toMatchObject({ state: 'backingOff', unsent: 1 });
    expect(heldBytes() - before).toBeLessThan(32 * 1024 * 1024);
  });

  it('sends nobody elsewhere: a redirect is not followed, and the token goes to no other address', async () => {
    for (const status of [301, 302, 303, 307, 308]) {
      rogue.answers((_request, response) => {
        response.writeHead(status, { location: `${other.url}/v1/batches` }).end();
      });
      expect(await sent(), String(status)).toMatchObject({ unsent: 1 });
      expect(await desk.call('sync.test', {} as never)).toMatchObject({ accepted: false });
    }
    expect(other.asked).toEqual([]);
  });

  it.each<[string, (body: string) => unknown]>([
    ['another batch', (body) => ({ ...receipts(body, (one) => one), batchId: 'other' })],
    ['records that were not sent', (body) => receipts(body, (one) => ({ ...one, key: 'other' }))],
    ['a status that there is not', (body) => receipts(body, (one) => ({ ...one, status: 'fine' }))],
    ['a time that is none', (body) => ({ ...receipts(body, (one) => one), serverAtMs: 'now' })],
    ['a message of a megabyte', (body) => receipts(body, (one) => ({ ...one, message: 'x'.repeat(1_000_000) }))],
    [
      'more receipts than a batch has',
      (body) => ({ ...receipts(body, (one) => one), receipts: Array(501).fill({ key: 'k', status: 'stored' }) }),
    ],
    ['no JSON', () => null],
  ])('settles nothing by receipts for %s', async (_what, made) => {
    rogue.answers((_request, response, body) => {
      // A look whether it still lives the same life, which settles nothing either.
      if (body === '') return void response.writeHead(404).end();
      const answer = made(body);
      response.writeHead(200, json).end(answer === null ? '{"batchId":' : JSON.stringify(answer));
    });
    expect(await sent()).toMatchObject({ unsent: 1 });
  });

  it('gets a record of what was tested and nothing of the register’s keys or of who works here but a name', async () => {
    rogue.answers((_request, response) => response.writeHead(503).end());
    await sent();
    const first = rogue.asked.find(({ path }) => path === '/v1/batches');
    expect(first?.token).toBe('Bearer a-token-of-this-station');
    expect(first?.body).not.toMatch(/"pin|salt|pinHash|badge|passphrase|recovery/i);
    expect(first?.body).not.toContain(desk.dataKeyHex());
  });
});
