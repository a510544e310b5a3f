import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** What is counted of the service while it runs; labels are routes, statuses and codes of ours, never a value that was sent. */
export type Metrics = {
  readonly noteRequest: (request: {
    readonly route: string;
    readonly method: string;
    readonly status: number;
    readonly ms: number;
  }) => void;
  /** How many records of a batch ended how. */
  readonly noteRecords: (counts: Readonly<Record<string, number>>) => void;
  /** In Prometheus' text format (version 0.0.4). */
  readonly text: () => Promise<string>;
};

/** Bounds of the histogram, seconds: from a look at one row to what a station gives up on. */
const secondsOfRequests = [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** @param waitingBatches how many batches wait for their turn now */
export function createMetrics(waitingBatches: () => number): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: 'yiceda_request_seconds',
    help: 'Requests by route, method and status.',
    labelNames: ['route', 'method', 'status'] as const,
    buckets: secondsOfRequests,
    registers,
  });
  const records = new Counter({
    name: 'yiceda_records_total',
    help: 'Records of batches by what became of them.',
    labelNames: ['status'] as const,
    registers,
  });
  const waiting: Gauge = new Gauge({
    name: 'yiceda_batches_waiting',
    help: 'Batches that wait for their turn.',
    registers,
    collect: () => waiting.set(waitingBatches()),
  });
  return {
    noteRequest: ({ route, method, status, ms }) =>
      requests.observe({ route, method, status: String(status) }, ms / 1000),
    noteRecords: (counts) => {
      for (const [status, count] of Object.entries(counts)) records.inc({ status }, count);
    },
    text: () => registry.metrics(),
  };
}

/** Serves them at /metrics on a port of their own: figures of a city are nothing for whoever reaches the service. */
export async function serveMetrics(metrics: Metrics, host: string, port: number): Promise<{ readonly port: number }> {
  const server = http.createServer((request, response) => {
    if (request.method !== 'GET' || request.url !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    metrics.text().then(
      (text) => response.writeHead(200, { 'content-type': Registry.PROMETHEUS_CONTENT_TYPE }).end(text),
      () => response.writeHead(500).end(),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  server.unref();
  return { port: (server.address() as AddressInfo).port };
}
