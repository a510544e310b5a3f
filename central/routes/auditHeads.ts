import {
  type AuditHeadsReply,
  auditHeadsAnswerSchema,
  auditHeadsReplySchema,
  auditHeadsSchema,
  routes,
} from '../../shared/central.ts';
import { describeIssue, fieldOf, isStorable } from '../ingest/parse.ts';
import { badRequest, type Route, type RouteContext } from './route.ts';

export function postAuditHeadsRoute({ store, now }: RouteContext): Route {
  return {
    method: 'POST',
    path: routes.auditHeads,
    operationId: 'postAuditHeads',
    summary:
      'Takes signed heads of a station’s audit log. Sending one again is safe; one that contradicts an earlier one is set aside and never taken.',
    asker: 'station',
    request: { name: 'AuditHeads', schema: auditHeadsSchema },
    reply: { name: 'AuditHeadsReply', schema: auditHeadsAnswerSchema },
    problems: [400, 413, 415],
    handle: async ({ body }, { stationId }) => {
      const parsed = auditHeadsSchema.safeParse(body);
      if (!parsed.success) return badRequest(describeIssue(parsed.error), fieldOf(parsed.error));
      if (!isStorable(parsed.data.installationId))
        return badRequest('installationId: has a character that cannot be stored', 'installationId');
      const serverAtMs = now();
      const receipts = await store.keepHeads({ ...parsed.data, stationId, nowMs: serverAtMs });
      const reply: AuditHeadsReply = { serverAtMs, receipts: [...receipts] };
      const countOf = (status: string) => receipts.filter((receipt) => receipt.status === status).length;
      return { ok: true, body: reply, counts: { stored: countOf('stored'), conflict: countOf('conflict') } };
    },
  };
}

export function getAuditHeadsRoute({ store, now }: RouteContext): Route {
  return {
    method: 'GET',
    path: routes.keptAuditHeads,
    operationId: 'getAuditHeads',
    summary: 'The keys and the newest heads that are kept of the asking station’s own audit logs.',
    asker: 'station',
    reply: { name: 'KeptAuditHeads', schema: auditHeadsReplySchema },
    problems: [],
    handle: async (_asked, { stationId }) => ({
      ok: true,
      body: { serverAtMs: now(), ...(await store.listHeads(stationId)) },
    }),
  };
}
