import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fuzzBatches, fuzzHttp } from '../../fuzz/central.ts';
import { fuzzRun, runLimitMs } from '../../fuzz/measure.ts';
import { databaseKinds, openMigrated, type TestDatabase } from '../databases.ts';
import { type Service, startService } from '../service.ts';

describe.each(databaseKinds)('fuzzing on $name', (kind) => {
  let opened: TestDatabase;
  let service: Service;
  beforeAll(async () => {
    opened = await openMigrated(kind);
    service = await startService(opened.database);
  });
  afterAll(async () => {
    await service?.close();
    await opened?.close();
  });

  it(
    'hundreds of hostile batches: each is answered within the contract, none by a fault, and memory stays flat',
    async () => {
      const tally = await fuzzBatches(await service.station(), fuzzRun(`batches on ${kind.name}`, 200));
      process.stdout.write(`  ${JSON.stringify(Object.fromEntries(tally.statuses))}\n`);
      expect(tally.statuses.get('200') ?? 0).toBeGreaterThan(50);
      expect(tally.statuses.get('stored ') ?? 0).toBeGreaterThan(5);
      expect(tally.grownBytes).toBeLessThan(48 * 1024 * 1024);
    },
    runLimitMs,
  );

  it(
    'requests as no client writes them: the service answers or hangs up, and lives on',
    async () => {
      const { token } = await service.station();
      const tally = await fuzzHttp(service, token, fuzzRun(`HTTP on ${kind.name}`, 200));
      process.stdout.write(`  ${JSON.stringify(Object.fromEntries(tally.statuses))}\n`);
      expect(tally.statuses.size).toBeGreaterThan(2);
      expect(tally.grownBytes).toBeLessThan(48 * 1024 * 1024);
    },
    runLimitMs,
  );
});
