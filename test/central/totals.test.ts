import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { admitReader, readerScopes } from '../../central/store/readers.ts';
import { placeSite } from '../../central/store/totals.ts';
import { type TotalsReply, totalsReplySchema } from '../../shared/central/totals.ts';
import { type FeedLine, routes } from '../../shared/central.ts';
import { allSettled, databaseKinds, openMigrated, type TestDatabase } from './databases.ts';
import { type Bound, bound, hashed, type KitCorrected, kitCorrected, resulted, voided } from './records.ts';
import { problemOf, type Service, type Station, startService } from './service.ts';

type Row = TotalsReply['rows'][number];
const places = [
  { site: '一站', district: '朝阳', organisation: '甲' },
  { site: '二站', district: '朝阳', organisation: '乙' },
  { site: '三站', district: null, organisation: null },
] as const;
const days = ['2022-04-09', '2022-04-10', '2022-04-11'] as const;

describe.each(databaseKinds)('totals of the city on $name', (kind) => {
  let opened: TestDatabase;
  let service: Service;
  let token = '';
  const stations: Station[] = [];
  beforeAll(async () => {
    opened = await openMigrated(kind);
    service = await startService(opened.database);
    token = await admitReader(opened.database, 'the city', readerScopes, 1);
    for (const { site, district, organisation } of places) {
      stations.push(await service.station({ site, station: '一台' }), await service.station({ site, station: '二台' }));
      if (district !== null) expect(await placeSite(opened.database, site, { district, organisation })).toBe(true);
    }
    expect(await placeSite(opened.database, 'nowhere', { district: 'x', organisation: null })).toBe(false);
  });
  afterAll(async () => {
    await service?.close();
    await opened?.close();
  });

  const ask = (query: string) => fetch(`${service.url}${query}`, { headers: { authorization: `Bearer ${token}` } });
  const totals = async (by: string): Promise<readonly Row[]> => {
    const response = await ask(`${routes.totals}?from=2022-04-01&to=2022-04-30&by=${by}`);
    const reply: unknown = await response.json();
    expect(response.status, JSON.stringify(reply)).toBe(200);
    return totalsReplySchema.parse(reply).rows;
  };

  /** Every test of the feed, counted once by its last state: another way to the same figures. */
  const recount = async (): Promise<readonly Required<Row>[]> => {
    await allSettled(opened.database);
    const lines: FeedLine[] = [];
    for (;;) {
      const cursor = lines.at(-1)?.cursor;
      const text = await (await ask(`${routes.feed}${cursor === undefined ? '' : `?cursor=${cursor}`}`)).text();
      const more = text.split('\n').filter((line) => line !== '');
      if (more.length === 0) break;
      lines.push(...more.map((line) => JSON.parse(line) as FeedLine));
    }
    const tests = new Map<
      string,
      { site: string; day: string; kit: string; isVoid: boolean; revision: number; outcome: string }
    >();
    for (const { site, record } of lines) {
      if (record.kind === 'test.bound') {
        const { day, kit } = record.payload;
        tests.set(record.testId, { site, day, kit: kit.key, isVoid: false, revision: 0, outcome: 'pending' });
        continue;
      }
      const test = tests.get(record.testId);
      if (test === undefined) throw new Error('a record before its binding');
      if (record.kind === 'test.kitCorrected') test.kit = record.payload.kit.key;
      else if (record.kind === 'test.voided') test.isVoid = true;
      else if (record.payload.revision >= test.revision)
        Object.assign(test, { revision: record.payload.revision, outcome: record.payload.outcome });
    }
    const holders = new Map<string, number>();
    for (const { kit } of tests.values()) holders.set(kit, (holders.get(kit) ?? 0) + 1);
    const rows = new Map<string, Required<Row>>();
    for (const { site, day, kit, isVoid, outcome } of tests.values()) {
      const isUnsettled = outcome !== 'pending' && (holders.get(kit) ?? 0) > 1;
      const counts = (isVoid ? 'void' : isUnsettled ? 'unsettled' : outcome) as Required<Row>['outcome'];
      const { district, organisation } = places.find((place) => place.site === site) ?? places[2];
      const key = JSON.stringify([day, district, organisation, counts]);
      const row = rows.get(key) ?? { day, district, organisation, outcome: counts, tests: 0 };
      rows.set(key, { ...row, tests: row.tests + 1 });
    }
    return [...rows.values()];
  };
  const sorted = (rows: readonly object[]) =>
    rows.map((row) => JSON.stringify(Object.entries(row).toSorted())).toSorted();
  const sumOf = (rows: readonly Row[]) => rows.reduce((sum, { tests }) => sum + tests, 0);

  it('are what the feed adds up to, whatever happens to tests', async () => {
    const live: { station: number; binding: Bound; kit: string; seq: number; revision: number }[] = [];
    const outcomes = ['negative', 'positive', 'invalid'] as const;
    const act = fc.record({
      what: fc.constantFrom('bind', 'bind', 'bind', 'result', 'result', 'result', 'void', 'kit', 'clash'),
      station: fc.nat({ max: 5 }),
      test: fc.nat(),
      outcome: fc.constantFrom(...outcomes),
      day: fc.constantFrom(...days),
      isOld: fc.boolean(),
    });
    for (const acts of fc.sample(fc.array(act, { minLength: 25, maxLength: 40 }), { numRuns: 6, seed: 2022 })) {
      for (const { what, station, test, outcome, day, isOld } of acts) {
        const one = live[test % Math.max(1, live.length)];
        if (what === 'bind' || what === 'clash' || one === undefined) {
          const binding = bound({ day, ...(what === 'clash' && one !== undefined ? { kitKey: one.kit } : {}) });
          await stations[station]?.post([binding]);
          live.push({ station, binding, kit: binding.payload.kit.key, seq: 1, revision: 0 });
          continue;
        }
        one.seq += 1;
        const { testId } = one.binding;
        if (what === 'result') {
          const revision = isOld && one.revision > 1 ? one.revision - 1 : one.revision + 1;
          one.revision = Math.max(one.revision, revision);
          await stations[one.station]?.post([resulted(testId, one.seq, revision, outcome)]);
        } else if (what === 'void') await stations[one.station]?.post([voided(testId, one.seq)]);
        else {
          // To a kit of its own, or to one that somebody has.
          const other = isOld ? live[(test + 1) % live.length]?.kit : undefined;
          const to = other === undefined || other === one.kit ? `gs1:2:${testId}-${one.seq}` : other;
          const record = hashed<KitCorrected>(kitCorrected(one.binding, one.seq, one.kit, to));
          await stations[one.station]?.post([record]);
          one.kit = to;
        }
      }
      const [fine, counted] = [await totals('day,district,organisation,outcome'), await recount()];
      expect(sorted(fine)).toEqual(sorted(counted));
      for (const by of ['day', 'district', 'organisation', 'outcome', 'outcome,day', ''])
        expect(sumOf(await totals(by)), by).toBe(live.length);
    }
    const outcomesThere = new Set((await totals('outcome')).map(({ outcome }) => outcome));
    expect(outcomesThere).toEqual(new Set(['negative', 'positive', 'invalid', 'pending', 'void', 'unsettled']));
    expect(await totals('')).toEqual([{ tests: live.length }]);
    expect((await totals('district')).map(({ district }) => district)).toEqual(['朝阳', null]);
  });

  it('count a test that two desks read differently as unsettled until it is decided', async () => {
    const of = async (outcome: string) => (await totals('outcome')).find((row) => row.outcome === outcome)?.tests ?? 0;
    const [owner, reader] = [stations[0], stations[1]];
    const binding = bound({ day: days[0] });
    const [unsettled, negative, positive] = [await of('unsettled'), await of('negative'), await of('positive')];
    await owner?.post([binding, resulted(binding.testId, 2, 1, 'negative')]);
    expect(await of('negative')).toBe(negative + 1);
    expect(await reader?.one(resulted(binding.testId, 2, 1, 'positive'))).toMatchObject({ code: 'readElsewhere' });
    expect([await of('unsettled'), await of('negative')]).toEqual([unsettled + 1, negative]);
    await owner?.post([resulted(binding.testId, 3, 2, 'positive')]);
    expect([await of('unsettled'), await of('negative'), await of('positive')]).toEqual([
      unsettled,
      negative,
      positive + 1,
    ]);
  });

  it('answer what was asked and no other day, and refuse what is no question', async () => {
    const reply = totalsReplySchema.parse(await (await ask(`${routes.totals}?from=2022-04-10&to=2022-04-10`)).json());
    expect(reply.by).toEqual(['day', 'outcome']);
    expect(new Set(reply.rows.map(({ day }) => day))).toEqual(new Set(['2022-04-10']));
    expect(await (await ask(`${routes.totals}?from=1999-01-01&to=1999-01-02&by=`)).json()).toMatchObject({ rows: [] });
    for (const [query, field] of [
      ['to=2022-04-10', 'from'],
      ['from=2022-04-10', 'to'],
      ['from=2022-02-30&to=2022-04-10', 'from'],
      ['from=0000-01-01&to=0000-01-02', 'from'],
      ['from=2022-04-10&to=2022-04-09', 'to'],
      ['from=2022-04-10&to=2023-05-15', 'to'],
      ['from=2022-04-10&to=2022-04-10&by=name', 'by'],
      ["from=2022-04-10&to=2022-04-10&by=day';DROP TABLE tests", 'by'],
    ])
      expect(await problemOf(await ask(`${routes.totals}?${query}`)), query).toMatchObject({ status: 400, field });
  });
});
