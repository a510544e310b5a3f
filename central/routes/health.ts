import { type HealthReply, healthReplySchema, routes } from '../../shared/central.ts';
import type { Route, RouteContext } from './route.ts';

export function healthRoute({ store, now }: RouteContext): Route {
  return {
    method: 'GET',
    path: routes.health,
    operationId: 'getHealth',
    summary: 'Asks the database, and answers 503 when it does not answer.',
    asker: 'anybody',
    reply: { name: 'HealthReply', schema: healthReplySchema },
    problems: [],
    handle: async () => {
      const epoch = await store.readEpoch();
      const body: HealthReply = {
        status: 'ok',
        service: 'yiceda-central',
        epoch,
        serverAtMs: now(),
        store: store.kind,
      };
      return { ok: true, body };
    },
  };
}
