import { z } from 'zod';
import { feedLimit, feedLineSchema, routes } from '../../shared/central.ts';
import { describeIssue } from '../ingest/parse.ts';
import { badRequest, type Route, type RouteContext } from './route.ts';

const cursorSchema = z.string().max(120);
const limitSchema = z.coerce.number().int().min(1).max(feedLimit);

export function feedRoute({ store }: RouteContext): Route {
  return {
    method: 'GET',
    path: routes.feed,
    operationId: 'getFeed',
    summary:
      'Every record of every station, corrections included, a line each. Go on with the cursor of the last line that was kept; an empty reply means that there is nothing more for now.',
    asker: 'reader',
    scope: 'feed',
    parameters: [
      { name: 'cursor', in: 'query', description: 'Where to go on; none begins with the first.', schema: cursorSchema },
      { name: 'limit', in: 'query', description: 'Lines at most.', schema: z.int().min(1).max(feedLimit) },
    ],
    reply: { name: 'FeedLine', schema: feedLineSchema },
    isLines: true,
    problems: [400, 409],
    handle: async ({ query }) => {
      const limit = limitSchema.safeParse(query['limit'] ?? feedLimit);
      if (!limit.success) return badRequest(describeIssue(limit.error), 'limit');
      const page = await store.readFeed(query['cursor'] ?? null, limit.data);
      if (page.ok) return { ok: true, body: page.lines, counts: { lines: page.lines.length } };
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
