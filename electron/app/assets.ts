import path from 'node:path';

/** One part of an asset's path as the bundler writes them: no dot in front, no escapes, nothing that a system reads specially. */
const segment = /^[A-Za-z0-9_@-][A-Za-z0-9_@.-]{0,199}$/;

/**
 * The file that an address of the station's page means, inside `folder`; null for everything that is not plainly one.
 * Works on the raw address: whoever normalises `..` or an escape first has already decided what it means.
 */
export function assetPath(folder: string, address: string): string | null {
  const match = /^[a-z]+:\/\/[^/?#]*(\/[^?#]*)?(?:[?#].*)?$/i.exec(address);
  if (match === null) return null;
  const raw = match[1] ?? '/';
  if (raw === '/') return path.join(folder, 'index.html');
  const segments = raw.slice(1).split('/');
  if (!segments.every((part) => segment.test(part) && !part.includes('..') && !part.endsWith('.'))) return null;
  return path.join(folder, ...segments);
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
  '.ttf': 'font/ttf',
  '.wasm': 'application/wasm',
  '.wav': 'audio/wav',
  '.mp3': 'audio/mpeg',
  '.ogg': 'audio/ogg',
};

/** The media type by a file's ending; null for one that we never ship, which is then not served. */
export function mediaType(file: string): string | null {
  return types[path.extname(file).toLowerCase()] ?? null;
}
