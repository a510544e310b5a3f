import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import { audit, type Station } from '../station.ts';

/** Ed25519 (RFC 8032): public keys and signatures travel in base64url, the private key stays in the encrypted register. */
export type KeyPair = { readonly publicKey: string; readonly privateKey: string };

function makeKeyPair(): KeyPair {
  const { privateKey } = generateKeyPairSync('ed25519');
  return {
    publicKey: publicOf(privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64')) ?? '',
    privateKey: privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64'),
  };
}

/** The public key of a private one (PKCS#8, base64); null for what is no key. */
export function publicOf(privateKey: string): string | null {
  try {
    const key = createPrivateKey({ key: Buffer.from(privateKey, 'base64'), format: 'der', type: 'pkcs8' });
    return createPublicKey(key).export({ format: 'jwk' }).x ?? null;
  } catch {
    return null;
  }
}

export function signText(privateKey: string, text: string): string {
  const key = createPrivateKey({ key: Buffer.from(privateKey, 'base64'), format: 'der', type: 'pkcs8' });
  return sign(null, Buffer.from(text, 'utf8'), key).toString('base64url');
}

export function isSignedBy(publicKey: string, text: string, signature: string): boolean {
  try {
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: publicKey }, format: 'jwk' });
    return verify(null, Buffer.from(text, 'utf8'), key, Buffer.from(signature, 'base64url'));
  } catch {
    return false;
  }
}

/**
 * The key of this installation; made where there is none (a new register, one from before there were keys, a restored one
 * under its new id), with an entry that says which. Inside a transaction.
 */
export function ensureKey(station: Station): KeyPair {
  const { auditHeads } = station.tables;
  const former = auditHeads.findKey(station.installationId);
  if (former !== null) return former;
  const made = makeKeyPair();
  auditHeads.addKey(station.installationId, made);
  audit(station, 'audit.key', `installation:${station.installationId}`, { publicKey: made.publicKey });
  return made;
}
