import { z } from 'zod';
import { downLimit, downPageSchema, downWaitLimit } from '../../shared/central/down.ts';
import { routes } from '../../shared/central.ts';
import { describeIssue } from '../ingest/parse.ts';
import { badRequest, type Route, type RouteContext } from './route.ts';

const cursorSchema = z.string().max(200);
const limitSchema = z.coerce.number().int().min(1).max(downLimit);
const waitSchema = z.coerce.number().min(0).max(downWaitLimit);

export function downRoute({ store, now }: RouteContext): Route {
  return {
    method: 'GET',
    path: routes.down,
    operationId: 'getDown',
    summary:
      'What is published to every station and to this one’s site, and the records of the site’s other stations. Go on with the cursor of the page that was kept; with `wait` an empty page is held back until there is something.',
    asker: 'station',
    parameters: [
      { name: 'cursor', in: 'query', description: 'Where to go on; none begins anew.', schema: cursorSchema },
      {
        name: 'limit',
        in: 'query',
        description: 'Items and records at most, each.',
        schema: z.int().min(1).max(downLimit),
      },
      {
        name: 'wait',
        in: 'query',
        description: 'Seconds to wait for news before an empty page comes.',
        schema: z.number().min(0).max(downWaitLimit),
      },
    ],
    reply: { name: 'DownPage', schema: downPageSchema },
    problems: [400, 409],
    handle: async ({ query }, station) => {
      const limit = limitSchema.safeParse(query['limit'] ?? downLimit);
      if (!limit.success) return badRequest(describeIssue(limit.error), 'limit');
      const wait = waitSchema.safeParse(query['wait'] ?? 0);
      if (!wait.success) return badRequest(describeIssue(wait.error), 'wait');
      const cursor = query['cursor'] ?? null;
      const read = () => store.readDown(station, { cursor, limit: limit.data, nowMs: now() });
      const listening = wait.data > 0 ? await store.downWatch.listen(station.siteId) : null;
      try {
        let page = await read();
        if (listening !== null && page.ok && page.page.items.length === 0 && page.page.records.length === 0) {
          await listening.wait(wait.data * 1000);
          page = await read();
        }
        if (page.ok) {
          const counts = { items: page.page.items.length, records: page.page.records.length };
          return { ok: true, body: { serverAtMs: now(), ...page.page }, counts };
        }
        if (page.code === 'cursor') return badRequest('cursor: it is none of this feed', 'cursor');
        const problem = {
          code: 'epochChanged',
          message: 'the service was restored from a backup since; begin without a cursor',
          field: 'cursor',
        } as const;
        return { ok: false, status: 409, problem };
      } finally {
        listening?.end();
      }
    },
  };
}
