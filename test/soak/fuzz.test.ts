import { afterAll, describe, expect, it } from 'vitest';
import { databaseKinds, openMigrated } from '../central/databases.ts';
import { startService } from '../central/service.ts';
import { fuzzCalls } from '../fuzz/callsOnRegister.ts';
import { fuzzBatches, fuzzHttp } from '../fuzz/central.ts';
import { fuzzFiles } from '../fuzz/files.ts';
import { fuzzKeyFiles } from '../fuzz/keyFiles.ts';
import { drawnSeed, fuzzRun } from '../fuzz/measure.ts';
import { readMany } from '../fuzz/readAll.ts';
import { readers } from '../fuzz/readers.ts';

/**
 * A million hostile inputs, each run with a seed of its own that is printed. What memory may grow by is stated with each:
 * it does not depend on how many inputs there are, so that anything that leaks shows.
 */
const mebibyte = 1024 * 1024;
const perReader = Math.ceil(620_000 / readers.reduce((sum, { weight }) => sum + weight, 0));

let inputs = 0;
const counted = (name: string, runs: number) => {
  const run = fuzzRun(name, runs, drawnSeed());
  inputs += run.runs;
  return run;
};
const tell = (what: string): void => {
  process.stdout.write(`  ${what}\n`);
};

describe('a million hostile inputs', () => {
  afterAll(() => tell(`${inputs} inputs in all`));

  it.each(readers)('$name', (reader) => {
    const { grownBytes, slowestMs } = readMany(reader, counted(reader.name, perReader * reader.weight));
    tell(`slowest ${slowestMs.toFixed(1)} ms, grown ${Math.round(grownBytes / 1024)} KiB`);
    expect(grownBytes).toBeLessThan(16 * mebibyte);
  });

  it.each([1, 2, 3, 4, 5])('calls on a register, part %i', async () => {
    const tally = await fuzzCalls(counted('calls', 20_000));
    tell(
      `answered ${[...tally.answered.values()].reduce((sum, each) => sum + each, 0)} of ${tally.calls} steps, ${tally.answered.size} methods, slowest ${tally.slowest.method} ${tally.slowest.ms} ms, grown ${Math.round(tally.grownBytes / 1024)} KiB`,
    );
    expect(tally.grownBytes).toBeLessThan(48 * mebibyte);
  });

  it.each([1, 2, 3, 4])('files, part %i', async () => {
    const tally = await fuzzFiles(counted('files', 55_000));
    tell(
      `read ${tally.previewed}, committed ${tally.committed}, slowest ${Math.round(tally.slowestMs)} ms, grown ${Math.round(tally.grownBytes / 1024)} KiB`,
    );
    expect(tally.grownBytes).toBeLessThan(48 * mebibyte);
  });

  it('key files', async () => {
    const outcomes = await fuzzKeyFiles(counted('key files', 5_000));
    tell(JSON.stringify(Object.fromEntries(outcomes)));
  });

  it.each(databaseKinds)('the central service on $name', async (kind) => {
    const opened = await openMigrated(kind);
    const service = await startService(opened.database, {
      log: (level, event, fields) => {
        if (level === 'error') tell(JSON.stringify({ event, ...fields }));
      },
    });
    try {
      const station = await service.station();
      const batches = await fuzzBatches(station, counted(`batches on ${kind.name}`, 20_000));
      tell(
        `${JSON.stringify(Object.fromEntries(batches.statuses))}, grown ${Math.round(batches.grownBytes / 1024)} KiB`,
      );
      const requests = await fuzzHttp(service, station.token, counted(`HTTP on ${kind.name}`, 10_000));
      tell(
        `${JSON.stringify(Object.fromEntries(requests.statuses))}, grown ${Math.round(requests.grownBytes / 1024)} KiB`,
      );
      expect(Math.max(batches.grownBytes, requests.grownBytes)).toBeLessThan(96 * mebibyte);
    } finally {
      await service.close();
      await opened.close();
    }
  });
});
