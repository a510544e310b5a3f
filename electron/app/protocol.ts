import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { net, protocol, type Session } from 'electron';
import { assetPath, mediaType } from './assets.ts';
import {
  baseHeaders,
  devCsp,
  noncePlaceholder,
  scheme,
  schemePrivileges,
  sheetCsp,
  sheetHost,
  stationCsp,
  stationHost,
} from './policy.ts';

/** Must run before Electron is ready. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([{ scheme, privileges: { ...schemePrivileges } }]);
}

/** Serves the station's page to the window's session. `devServer` takes the files' place while developing. */
export function serveStation(session: Session, rendererFolder: string, devServer: URL | null): void {
  session.protocol.handle(scheme, async (request) => {
    const refused = refusal(request, stationHost);
    if (refused !== null) return refused;
    return devServer === null ? stationFile(rendererFolder, request.url) : fromDevServer(devServer, request.url);
  });
}

/** A document for paper: whole HTML whose style carries the nonce placeholder. */
export type SheetShelf = {
  /** The id under which `app://sheet/<id>` answers, until it is taken away. */
  readonly put: (html: string) => string;
  readonly remove: (id: string) => void;
};

/** Serves documents held in memory to the session of the window that prints, and nothing else. */
export function serveSheets(session: Session): SheetShelf {
  const sheets = new Map<string, string>();
  session.protocol.handle(scheme, (request) => {
    const refused = refusal(request, sheetHost);
    if (refused !== null) return refused;
    const html = sheets.get(new URL(request.url).pathname.slice(1));
    if (html === undefined) return plain(404);
    const nonce = freshNonce();
    return page(html.replaceAll(noncePlaceholder, nonce), sheetCsp(nonce));
  });
  return {
    put: (html) => {
      const id = randomBytes(16).toString('hex');
      sheets.set(id, html);
      return id;
    },
    remove: (id) => {
      sheets.delete(id);
    },
  };
}

export function sheetUrl(id: string): string {
  return `${scheme}://${sheetHost}/${id}`;
}

async function stationFile(folder: string, address: string): Promise<Response> {
  const file = assetPath(folder, address);
  const type = file === null ? null : mediaType(file);
  if (file === null || type === null) return plain(404);
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch {
    return plain(404);
  }
  if (type.startsWith('text/html')) {
    const nonce = freshNonce();
    return page(bytes.toString('utf8').replaceAll(noncePlaceholder, nonce), stationCsp(nonce));
  }
  return new Response(new Uint8Array(bytes), {
    status: 200,
    // Workers take their policy from their own file, not from the page.
    headers: { ...baseHeaders, 'Content-Type': type, 'Content-Security-Policy': stationCsp(freshNonce()) },
  });
}

async function fromDevServer(devServer: URL, address: string): Promise<Response> {
  const { pathname, search } = new URL(address);
  const answer = await net.fetch(new URL(`${pathname}${search}`, devServer).href, {
    bypassCustomProtocolHandlers: true,
  });
  const headers = new Headers(answer.headers);
  headers.set('Content-Security-Policy', devCsp(devServer));
  headers.delete('content-encoding');
  headers.delete('content-length');
  const isPage = headers.get('content-type')?.startsWith('text/html') === true;
  const body = isPage ? (await answer.text()).replaceAll(noncePlaceholder, freshNonce()) : answer.body;
  return new Response(body, { status: answer.status, headers });
}

function refusal(request: Request, host: string): Response | null {
  if (new URL(request.url).host !== host) return plain(404);
  return request.method === 'GET' || request.method === 'HEAD' ? null : plain(405);
}

function page(html: string, csp: string): Response {
  return new Response(html, {
    status: 200,
    headers: {
      ...baseHeaders,
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': csp,
      'Cache-Control': 'no-store',
    },
  });
}

function plain(status: 404 | 405): Response {
  return new Response(null, { status, headers: { ...baseHeaders, 'Content-Security-Policy': "default-src 'none'" } });
}

/** 128 random bits; one for each load, so that a style that slipped in earlier means nothing later. */
function freshNonce(): string {
  return randomBytes(16).toString('base64url');
}
