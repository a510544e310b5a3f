import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';

/** PKCS#8 of an Ed25519 key (RFC 8410) up to the key itself. */
const pkcs8Head = Buffer.from('302e020100300506032b657004220420', 'hex');
const seedBytes = 32;
export const signatureBytes = 64;

/** Signs bytes (RFC 8032) and answers 64. */
export type Sign = (bytes: Uint8Array) => Buffer;

/** @param seed the private key's 32 bytes (RFC 8032, 5.1.5) */
export function signerOf(seed: Uint8Array): { readonly publicKey: string; readonly sign: Sign } {
  return signerOfPkcs8(Buffer.concat([pkcs8Head, seed]));
}

/** @param der a private key as PKCS#8 */
export function signerOfPkcs8(der: Buffer): { readonly publicKey: string; readonly sign: Sign } {
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  return {
    publicKey: createPublicKey(key).export({ format: 'jwk' }).x ?? '',
    sign: (bytes) => sign(null, bytes, key),
  };
}

export function makeSeed(): Buffer {
  const { privateKey } = generateKeyPairSync('ed25519');
  return Buffer.from(privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(-seedBytes));
}

/** @param publicKey base64url; one that is none has signed nothing */
export function isSignedBy(publicKey: string, bytes: Uint8Array, signature: Uint8Array): boolean {
  try {
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: publicKey }, format: 'jwk' });
    return verify(null, bytes, key, signature);
  } catch {
    return false;
  }
}
