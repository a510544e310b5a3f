import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest, type HTTPMethods } from 'fastify';
import { bodyLimitBytes, type Problem } from '../shared/central.ts';
import { packedEncoding, unpacked } from './gzip.ts';
import { describeThrown, type Log } from './log.ts';
import { getAuditHeadsRoute, postAuditHeadsRoute } from './routes/auditHeads.ts';
import { batchesRoute } from './routes/batches.ts';
import { type CitizenLimits, citizenLimits, latestRoute } from './routes/citizen.ts';
import { downRoute } from './routes/down.ts';
import { feedRoute } from './routes/feed.ts';
import { fhirBundleRoute, fhirFeedRoute } from './routes/fhir.ts';
import { healthRoute } from './routes/health.ts';
import { announceRoute, ownRecordsRoute } from './routes/installations.ts';
import { kitRoute } from './routes/kit.ts';
import { openapiRoute } from './routes/openapi.ts';
import type { Answer, Route, RouteContext } from './routes/route.ts';
import { siteItemsRoute } from './routes/siteItems.ts';
import { statsRoute } from './routes/stats.ts';
import { totalsRoute } from './routes/totals.ts';
import { isUnavailable } from './store/database.ts';
import type { ReaderIdentity } from './store/readers.ts';
import { type StationIdentity, tokenPattern } from './store/stations.ts';
import type { Store } from './store/store.ts';

export type ServerOptions = {
  /** The service's clock, epoch milliseconds. */
  readonly now?: () => number;
  readonly log?: Log;
  readonly citizenLimits?: CitizenLimits;
};

const retryAfterSeconds = 5;
/** Longer than any kit key can be, percent-encoded; the route itself says no to what is too long. */
const longestParam = 16 * 1024;

/** The service over a migrated store, not listening yet. Closing it does not close the store's database. */
export function buildServer(store: Store, options: ServerOptions = {}): FastifyInstance {
  const log = options.log ?? (() => {});
  const context: RouteContext = { store, now: options.now ?? Date.now };
  const app = Fastify({
    logger: false,
    bodyLimit: bodyLimitBytes,
    requestTimeout: 60_000,
    routerOptions: { maxParamLength: longestParam },
    frameworkErrors: (_error, _request, reply) => {
      sendProblem(reply, 400, { code: 'badRequest', message: 'the address cannot be read' });
    },
    clientErrorHandler: (_error, socket) => {
      if (!socket.writable) return;
      const body = JSON.stringify({ code: 'badRequest', message: 'not a request' } satisfies Problem);
      socket.end(
        `HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
      );
    },
  });
  // JSON and nothing else.
  app.removeContentTypeParser('text/plain');

  let isEnding = false;
  app.addHook('onSend', async (_request, reply) => {
    reply.header('cache-control', 'no-store').header('x-content-type-options', 'nosniff');
    // A connection that was answered after the end began would be kept open for the next request.
    if (isEnding) reply.header('connection', 'close');
  });
  // Stations that wait for news are answered, so that a shutdown need not wait for them.
  app.addHook('preClose', async () => {
    isEnding = true;
    store.downWatch.close();
  });
  app.addHook('onResponse', async (request, reply) => {
    log(reply.statusCode >= 500 ? 'error' : 'info', 'request', {
      // The route's pattern: an address may hold a kit code.
      route: request.is404 ? 'none' : (request.routeOptions.url ?? 'none'),
      method: request.method,
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime),
    });
  });
  app.setNotFoundHandler((_request, reply) =>
    sendProblem(reply, 404, { code: 'notFound', message: 'there is nothing at this address' }),
  );
  app.setErrorHandler((error, request, reply) => answerThrown(error, request, reply, log));

  const described = [
    batchesRoute(context),
    kitRoute(context),
    statsRoute(context),
    postAuditHeadsRoute(context),
    getAuditHeadsRoute(context),
    announceRoute(context),
    ownRecordsRoute(context),
    feedRoute(context),
    fhirFeedRoute(context),
    fhirBundleRoute(context),
    totalsRoute(context),
    latestRoute(context, options.citizenLimits ?? citizenLimits),
    downRoute(context),
    siteItemsRoute(context),
    healthRoute(context),
  ];
  const routes = [...described, openapiRoute(described)];
  for (const route of routes) {
    addRoute(app, route, store, log);
    addMethodRefusal(app, route);
  }
  return app;
}

function addRoute(app: FastifyInstance, route: Route, store: Store, log: Log): void {
  const stations = new WeakMap<FastifyRequest, StationIdentity>();
  const readers = new WeakMap<FastifyRequest, ReaderIdentity>();
  app.route({
    method: route.method,
    url: route.path,
    // Before the body is read: a stranger's four megabytes are not taken in.
    onRequest: async (request, reply) => {
      if (route.asker === 'station') {
        const found = await identify(request, reply, store.authenticate);
        if (found === null) return reply;
        stations.set(request, found.station);
      } else if (route.asker === 'reader') {
        const found = await identify(request, reply, store.authenticateReader);
        if (found === null) return reply;
        readers.set(request, found.reader);
      }
      const encoding = request.headers['content-encoding'];
      if (encoding !== undefined && ![packedEncoding, 'identity'].includes(encoding.toLowerCase())) {
        return sendProblem(reply.header('accept-encoding', `${packedEncoding}, identity`), 415, {
          code: 'unsupportedMediaType',
          message: 'bodies are taken as they are, or packed by gzip',
        });
      }
      return undefined;
    },
    preParsing: async (request, _reply, payload) =>
      request.headers['content-encoding']?.toLowerCase() === packedEncoding ? unpacked(payload) : payload,
    handler: async (request, reply) => {
      const asked = {
        params: request.params as Record<string, string>,
        query: queryOf(request.query),
        body: request.body,
      };
      let answer: Answer;
      if (route.asker === 'station') {
        const station = stations.get(request);
        if (station === undefined) throw new Error('a request without its station');
        answer = await route.handle(asked, station);
      } else if (route.asker === 'reader') {
        const reader = readers.get(request);
        if (reader === undefined) throw new Error('a request without its reader');
        answer = await route.handle(asked, reader);
      } else {
        answer = await route.handle(asked);
      }
      if (!answer.ok) {
        if (answer.status === 429) reply.header('retry-after', answer.retryAfterSeconds);
        return sendProblem(reply, answer.status, answer.problem);
      }
      if (answer.counts !== undefined) log('info', route.operationId, answer.counts);
      if (route.isLines !== true) return reply.send(answer.body);
      const lines = (answer.body as readonly unknown[]).map((line) => `${JSON.stringify(line)}\n`);
      return reply.type('application/x-ndjson; charset=utf-8').send(lines.join(''));
    },
  });
}

/** A parameter that stands in the address several times counts as it was written last. */
function queryOf(query: unknown): Record<string, string> {
  return Object.fromEntries(
    Object.entries(query as Record<string, string | string[]>).map(([name, value]) => [
      name,
      Array.isArray(value) ? (value.at(-1) ?? '') : value,
    ]),
  );
}

/** Whoever is behind the request's token; null when the reply has been sent. */
async function identify<F extends { readonly ok: true }>(
  request: FastifyRequest,
  reply: FastifyReply,
  authenticate: (token: string) => Promise<F | { readonly ok: false; readonly code: 'unknown' | 'revoked' }>,
): Promise<F | null> {
  // RFC 6750, 2.1; the scheme's name is case-insensitive (RFC 9110, 11.1).
  const token = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
  const found = tokenPattern.test(token) ? await authenticate(token) : { ok: false as const, code: 'unknown' as const };
  if (found.ok) return found;
  if (found.code === 'revoked') {
    sendProblem(reply, 403, { code: 'forbidden', message: 'this token was revoked' });
  } else {
    reply.header('www-authenticate', 'Bearer');
    sendProblem(reply, 401, { code: 'unauthorized', message: 'a valid token is needed' });
  }
  return null;
}

/** Every other method at a known address: 405, before its body is looked at. */
function addMethodRefusal(app: FastifyInstance, route: Route): void {
  const allowed: readonly HTTPMethods[] = route.method === 'GET' ? ['GET', 'HEAD'] : [route.method];
  app.route({
    method: (app.supportedMethods as HTTPMethods[]).filter((method) => !allowed.includes(method)),
    url: route.path,
    onRequest: async (_request, reply) =>
      sendProblem(reply.header('allow', allowed.join(', ')), 405, {
        code: 'methodNotAllowed',
        message: `only ${allowed.join(' and ')} here`,
      }),
    handler: async (_request, reply) => reply,
  });
}

function answerThrown(error: unknown, request: FastifyRequest, reply: FastifyReply, log: Log): FastifyReply {
  const { code, statusCode } = (error ?? {}) as { code?: unknown; statusCode?: unknown };
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    return sendProblem(drain(request, reply), 413, {
      code: 'tooLarge',
      message: `a body has at most ${bodyLimitBytes} bytes`,
    });
  }
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') {
    return sendProblem(drain(request, reply), 415, {
      code: 'unsupportedMediaType',
      message: 'only application/json is taken',
    });
  }
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500) {
    return sendProblem(reply, 400, { code: 'badRequest', message: 'the body is not JSON' });
  }
  log('error', 'thrown', { requestId: request.id, ...describeThrown(error) });
  if (isUnavailable(error)) {
    return sendProblem(reply.header('retry-after', retryAfterSeconds), 503, {
      code: 'internal',
      message: 'the database does not answer; nothing was stored',
    });
  }
  return sendProblem(reply, 500, {
    code: 'internal',
    message: `an internal error (${request.id}); nothing was stored`,
  });
}

/**
 * Lets the rest of an unread body run through unkept. Fastify would close the connection on a client that is still
 * sending, which then sees a broken pipe instead of our answer. The request's time limit ends a body without end.
 */
function drain(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  request.raw.unpipe().resume();
  return reply.removeHeader('connection');
}

function sendProblem(reply: FastifyReply, status: number, problem: Problem): FastifyReply {
  return reply.code(status).send(problem);
}
