import { createHash } from 'node:crypto';
import { once } from 'node:events';
import net from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLog } from '../../central/log.ts';
import { buildServer } from '../../central/server.ts';
import { openPostgres } from '../../central/store/postgres.ts';
import { enrol, revoke } from '../../central/store/stations.ts';
import { createStore } from '../../central/store/store.ts';
import { batchLimit, bodyLimitBytes, healthReplySchema, routes } from '../../shared/central.ts';
import { countRows, databaseKinds, openMigrated, type TestDatabase } from './databases.ts';
import { bound, resulted } from './records.ts';
import { batchOf, problemOf, type Service, type Station, startService } from './service.ts';

const guarded: readonly (readonly [string, string])[] = [
  ['POST', routes.batches],
  ['GET', routes.kit.replace(':key', 'a')],
  ['GET', routes.stats],
  ['POST', routes.auditHeads],
  ['GET', routes.keptAuditHeads],
  ['POST', routes.installations],
  ['GET', routes.ownRecords],
  ['GET', routes.down],
  ['POST', routes.siteItems],
  ['POST', routes.token],
  ['POST', routes.handoverKey],
];
/** For whoever reads for the city, with a token of another kind. */
const forReaders: readonly (readonly [string, string])[] = [
  ['GET', routes.feed],
  ['GET', routes.fhirFeed],
  ['GET', routes.totals],
  ['POST', routes.citizenLatest],
  ['GET', routes.fhirBundle.replace(':testId', 'a')],
];
const open: readonly (readonly [string, string])[] = [
  ['GET', routes.health],
  ['GET', routes.live],
  ['GET', routes.ready],
  ['GET', routes.openapi],
  ['POST', routes.enrolments],
];

describe.each(databaseKinds)('HTTP on $name', (kind) => {
  let opened: TestDatabase;
  let service: Service;
  let station: Station;
  let log = '';

  beforeAll(async () => {
    opened = await openMigrated(kind);
    service = await startService(opened.database, {
      log: createLog((line) => {
        log += line;
      }, Date.now),
    });
    station = await service.station();
  });
  afterAll(async () => {
    await service?.close();
    await opened?.close();
  });

  const rows = async () => {
    const tables = ['records', 'set_aside', 'tests', 'kits', 'conflicts'];
    return Promise.all(tables.map((table) => countRows(opened.database, table)));
  };
  const post = (token: string | null, body: string) =>
    fetch(`${service.url}${routes.batches}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token === null ? {} : { authorization: token }) },
      body,
    });

  describe('tokens', () => {
    it.each([...guarded])('%s %s needs one', async (method, path) => {
      const response = await fetch(`${service.url}${path}`, { method });
      expect(response.headers.get('www-authenticate')).toBe('Bearer');
      expect(await problemOf(response)).toMatchObject({ status: 401, code: 'unauthorized' });
    });

    it.each([...open])('%s %s needs none', async (method, path) => {
      const { status } = await fetch(`${service.url}${path}`, { method });
      expect([401, 403], path).not.toContain(status);
      expect(status).toBe(path === routes.enrolments ? 400 : 200);
    });

    it('refuses what is not a known token, and stores nothing', async () => {
      const before = await rows();
      const { token } = station;
      const wrong = [
        `Bearer ${token.slice(0, -1)}`,
        `Bearer ${token}A`,
        `Bearer ${'A'.repeat(43)}`,
        `Basic ${token}`,
        token,
        'Bearer',
        `Bearer ${token} ${token}`,
        `Bearer ${"' OR true --".padEnd(43, 'x')}`,
      ];
      for (const header of wrong) {
        const response = await post(header, JSON.stringify(batchOf([bound()])));
        expect(response.headers.get('www-authenticate'), header).toBe('Bearer');
        expect(await problemOf(response), header).toMatchObject({ status: 401, code: 'unauthorized' });
      }
      expect(await rows()).toEqual(before);
      expect((await post(`bearer ${token}`, JSON.stringify(batchOf([bound()])))).status).toBe(200);
    });

    it('refuses a revoked one, and takes the one that replaces it', async () => {
      const gone = await service.station();
      const name = { site: gone.site, station: gone.name };
      const binding = bound();
      await gone.one(binding);
      expect(await enrol(opened.database, name, 2, false)).toEqual({ ok: false, code: 'alreadyEnrolled' });
      expect(await revoke(opened.database, name)).toBe(true);
      const before = await rows();
      const response = await gone.postRaw(batchOf([bound()]));
      expect(await problemOf(response)).toMatchObject({ status: 403, code: 'forbidden' });
      expect(await problemOf(await gone.fetch(routes.stats))).toMatchObject({ status: 403 });
      expect(await rows()).toEqual(before);

      const again = await enrol(opened.database, name, 3, false);
      const replaced = await enrol(opened.database, name, 4, true);
      if (!again.ok || !replaced.ok) throw new Error('not enrolled');
      expect((await post(`Bearer ${again.token}`, '{}')).status).toBe(403);
      const answer = await post(`Bearer ${replaced.token}`, JSON.stringify(batchOf([binding])));
      expect(await answer.json()).toMatchObject({ receipts: [{ status: 'duplicate' }] });
      expect(await revoke(opened.database, { site: 'nowhere', station: 'none' })).toBe(false);
    });

    it('has 256 bits, and is nowhere in the database', async () => {
      const tokens = await opened.database.query<{ token_hash: string }>('SELECT * FROM station_tokens');
      expect(tokens.length).toBeGreaterThan(0);
      expect(Buffer.from(station.token, 'base64url')).toHaveLength(32);
      expect(JSON.stringify(tokens)).not.toContain(station.token);
      const sha256 = createHash('sha256').update(station.token).digest('hex');
      expect(tokens.map((row) => row.token_hash)).toContain(sha256);
    });
  });

  describe('addresses and methods', () => {
    it.each(['/', '/v1', '/v1/kits', '/v1/batches/1', '/V1/health', '/v1/health/', '/v2/stats'])(
      'knows nothing at %s',
      async (path) => {
        for (const method of ['GET', 'POST', 'DELETE']) {
          const response = await station.fetch(path, { method });
          expect(await problemOf(response)).toMatchObject({ status: 404, code: 'notFound' });
        }
      },
    );

    it.each([...guarded, ...open])('takes nothing but %s at %s', async (right, path) => {
      for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
        if (method === right) continue;
        for (const init of [{ method }, { method, headers: { 'content-type': 'text/csv' }, body: 'x' }]) {
          if (method === 'GET' && init.body !== undefined) continue;
          const response = await station.fetch(path, init);
          expect(response.headers.get('allow')).toBe(right === 'GET' ? 'GET, HEAD' : right);
          expect(await problemOf(response), method).toMatchObject({ status: 405, code: 'methodNotAllowed' });
        }
      }
    });

    it('refuses an address that cannot be decoded', async () => {
      for (const path of ['/v1/kits/%', '/v1/kits/%E8%AF', '/v1/kits/%ff']) {
        expect(await problemOf(await station.fetch(path)), path).toMatchObject({ status: 400, code: 'badRequest' });
      }
    });

    it.each([
      ['too long', 'k'.repeat(201)],
      ['far too long', 'k'.repeat(40_000).slice(0, 15_000)],
      ['with U+0000', 'a%00'],
    ])('refuses a kit key that is %s', async (_name, key) => {
      const problem = await problemOf(await station.fetch(`/v1/kits/${key}`));
      expect(problem).toMatchObject({ status: 400, code: 'badRequest', field: 'key' });
    });

    it('answers what is no HTTP at all', async () => {
      const { port } = new URL(service.url);
      const answer = await new Promise<string>((resolve, reject) => {
        let text = '';
        const socket = net.connect(Number(port), '127.0.0.1', () => socket.write('hello\r\n\r\n'));
        socket.on('data', (data) => {
          text += data;
        });
        socket.on('error', reject);
        socket.on('close', () => resolve(text));
      });
      expect(answer).toMatch(/^HTTP\/1\.1 400 /);
      expect(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).toMatchObject({ code: 'badRequest' });
    });
  });

  describe('bodies', () => {
    const refused = async (init: RequestInit) => {
      const before = await rows();
      const problem = await problemOf(await station.fetch(routes.batches, { method: 'POST', ...init }));
      expect(await rows()).toEqual(before);
      return problem;
    };
    const json = { 'content-type': 'application/json' };
    const good = () => JSON.stringify(batchOf([bound()]));

    it.each([
      'text/plain',
      'text/json',
      'application/xml',
      'application/x-www-form-urlencoded',
      'application/jsonp',
      'nonsense',
    ])('refuses %s', async (type) => {
      expect(await refused({ headers: { 'content-type': type }, body: good() })).toMatchObject({
        status: 415,
        code: 'unsupportedMediaType',
      });
    });

    it('refuses a body without a type, and takes one with a charset', async () => {
      expect(await refused({ body: new Blob([good()]) })).toMatchObject({ status: 415 });
      const headers = { 'content-type': 'application/json; charset=utf-8' };
      expect((await station.fetch(routes.batches, { method: 'POST', headers, body: good() })).status).toBe(200);
    });

    it('takes a body packed by gzip, in several members too', async () => {
      const headers = { ...json, 'content-encoding': 'gzip' };
      const body = good();
      const parts = Buffer.concat([gzipSync(body.slice(0, 50)), gzipSync(body.slice(50))]);
      for (const packed of [gzipSync(good()), parts]) {
        const response = await station.fetch(routes.batches, { method: 'POST', headers, body: packed });
        expect(response.status).toBe(200);
        expect(await response.json()).toMatchObject({ receipts: [{ status: 'stored' }] });
      }
    });

    it.each(['br', 'deflate', 'zstd', 'gzip, gzip', 'x-gzip', 'GZip,br', ''])(
      'refuses a body encoded as “%s”, and says what it takes',
      async (encoding) => {
        const headers = { ...json, 'content-encoding': encoding };
        const response = await station.fetch(routes.batches, { method: 'POST', headers, body: gzipSync(good()) });
        expect(response.headers.get('accept-encoding')).toBe('gzip, identity');
        expect(await problemOf(response)).toMatchObject({ status: 415, code: 'unsupportedMediaType' });
      },
    );

    it('refuses what is no gzip, or half of it', async () => {
      const headers = { ...json, 'content-encoding': 'gzip' };
      const whole = gzipSync(good());
      const torn = Buffer.from(whole);
      torn.fill(0xaa, 20, 60);
      for (const body of [Buffer.from(good()), whole.subarray(0, whole.length - 9), torn, Buffer.from([0x1f, 0x8b])])
        expect(await refused({ headers, body })).toMatchObject({ status: 400, code: 'badRequest' });
    });

    it('refuses a small body that unpacks to a large one, holds none of it, and goes on', async () => {
      const headers = { ...json, 'content-encoding': 'gzip' };
      // Four hundred megabytes of blanks in four hundred kilobytes.
      const bomb = gzipSync(Buffer.alloc(400 * 1024 * 1024, 0x20));
      expect(bomb.length).toBeLessThan(bodyLimitBytes);
      globalThis.gc?.();
      const before = process.memoryUsage().arrayBuffers;
      expect(await refused({ headers, body: bomb })).toMatchObject({ status: 413, code: 'tooLarge' });
      expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 * 1024 * 1024);
      expect((await station.fetch(routes.stats)).status).toBe(200);
    });

    it.each(['{', '', 'nul', '{"a":1,}', '[1', '\u0000', '{"__proto__":{"a":1}}'])(
      'refuses %j as no JSON',
      async (body) => {
        expect(await refused({ headers: json, body })).toMatchObject({ status: 400, code: 'badRequest' });
      },
    );

    it.each<[string, (batch: ReturnType<typeof batchOf>) => unknown, string | undefined]>([
      ['null', () => null, undefined],
      ['a list', () => [], undefined],
      ['no batchId', ({ batchId: _, ...rest }) => rest, 'batchId'],
      ['an empty batchId', (batch) => ({ ...batch, batchId: '' }), 'batchId'],
      ['a batchId with U+0000', (batch) => ({ ...batch, batchId: 'a\u0000' }), 'batchId'],
      [
        'an installationId with half a character',
        (batch) => ({ ...batch, installationId: '\udc00' }),
        'installationId',
      ],
      ['a long installationId', (batch) => ({ ...batch, installationId: 'x'.repeat(65) }), 'installationId'],
      ['a time in text', (batch) => ({ ...batch, sentAtMs: '1649558530000' }), 'sentAtMs'],
      ['no records', (batch) => ({ ...batch, records: [] }), 'records'],
      ['records that are no list', (batch) => ({ ...batch, records: {} }), 'records'],
      ['an unknown field', (batch) => ({ ...batch, more: 1 }), undefined],
    ])('refuses %s', async (_name, spoil, field) => {
      const problem = await refused({ headers: json, body: JSON.stringify(spoil(batchOf([bound()]))) });
      expect(problem).toMatchObject({ status: 400, code: 'badRequest' });
      expect(problem.field).toBe(field);
    });

    it(`takes ${batchLimit} records and not one more`, async () => {
      const records = Array.from({ length: batchLimit }, () => bound());
      const problem = await refused({ headers: json, body: JSON.stringify(batchOf([...records, bound()])) });
      expect(problem).toMatchObject({ status: 400, code: 'badRequest', field: 'records' });
      expect(await station.post(records)).toHaveLength(batchLimit);
    });

    it('takes a body up to the limit and not one byte more', async () => {
      const text = good();
      const full = text + ' '.repeat(bodyLimitBytes - Buffer.byteLength(text));
      expect(await refused({ headers: json, body: `${full} ` })).toMatchObject({ status: 413, code: 'tooLarge' });
      expect((await station.postRaw(full)).status).toBe(200);
    });

    it('refuses a body of unsaid length that goes past the limit', async () => {
      let sent = 0;
      const endless = new ReadableStream<Uint8Array>({
        pull: (controller) => {
          sent += 1;
          if (sent > 1_000) controller.close();
          else controller.enqueue(new Uint8Array(65_536).fill(32));
        },
      });
      const problem = await refused({ headers: json, body: endless, duplex: 'half' } as RequestInit);
      expect(problem).toMatchObject({ status: 413, code: 'tooLarge' });
    });

    it('takes very deep and very strange JSON without falling over', async () => {
      const deep = `{"batchId":"b","installationId":"installation-1","sentAtMs":1,"records":[${'['.repeat(100_000)}${']'.repeat(100_000)}]}`;
      const response = await station.postRaw(deep);
      expect(await response.json()).toMatchObject({ receipts: [{ key: '#0', status: 'rejected', code: 'malformed' }] });
      const long = await station.one({ ['x'.repeat(1_000_000)]: 1 });
      expect(long.message?.length).toBeLessThanOrEqual(300);
    });
  });

  it('tells its health', async () => {
    const response = await fetch(`${service.url}${routes.health}`);
    expect(response.headers.get('cache-control')).toBe('no-store');
    const health = healthReplySchema.strict().parse(await response.json());
    expect(health.store).toBe(kind.name === 'PGlite' ? 'pglite' : 'postgres');
    const reply = await station.reply([bound()]);
    expect(reply.epoch).toBe(health.epoch);
  });

  it('describes every route it has, and nothing else', async () => {
    const served = new Set<string>();
    const app = buildServer(createStore(opened.database), {});
    const document = (await (await fetch(`${service.url}${routes.openapi}`)).json()) as OpenapiDocument;
    for (const [path, operations] of Object.entries(document.paths)) {
      for (const method of Object.keys(operations)) served.add(`${method.toUpperCase()} ${path}`);
    }
    expect(document.openapi).toBe('3.1.0');
    const expected = [...guarded, ...forReaders, ...open].map(
      ([method, path]) =>
        `${method} ${path.replace(/\/kits\/.*/, '/kits/{key}').replace(/\/Bundle\/.*/, '/Bundle/{testId}')}`,
    );
    expect([...served].toSorted()).toEqual(expected.toSorted());
    expect(
      Object.values(routes)
        .map((path) => path.replace(/:(\w+)/, '{$1}'))
        .toSorted(),
    ).toEqual(Object.keys(document.paths).toSorted());
    const asked: Readonly<Record<string, readonly string[]>> = {
      [routes.feed]: ['cursor', 'limit'],
      [routes.fhirFeed]: ['cursor', 'limit'],
      [routes.totals]: ['from', 'to', 'by'],
      [routes.down]: ['cursor', 'limit', 'wait'],
      [routes.ownRecords]: ['since', 'cursor'],
    };
    for (const [path, operations] of Object.entries(document.paths)) {
      for (const [method, operation] of Object.entries(operations)) {
        const url = path.replace(/\{(\w+)\}/, ':$1');
        expect(app.hasRoute({ method: method.toUpperCase() as 'GET', url }), path).toBe(true);
        const isFor = (list: typeof guarded) => list.some(([, each]) => each === path.replace(/\{\w+\}/, 'a'));
        const security = isFor(guarded) ? [{ stationToken: [] }] : isFor(forReaders) ? [{ readerToken: [] }] : [];
        expect(operation.security, path).toEqual(security);
        expect(Object.keys(operation.responses).includes('401'), path).toBe(security.length > 0);
        expect(operation.parameters?.map(({ name }) => name) ?? [], path).toEqual(
          asked[path] ?? [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name),
        );
      }
    }
    await app.close();
  });

  it('describes what it takes and gives by schemas that are all there', async () => {
    const text = await (await fetch(`${service.url}${routes.openapi}`)).text();
    const document = JSON.parse(text) as OpenapiDocument;
    const references = [...text.matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map((match) => match[1] ?? '');
    expect(references.toSorted().filter((name, place, all) => name !== all[place - 1])).toEqual(
      Object.keys(document.components.schemas).toSorted(),
    );
    expect(document.components.schemas['Batch']).toMatchObject({
      required: ['batchId', 'installationId', 'sentAtMs', 'records'],
      additionalProperties: false,
      properties: { records: { minItems: 1, maxItems: batchLimit, items: { $ref: '#/components/schemas/Record' } } },
    });
    expect(document.components.schemas['Record']).toMatchObject({ oneOf: [{}, {}, {}, {}] });
  });

  it('writes lines that say what happened and nothing of whom', async () => {
    log = '';
    const binding = bound({ name: '司徒无名' });
    await station.post([binding, resulted(binding.testId, 2, 1, 'positive'), bound({ name: '\u0000司徒无名' })]);
    await station.kit(binding.payload.kit.key);
    await station.fetch(`/v1/nowhere/${encodeURIComponent(binding.payload.kit.key)}`);
    await post(`Bearer ${station.token}x`, '{}');
    const lines = log
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.find(({ event }) => event === 'postBatch')).toMatchObject({ stored: 2, rejected: 1 });
    expect(lines.filter(({ event }) => event === 'request').map(({ route, status }) => [route, status])).toEqual([
      [routes.batches, 200],
      [routes.kit, 200],
      ['none', 404],
      [routes.batches, 401],
    ]);
    const { kit, person } = binding.payload;
    for (const secret of [station.token, kit.serial, person.name, '无名', 'positive'])
      expect(log).not.toContain(secret);
  });
});

describe('a PostgreSQL that goes away and comes back', () => {
  it.each([
    ['the line is cut', 'cut'],
    ['the server ends the connection', 'terminate'],
  ] as const)('is answered by 503 and when to come again when %s; nothing in flight is stored', async (_name, how) => {
    const postgres = databaseKinds.find(({ name }) => name === 'PostgreSQL');
    if (postgres === undefined) throw new Error('no PostgreSQL');
    const opened = await openMigrated(postgres);
    const line = await openLine(new URL(opened.url ?? ''));
    const lost: string[] = [];
    const database = openPostgres(line.url, (code) => lost.push(code));
    const service = await startService(database);
    const refused = async (response: Response) => {
      expect(response.headers.get('retry-after')).toBe('5');
      expect(await problemOf(response)).toMatchObject({ status: 503, code: 'internal' });
    };
    try {
      const station = await service.station();
      const binding = bound();
      // Holds the station's row, so that the batch is in the middle of its transaction when it happens.
      await opened.database.transaction(async (statements) => {
        await statements.query('SELECT 1 FROM stations FOR UPDATE');
        const posted = station.postRaw(batchOf([binding]));
        let waiting: readonly { pid: number }[] = [];
        while (waiting.length === 0) {
          waiting = await opened.other.query<{ pid: number }>(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
          );
        }
        if (how === 'cut') await line.cut();
        else await opened.other.query('SELECT pg_terminate_backend($1)', [waiting[0]?.pid]);
        await refused(await posted);
      });
      if (how === 'cut') {
        for (const path of [routes.health, routes.stats]) await refused(await station.fetch(path));
        await line.mend();
      }
      expect(await countRows(opened.database, 'records')).toBe(0);
      expect((await station.fetch(routes.health)).status).toBe(200);
      expect((await station.one(binding)).status).toBe('stored');
    } finally {
      await service.close();
      await database.close();
      await line.cut();
      await opened.close();
    }
  });
});

/** A TCP line to a server that can be cut and mended at the same address. */
async function openLine(server: URL) {
  const sockets = new Set<net.Socket>();
  const forwarder = net.createServer((near) => {
    const far = net.connect(Number(server.port), server.hostname);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  });
  const listen = async (port: number) => {
    forwarder.listen(port, '127.0.0.1');
    await once(forwarder, 'listening');
    return (forwarder.address() as net.AddressInfo).port;
  };
  const port = await listen(0);
  const url = new URL(server.href);
  url.host = `127.0.0.1:${port}`;
  return {
    url: url.href,
    cut: async () => {
      if (!forwarder.listening) return;
      const closed = once(forwarder, 'close');
      forwarder.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
    mend: () => listen(port),
  };
}

type OpenapiDocument = {
  readonly openapi: string;
  readonly paths: Readonly<
    Record<
      string,
      Readonly<
        Record<
          string,
          {
            readonly security: unknown;
            readonly responses: Readonly<Record<string, unknown>>;
            readonly parameters?: readonly { readonly name: string }[];
          }
        >
      >
    >
  >;
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> };
};
