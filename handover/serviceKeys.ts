import { createHash } from 'node:crypto';
import { z } from 'zod';
import { makeSeed, type Sign, signerOf } from './ed25519.ts';
import { makeX25519Pair, publicOfX25519 } from './hpke.ts';

const secret = z.string().regex(/^[A-Za-z0-9_-]{43}$/, 'a key is 32 bytes in base64url');

const keyFileSchema = z.strictObject({
  /** The newest first: stations seal to it. The others open what was sealed to them. */
  keys: z
    .array(
      z.strictObject({
        /** X25519, private: opens hand-over files. */
        sealing: secret,
        /** Ed25519, private: signs receipts. */
        signing: secret,
      }),
    )
    .min(1)
    .max(10),
});

export type ServiceKey = {
  /** The first 16 hex digits of a SHA-256 of both public keys. */
  readonly id: string;
  readonly privateKey: Buffer;
  /** X25519, base64url. */
  readonly sealing: string;
  /** Ed25519, base64url. */
  readonly signing: string;
  readonly sign: Sign;
};

export type ReadServiceKeys =
  | { readonly ok: true; readonly keys: readonly ServiceKey[] }
  | { readonly ok: false; readonly problem: string };

/** Reads the text of a key file. What it says of a bad one never quotes a key. */
export function readServiceKeys(text: string): ReadServiceKeys {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { ok: false, problem: 'it is not JSON' };
  }
  const parsed = keyFileSchema.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return { ok: false, problem: `${(issue?.path ?? []).map(String).join('.')}: ${issue?.message ?? 'invalid'}` };
  }
  const keys = parsed.data.keys.map(keyOf);
  if (new Set(keys.map(({ id }) => id)).size < keys.length) return { ok: false, problem: 'the same key stands twice' };
  return { ok: true, keys };
}

function keyOf(entry: { readonly sealing: string; readonly signing: string }): ServiceKey {
  const privateKey = Buffer.from(entry.sealing, 'base64url');
  const sealing = publicOfX25519(privateKey);
  const { publicKey: signing, sign } = signerOf(Buffer.from(entry.signing, 'base64url'));
  const id = createHash('sha256').update(sealing).update(Buffer.from(signing, 'base64url')).digest('hex').slice(0, 16);
  return { id, privateKey, sealing: sealing.toString('base64url'), signing, sign };
}

/** The text of a key file with a new key before those of the former one, where there is one. Throws for a bad former one. */
export function addServiceKey(former: string | null): string {
  const { keys } = former === null ? { keys: [] } : keyFileSchema.parse(JSON.parse(former));
  const made = {
    sealing: makeX25519Pair().privateKey.toString('base64url'),
    signing: makeSeed().toString('base64url'),
  };
  return `${JSON.stringify({ keys: [made, ...keys].slice(0, 10) }, null, 2)}\n`;
}
