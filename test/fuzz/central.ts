import net from 'node:net';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import {
  batchReplySchema,
  batchSchema,
  bodyLimitBytes,
  type CentralRecord,
  problemSchema,
  recordSchema,
  routes,
} from '../../shared/central.ts';
import { hashed } from '../central/records.ts';
import { batchOf, type Service, type Station } from '../central/service.ts';
import { codeParts, hostileText } from './hostileText.ts';
import { type FuzzRun, flatMemory, inputLimitMs } from './measure.ts';
import { inputsOf, mutated } from './schemaInputs.ts';

export type CentralTally = {
  readonly statuses: ReadonlyMap<string, number>;
  readonly grownBytes: number;
};

/**
 * Batches of hostile records, rightly hashed or not, whole and mutated, on a running service. Throws at the first that is
 * answered with a fault of the service, outside the contract, or not at all.
 */
export async function fuzzBatches(station: Station, { seed, runs }: FuzzRun): Promise<CentralTally> {
  const known = ['t-1', 't-2', 't-3'];
  const record = inputsOf(recordSchema, (field) => (field === 'testId' ? known : []));
  const right = record.map((made) => hashed(made as CentralRecord) as unknown);
  // A binding that stands, so that results, voids and corrections have something to fall on.
  const first = fc.tuple(record, fc.uuid()).map(([made, key]) => {
    const storable = strip(made) as CentralRecord;
    if (storable.kind !== 'test.bound') return hashed({ ...storable, key } as CentralRecord) as unknown;
    // Results, voids and corrections that come later find it.
    known.push(key);
    if (known.length > 40) known.shift();
    return hashed({ ...storable, key, testId: key, seq: 1 } as CentralRecord) as unknown;
  });
  const one = fc.oneof(
    { weight: 3, arbitrary: right },
    { weight: 3, arbitrary: first },
    { weight: 2, arbitrary: record },
    { weight: 2, arbitrary: mutated(right) },
  );
  const batch = fc.array(one, { minLength: 1, maxLength: 12 }).map((records) => batchOf(records) as unknown);
  const body: fc.Arbitrary<unknown> = fc.oneof(
    { weight: 6, arbitrary: batch },
    { weight: 2, arbitrary: mutated(batch) },
    { weight: 2, arbitrary: mutated(inputsOf(batchShape, () => [])) },
    { weight: 2, arbitrary: batch.chain((made) => damagedText(jsonOf(made) ?? '{}')) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        '['.repeat(200_000),
        `{"records":${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}}`,
        '{"__proto__":{"owned":1},"batchId":"a"}',
        '{"constructor":{"prototype":{"owned":1}}}',
        '\uFEFF{}',
        '{"batchId":"a","batchId":"b"}',
        '{"sentAtMs":1e999}',
        '"\\ud800"',
        `"${'x'.repeat(bodyLimitBytes)}"`,
        'NaN',
      ),
    },
  );
  const memory = flatMemory(runs);
  const statuses = new Map<string, number>();
  const count = (name: string): void => {
    statuses.set(name, (statuses.get(name) ?? 0) + 1);
  };
  await fc.assert(
    fc.asyncProperty(body, async (made) => {
      const text = typeof made === 'string' ? made : jsonOf(made);
      if (text === null) return;
      const startedMs = performance.now();
      const response = await station.postRaw(text);
      const answer: unknown = await response.json();
      if (performance.now() - startedMs > inputLimitMs) throw new Error('a batch took too long');
      count(String(response.status));
      if (response.status === 200) {
        const reply = batchReplySchema.parse(answer);
        const sent = batchSchema.parse(JSON.parse(text));
        if (reply.receipts.length !== sent.records.length) throw new Error('not one receipt for each record');
        for (const receipt of reply.receipts) count(`${receipt.status} ${receipt.code ?? ''}`);
      } else {
        problemSchema.strict().parse(answer);
        if (![400, 413, 415].includes(response.status))
          throw new Error(`${response.status}: ${JSON.stringify(answer)}`);
      }
      if ('owned' in Object.prototype) throw new Error('the prototype was changed');
      memory.step();
    }),
    { seed, numRuns: runs, endOnFailure: true },
  );
  await station.stats();
  return { statuses, grownBytes: memory.grown() };
}

const batchShape = batchSchema.omit({ records: true });

/** Without the characters that no database stores: everything else is as hostile as it was. */
function strip(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll(/\0|\p{Surrogate}/gu, '') || 'x';
  if (Array.isArray(value)) return value.map(strip);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, strip(inner)]));
}

function jsonOf(value: unknown): string | null {
  try {
    return JSON.stringify(value) ?? null;
  } catch {
    return null;
  }
}

function damagedText(text: string): fc.Arbitrary<string> {
  return fc
    .tuple(fc.nat(), fc.constantFrom('', '\\u0000', '\\ud800', '"', '}', '\u0000', '1e400', '[[[[', 'é'))
    .map(([at, put]) => text.slice(0, at % text.length) + put + text.slice((at % text.length) + 1));
}

/**
 * Requests as no client writes them, over plain sockets: broken lines, headers and lengths, many at once, cut off in the
 * middle. Throws when one is answered with a fault of the service, or when the service does not live on.
 */
export async function fuzzHttp(service: Service, token: string, { seed, runs }: FuzzRun): Promise<CentralTally> {
  const { port } = new URL(service.url);
  const memory = flatMemory(runs);
  const statuses = new Map<string, number>();
  const routed = fc.constantFrom(...Object.values(routes), '/v1/kits/a');
  const path = fc.oneof(
    { weight: 6, arbitrary: routed },
    fc.constantFrom(
      '*',
      '/',
      '//',
      '/v1/../v1/health',
      '/v1/health/..',
      '/%2e%2e/%2e%2e/etc/passwd',
      '/v1/kits/%',
      '/v1/kits/%00',
      '/v1/kits/%ff',
      '/v1/stats?x[__proto__]=1',
      'http://other/v1/health',
      `/v1/kits/${'k'.repeat(20_000)}`,
      '/v1/health#x',
      '\\v1\\health',
    ),
    hostileText(0, 60).map((text) => `/v1/kits/${encodeURIComponent(text.replaceAll(/\p{Surrogate}/gu, ''))}`),
    fc.array(fc.constantFrom(...codeParts), { maxLength: 4 }).map((parts) => `/v1/kits/${parts.join('')}`),
  );
  const usual = fc.constantFrom(
    `Authorization: Bearer ${token}`,
    'Content-Type: application/json',
    'Connection: close',
    'Accept-Encoding: gzip',
  );
  const odd = fc.oneof(
    fc.constantFrom(
      `Authorization: Bearer ${token}`,
      'Authorization: Bearer',
      'Authorization: Basic \u00ff',
      'Content-Type: application/json',
      'Content-Type: application/json; charset=utf-7',
      'Content-Type: multipart/form-data; boundary=x',
      'Content-Type: ',
      'Content-Length: 5',
      'Content-Length: -1',
      'Content-Length: 99999999999999999999',
      'Content-Length: 0x10',
      'Content-Length: 4, 4',
      'Transfer-Encoding: chunked',
      'Transfer-Encoding: gzip, chunked',
      'Transfer-Encoding: xchunked',
      'Transfer-Encoding : chunked',
      'Content-Encoding: gzip',
      'Content-Encoding: br, gzip',
      'Expect: 100-continue',
      'Expect: x',
      'Upgrade: websocket',
      'Upgrade: h2c',
      'Connection: close',
      'Connection: keep-alive, Upgrade',
      'Range: bytes=0-1,2-3,-1',
      'If-None-Match: *',
      'X-Forwarded-For: 127.0.0.1',
      'X-HTTP-Method-Override: DELETE',
      'Cookie: a=b; __proto__=1',
      `X: ${'x'.repeat(20_000)}`,
      'No colon',
      ': empty name',
      ' folded: x',
      'A\u0000B: x',
      'Host: other',
      'Host: a\r\nHost: b',
    ),
    fc.string({ unit: 'binary-ascii', maxLength: 40 }),
  );
  const header = fc.oneof({ weight: 4, arbitrary: usual }, { weight: 1, arbitrary: odd });
  /** Mostly as it should be, so that the rest of the request is looked at. */
  const mostly = (right: readonly string[], wrong: readonly string[]) =>
    fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...right) }, { weight: 1, arbitrary: fc.constantFrom(...wrong) });
  const body = fc.oneof(
    fc.constantFrom(
      '',
      '{}',
      '5\r\n{"a":\r\n0\r\n\r\n',
      'FFFFFFFFFFFFFFFF\r\n',
      '-1\r\n',
      '0\r\n\r\nGET /v1/stats HTTP/1.1\r\n\r\n',
      'x'.repeat(2_000),
    ),
    fc.constant(gzipSync(Buffer.alloc(10_000_000)).toString('latin1')),
    fc.string({ unit: 'binary-ascii', maxLength: 300 }),
  );
  const request = fc
    .record({
      method: mostly(
        ['GET', 'POST'],
        ['HEAD', 'OPTIONS', 'TRACE', 'CONNECT', 'PRI', 'get', 'DELETE', 'M-SEARCH', 'G\u0000T', ''],
      ),
      path,
      version: mostly(['HTTP/1.1'], ['HTTP/1.0', 'HTTP/0.9', 'HTTP/2.0', 'HTTP/1.1 ', 'HTTP/9', '']),
      headers: fc.array(header, { maxLength: 6 }),
      body,
      end: mostly(['\r\n'], ['\n', '\r']),
    })
    .map((made) =>
      [
        `${made.method} ${made.path} ${made.version}`,
        'Host: x',
        ...made.headers,
        ...lengthOf(made.body),
        '',
        made.body,
      ].join(made.end),
    );
  const raw = fc.oneof(
    { weight: 6, arbitrary: request },
    { weight: 1, arbitrary: fc.tuple(request, request).map(([one, two]) => one + two) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003',
        'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
        '\r\n'.repeat(5_000),
        `GET / HTTP/1.1\r\n${'A: b\r\n'.repeat(5_000)}\r\n`,
        'GET /v1/health HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(50),
      ),
    },
    { weight: 1, arbitrary: fc.string({ unit: 'binary-ascii', maxLength: 300 }) },
  );
  await fc.assert(
    fc.asyncProperty(raw, fc.boolean(), async (text, isCut) => {
      const answers = await exchange(Number(port), text, isCut);
      for (const status of answers) {
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        // 501 and 505 are answers of the protocol itself; every other fault would be the service's own.
        if (Number(status) >= 500 && !['501', '505'].includes(status))
          throw new Error(`${status} to ${JSON.stringify(text.slice(0, 300))}`);
      }
      memory.step();
    }),
    { seed, numRuns: runs, endOnFailure: true },
  );
  const alive = await fetch(`${service.url}${routes.health}`);
  if (alive.status !== 200) throw new Error('the service does not answer any more');
  return { statuses, grownBytes: memory.grown() };
}

/** The right length of a body for most of them: by its first character, so that a run can be had again. */
function lengthOf(body: string): readonly string[] {
  return body === '' || body.charCodeAt(0) % 4 === 1 ? [] : [`Content-Length: ${body.length}`];
}

/** Sends bytes and answers with the statuses that came back; `isCut` ends the line at once, else the sending half alone. */
function exchange(port: number, text: string, isCut: boolean): Promise<readonly string[]> {
  return new Promise((resolve) => {
    let got = '';
    const done = (): void => resolve([...got.matchAll(/^HTTP\/1\.1 (\d{3}) /gm)].map((match) => match[1] ?? ''));
    const socket = net.connect(port, '127.0.0.1', () => {
      if (isCut) socket.write(Buffer.from(text, 'latin1'), () => socket.resetAndDestroy());
      else socket.end(Buffer.from(text, 'latin1'));
    });
    socket.setTimeout(inputLimitMs, () => socket.destroy(new Error('no end')));
    socket.on('data', (data) => {
      got += data.toString('latin1');
    });
    socket.on('error', () => undefined);
    socket.on('close', done);
  });
}
