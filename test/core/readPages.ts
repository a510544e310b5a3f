import { createDecipheriv } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';

const pageBytes = 4096;
/** At a page's end: 16 bytes of initial vector and 64 of the hash (SQLCipher 4, the format that the register is in). */
const reservedBytes = 80;
const saltBytes = 16;
const walHeaderBytes = 32;
const frameHeaderBytes = 24;

/**
 * All that somebody with the data key can read of a register: each page of its file and of its write-ahead log decrypted
 * as it is, free ones and unused space included, which no query shows.
 */
export function readPages(file: string, dataKeyHex: string): Buffer {
  const key = Buffer.from(dataKeyHex, 'hex');
  const open = (page: Buffer, isFirst: boolean): Buffer => {
    const end = pageBytes - reservedBytes;
    const decipher = createDecipheriv('aes-256-cbc', key, page.subarray(end, end + 16));
    decipher.setAutoPadding(false);
    return Buffer.concat([decipher.update(page.subarray(isFirst ? saltBytes : 0, end)), decipher.final()]);
  };
  const opened: Buffer[] = [];
  const bytes = readFileSync(file);
  for (let at = 0; at + pageBytes <= bytes.length; at += pageBytes)
    opened.push(open(bytes.subarray(at, at + pageBytes), at === 0));
  const log = existsSync(`${file}-wal`) ? readFileSync(`${file}-wal`) : Buffer.alloc(0);
  const step = frameHeaderBytes + pageBytes;
  for (let at = walHeaderBytes; at + step <= log.length; at += step) {
    opened.push(open(log.subarray(at + frameHeaderBytes, at + step), log.readUInt32BE(at) === 1));
  }
  return Buffer.concat(opened);
}
