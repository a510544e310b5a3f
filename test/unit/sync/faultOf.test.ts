import { describe, expect, it } from 'vitest';
import { faultOf, WrongPin } from '../../../electron/core/sync/faultOf.ts';
import { AnswerTooLong } from '../../../electron/core/sync/readAnswer.ts';

const withCode = (code: string) => Object.assign(new Error('x'), { code });
/** As undici throws: the cause says what it was. */
const undici = (cause: Error) => new TypeError('fetch failed', { cause });
/** As Chromium's network throws. */
const chromium = (code: string) => new Error(`net::${code}`);

describe('what a fetch that threw means', () => {
  it.each<[string, unknown, string]>([
    ['no such name', undici(withCode('ENOTFOUND')), 'dns'],
    ['a name server that is gone', undici(withCode('EAI_AGAIN')), 'dns'],
    ['no such name, Chromium', chromium('ERR_NAME_NOT_RESOLVED'), 'dns'],
    ['a closed port', undici(withCode('ECONNREFUSED')), 'refused'],
    ['a closed port on both addresses', undici(new AggregateError([withCode('ECONNREFUSED')])), 'refused'],
    ['a closed port, Chromium', chromium('ERR_CONNECTION_REFUSED'), 'refused'],
    ['signed by itself', undici(withCode('DEPTH_ZERO_SELF_SIGNED_CERT')), 'certificate'],
    ['signed by nobody known', undici(withCode('UNABLE_TO_VERIFY_LEAF_SIGNATURE')), 'certificate'],
    ['for another name', undici(withCode('ERR_TLS_CERT_ALTNAME_INVALID')), 'certificate'],
    ['signed by nobody known, Chromium', chromium('ERR_CERT_AUTHORITY_INVALID'), 'certificate'],
    ['for another name, Chromium', chromium('ERR_CERT_COMMON_NAME_INVALID'), 'certificate'],
    ['no HTTPS there, Chromium', chromium('ERR_SSL_PROTOCOL_ERROR'), 'certificate'],
    ['over its time', undici(withCode('CERT_HAS_EXPIRED')), 'certificateDate'],
    ['not yet valid', undici(withCode('CERT_NOT_YET_VALID')), 'certificateDate'],
    ['over its time, Chromium', chromium('ERR_CERT_DATE_INVALID'), 'certificateDate'],
    ['not the pinned one', new WrongPin('x'), 'pin'],
    ['not the pinned one, deeper', undici(new WrongPin('x')), 'pin'],
    ['our own time limit', new DOMException('x', 'TimeoutError'), 'slow'],
    ['no connection in time', undici(withCode('UND_ERR_CONNECT_TIMEOUT')), 'slow'],
    ['no connection in time, Chromium', chromium('ERR_CONNECTION_TIMED_OUT'), 'slow'],
    ['a redirect', undici(new Error('unexpected redirect')), 'otherService'],
    ['a proxy that asks who we are, Chromium', chromium('ERR_PROXY_AUTH_REQUESTED'), 'otherService'],
    ['a proxy that refuses, Chromium', chromium('ERR_TUNNEL_CONNECTION_FAILED'), 'otherService'],
    ['an answer without end', new AnswerTooLong(), 'otherService'],
    ['a reset', undici(withCode('ECONNRESET')), 'offline'],
    ['no cable, Chromium', chromium('ERR_INTERNET_DISCONNECTED'), 'offline'],
    ['no error at all', 'text', 'offline'],
  ])('%s', (_name, thrown, expected) => {
    expect(faultOf(thrown)).toBe(expected);
  });

  it('ends where causes go round in a ring', () => {
    const ring = new Error('x');
    ring.cause = ring;
    expect(faultOf(ring)).toBe('offline');
  });
});
