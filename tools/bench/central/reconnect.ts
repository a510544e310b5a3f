import { percentile, rounded } from '../figures.ts';
import { recordsOf } from './ingest.ts';
import { enrolledMany, type Served } from './service.ts';

const stations = 1_000;
const testsAStation = 300;
const recordsABatch = 500;
const measuredFrom = 60_000_000;

export type ReconnectFigures = {
  readonly records: number;
  readonly drainSeconds: number;
  readonly errors: number;
  readonly retried: number;
  /** Seconds from the first request until a record was acknowledged. */
  readonly positives: { readonly p50: number; readonly p99: number };
  readonly others: { readonly p50: number; readonly p99: number };
};

/**
 * A thousand stations come back at once after an outage, each with what it held back: positives with their bindings
 * first, as a station sends them. One that is told to come later does so.
 */
export async function measureReconnect(databaseUrl: string, services: readonly Served[]): Promise<ReconnectFigures> {
  const tokens = await enrolledMany(databaseUrl, 'reconnect', stations);
  let errors = 0;
  let retried = 0;
  let count = 0;
  const positives: number[] = [];
  const others: number[] = [];
  const startedMs = performance.now();
  await Promise.all(
    tokens.map(async (token, n) => {
      const service = services[n % services.length];
      if (service === undefined) throw new Error('no service');
      const records = recordsOf(measuredFrom + n * testsAStation, testsAStation);
      const urgent = new Set(
        records.flatMap((record) =>
          record.kind === 'test.resulted' && record.payload.outcome === 'positive' ? [record.testId] : [],
        ),
      );
      const inOrder = [
        ...records.filter(({ testId }) => urgent.has(testId)),
        ...records.filter(({ testId }) => !urgent.has(testId)),
      ];
      count += inOrder.length;
      // As stations do: those with something urgent do not wait for the rest to fill a batch.
      const batches = [
        inOrder.slice(0, urgent.size * 2),
        ...Array.from({ length: Math.ceil((inOrder.length - urgent.size * 2) / recordsABatch) }, (_each, piece) =>
          inOrder.slice(urgent.size * 2 + piece * recordsABatch, urgent.size * 2 + (piece + 1) * recordsABatch),
        ),
      ].filter((batch) => batch.length > 0);
      for (const batch of batches) {
        for (;;) {
          const sent = await service.tryPost(token, batch);
          if (sent === 'stored') break;
          if (sent === 'failed') errors += 1;
          retried += 1;
          await new Promise((resolve) => setTimeout(resolve, 1_000 * (0.5 + (n % 100) / 100)));
        }
        const seconds = (performance.now() - startedMs) / 1000;
        for (const { testId } of batch) (urgent.has(testId) ? positives : others).push(seconds);
      }
    }),
  );
  const figures = (seconds: readonly number[]) => ({
    p50: rounded(percentile(seconds, 0.5)),
    p99: rounded(percentile(seconds, 0.99)),
  });
  return {
    records: count,
    drainSeconds: rounded((performance.now() - startedMs) / 1000),
    errors,
    retried,
    positives: figures(positives),
    others: figures(others),
  };
}
