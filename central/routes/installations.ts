import { z } from 'zod';
import { announceReplySchema, announceSchema, ownRecordsReplySchema } from '../../shared/central/installations.ts';
import { type Problem, routes } from '../../shared/central.ts';
import { describeIssue, fieldOf, isStorable } from '../ingest/parse.ts';
import { type Answer, badRequest, type Route, type RouteContext } from './route.ts';

/** Another installation sends for this station now. */
export function installationEnded(): Answer {
  const problem: Problem = {
    code: 'installationEnded',
    message: 'another installation sends for this station; this one was ended',
  };
  return { ok: false, status: 403, problem };
}

export function announceRoute({ store, now }: RouteContext): Route {
  return {
    method: 'POST',
    path: routes.installations,
    operationId: 'postInstallation',
    summary:
      'Announces the installation that sends for the asking station from now on, and ends the one before. An ended one is refused.',
    asker: 'station',
    request: { name: 'Announcement', schema: announceSchema },
    reply: { name: 'AnnouncementReply', schema: announceReplySchema },
    problems: [400, 413, 415],
    handle: async ({ body }, { stationId }) => {
      const parsed = announceSchema.safeParse(body);
      if (!parsed.success) return badRequest(describeIssue(parsed.error), fieldOf(parsed.error));
      const { installationId } = parsed.data;
      if (!isStorable(installationId))
        return badRequest('installationId: has a character that cannot be stored', 'installationId');
      const nowMs = now();
      const announced = await store.announce({ stationId, installationId, nowMs });
      if (!announced.ok) return installationEnded();
      return { ok: true, body: { serverAtMs: nowMs, epoch: announced.epoch, ended: announced.ended } };
    },
  };
}

const cursorSchema = z.string().max(120);
const sinceSchema = z.coerce.number().int().min(0).max(8_640_000_000_000_000);

export function ownRecordsRoute({ store, now }: RouteContext): Route {
  return {
    method: 'GET',
    path: routes.ownRecords,
    operationId: 'getOwnRecords',
    summary:
      'What the service has of the asking station’s own records, a page at a time: for a register that was restored from a backup.',
    asker: 'station',
    parameters: [
      {
        name: 'since',
        in: 'query',
        description: 'Records made in this month or later, as epoch milliseconds; all where it is left out.',
        schema: z.int().min(0),
      },
      { name: 'cursor', in: 'query', description: 'Where to go on, from the page before.', schema: cursorSchema },
    ],
    reply: { name: 'OwnRecords', schema: ownRecordsReplySchema },
    problems: [400],
    handle: async ({ query }, { stationId }) => {
      const since = sinceSchema.safeParse(query['since'] ?? 0);
      if (!since.success) return badRequest(describeIssue(since.error), 'since');
      const cursor = query['cursor'];
      if (cursor !== undefined && (!cursorSchema.safeParse(cursor).success || !isStorable(cursor)))
        return badRequest('cursor: it is none of these', 'cursor');
      const from = cursor === undefined ? { sinceMs: since.data } : { cursor };
      const page = await store.readOwnRecords(stationId, from, now());
      if (!page.ok) return badRequest('cursor: it is none of these', 'cursor');
      const body = { serverAtMs: now(), records: page.records, cursor: page.cursor };
      return { ok: true, body, counts: { records: page.records.length } };
    },
  };
}
