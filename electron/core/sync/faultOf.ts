import type { Fault } from './machine.ts';
import { AnswerTooLong } from './readAnswer.ts';

/** The certificate is not the one that was pinned, or does not lead to it. */
export class WrongPin extends Error {
  constructor(why: string) {
    super(why);
    this.name = 'WrongPin';
  }
}

/** Node's and undici's codes, and Chromium's net errors: both fetches are lent to core, one at a time. */
const known: readonly (readonly [RegExp, Fault])[] = [
  [/CERT_HAS_EXPIRED|CERT_NOT_YET_VALID|ERR_CERT_DATE_INVALID/, 'certificateDate'],
  [
    /SELF_SIGNED|UNABLE_TO_(VERIFY|GET)|CERT_|ERR_TLS_|ERR_SSL_|EPROTO|ERR_CERTIFICATE|HOSTNAME_MISMATCH|DEPTH_ZERO/,
    'certificate',
  ],
  [/ENOTFOUND|EAI_AGAIN|ERR_NAME_NOT_RESOLVED|ERR_NAME_RESOLUTION_FAILED/, 'dns'],
  [/ECONNREFUSED|ERR_CONNECTION_REFUSED/, 'refused'],
  [/ETIMEDOUT|TIMEOUT|ERR_TIMED_OUT|ERR_CONNECTION_TIMED_OUT/, 'slow'],
  // A proxy that asks who we are, or a page that redirects to its own: somebody answers in the service's place.
  [
    /proxy authentication|ERR_TOO_MANY_REDIRECTS|unexpected redirect|redirect mode|ERR_TUNNEL_CONNECTION_FAILED|ERR_PROXY_AUTH/i,
    'otherService',
  ],
];

/** What a fetch that threw means to the person at the desk. */
export function faultOf(thrown: unknown): Fault {
  if (thrown instanceof AnswerTooLong) return 'otherService';
  const seen = new Set<unknown>();
  const said: string[] = [];
  for (let at: unknown = thrown; at instanceof Error && !seen.has(at); at = at.cause) {
    if (at instanceof WrongPin) return 'pin';
    if (at.name === 'TimeoutError') return 'slow';
    seen.add(at);
    said.push(`${(at as { code?: unknown }).code ?? ''} ${at.message}`);
    // Several addresses of one name were tried: any of them says it.
    if (at instanceof AggregateError && at.errors[0] instanceof Error)
      said.push(`${(at.errors[0] as { code?: unknown }).code ?? ''}`);
  }
  const all = said.join(' ');
  return known.find(([pattern]) => pattern.test(all))?.[1] ?? 'offline';
}
