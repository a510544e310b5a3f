import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto';

/**
 * HPKE (RFC 9180) in its base mode: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256 and AES-GCM. Keys are the 32 bytes of
 * RFC 7748. Names in here are the RFC's.
 */

export type Aead = {
  /** RFC 9180, 7.3. */
  readonly id: 1 | 2;
  readonly cipher: 'aes-128-gcm' | 'aes-256-gcm';
  readonly keyBytes: 16 | 32;
};
export const aes128Gcm: Aead = { id: 1, cipher: 'aes-128-gcm', keyBytes: 16 };
export const aes256Gcm: Aead = { id: 2, cipher: 'aes-256-gcm', keyBytes: 32 };

export type X25519Pair = { readonly publicKey: Buffer; readonly privateKey: Buffer };

export type Sealer = {
  /** What the receiver needs beside its own private key; 32 bytes. */
  readonly enc: Buffer;
  /** Seals the next message: messages are opened in the order in which they were sealed. */
  readonly seal: (plain: Uint8Array, aad: Uint8Array) => Buffer;
};

export type Opener = {
  /** Opens the next message; null where it is not the one that was sealed. */
  readonly open: (sealed: Uint8Array, aad: Uint8Array) => Buffer | null;
};

export const keyBytes = 32;
/** So much longer than the message is what was sealed. */
export const tagBytes = 16;

const nonceBytes = 12;
const hashBytes = 32;
const kemId = 0x0020;
const kdfId = 0x0001;
const baseMode = 0;
/** PKCS#8 of an X25519 key (RFC 8410) up to the key itself. */
const pkcs8Head = Buffer.from('302e020100300506032b656e04220420', 'hex');

const text = (words: string): Buffer => Buffer.from(words, 'ascii');
const i2osp = (value: number, length: number): Buffer => {
  const bytes = Buffer.alloc(length);
  bytes.writeUIntBE(value, 0, length);
  return bytes;
};

const kemSuite = Buffer.concat([text('KEM'), i2osp(kemId, 2)]);
const suiteOf = (aead: Aead): Buffer =>
  Buffer.concat([text('HPKE'), i2osp(kemId, 2), i2osp(kdfId, 2), i2osp(aead.id, 2)]);

/** RFC 5869, 2.2. */
function extract(salt: Uint8Array, ikm: Uint8Array): Buffer {
  return createHmac('sha256', salt.length === 0 ? Buffer.alloc(hashBytes) : salt)
    .update(ikm)
    .digest();
}

/** RFC 5869, 2.3. */
function expand(prk: Uint8Array, info: Uint8Array, length: number): Buffer {
  let block = Buffer.alloc(0);
  const blocks: Buffer[] = [];
  for (let n = 1; blocks.length * hashBytes < length; n += 1) {
    block = createHmac('sha256', prk)
      .update(Buffer.concat([block, info, i2osp(n, 1)]))
      .digest();
    blocks.push(block);
  }
  return Buffer.concat(blocks).subarray(0, length);
}

const labeledExtract = (suite: Buffer, salt: Uint8Array, label: string, ikm: Uint8Array): Buffer =>
  extract(salt, Buffer.concat([text('HPKE-v1'), suite, text(label), ikm]));
const labeledExpand = (suite: Buffer, prk: Uint8Array, label: string, info: Uint8Array, length: number): Buffer =>
  expand(prk, Buffer.concat([i2osp(length, 2), text('HPKE-v1'), suite, text(label), info]), length);

const privateOf = (bytes: Uint8Array): KeyObject =>
  createPrivateKey({ key: Buffer.concat([pkcs8Head, bytes]), format: 'der', type: 'pkcs8' });
const publicOf = (bytes: Uint8Array): KeyObject =>
  createPublicKey({ key: { kty: 'OKP', crv: 'X25519', x: Buffer.from(bytes).toString('base64url') }, format: 'jwk' });

export function makeX25519Pair(): X25519Pair {
  const { privateKey } = generateKeyPairSync('x25519');
  const bytes = privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(-keyBytes);
  return { privateKey: Buffer.from(bytes), publicKey: publicOfX25519(bytes) };
}

export function publicOfX25519(privateKey: Uint8Array): Buffer {
  const { x } = createPublicKey(privateOf(privateKey)).export({ format: 'jwk' });
  return Buffer.from(x ?? '', 'base64url');
}

/** What both sides have in common; null for a public key with which everybody would have it (RFC 7748, 6.1). */
function sharedSecret(ours: Uint8Array, theirs: Uint8Array, context: Buffer): Buffer | null {
  let dh: Buffer;
  try {
    dh = diffieHellman({ privateKey: privateOf(ours), publicKey: publicOf(theirs) });
  } catch {
    return null;
  }
  if (dh.every((byte) => byte === 0)) return null;
  const prk = labeledExtract(kemSuite, Buffer.alloc(0), 'eae_prk', dh);
  return labeledExpand(kemSuite, prk, 'shared_secret', context, hashBytes);
}

/** RFC 9180, 5.1, and the nonces of 5.2. */
function schedule(secret: Buffer, info: Uint8Array, aead: Aead): { key: Buffer; nextNonce: () => Buffer } {
  const suite = suiteOf(aead);
  const none = Buffer.alloc(0);
  const context = Buffer.concat([
    i2osp(baseMode, 1),
    labeledExtract(suite, none, 'psk_id_hash', none),
    labeledExtract(suite, none, 'info_hash', info),
  ]);
  const prk = labeledExtract(suite, secret, 'secret', none);
  const base = labeledExpand(suite, prk, 'base_nonce', context, nonceBytes);
  let n = 0;
  return {
    key: labeledExpand(suite, prk, 'key', context, aead.keyBytes),
    nextNonce: () => {
      const nonce = Buffer.from(base);
      // Six bytes of a counter are more messages than anybody writes.
      const count = i2osp(n, 6);
      for (const [place, byte] of count.entries())
        nonce[nonceBytes - 6 + place] = (nonce[nonceBytes - 6 + place] ?? 0) ^ byte;
      n += 1;
      return nonce;
    },
  };
}

/**
 * Begins a series of messages that only the holder of a private key can open. Null for a public key that is none.
 * @param info both sides must give the same
 * @param ephemeral for the RFC's own examples; otherwise made here and forgotten
 */
export function setUpSender(
  publicKey: Uint8Array,
  info: Uint8Array,
  aead: Aead = aes256Gcm,
  ephemeral: X25519Pair = makeX25519Pair(),
): Sealer | null {
  if (publicKey.length !== keyBytes) return null;
  const enc = ephemeral.publicKey;
  const secret = sharedSecret(ephemeral.privateKey, publicKey, Buffer.concat([enc, publicKey]));
  if (secret === null) return null;
  const { key, nextNonce } = schedule(secret, info, aead);
  return {
    enc,
    seal: (plain, aad) => {
      const cipher = createCipheriv(aead.cipher, key, nextNonce(), { authTagLength: tagBytes });
      cipher.setAAD(aad);
      return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
    },
  };
}

/** The other side of `setUpSender`. Null for an `enc` that is none. */
export function setUpReceiver(
  privateKey: Uint8Array,
  enc: Uint8Array,
  info: Uint8Array,
  aead: Aead = aes256Gcm,
): Opener | null {
  if (privateKey.length !== keyBytes || enc.length !== keyBytes) return null;
  const secret = sharedSecret(privateKey, enc, Buffer.concat([enc, publicOfX25519(privateKey)]));
  if (secret === null) return null;
  const { key, nextNonce } = schedule(secret, info, aead);
  return {
    open: (sealed, aad) => {
      const nonce = nextNonce();
      if (sealed.length < tagBytes) return null;
      try {
        const decipher = createDecipheriv(aead.cipher, key, nonce, { authTagLength: tagBytes });
        decipher.setAAD(aad);
        decipher.setAuthTag(sealed.subarray(-tagBytes));
        return Buffer.concat([decipher.update(sealed.subarray(0, -tagBytes)), decipher.final()]);
      } catch {
        return null;
      }
    },
  };
}
