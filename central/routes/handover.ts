import { isSignedBy } from '../../handover/ed25519.ts';
import { handoverAskSchema, handoverAskText, handoverReplySchema } from '../../shared/central/handover.ts';
import { routes } from '../../shared/central.ts';
import { describeIssue, fieldOf, isStorable } from '../ingest/parse.ts';
import { installationEnded } from './installations.ts';
import { badRequest, type Route, type RouteContext } from './route.ts';

export function handoverRoute({ store, now }: RouteContext): Route {
  return {
    method: 'POST',
    path: routes.handoverKey,
    operationId: 'postHandoverKey',
    summary:
      'What a station needs before it can write a file that goes by hand: tells its own key, pinned by the first, and gets the service’s.',
    asker: 'station',
    request: { name: 'HandoverAsk', schema: handoverAskSchema },
    reply: { name: 'HandoverReply', schema: handoverReplySchema },
    problems: [400, 413, 415],
    handle: async ({ body }, { stationId }) => {
      const parsed = handoverAskSchema.safeParse(body);
      if (!parsed.success) return badRequest(describeIssue(parsed.error), fieldOf(parsed.error));
      const { installationId, publicKey, signature } = parsed.data;
      if (!isStorable(installationId))
        return badRequest('installationId: has a character that cannot be stored', 'installationId');
      const text = Buffer.from(handoverAskText(installationId, publicKey), 'utf8');
      if (!isSignedBy(publicKey, text, Buffer.from(signature, 'base64url')))
        return badRequest('signature: it is not by this key', 'signature');
      const nowMs = now();
      // Known from here on, so that a file that comes late is not taken for that of a newer one.
      const announced = await store.announce({ stationId, installationId, nowMs });
      if (!announced.ok) return installationEnded();
      const isPinned = await store.pinKey({ stationId, installationId, publicKey, nowMs });
      return { ok: true, body: { serverAtMs: nowMs, stationId, isPinned, key: store.handoverKey } };
    },
  };
}
