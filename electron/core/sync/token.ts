import {
  type EnrolmentReply,
  enrolmentReplySchema,
  readEnrolmentCode,
  tokenReplySchema,
} from '../../../shared/central/enrolment.ts';
import { routes } from '../../../shared/central.ts';
import { StationError } from '../../../shared/errors.ts';
import { hour, second } from '../../../shared/time.ts';
import type { CellOwner } from '../cell.ts';
import { inTransaction } from '../dispatch.ts';
import { audit, type Station } from '../station.ts';
import type { Connection } from './connection.ts';
import { readConnection, safeUrl } from './connection.ts';
import { readAnswer } from './readAnswer.ts';

const answerLimitBytes = 16 * 1024;
/** How old a token becomes before the station asks for the next. */
const renewedAfterMs = 30 * 24 * hour;

/**
 * The token behind what was typed: itself, or what the service gives for an administrator's code, once. Throws
 * CENTRAL_URL_UNSAFE, ENROLMENT_REFUSED, and CENTRAL_UNREACHED where no answer of the service came.
 */
export async function tokenBehind(typed: string, url: string, fetchIt: typeof fetch): Promise<string> {
  const code = readEnrolmentCode(typed);
  if (code === null) return typed;
  const answer = await post(fetchIt, `${safeUrl(url)}${routes.enrolments}`, { code }, null);
  if (answer === null) throw new StationError('CENTRAL_UNREACHED', {}, 'url');
  if (answer.status === 400 || answer.status === 403) throw new StationError('ENROLMENT_REFUSED', {}, 'token');
  const enrolled = enrolmentReplySchema.safeParse(answer.body);
  if (answer.status !== 200 || !enrolled.success) throw new StationError('CENTRAL_UNREACHED', {}, 'url');
  return (enrolled.data satisfies EnrolmentReply).token;
}

/**
 * Asks for the next token when this one is a month old. The service keeps the former until the next is used, so whatever
 * becomes of the answer, one of the two is good.
 */
export async function renewToken(
  station: Station,
  cells: CellOwner,
  connection: Connection,
  fetchIt: typeof fetch,
): Promise<void> {
  const { settings } = station.tables;
  const sinceMs = Number(settings.get('central.tokenAtMs') ?? 0);
  if (settings.get('central.embedded') === '1' || station.clock.now() - sinceMs < renewedAfterMs) return;
  const answer = await post(fetchIt, `${connection.url}${routes.token}`, {}, connection.token);
  const next = answer?.status === 200 ? tokenReplySchema.safeParse(answer.body) : null;
  // A service that does not know of this yet, or does not answer now, is asked again at the next look.
  if (next?.success !== true) return;
  inTransaction(station, cells, () => {
    // Whoever connected the station anew meanwhile knows better.
    if (readConnection(station.tables)?.token !== connection.token) return;
    settings.set('central.token', next.data.token);
    settings.set('central.tokenAtMs', String(station.clock.now()));
    audit(station, 'sync.token', 'station');
  });
}

async function post(
  fetchIt: typeof fetch,
  url: string,
  body: object,
  token: string | null,
): Promise<{ readonly status: number; readonly body: unknown } | null> {
  try {
    const response = await fetchIt(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token === null ? {} : { authorization: `Bearer ${token}` }) },
      body: JSON.stringify(body),
      redirect: 'error',
      signal: AbortSignal.timeout(10 * second),
    });
    return { status: response.status, body: JSON.parse(await readAnswer(response, answerLimitBytes)) };
  } catch {
    return null;
  }
}
