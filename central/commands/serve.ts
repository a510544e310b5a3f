import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { ServiceKey } from '../../handover/serviceKeys.ts';
import { ensureHandoverKeys, ensureSampleStation, readPort, writePort } from '../embedded.ts';
import { createTurns, turnsOfAProcess } from '../ingest/turns.ts';
import { describeThrown, type Log } from '../log.ts';
import { createMetrics, serveMetrics } from '../metrics.ts';
import { buildServer } from '../server.ts';
import { errorCode } from '../store/database.ts';
import { createStore } from '../store/store.ts';
import { openCitizenKeys } from './citizens.ts';
import { type Command, type CommandContext, Refusal, type Values, WrongUse } from './command.ts';
import { openHandoverKeys } from './handover.ts';

const defaultPort = 8080;
const longestShutdownMs = 10_000;

type Wish = {
  readonly host: string;
  /** Null: the one remembered from the last start, or any free one. */
  readonly port: number | null;
  /** Where its figures are served; null for nowhere. */
  readonly metrics: { readonly host: string; readonly port: number } | null;
  /** The folder of an embedded service. */
  readonly embeddedIn: string | null;
};

export const serveCommand: Command = {
  name: 'serve',
  usage: [
    ['[--port N] [--host 127.0.0.1]', 'serves; migrates the database first'],
    [
      '… --metrics-port N [--metrics-host 127.0.0.1]',
      'and its figures for Prometheus at /metrics, on a port of their own',
    ],
    ['--embedded --data DIR [--port N]', 'serves one sample station, its data in DIR; ends when stdin is closed'],
  ],
  options: {
    embedded: { type: 'boolean' },
    port: { type: 'string' },
    host: { type: 'string' },
    'metrics-port': { type: 'string' },
    'metrics-host': { type: 'string' },
  },
  read: (values) => {
    const wish = readWish(values);
    return async (context) => {
      await serve(wish, context);
      context.goOn();
    };
  },
};

function readWish(values: Values): Wish {
  const isEmbedded = values['embedded'] === true;
  const port = portIn(values, 'port');
  const metricsPort = portIn(values, 'metrics-port');
  const metricsHost = typeof values['metrics-host'] === 'string' ? values['metrics-host'] : '127.0.0.1';
  const host = typeof values['host'] === 'string' ? values['host'] : '127.0.0.1';
  if (isEmbedded && host !== '127.0.0.1') throw new WrongUse('--embedded listens on 127.0.0.1 only');
  return {
    host,
    metrics: metricsPort === null ? null : { host: metricsHost, port: metricsPort },
    port: isEmbedded ? port || null : (port ?? defaultPort),
    embeddedIn: isEmbedded && typeof values['data'] === 'string' ? values['data'] : null,
  };
}

function portIn(values: Values, option: string): number | null {
  const text = values[option];
  if (text === undefined) return null;
  if (!/^\d{1,5}$/.test(String(text)) || Number(text) > 65_535) throw new WrongUse(`--${option} takes 0 to 65535`);
  return Number(text);
}

async function listen(app: FastifyInstance, host: string, port: number): Promise<number> {
  await app.listen({ host, port });
  return (app.server.address() as AddressInfo).port;
}

/** The remembered port, or a free one when somebody else has it. */
async function listenEmbedded(app: FastifyInstance, host: string, folder: string, log: Log): Promise<number> {
  const remembered = readPort(folder);
  if (remembered !== null) {
    try {
      return await listen(app, host, remembered);
    } catch (error) {
      const code = errorCode(error) ?? '';
      if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error;
      log('warn', 'portTaken', { port: remembered });
    }
  }
  return listen(app, host, 0);
}

/** The keys that are named, or those of an embedded service's own folder, made at its first start. */
function handoverKeysOf(embeddedIn: string | null): readonly ServiceKey[] {
  const named = openHandoverKeys();
  if (named.length > 0 || embeddedIn === null) return named;
  const kept = ensureHandoverKeys(embeddedIn);
  if (!kept.ok) throw new Refusal(`the key for hand-over files in ${embeddedIn} is bad: ${kept.problem}`);
  return kept.keys;
}

async function serve(
  { embeddedIn, host, metrics: figures, port: wished }: Wish,
  { database, log, tell }: CommandContext,
): Promise<void> {
  const stationToken = embeddedIn === null ? null : await ensureSampleStation(database, embeddedIn, Date.now());
  const turns = createTurns(turnsOfAProcess, () => performance.now());
  const metrics = createMetrics(turns.waiting);
  const app = buildServer(createStore(database, openCitizenKeys(), handoverKeysOf(embeddedIn)), {
    log,
    turns,
    metrics,
  });

  let isEnding = false;
  const end = (why: string) => {
    if (isEnding) return;
    isEnding = true;
    log('info', 'ending', { why });
    setTimeout(() => process.exit(1), longestShutdownMs).unref();
    app
      .close()
      .then(() => database.close())
      .then(
        () => process.exit(0),
        (error: unknown) => {
          log('error', 'endedBadly', describeThrown(error));
          process.exit(1);
        },
      );
  };
  process.on('SIGTERM', () => end('SIGTERM'));
  process.on('SIGINT', () => end('SIGINT'));

  const port =
    wished === null && embeddedIn !== null
      ? await listenEmbedded(app, host, embeddedIn, log)
      : await listen(app, host, wished ?? 0);
  if (embeddedIn !== null) {
    writePort(embeddedIn, port);
    // Whoever started us holds the other end of stdin; when that end is gone, so are they.
    process.stdin.on('error', () => end('stdin'));
    process.stdin.on('close', () => end('stdin'));
    process.stdin.resume();
  }
  const listening = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  const metricsPort = figures === null ? null : (await serveMetrics(metrics, figures.host, figures.port)).port;
  tell({
    listening,
    ...(stationToken === null ? {} : { stationToken }),
    ...(metricsPort === null ? {} : { metricsPort }),
  });
  log('info', 'listening', { port, store: database.kind });
}
