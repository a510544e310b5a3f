import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { ensureSampleStation, readPort, writePort } from '../embedded.ts';
import { describeThrown, type Log } from '../log.ts';
import { buildServer } from '../server.ts';
import { errorCode } from '../store/database.ts';
import { createStore } from '../store/store.ts';
import { openCitizenKeys } from './citizens.ts';
import { type Command, type CommandContext, type Values, WrongUse } from './command.ts';

const defaultPort = 8080;
const longestShutdownMs = 10_000;

type Wish = {
  readonly host: string;
  /** Null: the one remembered from the last start, or any free one. */
  readonly port: number | null;
  /** The folder of an embedded service. */
  readonly embeddedIn: string | null;
};

export const serveCommand: Command = {
  name: 'serve',
  usage: [
    ['[--port N] [--host 127.0.0.1]', 'serves; migrates the database first'],
    ['--embedded --data DIR [--port N]', 'serves one sample station, its data in DIR; ends when stdin is closed'],
  ],
  options: { embedded: { type: 'boolean' }, port: { type: 'string' }, host: { type: 'string' } },
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
  const text = values['port'];
  const port = text === undefined ? null : Number(text);
  if (port !== null && !(/^\d{1,5}$/.test(String(text)) && port <= 65_535))
    throw new WrongUse('--port takes 0 to 65535');
  const host = typeof values['host'] === 'string' ? values['host'] : '127.0.0.1';
  if (isEmbedded && host !== '127.0.0.1') throw new WrongUse('--embedded listens on 127.0.0.1 only');
  return {
    host,
    port: isEmbedded ? port || null : (port ?? defaultPort),
    embeddedIn: isEmbedded && typeof values['data'] === 'string' ? values['data'] : null,
  };
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

async function serve({ embeddedIn, host, port: wished }: Wish, { database, log, tell }: CommandContext): Promise<void> {
  const stationToken = embeddedIn === null ? null : await ensureSampleStation(database, embeddedIn, Date.now());
  const app = buildServer(createStore(database, openCitizenKeys()), { log });

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
  tell(stationToken === null ? { listening } : { listening, stationToken });
  log('info', 'listening', { port, store: database.kind });
}
