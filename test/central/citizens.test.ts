import { createHmac, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hmacUnder } from '../../central/citizen/hmac.ts';
import { type CitizenKey, readCitizenKeys } from '../../central/citizen/keys.ts';
import { createLimiter } from '../../central/limiter.ts';
import type { ServerOptions } from '../../central/server.ts';
import { backfillCitizens, forgetCitizenKey } from '../../central/store/citizens.ts';
import { admitReader, readerScopes } from '../../central/store/readers.ts';
import { documentText, type LatestReply, latestReplySchema } from '../../shared/central/citizen.ts';
import { routes } from '../../shared/central.ts';
import type { DocumentKind } from '../../shared/model/person.ts';
import { countRows, databaseKinds, openMigrated, type TestDatabase, watched } from './databases.ts';
import { type Bound, bound, hashed, kitCorrected, resulted, voided } from './records.ts';
import { problemOf, type Service, type Station, startService } from './service.ts';

const secretOf = (name: string) => createHmac('sha256', 'a test').update(name).digest('hex');
const keyNamed = (id: string): CitizenKey => {
  const read = readCitizenKeys(
    JSON.stringify({ keys: [{ id, shared: secretOf(`shared ${id}`), pepper: secretOf(`pepper ${id}`) }] }),
  );
  if (!read.ok || read.keys[0] === undefined) throw new Error('no key');
  return read.keys[0];
};
const [old, young, stranger] = [keyNamed('old'), keyNamed('young'), keyNamed('stranger')];

/** What the city's app server does, written here again from the documents alone. */
const hmacOf = (key: CitizenKey, text: string) =>
  createHmac('sha256', Buffer.from(secretOf(`shared ${key.id}`), 'hex'))
    .update(text)
    .digest('hex');

const nobody: LatestReply = { status: 'none', outcome: null, day: null, revision: null };
const free: ServerOptions['citizenLimits'] = {
  reader: { burst: 1_000_000, perSecond: 1_000_000 },
  document: { burst: 1_000_000, perSecond: 1_000_000 },
  noneCosts: 1,
};

let n = 0;
/** A binding of a document that nobody else has, unless it is named. */
function boundTo(
  change: {
    number?: string;
    kind?: DocumentKind | null;
    kitKey?: string;
    day?: string;
    boundAtMs?: number;
    offset?: number | null;
  } = {},
): Bound & { readonly text: string } {
  n += 1;
  const number = change.number ?? `E${n}`;
  const kind = change.kind === undefined ? 'passport' : change.kind;
  const base = bound(change.kitKey === undefined ? {} : { kitKey: change.kitKey });
  const record = hashed<Bound>({
    ...base,
    payload: {
      ...base.payload,
      day: change.day ?? '2022-04-10',
      boundAtMs: change.boundAtMs ?? base.payload.boundAtMs + n,
      clockOffsetMs: change.offset ?? null,
      person: { ...base.payload.person, documentKind: kind, documentNumber: number },
    },
  });
  return { ...record, text: documentText(kind ?? 'other', number) };
}
const sent = ({ text: _text, ...record }: Bound & { readonly text: string }): Bound => record;

describe.each(databaseKinds)("a person's latest result on $name", (kind) => {
  let opened: TestDatabase;
  let service: Service;
  let station: Station;
  let token = '';
  const logged: string[] = [];
  const log: ServerOptions['log'] = (...event) => void logged.push(JSON.stringify(event));
  const statements: string[] = [];
  beforeAll(async () => {
    opened = await openMigrated(kind);
    const database = watched(opened.database, (sql) => statements.push(sql));
    service = await startService(database, { log, citizenLimits: free }, [old]);
    station = await service.station();
    token = await admitReader(opened.database, 'the app', readerScopes, 1);
  });
  afterAll(async () => {
    await service?.close();
    await opened?.close();
  });

  const ask = (body: unknown, at = service, bearer = token) =>
    fetch(`${at.url}${routes.citizenLatest}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const latest = async (text: string, key = old, at = service): Promise<LatestReply> => {
    const response = await ask({ documentHmac: hmacOf(key, text) }, at);
    const reply: unknown = await response.json();
    expect(response.status, JSON.stringify(reply)).toBe(200);
    return latestReplySchema.parse(reply);
  };

  it('follows a test through its life: pending is never a result, corrections count, a void leaves the one before', async () => {
    const first = boundTo();
    expect(await latest(first.text)).toEqual(nobody);
    await station.post([sent(first)]);
    expect(await latest(first.text)).toEqual({ status: 'pending', outcome: null, day: '2022-04-10', revision: null });
    await station.post([resulted(first.testId, 2, 1, 'negative')]);
    expect(await latest(first.text)).toEqual({
      status: 'settled',
      outcome: 'negative',
      day: '2022-04-10',
      revision: 1,
    });
    await station.post([resulted(first.testId, 3, 2, 'positive')]);
    expect(await latest(first.text)).toMatchObject({ outcome: 'positive', revision: 2 });
    const second = boundTo({ number: first.payload.person.documentNumber ?? '', day: '2022-04-11' });
    await station.post([sent(second), resulted(second.testId, 2, 1, 'invalid')]);
    expect(await latest(first.text)).toEqual({ status: 'settled', outcome: 'invalid', day: '2022-04-11', revision: 1 });
    await station.post([voided(second.testId, 3)]);
    expect(await latest(first.text)).toMatchObject({ outcome: 'positive', day: '2022-04-10' });
    await station.post([voided(first.testId, 4)]);
    expect(await latest(first.text)).toEqual(nobody);
  });

  it('says unsettled while another test holds the kit, and the result again when that is put right', async () => {
    const first = boundTo();
    await station.post([sent(first), resulted(first.testId, 2, 1, 'negative')]);
    const other = await service.station();
    const second = boundTo({ kitKey: first.payload.kit.key });
    await other.post([sent(second), resulted(second.testId, 2, 1, 'negative')]);
    for (const { text } of [first, second])
      expect(await latest(text)).toEqual({ status: 'unsettled', outcome: null, day: '2022-04-10', revision: null });
    await other.post([kitCorrected(second, 3, first.payload.kit.key, `gs1:1:${second.testId}`)]);
    for (const { text } of [first, second]) expect(await latest(text)).toMatchObject({ status: 'settled' });
  });

  it('knows a document however it was written, and each document of a person by itself', async () => {
    const first = boundTo({ kind: 'residentId', number: ' 99010119800229002x' });
    await station.post([sent(first), resulted(first.testId, 2, 1, 'negative')]);
    expect(await latest('residentId:99010119800229002X')).toMatchObject({ outcome: 'negative' });
    expect(await latest('passport:99010119800229002X')).toEqual(nobody);
    const passport = boundTo({ number: 'Ｅ 12' });
    await station.post([sent(passport), resulted(passport.testId, 2, 1, 'positive')]);
    expect(await latest('passport:E12')).toMatchObject({ outcome: 'positive' });
    const unknownKind = boundTo({ kind: null, number: 'Z1' });
    await station.post([sent(unknownKind)]);
    expect(await latest('other:Z1')).toMatchObject({ status: 'pending' });
    const without = boundTo({ number: '  ' });
    const before = await countRows(opened.database, 'citizen_tests');
    await station.post([sent(without)]);
    expect(await countRows(opened.database, 'citizen_tests')).toBe(before);
  });

  it('takes the newest by a clock put right, so that one that is ahead wins for no longer than it took to arrive', async () => {
    const number = 'CLOCK1';
    const yearMs = 365 * 86_400_000;
    const ahead = boundTo({ number, boundAtMs: Date.now() + yearMs, day: '2023-04-10' });
    await station.post([sent(ahead), resulted(ahead.testId, 2, 1, 'positive')]);
    const behind = boundTo({ number, boundAtMs: Date.now() - yearMs, offset: 2 * yearMs, day: '2021-04-10' });
    await station.post([sent(behind), resulted(behind.testId, 2, 1, 'negative')]);
    expect(await latest(`passport:${number}`)).toMatchObject({ outcome: 'negative', day: '2021-04-10' });
  });

  it('answers nobody to a wrong key, and keeps neither number nor HMAC', async () => {
    const first = boundTo({ number: 'SECRET77' });
    await station.post([sent(first), resulted(first.testId, 2, 1, 'negative')]);
    expect(await latest(first.text, stranger)).toEqual(nobody);
    const rows = await opened.database.query<{ row: string }>('SELECT citizen_tests::text AS row FROM citizen_tests');
    const kept = rows.map(({ row }) => row.replaceAll('-', '')).join('\n');
    expect(kept).not.toContain('SECRET77');
    expect(kept).not.toContain(hmacOf(old, first.text).slice(0, 32));
    for (const secret of [
      'SECRET77',
      hmacOf(old, first.text),
      hmacOf(stranger, first.text),
      secretOf('shared old'),
      token,
    ])
      expect(logged.join('\n')).not.toContain(secret);
    expect(logged.some((line) => line.includes(routes.citizenLatest))).toBe(true);
  });

  it('costs a batch no statement', async () => {
    const statementsOf = async (records: readonly unknown[]) => {
      statements.length = 0;
      await station.post(records);
      return statements.length;
    };
    const many = Array.from({ length: 100 }, () => sent(boundTo()));
    const none = Array.from({ length: 100 }, () => sent(boundTo({ number: '' })));
    expect(await statementsOf(many)).toBe(await statementsOf(none));
    expect(await countRows(opened.database, 'citizen_tests')).toBeGreaterThanOrEqual(100);
  });

  it('lives with two keys while one takes the other’s place, and fills in what came before', async () => {
    const first = boundTo();
    await station.post([sent(first), resulted(first.testId, 2, 1, 'negative')]);
    const both = await startService(opened.database, { citizenLimits: free }, [young, old]);
    try {
      const settled = { status: 'settled', outcome: 'negative' };
      const second = boundTo();
      await station.at(both).post([sent(second), resulted(second.testId, 2, 1, 'negative')]);
      expect(await latest(first.text, old, both)).toMatchObject(settled);
      expect(await latest(first.text, young, both)).toEqual(nobody);
      for (const key of [old, young]) expect(await latest(second.text, key, both)).toMatchObject(settled);
      const filled = await backfillCitizens(opened.database, [young, old]);
      expect(filled.marked).toBeGreaterThan(0);
      for (const key of [old, young]) expect(await latest(first.text, key, both)).toMatchObject(settled);
      const rows = await countRows(opened.database, 'citizen_tests');
      expect(await backfillCitizens(opened.database, [young, old])).toEqual({ looked: filled.looked, marked: 0 });
      expect(await countRows(opened.database, 'citizen_tests')).toBe(rows);
      expect(await forgetCitizenKey(opened.database, 'old')).toBe(rows / 2);
      expect(await latest(first.text, old, both)).toEqual(nobody);
      expect(await latest(first.text, young, both)).toMatchObject(settled);
    } finally {
      await both.close();
      await backfillCitizens(opened.database, [old]);
    }
  });

  it('ends a reader who guesses, and one document that is asked for again and again', async () => {
    let nowMs = 5_000_000;
    const limited = await startService(
      opened.database,
      {
        now: () => nowMs,
        citizenLimits: { reader: { burst: 60, perSecond: 1 }, document: { burst: 3, perSecond: 0.1 }, noneCosts: 10 },
      },
      [old],
    );
    try {
      const known = boundTo();
      await station.at(limited).post([sent(known)]);
      const one = { documentHmac: hmacOf(old, known.text) };
      for (let turn = 0; turn < 3; turn += 1) expect((await ask(one, limited)).status).toBe(200);
      const refused = await ask(one, limited);
      expect(refused.headers.get('retry-after')).toBe('10');
      expect(await problemOf(refused)).toMatchObject({ status: 429, code: 'tooMany' });
      let answered = 0;
      while ((await ask({ documentHmac: hmacOf(old, randomUUID()) }, limited)).status === 200) answered += 1;
      // 60 less the four askings, at ten a guess.
      expect(answered).toBe(6);
      nowMs += 60_000;
      expect((await ask(one, limited)).status).toBe(200);
      // Another reader has their own.
      const other = await admitReader(opened.database, 'another app', readerScopes, 1);
      expect((await ask({ documentHmac: hmacOf(old, randomUUID()) }, limited, other)).status).toBe(200);
    } finally {
      await limited.close();
    }
  });

  it('refuses what is no HMAC, and is not there where there is no key', async () => {
    for (const body of [
      {},
      { documentHmac: 'A'.repeat(64) },
      { documentHmac: 'a'.repeat(63) },
      { documentHmac: 'a'.repeat(64), more: 1 },
      [],
    ])
      expect(await problemOf(await ask(body))).toMatchObject({ status: 400 });
    const without = await startService(opened.database);
    try {
      expect(await problemOf(await ask({ documentHmac: 'a'.repeat(64) }, without))).toMatchObject({ status: 404 });
      await station.at(without).post([sent(boundTo())]);
    } finally {
      await without.close();
    }
  });
});

describe('the file of keys', () => {
  const [one, two, three] = ['1', '2', '3'].map(secretOf);
  const key = { id: 'a', shared: one, pepper: two };
  it('is taken with one key or two', () => {
    expect(readCitizenKeys(JSON.stringify({ keys: [key] }))).toMatchObject({ ok: true, keys: [{ id: 'a' }] });
  });
  it.each([
    ['no JSON', '{'],
    ['no keys', JSON.stringify({ keys: [] })],
    [
      'three keys',
      JSON.stringify({
        keys: [1, 2, 3].map((id) => ({ id: `${id}`, shared: secretOf(`s${id}`), pepper: secretOf(`p${id}`) })),
      }),
    ],
    ['a short secret', JSON.stringify({ keys: [{ ...key, shared: one?.slice(2) }] })],
    ['the same secret twice', JSON.stringify({ keys: [{ ...key, pepper: one }] })],
    ['the same id twice', JSON.stringify({ keys: [key, { id: 'a', shared: three, pepper: secretOf('4') }] })],
    ['a secret that is not random', JSON.stringify({ keys: [{ ...key, pepper: '0'.repeat(64) }] })],
    ['an id with a blank', JSON.stringify({ keys: [{ ...key, id: 'a b' }] })],
  ])('is refused with %s, and never quoted', (_name, text) => {
    const read = readCitizenKeys(text);
    expect(read.ok).toBe(false);
    for (const secret of [one, two, three]) expect(JSON.stringify(read)).not.toContain(secret?.slice(2, 20));
  });
});

describe('an HMAC', () => {
  it('is that of RFC 4231 and of Node', () => {
    const hex = (key: Buffer, text: string | Buffer) => hmacUnder(key)(text).toString('hex');
    // RFC 4231, test cases 1 and 2.
    expect(hex(Buffer.alloc(20, 0x0b), 'Hi There')).toBe(
      'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7',
    );
    expect(hex(Buffer.from('Jefe'), 'what do ya want for nothing?')).toBe(
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    );
    for (let length = 0; length <= 64; length += 1) {
      const [key, text] = [Buffer.alloc(length, length), Buffer.alloc(length * 3, 7)];
      expect(hex(key, text)).toBe(createHmac('sha256', key).update(text).digest('hex'));
    }
    expect(() => hmacUnder(Buffer.alloc(65))).toThrow(RangeError);
  });
});

describe('a limiter', () => {
  it('fills again, keeps apart who asks, and forgets who has not asked of late', () => {
    const { take, charge } = createLimiter({ burst: 2, perSecond: 1 }, 2);
    expect([take('a', 0), take('a', 0), take('a', 0), take('b', 0)]).toEqual([0, 0, 1, 0]);
    expect(take('a', 999)).toBe(1);
    expect(take('a', 1000)).toBe(0);
    charge('a', 3, 1000);
    expect([take('a', 1000), take('a', 4999), take('a', 5000)]).toEqual([4, 1, 0]);
    // More than it keeps: the one that asked least lately is new again.
    for (const who of ['c', 'c', 'd', 'd']) expect(take(who, 5000)).toBe(0);
    expect([take('d', 5000), take('a', 5000), take('a', 5000), take('a', 5000)]).toEqual([1, 0, 0, 1]);
  });
});
