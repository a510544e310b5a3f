import { hash } from 'node:crypto';

/** HMAC-SHA256 under a key that it keeps. */
export type Hmac = (message: string | Buffer) => Buffer;

const blockBytes = 64;

/**
 * HMAC-SHA256 (RFC 2104, 2) of short messages under one key: three times as fast as an HMAC object each, which counts
 * where every record of a batch has two.
 * @param key at most 64 bytes
 */
export function hmacUnder(key: Buffer): Hmac {
  if (key.length > blockBytes) throw new RangeError('a key of an HMAC has at most a block');
  const pad = (byte: number): Buffer => {
    const block = Buffer.alloc(blockBytes, byte);
    for (const [place, each] of key.entries()) block[place] = byte ^ each;
    return block;
  };
  const [inner, outer] = [pad(0x36), pad(0x5c)];
  return (message) => {
    const bytes = typeof message === 'string' ? Buffer.from(message, 'utf8') : message;
    const first = hash('sha256', Buffer.concat([inner, bytes]), 'buffer');
    return hash('sha256', Buffer.concat([outer, first]), 'buffer');
  };
}
