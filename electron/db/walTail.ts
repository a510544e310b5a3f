import { existsSync, readFileSync } from 'node:fs';

/**
 * Whether the `-wal` beside a register holds whole transactions that SQLite would drop without a word, because a frame
 * before them no longer passes its checksum. A power cut tears only the last transaction, which nobody has acknowledged:
 * each is flushed before the next begins. So a frame that fails with more than its own transaction's end behind it was
 * damaged later. Reads the file, changes nothing; call it before the register is opened.
 * Format: https://www.sqlite.org/fileformat2.html#the_write_ahead_log
 */
export function hasDamagedTail(registerFile: string): boolean {
  const file = `${registerFile}-wal`;
  if (!existsSync(file)) return false;
  const wal = readFileSync(file);
  if (wal.length < headerBytes) return false;
  const isBigEndian = (wal.readUInt32BE(0) & 1) === 1;
  const frameBytes = frameHeaderBytes + wal.readUInt32BE(8);
  const salts = wal.subarray(16, 24);
  let sums = checksum(wal.subarray(0, 24), [0, 0], isBigEndian);
  // A header that was damaged: nothing is read of what follows it, so any whole frame behind it is lost.
  let isWhole = sums[0] === wal.readUInt32BE(24) && sums[1] === wal.readUInt32BE(28);
  if (!isWhole && !isKnownPageSize(frameBytes - frameHeaderBytes)) return true;
  let endsDropped = 0;
  for (let at = headerBytes; at + frameBytes <= wal.length; at += frameBytes) {
    // Frames of an earlier generation stand behind the newest one and count no more.
    const isOfThisGeneration = wal.subarray(at + 8, at + 16).equals(salts);
    if (isWhole) {
      sums = checksum(wal.subarray(at, at + 8), sums, isBigEndian);
      sums = checksum(wal.subarray(at + frameHeaderBytes, at + frameBytes), sums, isBigEndian);
      isWhole = isOfThisGeneration && sums[0] === wal.readUInt32BE(at + 16) && sums[1] === wal.readUInt32BE(at + 20);
    }
    if (!isWhole && isOfThisGeneration && wal.readUInt32BE(at + 4) > 0) endsDropped += 1;
  }
  return endsDropped > 1;
}

const headerBytes = 32;
const frameHeaderBytes = 24;

function isKnownPageSize(bytes: number): boolean {
  return bytes >= 512 && bytes <= 65_536 && (bytes & (bytes - 1)) === 0;
}

type Sums = readonly [number, number];

function checksum(bytes: Buffer, [first, second]: Sums, isBigEndian: boolean): Sums {
  let a = first;
  let b = second;
  for (let at = 0; at + 8 <= bytes.length; at += 8) {
    a = (a + (isBigEndian ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at)) + b) >>> 0;
    b = (b + (isBigEndian ? bytes.readUInt32BE(at + 4) : bytes.readUInt32LE(at + 4)) + a) >>> 0;
  }
  return [a, b];
}
