import {
  enrolmentAskSchema,
  enrolmentReplySchema,
  readEnrolmentCode,
  tokenAskSchema,
  tokenReplySchema,
} from '../../shared/central/enrolment.ts';
import { routes } from '../../shared/central.ts';
import { describeIssue, fieldOf } from '../ingest/parse.ts';
import { badRequest, type Route, type RouteContext } from './route.ts';

export function enrolmentRoute({ store, now }: RouteContext): Route {
  return {
    method: 'POST',
    path: routes.enrolments,
    operationId: 'postEnrolment',
    summary: 'Exchanges a code of the service’s administrator for the station’s token, once.',
    asker: 'anybody',
    request: { name: 'EnrolmentAsk', schema: enrolmentAskSchema },
    reply: { name: 'EnrolmentReply', schema: enrolmentReplySchema },
    problems: [400, 403, 413, 415],
    handle: async ({ body }) => {
      const parsed = enrolmentAskSchema.safeParse(body);
      if (!parsed.success) return badRequest(describeIssue(parsed.error), fieldOf(parsed.error));
      const code = readEnrolmentCode(parsed.data.code);
      if (code === null) return badRequest('code: a character is wrong; it is not of our codes', 'code');
      const enrolled = await store.exchangeCode(code, now());
      if (enrolled !== null) return { ok: true, body: enrolled };
      const problem = {
        code: 'forbidden',
        message: 'code: not known, used before, or over its time',
        field: 'code',
      } as const;
      return { ok: false, status: 403, problem };
    },
  };
}

export function tokenRoute({ store, now }: RouteContext): Route {
  return {
    method: 'POST',
    path: routes.token,
    operationId: 'postToken',
    summary: 'A next token for the asking station; the present one ends when the next is used first, or after a day.',
    asker: 'station',
    request: { name: 'TokenAsk', schema: tokenAskSchema },
    reply: { name: 'TokenReply', schema: tokenReplySchema },
    problems: [400, 413, 415],
    handle: async ({ body, token }, { stationId }) => {
      const parsed = tokenAskSchema.safeParse(body);
      if (!parsed.success) return badRequest(describeIssue(parsed.error), fieldOf(parsed.error));
      return { ok: true, body: await store.nextToken(stationId, token, now()) };
    },
  };
}
