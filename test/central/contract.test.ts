import { createHash } from 'node:crypto';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCitizenKeys } from '../../central/citizen/keys.ts';
import { admitReader, readerScopes } from '../../central/store/readers.ts';
import { problemSchema, routes } from '../../shared/central.ts';
import { databaseKinds, openMigrated, type TestDatabase } from './databases.ts';
import { bound } from './records.ts';
import { batchOf, type Service, type Station, startService } from './service.ts';

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
type Operation = {
  readonly operationId: string;
  readonly security: readonly Readonly<Record<string, readonly []>>[];
  readonly parameters?: readonly { readonly name: string; readonly in: 'path' | 'query'; readonly schema: object }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: object }>> };
  readonly responses: Readonly<
    Record<string, { readonly content: Readonly<Record<string, { readonly schema: object }>> }>
  >;
};
type Document = {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
};

const hex64 = 'a'.repeat(64);
const secretOf = (name: string) => createHash('sha256').update(name).digest('hex');
const keys = readCitizenKeys(
  JSON.stringify({ keys: [{ id: 'k', shared: secretOf('shared'), pepper: secretOf('pepper') }] }),
);
const head = { installationId: 'i', n: 1, day: '2022-04-10', seq: 1, hash: hex64, count: 1, atMs: 1 };
const person = {
  id: 'p',
  name: '张三',
  sex: null,
  birthDate: null,
  documentKind: null,
  documentNumber: null,
  phone: null,
  address: { building: '1', unit: '', room: '1' },
  guardianName: null,
};
/** A body that each operation takes, or refuses for what it means and not for its shape. */
const samples: Readonly<Record<string, () => unknown>> = {
  postBatch: () => batchOf([bound()]),
  postAuditHeads: () => ({
    installationId: 'i',
    publicKey: 'A'.repeat(43),
    heads: [{ ...head, signature: 'A'.repeat(86) }],
  }),
  postInstallation: () => ({ installationId: 'installation-1' }),
  postSiteItems: () => ({ items: [{ itemId: 'p', kind: 'person', version: 1, payload: person }] }),
  postCitizenLatest: () => ({ documentHmac: hex64 }),
  postEnrolment: () => ({ code: '0000-0000-0000' }),
  postToken: () => ({}),
  postHandoverKey: () => ({ installationId: 'i', publicKey: 'A'.repeat(43), signature: 'A'.repeat(86) }),
};
const strange: readonly Json[] = [
  null,
  true,
  -1,
  0,
  1.5,
  1e308,
  '',
  'x'.repeat(10_000),
  '\u0000',
  '\ud800',
  '﻿x',
  "'; DROP TABLE records; --",
  [],
  [[]],
  {},
  { toString: 1 },
];

/** The same body with something else in one place of it, or with one thing more or less; deep enough for every field. */
function* spoiled(value: Json, depth = 0): Generator<Json> {
  yield* strange;
  if (typeof value !== 'object' || value === null || depth > 3) return;
  if (Array.isArray(value)) {
    for (const [place, item] of value.entries())
      for (const other of spoiled(item, depth + 1)) yield value.with(place, other);
    yield [...value, ...value];
    return;
  }
  const object = value as { readonly [key: string]: Json };
  yield { ...object, more: 1 };
  for (const [name, member] of Object.entries(object)) {
    const { [name]: _, ...rest } = object;
    yield rest;
    for (const other of spoiled(member, depth + 1)) yield { ...object, [name]: other };
  }
}

describe.each(databaseKinds)('the contract on $name, by its own document', (kind) => {
  let opened: TestDatabase;
  let service: Service;
  let station: Station;
  let reader: string;
  let document: Document;
  let ajv: Ajv2020;

  beforeAll(async () => {
    opened = await openMigrated(kind);
    service = await startService(opened.database, {}, keys.ok ? keys.keys : []);
    station = await service.station();
    reader = await admitReader(opened.database, 'the city', readerScopes, 1);
    document = (await (await fetch(`${service.url}${routes.openapi}`)).json()) as Document;
    ajv = new Ajv2020({ strict: false, allErrors: false });
    addFormats.default(ajv);
    ajv.addSchema({ $id: 'document', ...document });
  });
  afterAll(async () => {
    await service.close();
    await opened.close();
  });

  const validatorOf = (schema: object): ValidateFunction =>
    ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"document#/')) as object);
  /** A batch's records are answered one by one, so that any JSON is one of them as far as the batch goes. */
  const bodySchemaOf = (operation: Operation): object => {
    const schema = operation.requestBody?.content['application/json']?.schema ?? {};
    if (operation.operationId !== 'postBatch') return schema;
    const batch = JSON.parse(JSON.stringify(document.components.schemas['Batch'])) as {
      properties: { records: { items: object } };
    };
    batch.properties.records.items = {};
    return batch;
  };
  const operations = () =>
    Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
    );
  const tokenFor = (operation: Operation): Record<string, string> => {
    const [needed] = operation.security;
    if (needed === undefined) return {};
    return { authorization: `Bearer ${'readerToken' in needed ? reader : station.token}` };
  };
  /** Rows of everything but what is asked for alone: tokens and batches' own bookkeeping. */
  const counted = async () => {
    const rows = await opened.database.query<{ name: string }>(
      `SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY relname`,
    );
    const counts: [string, number][] = [];
    for (const { name } of rows) {
      const [row] = await opened.database.query<{ n: number }>(`SELECT count(*) AS n FROM ${name}`);
      counts.push([name, row?.n ?? -1]);
    }
    return counts;
  };
  /** Any answer is one that the document has for it; a refusal is a problem, and never of our own making. */
  const check = async (response: Response, operation: Operation, asked: string) => {
    const text = await response.text();
    expect(response.status, `${asked} → ${text.slice(0, 200)}`).toBeLessThan(500);
    const described = operation.responses[response.status];
    expect(described, `${asked} → ${response.status} is not described`).toBeDefined();
    if (response.status >= 400) problemSchema.parse(JSON.parse(text));
    const [type = '', content] = Object.entries(described?.content ?? {})[0] ?? [];
    expect(response.headers.get('content-type')?.split(';')[0], asked).toBe(type);
    const isFit = validatorOf(content?.schema ?? {});
    for (const line of type === 'application/x-ndjson' ? text.split('\n').filter((each) => each !== '') : [text])
      expect(isFit(JSON.parse(line)), `${asked} → ${line.slice(0, 200)}: ${ajv.errorsText(isFit.errors)}`).toBe(true);
    return response.status;
  };

  it('has a schema in it for everything, and each is one', () => {
    expect(operations().length).toBeGreaterThan(15);
    for (const schema of Object.values(document.components.schemas)) validatorOf(schema);
  });

  it('refuses every body that its schema refuses, stores nothing of it, and never falls over what it takes', async () => {
    for (const { path, method, operation } of operations().filter((each) => each.method === 'POST')) {
      const sample = samples[operation.operationId];
      expect(sample, `${operation.operationId} has no sample`).toBeDefined();
      const isFit = validatorOf(bodySchemaOf(operation));
      const good = JSON.parse(JSON.stringify(sample?.())) as Json;
      expect(isFit(good), `${operation.operationId}: ${ajv.errorsText(isFit.errors)}`).toBe(true);
      const before = await counted();
      let tried = 0;
      let takenBy = 0;
      for (const body of spoiled(good)) {
        const asked = `${method} ${path} ${JSON.stringify(body).slice(0, 300)}`;
        const isTaken = isFit(body);
        if (isTaken) takenBy += 1;
        // A token that was asked for once is enough; of what is taken some hundreds show that nothing falls over.
        if (isTaken && (operation.operationId === 'postToken' || takenBy > 200)) continue;
        const status = await check(
          await fetch(`${service.url}${path}`, {
            method,
            headers: { 'content-type': 'application/json', ...tokenFor(operation) },
            body: JSON.stringify(body),
          }),
          operation,
          asked,
        );
        if (!isTaken) expect(status, asked).toBe(400);
        tried += 1;
        // What is wrong leaves nothing, whatever was right before it.
        if (!isTaken && tried % 97 === 0 && takenBy === 0) expect(await counted(), asked).toEqual(before);
      }
      expect(tried, operation.operationId).toBeGreaterThan(strange.length - 2);
      if (takenBy === 0) expect(await counted(), operation.operationId).toEqual(before);
    }
  });

  it('answers every parameter, however strange, by what it describes', async () => {
    for (const { path, method, operation } of operations().filter((each) => each.method === 'GET')) {
      const parameters = operation.parameters ?? [];
      const inPath = (value: string) => path.replace(/\{\w+\}/, encodeURIComponent(value));
      const urls = [
        inPath('a'),
        ...parameters.flatMap(({ name, in: where }) =>
          [
            '',
            'x',
            '-1',
            '0',
            '1e9',
            '999999999999999999999',
            '2022-13-45',
            '../..',
            '%00',
            'x'.repeat(2_000),
            '试剂',
          ].map((value) =>
            where === 'path'
              ? inPath(value === '' ? ' ' : value)
              : `${inPath('a')}?${name}=${encodeURIComponent(value)}`,
          ),
        ),
      ];
      for (const url of urls)
        await check(
          await fetch(`${service.url}${url}`, { headers: tokenFor(operation) }),
          operation,
          `${method} ${url.slice(0, 200)}`,
        );
    }
  });

  it('refuses bodies that are no JSON and other ways of sending, at every operation', async () => {
    const before = await counted();
    for (const { path, method, operation } of operations()) {
      const send = (headers: Record<string, string>, body: string | null, by = method) =>
        fetch(`${service.url}${path.replace(/\{\w+\}/, 'a')}`, {
          method: by,
          headers: { ...tokenFor(operation), ...headers },
          body,
        });
      const others = ['PUT', 'DELETE', 'PATCH', method === 'POST' ? 'GET' : 'POST'];
      for (const other of others) expect((await send({}, null, other)).status, `${other} ${path}`).toBe(405);
      if (method !== 'POST') continue;
      for (const body of ['{', 'nul', '{"a":1,}', '\u0000'])
        expect((await send({ 'content-type': 'application/json' }, body)).status, `${path} ${body}`).toBe(400);
      for (const type of [
        'text/plain',
        'application/xml',
        'multipart/form-data; boundary=x',
        'application/x-www-form-urlencoded',
      ])
        expect((await send({ 'content-type': type }, '{}')).status, `${path} ${type}`).toBe(415);
    }
    expect(await counted()).toEqual(before);
  });
});
