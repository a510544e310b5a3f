import { parseArgs } from 'node:util';
import type { StationName } from './store/stations.ts';

/** Where the data is: a PostgreSQL server, or a folder for PGlite. */
export type DataPlace =
  | { readonly kind: 'postgres'; readonly url: string }
  | { readonly kind: 'pglite'; readonly folder: string };

export type Command =
  | {
      readonly name: 'serve';
      readonly place: DataPlace;
      readonly host: string;
      /** Null: the one remembered from the last start, or any free one. */
      readonly port: number | null;
      readonly embeddedIn: string | null;
    }
  | { readonly name: 'migrate'; readonly place: DataPlace }
  | { readonly name: 'enrol'; readonly place: DataPlace; readonly who: StationName; readonly replace: boolean }
  | { readonly name: 'revoke'; readonly place: DataPlace; readonly who: StationName }
  | { readonly name: 'admit-reader' | 'dismiss-reader'; readonly place: DataPlace; readonly reader: string };

export type ReadCommand =
  | { readonly ok: true; readonly command: Command }
  | { readonly ok: false; readonly problem: string };

export const usage = `Usage:
  serve [--port N] [--host 127.0.0.1]     serves; migrates the database first
  serve --embedded --data DIR [--port N]  serves one sample station, its data in DIR; ends when stdin is closed
  migrate                                 brings the database up to date
  enrol --site NAME --station NAME        makes a station and prints its token, once; --replace ends an earlier token
  revoke --site NAME --station NAME       ends the station's token
  admit-reader --reader NAME             prints a token that reads the city's feed, once; ends an earlier one
  dismiss-reader --reader NAME           ends the reader's token
The data are in PostgreSQL at DATABASE_URL, or with --data DIR in a folder of this machine.
`;

const defaultPort = 8080;
const longestName = 80;

/** Reads the command line. `serve --embedded` uses its folder whatever DATABASE_URL says. */
export function readCommand(args: readonly string[], databaseUrl: string | undefined): ReadCommand {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(args);
  } catch (error) {
    return refuse(error instanceof Error ? error.message : 'the arguments cannot be read');
  }
  const { values, positionals } = parsed;
  if (positionals.length !== 1) return refuse('one command is needed');
  const [name] = positionals;
  const isEmbedded = values.embedded === true;
  const folder = values.data;
  if (folder === '') return refuse('--data needs a folder');

  let place: DataPlace;
  if (folder !== undefined && (isEmbedded || !databaseUrl)) place = { kind: 'pglite', folder };
  else if (isEmbedded) return refuse('--embedded needs --data DIR');
  else if (databaseUrl && folder !== undefined) return refuse('DATABASE_URL and --data exclude each other');
  else if (databaseUrl) place = { kind: 'postgres', url: databaseUrl };
  else return refuse('DATABASE_URL or --data DIR is needed');

  if (name === 'migrate') return { ok: true, command: { name, place } };
  if (name === 'enrol' || name === 'revoke') {
    const who = { site: (values.site ?? '').trim(), station: (values.station ?? '').trim() };
    for (const text of Object.values(who)) {
      if (text.length < 1 || text.length > longestName)
        return refuse(`--site and --station take 1 to ${longestName} characters`);
    }
    return {
      ok: true,
      command: name === 'enrol' ? { name, place, who, replace: values.replace === true } : { name, place, who },
    };
  }
  if (name === 'admit-reader' || name === 'dismiss-reader') {
    const reader = (values.reader ?? '').trim();
    if (reader.length < 1 || reader.length > longestName)
      return refuse(`--reader takes 1 to ${longestName} characters`);
    return { ok: true, command: { name, place, reader } };
  }
  if (name !== 'serve') return refuse(`there is no command ${name}`);

  const port = values.port === undefined ? null : Number(values.port);
  if (port !== null && !(/^\d{1,5}$/.test(values.port ?? '') && port <= 65_535))
    return refuse('--port takes 0 to 65535');
  const host = values.host ?? '127.0.0.1';
  if (isEmbedded && host !== '127.0.0.1') return refuse('--embedded listens on 127.0.0.1 only');
  return {
    ok: true,
    command: {
      name,
      place,
      host,
      port: isEmbedded ? port || null : (port ?? defaultPort),
      embeddedIn: isEmbedded ? (folder ?? null) : null,
    },
  };
}

function parse(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      embedded: { type: 'boolean' },
      data: { type: 'string' },
      port: { type: 'string' },
      host: { type: 'string' },
      site: { type: 'string' },
      station: { type: 'string' },
      reader: { type: 'string' },
      replace: { type: 'boolean' },
    },
  });
}

function refuse(problem: string): ReadCommand {
  return { ok: false, problem };
}
