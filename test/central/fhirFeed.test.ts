import type { Bundle } from '@medplum/fhirtypes';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { admitReader, readerScopes } from '../../central/store/readers.ts';
import { fhirBundleSchema } from '../../shared/central/fhir.ts';
import { routes } from '../../shared/central.ts';
import { allSettled, databaseKinds, openMigrated, type TestDatabase } from './databases.ts';
import { type Gate, openGate } from './fhirGate.ts';
import { bound, kitCorrected, resulted, voided } from './records.ts';
import { problemOf, type Service, startService } from './service.ts';

let gate: Gate = () => ['the gate is not open'];
beforeAll(() => {
  gate = openGate();
});

describe.each(databaseKinds)('the FHIR feed on $name', (kind) => {
  let opened: TestDatabase;
  let service: Service;
  let token = '';
  beforeAll(async () => {
    opened = await openMigrated(kind);
    service = await startService(opened.database);
    token = await admitReader(opened.database, 'the city', readerScopes, 1);
  });
  afterAll(async () => {
    await service?.close();
    await opened?.close();
  });

  const ask = (path: string) => fetch(`${service.url}${path}`, { headers: { authorization: `Bearer ${token}` } });
  const page = async (path: string): Promise<Bundle[]> => {
    const response = await ask(path);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toContain('application/x-ndjson');
    return (await response.text())
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => {
        const bundle: unknown = JSON.parse(line);
        fhirBundleSchema.parse(bundle);
        expect(gate(bundle)).toEqual([]);
        return bundle as Bundle;
      });
  };
  const nextOf = (bundle: Bundle | undefined): string => {
    const url = bundle?.link?.find(({ relation }) => relation === 'next')?.url;
    if (url === undefined) throw new Error('a line without its place');
    return url;
  };
  const toTheEnd = async (from: string, limit = 200): Promise<Bundle[]> => {
    await allSettled(opened.database);
    const lines: Bundle[] = [];
    for (let url = from; ; url = nextOf(lines.at(-1))) {
      const more = await page(`${url}${url.includes('?') ? '&' : '?'}limit=${limit}`);
      if (more.length === 0) return lines;
      lines.push(...more);
    }
  };
  const end = async (): Promise<string> => {
    const last = (await toTheEnd(routes.fhirFeed)).at(-1);
    return last === undefined ? routes.fhirFeed : nextOf(last);
  };
  const testIdOf = (bundle: Bundle) => bundle.identifier?.value;
  const statusOf = (bundle: Bundle) =>
    bundle.entry?.find(({ resource }) => resource?.resourceType === 'Observation')?.resource;
  const statusesOf = (lines: readonly Bundle[]) =>
    lines.map((line) => [testIdOf(line), (statusOf(line) as { status?: string } | undefined)?.status]);
  const bundleOf = (testId: string) => ask(routes.fhirBundle.replace(':testId', encodeURIComponent(testId)));

  it('gives each test that changed once a page, whole and as it is now, and goes on from any line', async () => {
    const station = await service.station();
    const from = await end();
    const [one, two] = [bound({ name: '王 小\u0007明' }), bound()];
    await station.post([one, two, resulted(one.testId, 2, 1, 'negative')]);
    const lines = await toTheEnd(from);
    expect(statusesOf(lines)).toEqual(
      [
        [two.testId, 'registered'],
        [one.testId, 'final'],
      ].toSorted(([a], [b]) => order(lines, a) - order(lines, b)),
    );
    await station.post([resulted(one.testId, 3, 2, 'positive'), voided(two.testId, 2)]);
    const later = await toTheEnd(nextOf(lines.at(-1)));
    expect(new Map(statusesOf(later) as [string, string][])).toEqual(
      new Map([
        [one.testId, 'corrected'],
        [two.testId, 'entered-in-error'],
      ]),
    );
    // From the first line on there is nothing missing, and what comes again is the same.
    const again = await toTheEnd(nextOf(lines[0]), 1);
    expect(new Map(again.map((line) => [testIdOf(line), line.entry]))).toMatchObject(
      new Map(later.map((line) => [testIdOf(line), line.entry])),
    );
    const alone = (await (await bundleOf(one.testId)).json()) as Bundle;
    expect(alone.entry).toEqual(later.find((line) => testIdOf(line) === one.testId)?.entry);
    expect(alone.link).toBeUndefined();
  });
  const order = (lines: readonly Bundle[], testId: string | undefined) =>
    lines.findIndex((line) => testIdOf(line) === testId);

  it('says of both sides of a contested kit that neither is settled, and of neither anything of the other', async () => {
    const [here, there] = [await service.station(), await service.station()];
    const first = bound({ name: '甲某某' });
    await here.post([first, resulted(first.testId, 2, 1, 'positive')]);
    const from = await end();
    const second = bound({ name: '乙某某', kitKey: first.payload.kit.key });
    await there.post([second, resulted(second.testId, 2, 1, 'negative')]);
    const lines = await toTheEnd(from);
    expect(new Map(statusesOf(lines) as [string, string][])).toEqual(
      new Map([
        [first.testId, 'preliminary'],
        [second.testId, 'preliminary'],
      ]),
    );
    const [one, other] = [first, second].map(({ testId }) =>
      JSON.stringify(lines.findLast((line) => testIdOf(line) === testId)),
    );
    for (const strange of ['乙某某', there.site, there.name, second.testId]) expect(one).not.toContain(strange);
    for (const strange of ['甲某某', here.site, here.name, first.testId]) expect(other).not.toContain(strange);
    // Page by page, one record each, the first one is told too.
    expect(new Set((await toTheEnd(from, 1)).map(testIdOf))).toEqual(new Set([first.testId, second.testId]));
    // The second had another kit after all: the first one is settled again without a record of its own.
    const before = nextOf(lines.at(-1));
    await there.post([kitCorrected(second, 3, first.payload.kit.key, `gs1:1:${second.testId}`)]);
    expect(new Map(statusesOf(await toTheEnd(before)) as [string, string][])).toEqual(
      new Map([
        [first.testId, 'final'],
        [second.testId, 'corrected'],
      ]),
    );
  });

  it('says of a test that two desks read differently that it is not settled, at once, and again when it is', async () => {
    const site = `site ${crypto.randomUUID()}`;
    const [owner, reader] = [await service.station({ site }), await service.station({ site })];
    const binding = bound();
    const { testId } = binding;
    await owner.post([binding, resulted(testId, 2, 1, 'negative')]);
    const from = await end();
    // No record comes of this: it is set aside.
    expect(await reader.one(resulted(testId, 2, 1, 'positive'))).toMatchObject({ code: 'readElsewhere' });
    const lines = await toTheEnd(from);
    expect(statusesOf(lines)).toEqual([[testId, 'preliminary']]);
    expect(await toTheEnd(nextOf(lines[0]))).toEqual([]);
    // Between records of others it comes in its place, whatever the size of the pages.
    const others = [bound(), bound()];
    await owner.post(others);
    expect((await toTheEnd(from, 1)).map(testIdOf)).toEqual([testId, ...others.map((other) => other.testId)]);
    const before = await end();
    await owner.post([resulted(testId, 3, 2, 'positive')]);
    expect(statusesOf(await toTheEnd(before)).at(-1)).toEqual([testId, 'corrected']);
  });

  it('leaves no change out while many write: the last line of each test is its last state', async () => {
    const from = await end();
    const stations = await Promise.all(Array.from({ length: 4 }, () => service.station()));
    const outcomes = new Map<string, string>();
    let isWriting = true;
    const writing = Promise.all(
      stations.map(async (station, place) => {
        const tests = Array.from({ length: 6 }, () => bound());
        await station.post(tests);
        for (let turn = 0; turn < 4; turn += 1) {
          const some = tests.filter((_test, n) => (n + turn + place) % 3 !== 0);
          await station.post(
            some.map(({ testId }) => {
              const revision = Number(outcomes.get(testId) ?? 0) + 1;
              outcomes.set(testId, String(revision));
              return resulted(testId, revision + 1, revision, revision % 2 === 0 ? 'positive' : 'negative');
            }),
          );
        }
      }),
    ).finally(() => {
      isWriting = false;
    });
    const read = new Map<string | undefined, string | undefined>();
    for (let [url, turn] = [from, 1]; ; turn += 1) {
      const wasWriting = isWriting;
      const lines = await page(`${url}${url.includes('?') ? '&' : '?'}limit=${1 + ((turn * 7) % 30)}`);
      for (const line of lines) read.set(testIdOf(line), line.meta?.versionId);
      if (lines.length > 0) url = nextOf(lines.at(-1));
      else if (!wasWriting) break;
    }
    await writing;
    for (const [testId, revision] of outcomes) expect(read.get(testId)).toBe(String(Number(revision) + 1));
  });

  it('refuses what is no place of it, and knows no test that is not there', async () => {
    expect(await problemOf(await ask(`${routes.fhirFeed}?cursor=x`))).toMatchObject({ status: 400, field: 'cursor' });
    expect(await problemOf(await ask(`${routes.fhirFeed}?limit=201`))).toMatchObject({ status: 400, field: 'limit' });
    expect(await problemOf(await bundleOf('nobody'))).toMatchObject({ status: 404, code: 'notFound' });
    expect(await problemOf(await bundleOf('x'.repeat(65)))).toMatchObject({ status: 400, field: 'testId' });
    expect(await problemOf(await bundleOf('a\u0000b'))).toMatchObject({ status: 400, field: 'testId' });
  });
});
