import { routes, statsReplySchema } from '../../shared/central.ts';
import type { Route, RouteContext } from './route.ts';

export function statsRoute({ store }: RouteContext): Route {
  return {
    method: 'GET',
    path: routes.stats,
    operationId: 'getStats',
    summary: 'Counts over the site of the asking station: each test once, by its newest revision.',
    asker: 'station',
    reply: { name: 'StatsReply', schema: statsReplySchema },
    problems: [],
    handle: async (_asked, station) => ({ ok: true, body: await store.countSite(station.siteId) }),
  };
}
