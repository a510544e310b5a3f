import type { Socket } from 'node:net';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest, type HTTPMethods } from 'fastify';
import { bodyLimitBytes, type Problem } from '../shared/central.ts';
import { type Admitted, type AskingLimits, askingLimits, createAdmission, tokenOf } from './admission.ts';
import { packedEncoding, unpacked } from './gzip.ts';
import { createTurns, type Turns, turnsOfAProcess } from './ingest/turns.ts';
import { describeThrown, type Log } from './log.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { getAuditHeadsRoute, postAuditHeadsRoute } from './routes/auditHeads.ts';
import { batchesRoute } from './routes/batches.ts';
import { type CitizenLimits, citizenLimits, latestRoute } from './routes/citizen.ts';
import { downRoute } from './routes/down.ts';
import { enrolmentRoute, tokenRoute } from './routes/enrolments.ts';
import { feedRoute } from './routes/feed.ts';
import { fhirBundleRoute, fhirFeedRoute } from './routes/fhir.ts';
import { handoverRoute } from './routes/handover.ts';
import { healthRoute } from './routes/health.ts';
import { announceRoute, ownRecordsRoute } from './routes/installations.ts';
import { kitRoute } from './routes/kit.ts';
import { openapiRoute } from './routes/openapi.ts';
import { liveRoute, readyRoute } from './routes/operations.ts';
import type { Answer, Asked, Route, RouteContext } from './routes/route.ts';
import { siteItemsRoute } from './routes/siteItems.ts';
import { statsRoute } from './routes/stats.ts';
import { totalsRoute } from './routes/totals.ts';
import { isUnavailable } from './store/database.ts';
import type { Store } from './store/store.ts';

export type ServerOptions = {
  /** The service's clock, epoch milliseconds. */
  readonly now?: () => number;
  readonly log?: Log;
  readonly turns?: Turns;
  readonly metrics?: Metrics;
  readonly citizenLimits?: CitizenLimits;
  readonly askingLimits?: AskingLimits;
};

const retryAfterSeconds = 5;
/** Longer than any kit key can be, percent-encoded; the route itself says no to what is too long. */
const longestParam = 16 * 1024;

/** The service over a migrated store, not listening yet. Closing it does not close the store's database. */
export function buildServer(store: Store, options: ServerOptions = {}): FastifyInstance {
  const log = options.log ?? (() => {});
  const turns = options.turns ?? createTurns(turnsOfAProcess, () => performance.now());
  const metrics = options.metrics ?? createMetrics(turns.waiting);
  let isEnding = false;
  const context: RouteContext = { store, now: options.now ?? Date.now, turns, metrics, isEnding: () => isEnding };
  const app = Fastify({
    logger: false,
    bodyLimit: bodyLimitBytes,
    requestTimeout: 60_000,
    // A proxy on this machine says for whom it asks; nobody else's word is taken.
    trustProxy: 'loopback',
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

  app.addHook('onSend', async (_request, reply) => {
    reply.header('cache-control', 'no-store').header('x-content-type-options', 'nosniff');
    // A connection that was answered after the end began would be kept open for the next request.
    if (isEnding) reply.header('connection', 'close');
  });
  /** Connections that never asked for anything: Node takes none of them for idle, and would wait for their request. */
  const silent = new Set<Socket>();
  app.server.on('connection', (socket: Socket) => {
    silent.add(socket);
    socket.once('close', () => silent.delete(socket));
  });
  app.server.on('request', ({ socket }) => silent.delete(socket));
  // Stations that wait for news are answered, so that a shutdown need not wait for them.
  app.addHook('preClose', async () => {
    isEnding = true;
    store.downWatch.close();
    for (const socket of silent) socket.destroy();
  });
  app.addHook('onResponse', async (request, reply) => {
    const answered = {
      // The route's pattern: an address may hold a kit code.
      route: request.is404 ? 'none' : (request.routeOptions.url ?? 'none'),
      method: request.method,
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime),
    };
    metrics.noteRequest(answered);
    log(reply.statusCode >= 500 ? 'error' : 'info', 'request', answered);
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
    enrolmentRoute(context),
    tokenRoute(context),
    handoverRoute(context),
    liveRoute(),
    readyRoute(context),
  ];
  const admit = createAdmission(store, context.now, options.askingLimits ?? askingLimits);
  const routes = [...described, openapiRoute(described)];
  for (const route of routes) {
    addRoute(app, route, admit, log);
    addMethodRefusal(app, route);
  }
  return app;
}

function addRoute(app: FastifyInstance, route: Route, admit: ReturnType<typeof createAdmission>, log: Log): void {
  const askers = new WeakMap<FastifyRequest, Admitted>();
  app.route({
    method: route.method,
    url: route.path,
    // Before the body is read: a stranger's four megabytes are not taken in.
    onRequest: async (request, reply) => {
      const asker = await admit(request, route);
      if (asker.kind === 'refused') return sendProblem(reply.headers(asker.headers), asker.status, asker.problem);
      askers.set(request, asker);
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
        token: tokenOf(request),
      };
      const answer = await answerOf(route, asked, askers.get(request));
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

/** A route's answer to whoever was admitted to it. */
function answerOf(route: Route, asked: Asked, asker: Admitted | undefined): Promise<Answer> {
  if (route.asker === 'station' && asker?.kind === 'station') return route.handle(asked, asker.station);
  if (route.asker === 'reader' && asker?.kind === 'reader') return route.handle(asked, asker.reader);
  if (route.asker === 'anybody') return route.handle(asked);
  throw new Error('a request without its asker');
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
