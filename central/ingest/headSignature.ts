import { createPublicKey, verify } from 'node:crypto';
import { headText, type SignedHead } from '../../shared/model/audit.ts';

/** Whether a head was signed by this key (Ed25519, RFC 8032). */
export function isHeadSignedBy(publicKey: string, head: SignedHead): boolean {
  try {
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: publicKey }, format: 'jwk' });
    return verify(null, Buffer.from(headText(head), 'utf8'), key, Buffer.from(head.signature, 'base64url'));
  } catch {
    return false;
  }
}
