import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { StationError } from '../../../shared/errors.ts';
import { stretch } from '../stretch.ts';

/**
 * The key file stands beside the register and holds its data key wrapped in each way it can be had back: by the
 * system's keychain, by a passphrase, by the printed recovery key. It says nothing without one of them.
 */
const sealedSchema = z.strictObject({ nonce: z.base64(), box: z.base64() });
const keyFileSchema = z.strictObject({
  version: z.literal(1),
  /** Ties the file to its register: a wrap for another register is not tried. */
  registerId: z.string(),
  wraps: z.strictObject({
    keychain: z.string().optional(),
    passphrase: z.strictObject({ salt: z.base64(), logN: z.int().min(14).max(20), sealed: sealedSchema }).optional(),
    recovery: z.strictObject({ salt: z.base64(), sealed: sealedSchema }),
  }),
});
export type KeyFile = z.infer<typeof keyFileSchema>;
type Sealed = z.infer<typeof sealedSchema>;

/** scrypt's cost for passphrases: 2^16 blocks of 8 = 64 MiB and about a quarter of a second on an old PC. */
const passphraseLogN = 16;
/** Characters (code points) a passphrase must have at least. */
const passphraseLeast = 10;

export type UnlockWay = 'keychain' | 'passphrase' | 'recoveryKey';

export function keyFilePath(registerFile: string): string {
  return `${registerFile}.keys.json`;
}

/** Reads and checks the key file. Throws KEY_FILE_MISSING when it is not there or is not one. */
export function readKeyFile(registerFile: string): KeyFile {
  let text: string;
  try {
    text = readFileSync(keyFilePath(registerFile), 'utf8');
  } catch {
    throw new StationError('KEY_FILE_MISSING');
  }
  try {
    return keyFileSchema.parse(JSON.parse(text));
  } catch {
    throw new StationError('KEY_FILE_MISSING', { problem: 'damaged' });
  }
}

/** Writes the key file whole or not at all: a new file, flushed to disk, then renamed. An older one is kept aside. */
export function writeKeyFile(registerFile: string, keys: KeyFile, nowMs: number): void {
  const path = keyFilePath(registerFile);
  mkdirSync(dirname(path), { recursive: true });
  if (existsSync(path)) renameSync(path, `${path}.kept-${nowMs}`);
  const fresh = `${path}.new`;
  const handle = openSync(fresh, 'w', 0o600);
  try {
    // All of it: one write may take only a part when the disk is nearly full.
    writeFileSync(handle, `${JSON.stringify(keys, null, 2)}\n`);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(fresh, path);
}

/** The ways that this file offers, the quickest first. */
export function unlockWays(keys: KeyFile): readonly UnlockWay[] {
  const ways: UnlockWay[] = [];
  if (keys.wraps.keychain !== undefined) ways.push('keychain');
  if (keys.wraps.passphrase !== undefined) ways.push('passphrase');
  ways.push('recoveryKey');
  return ways;
}

export async function wrapByPassphrase(dataKey: Uint8Array, passphrase: string, registerId: string) {
  if ([...passphrase].length < passphraseLeast)
    throw new StationError('PASSPHRASE_SHORT', { least: passphraseLeast }, 'passphrase');
  const salt = randomBytes(16);
  const key = await stretchPassphrase(passphrase, salt, passphraseLogN);
  return { salt: salt.toString('base64'), logN: passphraseLogN, sealed: seal(key, dataKey, registerId) };
}

export function wrapByRecoveryKey(dataKey: Uint8Array, recovery: Uint8Array, registerId: string) {
  const salt = randomBytes(16);
  return { salt: salt.toString('base64'), sealed: seal(recoveryWrapKey(recovery, salt), dataKey, registerId) };
}

/** The data key, or KEY_WRONG. */
export async function unwrapByPassphrase(keys: KeyFile, passphrase: string): Promise<Uint8Array> {
  const wrap = keys.wraps.passphrase;
  if (wrap === undefined) throw new StationError('KEY_WRONG');
  return unseal(
    await stretchPassphrase(passphrase, Buffer.from(wrap.salt, 'base64'), wrap.logN),
    wrap.sealed,
    keys.registerId,
  );
}

/** The data key, or KEY_WRONG. */
export function unwrapByRecoveryKey(keys: KeyFile, recovery: Uint8Array): Uint8Array {
  const wrap = keys.wraps.recovery;
  return unseal(recoveryWrapKey(recovery, Buffer.from(wrap.salt, 'base64')), wrap.sealed, keys.registerId);
}

/** NFKC, so that the same passphrase typed on another system's input method is the same bytes. */
function stretchPassphrase(passphrase: string, salt: Uint8Array, logN: number): Promise<Buffer> {
  return stretch(passphrase.normalize('NFKC'), salt, logN);
}

/** The recovery key is random and long: it needs separation from other uses, not stretching. */
function recoveryWrapKey(recovery: Uint8Array, salt: Uint8Array): Buffer {
  return Buffer.from(hkdfSync('sha256', recovery, salt, 'yiceda register recovery', 32));
}

function seal(key: Uint8Array, dataKey: Uint8Array, registerId: string): Sealed {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(Buffer.from(registerId));
  const box = Buffer.concat([cipher.update(dataKey), cipher.final(), cipher.getAuthTag()]);
  return { nonce: nonce.toString('base64'), box: box.toString('base64') };
}

function unseal(key: Uint8Array, sealed: Sealed, registerId: string): Uint8Array {
  const box = Buffer.from(sealed.box, 'base64');
  const nonce = Buffer.from(sealed.nonce, 'base64');
  if (box.length < 17 || nonce.length !== 12) throw new StationError('KEY_FILE_MISSING', { problem: 'damaged' });
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: 16 });
  decipher.setAAD(Buffer.from(registerId));
  decipher.setAuthTag(box.subarray(box.length - 16));
  try {
    return Buffer.concat([decipher.update(box.subarray(0, box.length - 16)), decipher.final()]);
  } catch {
    throw new StationError('KEY_WRONG');
  }
}
