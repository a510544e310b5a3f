import { StationError } from '../../../shared/errors.ts';
import type { Tables } from '../../db/tables.ts';

export type Connection = {
  readonly url: string;
  readonly token: string;
  /** The key that must vouch for the service, a `pinPattern`; null: the system's own list of authorities does. */
  readonly pin?: string | null;
};

const loopback: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/** The service's address without a trailing slash. Throws CENTRAL_URL_UNSAFE for plain HTTP beyond this machine. */
export function safeUrl(text: string): string {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new StationError('CENTRAL_URL_UNSAFE', { url: text.slice(0, 80) }, 'url');
  }
  const isSafe = url.protocol === 'https:' || (url.protocol === 'http:' && loopback.has(url.hostname));
  if (!isSafe || url.username !== '' || url.password !== '') {
    throw new StationError('CENTRAL_URL_UNSAFE', { url: `${url.protocol}//${url.host}` }, 'url');
  }
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}

export function readConnection(tables: Tables): Connection | null {
  const url = tables.settings.get('central.url');
  const token = tables.settings.get('central.token');
  return url === null || token === null ? null : { url, token, pin: tables.settings.get('central.pin') };
}

export function writeConnection(tables: Tables, connection: Connection, isEmbedded: boolean): void {
  tables.settings.set('central.url', safeUrl(connection.url));
  tables.settings.set('central.token', connection.token);
  if (connection.pin === undefined || connection.pin === null) tables.settings.forget('central.pin');
  else tables.settings.set('central.pin', connection.pin);
  tables.settings.set('central.embedded', isEmbedded ? '1' : '0');
}
