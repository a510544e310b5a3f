import type { FileHandle } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { unreadable } from './table.ts';

export type TextEncoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'gb18030';
export type Guess = {
  readonly encoding: TextEncoding;
  /** Bytes of the mark at the beginning. */
  readonly skip: number;
  /** It reads, but not as people write: another encoding may have been meant. */
  readonly isDoubtful: boolean;
};

const pieceBytes = 64 * 1024;
/** Of the signs beyond ASCII: where more cannot be read the encoding is another one, where fewer some bytes are broken. */
const brokenShare = 0.02;
/** Text of another encoding hardly ever reads as UTF-8: that much of it may be broken. */
const brokenShareOfUtf8 = 0.1;

/**
 * Which encoding a text file has: by its mark; else UTF-16 where every other byte is nought; UTF-8 where it reads as such;
 * GB18030, which Chinese spreadsheet programs write, where that does. A few broken bytes do not change the answer: they
 * come out as replacement characters, and their rows are refused. Throws FILE_UNREADABLE for anything else.
 */
export async function guessEncoding(file: FileHandle, size: number): Promise<Guess> {
  const head = await readPiece(file, 0, pieceBytes);
  const [first, second, third, fourth] = head;
  if (first === 0xff && second === 0xfe) return { encoding: 'utf-16le', skip: 2, isDoubtful: false };
  if (first === 0xfe && second === 0xff) return { encoding: 'utf-16be', skip: 2, isDoubtful: false };
  const hasMark = first === 0xef && second === 0xbb && third === 0xbf;
  if (first === 0x84 && second === 0x31 && third === 0x95 && fourth === 0x33)
    return { encoding: 'gb18030', skip: 4, isDoubtful: false };
  const wide = wideOf(head);
  if (wide !== null) return { encoding: wide, skip: 0, isDoubtful: false };
  if (head.includes(0)) throw unreadable('binary');

  const utf8 = await count(file, size, 'utf-8', hasMark ? 3 : 0);
  if (utf8.broken <= utf8.beyond * brokenShareOfUtf8)
    return { encoding: 'utf-8', skip: hasMark ? 3 : 0, isDoubtful: false };
  const gb = await count(file, size, 'gb18030', 0);
  if (gb.broken > gb.beyond * brokenShare) throw unreadable('encoding');
  // Big5 and Western European text read as GB18030 too; what comes out is characters that hardly anybody writes.
  const isDoubtful = gb.beyond >= 8 && gb.rare > gb.beyond * 0.25;
  return { encoding: 'gb18030', skip: 0, isDoubtful };
}

/** UTF-16 without a mark: the commas, digits and line ends of a table have a nought on one side. */
function wideOf(head: Uint8Array): 'utf-16le' | 'utf-16be' | null {
  let even = 0;
  let odd = 0;
  for (let at = 0; at + 1 < head.length; at += 2) {
    if (head[at] === 0) even += 1;
    if (head[at + 1] === 0) odd += 1;
  }
  const pairs = head.length >> 1;
  // Both sides at once is no text.
  if (odd >= 4 && odd > pairs * 0.05 && even < odd * 0.02) return 'utf-16le';
  if (even >= 4 && even > pairs * 0.05 && odd < even * 0.02) return 'utf-16be';
  return null;
}

/** How much of a file is beyond ASCII, how much of that cannot be read, and how much of it hardly anybody writes. */
async function count(
  file: FileHandle,
  size: number,
  encoding: 'utf-8' | 'gb18030',
  skip: number,
): Promise<{ readonly beyond: number; readonly broken: number; readonly rare: number }> {
  const decoder = new TextDecoder(encoding, { ignoreBOM: true });
  let beyond = 0;
  let broken = 0;
  let rare = 0;
  for (let at = skip; at < size; at += pieceBytes) {
    const text = decoder.decode(await readPiece(file, at, pieceBytes), { stream: true });
    beyond += text.match(/\P{ASCII}/gu)?.length ?? 0;
    broken += text.match(/\uFFFD/g)?.length ?? 0;
    if (encoding === 'gb18030') rare += rareCount(text);
    await nextTurn();
  }
  broken += decoder.decode().match(/\uFFFD/g)?.length ?? 0;
  return { beyond: Math.max(beyond, broken), broken, rare };
}

/** Private signs and characters outside of those that GB 2312 held: names have a few, texts hardly any. */
let rareSigns: RegExp | null = null;
function rareCount(text: string): number {
  rareSigns ??= makeRareSigns();
  return text.match(rareSigns)?.length ?? 0;
}

function makeRareSigns(): RegExp {
  const decoder = new TextDecoder('gb18030');
  const common = new Set<string>();
  for (let row = 0xa1; row <= 0xf7; row += 1) {
    for (let cell = 0xa1; cell <= 0xfe; cell += 1) common.add(decoder.decode(Uint8Array.of(row, cell)));
  }
  const all = Array.from({ length: 0x9fff - 0x4e00 + 1 }, (_none, n) => String.fromCharCode(0x4e00 + n));
  return new RegExp(`[\\uE000-\\uF8FF${all.filter((sign) => !common.has(sign)).join('')}]`, 'g');
}

export async function readPiece(file: FileHandle, at: number, length: number): Promise<Uint8Array> {
  const buffer = Buffer.allocUnsafe(length);
  const { bytesRead } = await file.read(buffer, 0, length, at);
  return buffer.subarray(0, bytesRead);
}
