import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { z } from 'zod';
import { atMsSchema } from '../shared/time.ts';
import { isSignedBy, type Sign, signatureBytes } from './ed25519.ts';
import { keyBytes, type Opener, setUpReceiver, setUpSender, tagBytes } from './hpke.ts';

/**
 * The form of a hand-over file and of its receipt, byte by byte: docs/handover.md. Both are lines of JSON, packed by gzip,
 * sealed by HPKE in pieces, and signed as a whole.
 */

const formatVersion = 1;
/** The most records one file carries. */
export const mostRecords = 100_000;
/** The longest line of JSON, bytes: a record of the longest allowed fields fits. */
const longestLineBytes = 128 * 1024;
/** The most bytes that the lines of one file may have, unpacked. */
const mostUnpackedBytes = 512 * 1024 * 1024;
/** The largest file that is read at all. */
export const mostFileBytes = 256 * 1024 * 1024;

const magic = Buffer.from('YICEDAHO', 'ascii');
const headBytes = magic.length + 4;
const mostHeaderBytes = 2048;
const pieceBytes = 64 * 1024;
const pieceHeadBytes = 5;

const id = z.string().min(1).max(64);
const hex64 = z.string().regex(/^[0-9a-f]{64}$/);
const key32 = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
const keyIdSchema = z.string().regex(/^[0-9a-f]{16}$/);

const handoverHeaderSchema = z.strictObject({
  /** The station's id at the service. */
  station: id,
  installation: id,
  /** Of the service: which of its keys the file is sealed to. */
  key: keyIdSchema,
  /** The station's public Ed25519 key. */
  signer: key32,
  createdAtMs: atMsSchema,
  /** 1, 2, 3 … of this register. */
  n: z.int().min(1),
  records: z.int().min(1).max(mostRecords),
});
const receiptHeaderSchema = z.strictObject({
  station: id,
  installation: id,
  /** The file that it is a receipt for. */
  file: hex64,
  n: z.int().min(1),
  key: keyIdSchema,
  issuedAtMs: atMsSchema,
  records: z.int().min(1).max(mostRecords),
});
export type HandoverHeader = z.infer<typeof handoverHeaderSchema>;

/** The first line of a hand-over file; the records follow. */
export const handoverManifestSchema = z.strictObject({
  /** The service's epoch as the station knows it. */
  epoch: z.string().max(64).nullable(),
  /** X25519: to whom the receipt is sealed. */
  replyKey: key32,
});
/** The first line of a receipt; the receipts of the records follow, in the file's order. */
export const receiptManifestSchema = z.strictObject({ epoch: z.string().min(1).max(64) });

const kinds = {
  handover: { byte: 1, header: handoverHeaderSchema },
  receipt: { byte: 2, header: receiptHeaderSchema },
} as const;
export type FileKind = keyof typeof kinds;
export type HeaderOf<K extends FileKind> = z.infer<(typeof kinds)[K]['header']>;

export const fileFaults = [
  'empty',
  'notOurs', // no hand-over file and no receipt
  'otherKind', // a receipt where a hand-over file was wanted, or the other way round
  'otherVersion', // of a newer program
  'tooLarge',
  'truncated',
  'damaged',
  'notSigned', // not by the key that it should be signed by: changed on its way, or made by somebody else
  'notOpened', // sealed to another key, or the pieces are not those that were sealed
  'tooMuch', // unpacked it is larger than any file that a station writes
  'wrongContent', // signed and sealed as it should be, and yet not what it says it is
] as const;
export type FileFault = (typeof fileFaults)[number];

export type OuterFile<K extends FileKind> = {
  readonly header: HeaderOf<K>;
  /** SHA-256 of everything but the signature, hex: what the file is called in its receipt. */
  readonly fileId: string;
  readonly isSignedBy: (publicKey: string) => boolean;
  /** Its lines for the holder of the private key. */
  readonly openWith: (privateKey: Uint8Array) => OpenedFile | null;
};

export type OpenedFile = {
  /** Hands each line out, the manifest first. Answers what is wrong, or null once all were handed out. */
  readonly readLines: (take: (line: unknown, place: number) => void | Promise<void>) => Promise<FileFault | null>;
};

function signedText(kind: FileKind, digest: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`yiceda ${kind} ${formatVersion}\n`, 'ascii'), digest]);
}

function frontOf<K extends FileKind>(kind: K, header: HeaderOf<K>): Buffer {
  const text = Buffer.from(JSON.stringify(kinds[kind].header.parse(header)), 'utf8');
  const head = Buffer.alloc(headBytes);
  magic.copy(head);
  head.writeUInt8(formatVersion, magic.length);
  head.writeUInt8(kinds[kind].byte, magic.length + 1);
  head.writeUInt16BE(text.length, magic.length + 2);
  return Buffer.concat([head, text]);
}

function pieceHead(isLast: boolean, length: number): Buffer {
  const head = Buffer.alloc(pieceHeadBytes);
  head.writeUInt8(isLast ? 1 : 0, 0);
  head.writeUInt32BE(length, 1);
  return head;
}

/**
 * Writes a file piece by piece; never more than a piece of it is in memory. Answers its id.
 * Throws RangeError for a key that is none, and whatever the lines or `write` throw.
 * @param lines the manifest and as many more as the header says, without line ends
 */
export async function writeSealed<K extends FileKind>(
  kind: K,
  parts: {
    readonly header: HeaderOf<K>;
    readonly sealTo: Uint8Array;
    readonly sign: Sign;
    readonly lines: AsyncIterable<string> | Iterable<string>;
    readonly write: (piece: Uint8Array) => Promise<void>;
  },
): Promise<{ readonly fileId: string; readonly bytes: number }> {
  const front = frontOf(kind, parts.header);
  const sealer = setUpSender(parts.sealTo, front);
  if (sealer === null) throw new RangeError('the key to seal to is none');
  const digest = createHash('sha256');
  let bytes = 0;
  const put = async (piece: Uint8Array): Promise<void> => {
    digest.update(piece);
    bytes += piece.length;
    await parts.write(piece);
  };
  const putSealed = async (plain: Uint8Array, isLast: boolean): Promise<void> => {
    const head = pieceHead(isLast, plain.length + tagBytes);
    await put(Buffer.concat([head, sealer.seal(plain, head)]));
  };
  await put(Buffer.concat([front, sealer.enc]));
  await pipeline(Readable.from(endedLines(parts.lines)), createGzip({ level: 6 }), async (packed) => {
    let rest: Buffer = Buffer.alloc(0);
    for await (const piece of packed as AsyncIterable<Buffer>) {
      rest = Buffer.concat([rest, piece]);
      while (rest.length > pieceBytes) {
        await putSealed(rest.subarray(0, pieceBytes), false);
        rest = rest.subarray(pieceBytes);
      }
    }
    await putSealed(rest, true);
  });
  const hash = digest.digest();
  const signature = parts.sign(signedText(kind, hash));
  await parts.write(signature);
  return { fileId: hash.toString('hex'), bytes: bytes + signature.length };
}

async function* endedLines(lines: AsyncIterable<string> | Iterable<string>): AsyncGenerator<Buffer> {
  for await (const line of lines) yield Buffer.from(`${line}\n`, 'utf8');
}

/**
 * Takes a file apart without any key: what it says of itself, and whether it is whole. Nothing in it is believed before
 * its signature was looked at.
 */
export function readSealed<K extends FileKind>(
  kind: K,
  bytes: Buffer,
): { readonly ok: true; readonly file: OuterFile<K> } | { readonly ok: false; readonly fault: FileFault } {
  const wrong = (fault: FileFault) => ({ ok: false, fault }) as const;
  if (bytes.length === 0) return wrong('empty');
  if (bytes.length > mostFileBytes) return wrong('tooLarge');
  const begins = bytes.subarray(0, magic.length);
  if (!magic.subarray(0, begins.length).equals(begins)) return wrong('notOurs');
  if (bytes.length < headBytes) return wrong('truncated');
  if (bytes.readUInt8(magic.length) !== formatVersion) return wrong('otherVersion');
  const kindByte = bytes.readUInt8(magic.length + 1);
  if (kindByte !== kinds[kind].byte) return wrong(kindByte === 1 || kindByte === 2 ? 'otherKind' : 'damaged');
  const headerBytes = bytes.readUInt16BE(magic.length + 2);
  if (headerBytes > mostHeaderBytes) return wrong('damaged');
  const encAt = headBytes + headerBytes;
  if (bytes.length < encAt + keyBytes) return wrong('truncated');
  const header = kinds[kind].header.safeParse(parseJson(bytes.subarray(headBytes, encAt)));
  if (!header.success) return wrong('damaged');

  const pieces: { readonly head: Buffer; readonly sealed: Buffer }[] = [];
  let at = encAt + keyBytes;
  for (let isLast = false; !isLast; ) {
    if (bytes.length < at + pieceHeadBytes) return wrong('truncated');
    const head = bytes.subarray(at, at + pieceHeadBytes);
    const [last, length] = [head.readUInt8(0), head.readUInt32BE(1)];
    if (last > 1 || length < tagBytes || length > pieceBytes + tagBytes) return wrong('damaged');
    at += pieceHeadBytes;
    if (bytes.length < at + length) return wrong('truncated');
    pieces.push({ head, sealed: bytes.subarray(at, at + length) });
    at += length;
    isLast = last === 1;
  }
  if (bytes.length < at + signatureBytes) return wrong('truncated');
  if (bytes.length > at + signatureBytes) return wrong('damaged');
  const hash = createHash('sha256').update(bytes.subarray(0, at)).digest();
  const signature = bytes.subarray(at);
  // The contract's schema of this very kind has just parsed it.
  const parsed = header.data as HeaderOf<K>;
  return {
    ok: true,
    file: {
      header: parsed,
      fileId: hash.toString('hex'),
      isSignedBy: (publicKey) => isSignedBy(publicKey, signedText(kind, hash), signature),
      openWith: (privateKey) => {
        const begin = () =>
          setUpReceiver(privateKey, bytes.subarray(encAt, encAt + keyBytes), bytes.subarray(0, encAt));
        if (begin() === null) return null;
        return {
          readLines: (take) => {
            const opener = begin();
            return opener === null ? Promise.resolve('notOpened') : readLines(opener, pieces, parsed.records + 1, take);
          },
        };
      },
    },
  };
}

/** A fault on its way out of the streams; never seen outside of this file. */
class Found extends Error {
  readonly fault: FileFault;
  constructor(fault: FileFault) {
    super(fault);
    this.fault = fault;
  }
}

async function readLines(
  opener: Opener,
  pieces: readonly { readonly head: Buffer; readonly sealed: Buffer }[],
  expected: number,
  take: (line: unknown, place: number) => void | Promise<void>,
): Promise<FileFault | null> {
  const opened = function* (): Generator<Buffer> {
    for (const { head, sealed } of pieces) {
      const plain = opener.open(sealed, head);
      if (plain === null) throw new Found('notOpened');
      if (plain.length > 0) yield plain;
    }
  };
  let thrown: { readonly by: unknown } | null = null;
  try {
    await pipeline(Readable.from(opened()), createGunzip(), async (unpacked) => {
      let rest: Buffer = Buffer.alloc(0);
      let total = 0;
      let place = 0;
      for await (const piece of unpacked as AsyncIterable<Buffer>) {
        total += piece.length;
        if (total > mostUnpackedBytes) throw new Found('tooMuch');
        rest = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
        for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
          if (end > longestLineBytes) throw new Found('tooMuch');
          if (place >= expected) throw new Found('wrongContent');
          const line = parseJson(rest.subarray(0, end));
          if (typeof line !== 'object' || line === null) throw new Found('wrongContent');
          try {
            await take(line, place);
          } catch (error) {
            thrown = { by: error };
            throw error;
          }
          place += 1;
          rest = rest.subarray(end + 1);
        }
        if (rest.length > longestLineBytes) throw new Found('tooMuch');
      }
      if (rest.length > 0 || place !== expected) throw new Found('wrongContent');
    });
    return null;
  } catch (error) {
    // What whoever takes the lines threw is theirs.
    if (thrown !== null) throw (thrown as { readonly by: unknown }).by;
    // Anything else is of zlib: what was sealed is not packed as it should be.
    return error instanceof Found ? error.fault : 'wrongContent';
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Undefined for what is no JSON. */
function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(utf8.decode(bytes));
  } catch {
    return undefined;
  }
}
