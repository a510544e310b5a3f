import type { Transform } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { RequestPayload } from 'fastify';

/** The one encoding of a body that is taken besides none. */
export const packedEncoding = 'gzip';

/**
 * A packed body, unpacked as it comes. The limit on a body's size counts what comes out of it and what goes in, so that
 * a small body that unpacks without end is refused at the limit and never held.
 */
export function unpacked(payload: RequestPayload): RequestPayload {
  const gunzip: Transform & { receivedEncodedLength?: number } = createGunzip();
  let bytes = 0;
  payload.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    gunzip.receivedEncodedLength = bytes;
  });
  payload.on('error', (error) => gunzip.destroy(error));
  return payload.pipe(gunzip);
}
