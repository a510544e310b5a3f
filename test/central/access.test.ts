import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exchangeCode, makeEnrolmentCode } from '../../central/store/enrolments.ts';
import { admitReader } from '../../central/store/readers.ts';
import { revoke } from '../../central/store/stations.ts';
import {
  enrolmentReplySchema,
  readEnrolmentCode,
  tokenReplySchema,
  writeEnrolmentCode,
} from '../../shared/central/enrolment.ts';
import { problemSchema, routes } from '../../shared/central.ts';
import { hour, minute } from '../../shared/time.ts';
import { databaseKinds, openMigrated, type TestDatabase } from './databases.ts';
import { bound } from './records.ts';
import { batchOf, type Service, startService } from './service.ts';

const startMs = Date.UTC(2022, 3, 10);

describe.each(databaseKinds)('who may ask the service on $name', (kind) => {
  let opened: TestDatabase;
  let service: Service;
  let nowMs = startMs;

  beforeAll(async () => {
    opened = await openMigrated(kind);
    service = await startService(opened.database, { now: () => nowMs });
  });
  afterAll(async () => {
    await service.close();
    await opened.close();
  });

  const post = (route: string, body: unknown, token = '') =>
    fetch(`${service.url}${route}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token === '' ? {} : { authorization: `Bearer ${token}` }) },
      body: JSON.stringify(body),
    });
  const send = async (token: string) => (await post(routes.batches, batchOf([bound()]), token)).status;
  const invite = (station: string, validMs = hour) =>
    makeEnrolmentCode(opened.database, { site: '新泾三村', station }, { nowMs, validUntilMs: nowMs + validMs });
  const enrolled = async (code: string) =>
    enrolmentReplySchema.parse(await (await post(routes.enrolments, { code })).json());

  it('a code becomes a token once, however it is typed', async () => {
    const code = await invite('1号台');
    expect(writeEnrolmentCode(code)).toMatch(/^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$/);
    const typed = writeEnrolmentCode(code).toLowerCase().replaceAll('0', 'o').replaceAll('1', 'l').replace('-', ' - ');
    const reply = await enrolled(typed);
    expect(reply).toMatchObject({ site: '新泾三村', station: '1号台' });
    expect(await send(reply.token)).toBe(200);
    const again = await post(routes.enrolments, { code });
    expect([again.status, problemSchema.parse(await again.json()).field]).toEqual([403, 'code']);
    const stored = await opened.database.query('SELECT * FROM enrolment_codes');
    expect(JSON.stringify(stored)).not.toContain(code);
    expect(JSON.stringify(await opened.database.query('SELECT * FROM station_tokens'))).not.toContain(reply.token);
  });

  it('of two who use a code at once one gets a token', async () => {
    const code = await invite('两人');
    // Two processes are asked at once, as far as the database has two ways in.
    const ways = [opened.database, opened.other, opened.database, opened.other];
    const both = await Promise.all(ways.map((way) => exchangeCode(way, code, nowMs)));
    expect(both.filter((each) => each !== null)).toHaveLength(1);
  });

  it('a code that is over its time, replaced by another, or mistyped is refused and says so', async () => {
    const late = await invite('晚到', 10 * minute);
    nowMs += 10 * minute;
    expect((await post(routes.enrolments, { code: late })).status).toBe(403);
    const former = await invite('再来');
    const next = await invite('再来');
    expect((await post(routes.enrolments, { code: former })).status).toBe(403);
    expect((await post(routes.enrolments, { code: next })).status).toBe(200);
    const wrong = `${next.slice(0, 3)}${next[3] === '7' ? '8' : '7'}${next.slice(4)}`;
    expect(readEnrolmentCode(wrong)).toBeNull();
    const refused = await post(routes.enrolments, { code: wrong });
    expect([refused.status, problemSchema.parse(await refused.json())]).toMatchObject([400, { field: 'code' }]);
    for (const body of [{}, { code: 7 }, { code: '' }, { code: 'x'.repeat(41) }, { code: next, more: 1 }])
      expect((await post(routes.enrolments, body)).status).toBe(400);
  });

  it('a code for a station that has a token ends that token when it is used, not before', async () => {
    const { token } = await enrolled(await invite('换机'));
    const code = await invite('换机');
    expect(await send(token)).toBe(200);
    const next = await enrolled(code);
    expect(await send(token)).toBe(403);
    expect(await send(next.token)).toBe(200);
  });

  it('a token is replaced without anybody being locked out, also when the answer is lost', async () => {
    const { token } = await enrolled(await invite('轮换'));
    const ask = async (with_: string) => tokenReplySchema.parse(await (await post(routes.token, {}, with_)).json());
    const lost = await ask(token);
    expect(await send(token)).toBe(200);
    const next = await ask(token);
    // The one that was lost is nobody's from now on.
    expect(await send(lost.token)).toBe(403);
    expect(await send(token)).toBe(200);
    expect(await send(next.token)).toBe(200);
    expect(await send(token)).toBe(403);
    expect(await send(next.token)).toBe(200);

    const unused = await ask(next.token);
    nowMs = unused.formerEndsAtMs - 1;
    expect(await send(next.token)).toBe(200);
    nowMs = unused.formerEndsAtMs;
    expect(await send(next.token)).toBe(403);
    expect(await send(unused.token)).toBe(200);
  });

  it('a station that is revoked is refused at once, by every process', async () => {
    const { token } = await enrolled(await invite('收回'));
    const second = await startService(opened.other, { now: () => nowMs });
    expect(await send(token)).toBe(200);
    await revoke(opened.database, { site: '新泾三村', station: '收回' });
    expect(await send(token)).toBe(403);
    const elsewhere = await fetch(`${second.url}${routes.stats}`, { headers: { authorization: `Bearer ${token}` } });
    expect(elsewhere.status).toBe(403);
    await second.close();
  });

  it('a reader asks what it was admitted to and nothing else', async () => {
    const asks = {
      feed: () => `${routes.feed}`,
      fhir: () => `${routes.fhirFeed}`,
      totals: () => `${routes.totals}?from=2022-04-01&to=2022-04-30`,
    } as const;
    for (const scope of ['feed', 'fhir', 'totals', 'citizen'] as const) {
      const token = await admitReader(opened.database, `reader of ${scope}`, [scope], 1);
      for (const [other, route] of Object.entries(asks)) {
        const { status } = await fetch(`${service.url}${route()}`, { headers: { authorization: `Bearer ${token}` } });
        expect([scope, other, status]).toEqual([scope, other, other === scope ? 200 : 403]);
      }
      const { status } = await post(routes.citizenLatest, { documentHmac: '0'.repeat(64) }, token);
      // This service has no citizens' key, which only whoever is admitted is told.
      expect([scope, 'citizen', status]).toEqual([scope, 'citizen', scope === 'citizen' ? 404 : 403]);
      expect(await send(token)).toBe(401);
    }
  });

  it('whoever asks without end is told to come later; others are not', async () => {
    const limits = { known: { burst: 5, perSecond: 1 }, stranger: { burst: 3, perSecond: 0.1 } };
    const own = await startService(opened.database, { now: () => nowMs, askingLimits: limits });
    const [one, other] = [await own.station(), await own.station()];
    const statuses = async (times: number, ask: () => Promise<Response>) => {
      const found: number[] = [];
      for (let n = 0; n < times; n += 1) found.push((await ask()).status);
      return found;
    };
    expect(await statuses(7, () => one.fetch(routes.stats))).toEqual([200, 200, 200, 200, 200, 429, 429]);
    expect((await other.fetch(routes.stats)).status).toBe(200);
    nowMs += 1_000;
    expect(await statuses(2, () => one.fetch(routes.stats))).toEqual([200, 429]);
    const guess = () => fetch(`${own.url}${routes.enrolments}`, { method: 'POST', body: '{}' });
    expect(await statuses(5, guess)).toEqual([415, 415, 415, 429, 429]);
    const later = await fetch(`${own.url}${routes.stats}`, { headers: { authorization: 'Bearer wrong' } });
    expect([later.status, later.headers.get('retry-after')]).toEqual([429, '10']);
    // A station of the same address goes on.
    expect((await other.fetch(routes.stats)).status).toBe(200);
    await own.close();
  });
});
