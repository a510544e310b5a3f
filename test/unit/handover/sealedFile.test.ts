import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { makeSeed, signerOf } from '../../../handover/ed25519.ts';
import { makeX25519Pair, setUpSender } from '../../../handover/hpke.ts';
import { fileFaults, type HandoverHeader, readSealed, writeSealed } from '../../../handover/sealedFile.ts';

const service = makeX25519Pair();
const signer = signerOf(makeSeed());
const headerFor = (records: number): HandoverHeader => ({
  station: 'station',
  installation: 'installation',
  key: '0123456789abcdef',
  signer: signer.publicKey,
  createdAtMs: 1,
  n: 1,
  records,
});

async function written(lines: readonly string[], records = lines.length - 1): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  await writeSealed('handover', {
    header: headerFor(records),
    sealTo: service.publicKey,
    sign: signer.sign,
    lines,
    write: async (piece) => {
      pieces.push(Uint8Array.from(piece));
    },
  });
  return Buffer.concat(pieces);
}

/** What a reader makes of it: the lines, or what is wrong. */
async function readBack(bytes: Buffer, privateKey = service.privateKey) {
  const outer = readSealed('handover', bytes);
  if (!outer.ok) return outer.fault;
  if (!outer.file.isSignedBy(signer.publicKey)) return 'notSigned';
  const lines: unknown[] = [];
  const fault = await outer.file.openWith(privateKey)?.readLines((line) => {
    lines.push(line);
  });
  return fault === null ? lines : (fault ?? 'notOpened');
}

const short = ['{"first":true}', '{"n":1}', '{"n":2}'];
let file: Buffer;
beforeAll(async () => {
  file = await written(short);
});

/** A file of our form around whatever is sealed in it, rightly signed. */
function around(sealedPlain: Buffer, records: number): Buffer {
  const text = Buffer.from(JSON.stringify(headerFor(records)));
  const head = Buffer.concat([Buffer.from('YICEDAHO'), Buffer.from([1, 1, text.length >> 8, text.length & 255])]);
  const front = Buffer.concat([head, text]);
  const sealer = setUpSender(service.publicKey, front);
  if (sealer === null) throw new Error('no sealer');
  const parts = [front, sealer.enc];
  for (let at = 0; at === 0 || at < sealedPlain.length; at += 65_536) {
    const plain = sealedPlain.subarray(at, at + 65_536);
    const pieceHead = Buffer.alloc(5);
    pieceHead.writeUInt8(at + 65_536 >= sealedPlain.length ? 1 : 0, 0);
    pieceHead.writeUInt32BE(plain.length + 16, 1);
    parts.push(pieceHead, sealer.seal(plain, pieceHead));
  }
  const signed = Buffer.concat(parts);
  const digest = createHash('sha256').update(signed).digest();
  return Buffer.concat([signed, signer.sign(Buffer.concat([Buffer.from('yiceda handover 1\n'), digest]))]);
}

describe('a sealed file', () => {
  it('comes back as it was written, short or in many pieces, and shows nothing of what is in it', async () => {
    expect(await readBack(file)).toEqual(short.map((line) => JSON.parse(line)));
    const random = Array.from({ length: 5_000 }, () =>
      JSON.stringify({ name: '陈秀英', noise: makeSeed().toString('hex') }),
    );
    const long = await written(random);
    expect(long.length).toBeGreaterThan(2 * 65_536);
    expect(await readBack(long)).toEqual(random.map((line) => JSON.parse(line)));
    expect(long.includes(Buffer.from('陈秀英'))).toBe(false);
    expect(long.subarray(400).includes(gzipSync('x').subarray(0, 4))).toBe(false);
  });

  it('any flipped bit is found', async () => {
    for (let bit = 0; bit < file.length * 8; bit += 1) {
      const changed = Buffer.from(file);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const outer = readSealed('handover', changed);
      expect(outer.ok && outer.file.isSignedBy(signer.publicKey)).toBe(false);
    }
  });

  it('cut anywhere, or with more behind it, it is told as that', async () => {
    for (let length = 1; length < file.length; length += 1)
      expect(await readBack(file.subarray(0, length))).toBe('truncated');
    expect(await readBack(Buffer.concat([file, Buffer.from('\n')]))).toBe('damaged');
    expect(await readBack(Buffer.alloc(0))).toBe('empty');
    expect(await readBack(Buffer.from('PK\u0003\u0004 something else'))).toBe('notOurs');
  });

  it('of another version, another kind, for another key', async () => {
    const newer = Buffer.from(file);
    newer[8] = 2;
    expect(await readBack(newer)).toBe('otherVersion');
    const receipt = readSealed('receipt', file);
    expect(receipt).toEqual({ ok: false, fault: 'otherKind' });
    expect(await readBack(file, makeX25519Pair().privateKey)).toBe('notOpened');
  });

  it('pieces that change places are not opened', async () => {
    const plain = gzipSync(
      Buffer.from(Array.from({ length: 4_000 }, () => `{"a":"${makeSeed().toString('hex')}"}\n`).join('')),
    );
    const good = around(plain, 3_999);
    expect(await readBack(good)).toHaveLength(4_000);
    const outer = readSealed('handover', good);
    if (!outer.ok) throw new Error(outer.fault);
    const at = 12 + good.readUInt16BE(10) + 32;
    const size = 5 + 65_536 + 16;
    const swapped = Buffer.concat([
      good.subarray(0, at),
      good.subarray(at + size, at + 2 * size),
      good.subarray(at, at + size),
      good.subarray(at + 2 * size, -64),
    ]);
    const digest = createHash('sha256').update(swapped).digest();
    const signed = Buffer.concat([swapped, signer.sign(Buffer.concat([Buffer.from('yiceda handover 1\n'), digest]))]);
    expect(await readBack(signed)).toBe('notOpened');
  });

  it('rightly sealed and signed, and yet a bomb, not packed, too few, too many, no JSON, no end of line', async () => {
    const packed = (text: string) => gzipSync(Buffer.from(text));
    expect(await readBack(around(gzipSync(Buffer.alloc(64 * 1024 * 1024)), 1))).toBe('tooMuch');
    expect(await readBack(around(packed(`{"a":"${'x'.repeat(200_000)}"}\n`), 1))).toBe('tooMuch');
    expect(await readBack(around(Buffer.from('{"a":1}\n{"b":1}\n'), 1))).toBe('wrongContent');
    expect(await readBack(around(packed('{}\n'), 1))).toBe('wrongContent');
    expect(await readBack(around(packed('{}\n{}\n{}\n'), 1))).toBe('wrongContent');
    expect(await readBack(around(packed('{}\nx\n'), 1))).toBe('wrongContent');
    expect(await readBack(around(packed('{}\n1\n'), 1))).toBe('wrongContent');
    expect(await readBack(around(packed('{}\n{}\n{'), 1))).toBe('wrongContent');
    expect(await readBack(around(packed('{}\n{}\n').subarray(0, -9), 1))).toBe('wrongContent');
    expect(await readBack(around(Buffer.alloc(0), 1))).toBe('wrongContent');
  });

  it('whatever bytes come, the answer is one of its faults and never a throw', async () => {
    const known: ReadonlySet<unknown> = new Set(fileFaults);
    const changes = fc.array(fc.tuple(fc.nat(file.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 });
    const mutated = changes.map((list) => {
      const bytes = Buffer.from(file);
      for (const [at, to] of list) bytes[at] = to;
      return bytes;
    });
    const anyBytes = fc.oneof(
      fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes)),
      fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.concat([Buffer.from('YICEDAHO'), bytes])),
      fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.concat([file.subarray(0, 12), bytes])),
      mutated,
    );
    await fc.assert(
      fc.asyncProperty(anyBytes, async (bytes) => {
        const got = await readBack(bytes);
        if (bytes.equals(file)) return;
        expect(known).toContain(got);
      }),
      { numRuns: 1_000 },
    );
    // What is rightly sealed and signed, and holds anything.
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), fc.boolean(), async (bytes, isPacked) => {
        const got = await readBack(around(isPacked ? gzipSync(bytes) : Buffer.from(bytes), 1));
        if (!Array.isArray(got)) expect(known).toContain(got);
      }),
      { numRuns: 300 },
    );
  });
});
