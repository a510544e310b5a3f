import { liveReplySchema, readyReplySchema } from '../../shared/central/operations.ts';
import { routes } from '../../shared/central.ts';
import type { Route, RouteContext } from './route.ts';

/** Asks nothing: a process that answers need not be started anew, whatever its database does. */
export function liveRoute(): Route {
  return {
    method: 'GET',
    path: routes.live,
    operationId: 'getLive',
    summary: 'Answers as long as the process does; the database is not asked.',
    asker: 'anybody',
    reply: { name: 'LiveReply', schema: liveReplySchema },
    problems: [],
    handle: async () => ({ ok: true, body: { status: 'alive' } }),
  };
}

export function readyRoute({ store, isEnding }: RouteContext): Route {
  return {
    method: 'GET',
    path: routes.ready,
    operationId: 'getReady',
    summary:
      'Says whether requests may be sent here: 503 while the database does not answer and once the process ends.',
    asker: 'anybody',
    reply: { name: 'ReadyReply', schema: readyReplySchema },
    problems: [],
    handle: async () => {
      if (isEnding())
        return { ok: false, status: 503, problem: { code: 'internal', message: 'this process is ending' } };
      await store.readEpoch();
      return { ok: true, body: { status: 'ready' } };
    },
  };
}
