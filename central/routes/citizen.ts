import { latestAskSchema, latestReplySchema } from '../../shared/central/citizen.ts';
import { routes } from '../../shared/central.ts';
import { describeIssue, fieldOf } from '../ingest/parse.ts';
import { type Allowance, createLimiter } from '../limiter.ts';
import { badRequest, type Route, type RouteContext } from './route.ts';

export type CitizenLimits = {
  /** Of one reader: a city's app asks often, and for people who are mostly there. */
  readonly reader: Allowance;
  /** Of one document: nobody needs their result more often. */
  readonly document: Allowance;
  /** What an answer of `none` costs a reader beyond the first: guessing numbers finds mostly nobody. */
  readonly noneCosts: number;
};

/** A full queue of a city's app: 200 a second; 20 a second of whoever finds nobody. */
export const citizenLimits: CitizenLimits = {
  reader: { burst: 1000, perSecond: 200 },
  document: { burst: 10, perSecond: 1 / 30 },
  noneCosts: 10,
};

export function latestRoute({ store, now }: RouteContext, limits: CitizenLimits): Route {
  const readers = createLimiter(limits.reader);
  const documents = createLimiter(limits.document);
  return {
    method: 'POST',
    path: routes.citizenLatest,
    operationId: 'postCitizenLatest',
    summary:
      'The latest result of whoever has this document: asked by an HMAC under the city’s key, answered without a name. Nobody and no result are the same answer.',
    asker: 'reader',
    scope: 'citizen',
    request: { name: 'LatestAsk', schema: latestAskSchema },
    reply: { name: 'LatestReply', schema: latestReplySchema },
    problems: [400, 404, 413, 415, 429],
    handle: async ({ body }, { readerId }) => {
      if (!store.hasCitizenKeys) {
        const problem = { code: 'notFound', message: 'this service has no citizens’ key' } as const;
        return { ok: false, status: 404, problem };
      }
      const parsed = latestAskSchema.safeParse(body);
      if (!parsed.success) return badRequest(describeIssue(parsed.error), fieldOf(parsed.error));
      const { documentHmac } = parsed.data;
      const waitSeconds = readers.take(readerId, now()) || documents.take(`${readerId} ${documentHmac}`, now());
      if (waitSeconds > 0) {
        const problem = { code: 'tooMany', message: 'asked too often; come again later' } as const;
        return { ok: false, status: 429, problem, retryAfterSeconds: waitSeconds };
      }
      const latest = await store.findLatest(Buffer.from(documentHmac, 'hex'));
      if (latest.status === 'none') readers.charge(readerId, limits.noneCosts - 1, now());
      return { ok: true, body: latest };
    },
  };
}
