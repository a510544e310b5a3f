import { kitReplySchema, kitSnapshotSchema, routes } from '../../shared/central.ts';
import { describeIssue, isStorable } from '../ingest/parse.ts';
import { badRequest, type Route, type RouteContext } from './route.ts';

const keySchema = kitSnapshotSchema.shape.key;

export function kitRoute({ store }: RouteContext): Route {
  return {
    method: 'GET',
    path: routes.kit,
    operationId: 'getKit',
    summary: 'Tells whether a kit is bound, and by whom, as far as another station may know it.',
    asker: 'station',
    parameters: [{ name: 'key', description: 'The canonical key of the kit, percent-encoded.', schema: keySchema }],
    reply: { name: 'KitReply', schema: kitReplySchema },
    problems: [400],
    handle: async ({ params }) => {
      const key = keySchema.safeParse(params['key']);
      if (!key.success) return badRequest(describeIssue(key.error), 'key');
      if (!isStorable(key.data)) return badRequest('key: has a character that cannot be stored', 'key');
      return { ok: true, body: await store.findKit(key.data) };
    },
  };
}
