import type { FastifyRequest } from 'fastify';
import type { Problem } from '../shared/central.ts';
import { type Allowance, createLimiter } from './limiter.ts';
import type { Route } from './routes/route.ts';
import type { ReaderIdentity } from './store/readers.ts';
import { type StationIdentity, tokenPattern } from './store/stations.ts';
import type { Store } from './store/store.ts';

/** How often somebody may ask one process; whoever asks several processes has as much of each. */
export type AskingLimits = {
  /** Of one station or reader: far beyond what a desk sends, it stops one that goes round in a circle. */
  readonly known: Allowance;
  /** Of one address without a token, or with a wrong one: a site's stations may share an address. */
  readonly stranger: Allowance;
};

export const askingLimits: AskingLimits = {
  known: { burst: 1_000, perSecond: 100 },
  stranger: { burst: 200, perSecond: 10 },
};

export type Admitted =
  | { readonly kind: 'anybody' }
  | { readonly kind: 'station'; readonly station: StationIdentity }
  | { readonly kind: 'reader'; readonly reader: ReaderIdentity };

export type Refused = {
  readonly kind: 'refused';
  readonly status: 401 | 403 | 429;
  readonly headers: Readonly<Record<string, string>>;
  readonly problem: Problem;
};

/** The token that came with a request; empty where none did. RFC 6750, 2.1; the scheme's case does not matter (RFC 9110, 11.1). */
export function tokenOf(request: FastifyRequest): string {
  return /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
}

/** Who may ask what, and how often: looked at before a request's body is read. */
export function createAdmission(
  store: Pick<Store, 'authenticate' | 'authenticateReader'>,
  now: () => number,
  limits: AskingLimits,
): (request: FastifyRequest, route: Route) => Promise<Admitted | Refused> {
  const known = createLimiter(limits.known);
  const strangers = createLimiter(limits.stranger);

  const orTooOften = <A extends Admitted>(waitSeconds: number, admitted: A): A | Refused =>
    waitSeconds === 0 ? admitted : tooOften(waitSeconds);

  /** Somebody whom we do not know, who has asked with what is no token of ours. */
  const refuse = (request: FastifyRequest, code: 'unknown' | 'revoked'): Refused => {
    const waitSeconds = strangers.take(request.ip, now());
    if (waitSeconds > 0) return tooOften(waitSeconds);
    return code === 'revoked'
      ? refused(403, { code: 'forbidden', message: 'this token was revoked' })
      : refused(401, { code: 'unauthorized', message: 'a valid token is needed' }, { 'www-authenticate': 'Bearer' });
  };

  return async (request, route) => {
    if (route.asker === 'anybody') return orTooOften(strangers.take(request.ip, now()), { kind: 'anybody' });
    const token = tokenOf(request);
    if (!tokenPattern.test(token)) return refuse(request, 'unknown');
    if (route.asker === 'station') {
      const found = await store.authenticate(token, now());
      if (!found.ok) return refuse(request, found.code);
      return orTooOften(known.take(found.station.stationId, now()), { kind: 'station', station: found.station });
    }
    const found = await store.authenticateReader(token);
    if (!found.ok) return refuse(request, found.code);
    const { reader } = found;
    if (!reader.scopes.includes(route.scope))
      return refused(403, { code: 'forbidden', message: `this token is not admitted to ${route.scope}` });
    return orTooOften(known.take(reader.readerId, now()), { kind: 'reader', reader });
  };
}

const refused = (status: Refused['status'], problem: Problem, headers: Refused['headers'] = {}): Refused => ({
  kind: 'refused',
  status,
  headers,
  problem,
});

const tooOften = (waitSeconds: number): Refused =>
  refused(
    429,
    { code: 'tooMany', message: 'asked too often; come again later' },
    { 'retry-after': String(waitSeconds) },
  );
