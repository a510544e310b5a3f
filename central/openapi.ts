import { z } from 'zod';
import { problemSchema, recordSchema } from '../shared/central.ts';
import type { Route } from './routes/route.ts';

type Json = Readonly<Record<string, unknown>>;

const problemTexts: Readonly<Record<number, string>> = {
  400: 'Not JSON, or not what the schema asks for; `field` names the place. Nothing was stored.',
  401: 'No token, or one that is not known.',
  403: 'The token was revoked, or another installation sends for this station.',
  404: 'There is nothing of this name.',
  409: 'The cursor is of another life of the database; begin without one.',
  413: 'The body is over the limit. Nothing was stored.',
  415: 'The body is not application/json, or is encoded by another way than gzip.',
  429: 'Too much or too often; nothing was stored, and `Retry-After` says when to come again.',
  500: 'A bug of the service. Nothing was stored.',
  503: 'The database does not answer. Nothing was stored; `Retry-After` says when to come again.',
};

/** The OpenAPI 3.1 document of these routes (its schemas are JSON Schema 2020-12, as zod writes them). */
export function openapiOf(routes: readonly Route[]): Json {
  const schemas: Record<string, unknown> = { Problem: schemaOf(problemSchema), Record: schemaOf(recordSchema) };
  const refer = ({ name, schema }: { readonly name: string; readonly schema: z.ZodType }): Json => {
    schemas[name] ??= schemaOf(schema);
    return { $ref: `#/components/schemas/${name}` };
  };
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(route, refer) };
  }
  // A batch takes anything as a record, so that a bad one is answered by itself; what is stored has this schema.
  const batch = schemas['Batch'] as { properties?: { records?: { items?: unknown } } } | undefined;
  if (batch?.properties?.records !== undefined)
    batch.properties.records.items = { $ref: '#/components/schemas/Record' };
  return {
    openapi: '3.1.0',
    jsonSchemaDialect: 'https://json-schema.org/draft/2020-12/schema',
    info: {
      title: 'Yiceda central service',
      version: '1.0.0',
      description:
        'What stations send and ask. Times are epoch milliseconds, days are YYYY-MM-DD in the zone of the site.',
    },
    paths,
    components: {
      schemas,
      securitySchemes: {
        stationToken: { type: 'http', scheme: 'bearer', description: 'The token a station got when it was enrolled.' },
        readerToken: { type: 'http', scheme: 'bearer', description: 'The token of whoever reads for the city.' },
      },
    },
  };
}

function operationOf(route: Route, refer: (named: { name: string; schema: z.ZodType }) => Json): Json {
  const content = (schema: Json) => ({ 'application/json': { schema } });
  const reply = route.reply === null ? { type: 'object' } : refer(route.reply);
  const done = route.isLines === true ? { 'application/x-ndjson': { schema: reply } } : content(reply);
  const responses: Record<string, unknown> = { 200: { description: 'Done.', content: done } };
  const statuses = [...route.problems, ...(route.asker === 'anybody' ? [] : [401, 403]), 429, 500, 503];
  for (const status of statuses.toSorted((a, b) => a - b)) {
    responses[status] = {
      description: problemTexts[status] ?? '',
      content: content({ $ref: '#/components/schemas/Problem' }),
    };
  }
  const parameters = route.parameters?.map(({ name, in: place = 'path', description, schema }) => ({
    name,
    in: place,
    required: place === 'path',
    description,
    schema: schemaOf(schema),
  }));
  return {
    operationId: route.operationId,
    summary: route.summary,
    security: route.asker === 'anybody' ? [] : [{ [`${route.asker}Token`]: [] }],
    ...(parameters === undefined ? {} : { parameters }),
    ...(route.method === 'POST' ? { requestBody: { required: true, content: content(refer(route.request)) } } : {}),
    responses,
  };
}

function schemaOf(schema: z.ZodType): Json {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { target: 'draft-2020-12' });
  return rest;
}
