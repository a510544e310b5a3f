import { z } from 'zod';
import { fhirBundleSchema, fhirLimit } from '../../shared/central/fhir.ts';
import { routes } from '../../shared/central.ts';
import { bundleOf } from '../fhir/bundle.ts';
import { describeIssue, isStorable } from '../ingest/parse.ts';
import { badRequest, type Route, type RouteContext } from './route.ts';

const cursorSchema = z.string().max(120);
const limitSchema = z.coerce.number().int().min(1).max(fhirLimit);
const testIdSchema = z.string().min(1).max(64);

export function fhirFeedRoute({ store }: RouteContext): Route {
  return {
    method: 'GET',
    path: routes.fhirFeed,
    operationId: 'getFhirFeed',
    summary:
      'Every test that changed after the cursor, as it is now: a Bundle of FHIR R4 a line. Go on with the `next` link of the last line that was kept; a test may come more than once, and the later line replaces the earlier.',
    asker: 'reader',
    scope: 'fhir',
    parameters: [
      { name: 'cursor', in: 'query', description: 'Where to go on; none begins with the first.', schema: cursorSchema },
      {
        name: 'limit',
        in: 'query',
        description: 'Changes at most; a kit that is contested adds the test that held it.',
        schema: z.int().min(1).max(fhirLimit),
      },
    ],
    reply: { name: 'FhirBundle', schema: fhirBundleSchema },
    isLines: true,
    problems: [400, 409],
    handle: async ({ query }) => {
      const limit = limitSchema.safeParse(query['limit'] ?? fhirLimit);
      if (!limit.success) return badRequest(describeIssue(limit.error), 'limit');
      const page = await store.readChangedChains(query['cursor'] ?? null, limit.data);
      if (page.ok) {
        const body = page.lines.map(({ cursor, chain }) => ({
          ...bundleOf(chain),
          link: [{ relation: 'next', url: nextOf(cursor) }],
        }));
        return { ok: true, body, counts: { lines: body.length } };
      }
      if (page.code === 'cursor') return badRequest('cursor: it is none of this feed', 'cursor');
      const problem = {
        code: 'epochChanged',
        message: 'the service was restored from a backup since; begin without a cursor',
        field: 'cursor',
      } as const;
      return { ok: false, status: 409, problem };
    },
  };
}

const nextOf = (cursor: string | null): string =>
  cursor === null ? routes.fhirFeed : `${routes.fhirFeed}?cursor=${encodeURIComponent(cursor)}`;

export function fhirBundleRoute({ store }: RouteContext): Route {
  return {
    method: 'GET',
    path: routes.fhirBundle,
    operationId: 'getFhirBundle',
    summary: 'One test as it is now, as a Bundle of FHIR R4.',
    asker: 'reader',
    scope: 'fhir',
    parameters: [{ name: 'testId', description: 'The id of the test.', schema: testIdSchema }],
    reply: { name: 'FhirBundle', schema: fhirBundleSchema },
    problems: [400, 404],
    handle: async ({ params }) => {
      const testId = testIdSchema.safeParse(params['testId']);
      if (!testId.success || !isStorable(testId.data)) return badRequest('testId: it is none of a test', 'testId');
      const [chain] = await store.readChains([testId.data]);
      if (chain === undefined) {
        return { ok: false, status: 404, problem: { code: 'notFound', message: 'there is no such test' } };
      }
      return { ok: true, body: bundleOf(chain) };
    },
  };
}
