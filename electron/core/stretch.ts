import { scrypt } from 'node:crypto';

const blockBytes = 8 * 128;

/**
 * A 32-byte key out of something that people remember, by scrypt (RFC 7914) with 2^logN blocks of 1 KiB. It runs in
 * Node's own threads, so the desk goes on meanwhile.
 */
export function stretch(secret: string, salt: Uint8Array, logN: number): Promise<Buffer> {
  const N = 2 ** logN;
  return new Promise((resolve, reject) => {
    scrypt(secret, salt, 32, { N, r: 8, p: 1, maxmem: 2 * N * blockBytes }, (error, key) =>
      error === null ? resolve(key) : reject(error),
    );
  });
}
