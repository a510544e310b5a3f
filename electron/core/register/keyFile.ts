import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import {
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { readRecoveryKey } from '../../../shared/codes/ownCodes.ts';
import { StationError } from '../../../shared/errors.ts';
import { keyFilePath } from '../../db/backupFile.ts';
import { flushFile } from '../../db/copy.ts';
import { flushFolder } from '../../db/marks.ts';
import { stretch } from '../stretch.ts';

export { keyFilePath };

/**
 * The key file stands beside the register and holds its data key wrapped in each way it can be had back: by the
 * system's keychain, by a passphrase, by the printed recovery key. It says nothing without one of them.
 */
const sealedSchema = z.strictObject({ nonce: z.base64(), box: z.base64() });
const wrapsSchema = z.strictObject({
  keychain: z.string().optional(),
  passphrase: z.strictObject({ salt: z.base64(), logN: z.int().min(14).max(20), sealed: sealedSchema }).optional(),
  recovery: z.strictObject({ salt: z.base64(), sealed: sealedSchema }),
});
const keyFileSchema = z.strictObject({
  version: z.literal(1),
  /** Ties the file to its register: a wrap for another register is not tried. */
  registerId: z.string(),
  wraps: wrapsSchema,
  /**
   * Those of the register that is about to take this one's place (re-keyed, or a backup). They stand here only until it
   * has been opened, so that whichever of the two a power cut leaves in place can be opened.
   */
  next: z.strictObject({ registerId: z.string(), wraps: wrapsSchema }).optional(),
});
export type Wraps = z.infer<typeof wrapsSchema>;
export type KeyFile = z.infer<typeof keyFileSchema>;
type Sealed = z.infer<typeof sealedSchema>;

/** scrypt's cost for passphrases: 2^16 blocks of 8 = 64 MiB and about a quarter of a second on an old PC. */
const passphraseLogN = 16;
/** Characters (code points) a passphrase must have at least. */
const passphraseLeast = 10;

export type UnlockWay = 'keychain' | 'passphrase' | 'recoveryKey';

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

/**
 * Writes the key file whole or not at all: a new file, flushed to disk, then renamed over the former, of which a copy is
 * kept aside until a register has been opened by the new one. There is no moment without a key file in its place.
 */
export function writeKeyFile(registerFile: string, keys: KeyFile, nowMs: number): void {
  const path = keyFilePath(registerFile);
  mkdirSync(dirname(path), { recursive: true });
  const fresh = `${path}.new`;
  const handle = openSync(fresh, 'w', 0o600);
  try {
    // All of it: one write may take only a part when the disk is nearly full.
    writeFileSync(handle, `${JSON.stringify(keys, null, 2)}\n`);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  if (existsSync(path)) {
    const kept = `${path}.kept-${nowMs}`;
    copyFileSync(path, kept);
    flushFile(kept);
  }
  renameSync(fresh, path);
  flushFolder(dirname(path));
}

/**
 * After the register was opened by `dataKey`: what the key file offers besides it goes, and so do the former key files of
 * this same register. One of another register stays: that one may still be found somewhere. `usedNext` says which of the
 * two sets of wraps it was opened by; null leaves both.
 */
export function settleKeyFile(registerFile: string, keys: KeyFile, usedNext: boolean | null, nowMs: number): void {
  let settled = keys;
  if (keys.next !== undefined) {
    if (usedNext === null) return;
    settled = usedNext ? { version: 1, ...keys.next } : { version: 1, registerId: keys.registerId, wraps: keys.wraps };
    writeKeyFile(registerFile, settled, nowMs);
  }
  const path = keyFilePath(registerFile);
  for (const name of readdirSync(dirname(path))) {
    if (!name.startsWith(`${basename(path)}.kept-`)) continue;
    const kept = join(dirname(path), name);
    if ([keys.registerId, settled.registerId].includes(registerIdIn(kept))) rmSync(kept, { force: true });
  }
}

function registerIdIn(path: string): string {
  try {
    return keyFileSchema.parse(JSON.parse(readFileSync(path, 'utf8'))).registerId;
  } catch {
    return '';
  }
}

/** What somebody holds to open a register with. */
export type Secret = { readonly passphrase: string } | { readonly recoveryKey: string };

/** A data key that a key file gave, and from which of its two sets of wraps; null for one that only memory kept. */
export type Unwrapped = { readonly dataKeyHex: string; readonly isNext: boolean | null };

/** The data keys that a secret opens here, the present register's first; KEY_WRONG when there are none. */
export async function unwrapBySecret(keys: KeyFile, secret: Secret): Promise<readonly Unwrapped[]> {
  const recovery = 'recoveryKey' in secret ? readRecoveryKey(secret.recoveryKey) : null;
  if (recovery?.ok === false) throw new StationError('KEY_WRONG', {}, 'recoveryKey');
  return unwrapEach(keys, async (one) => {
    if ('passphrase' in secret) return unwrapByPassphrase(one, secret.passphrase);
    return unwrapByRecoveryKey(one, recovery?.ok === true ? recovery.bytes : new Uint8Array());
  });
}

/** Asks each of the two sets of wraps. Throws the first set's failure where neither gives a key. */
export async function unwrapEach(
  keys: KeyFile,
  unwrap: (one: KeyFile) => Promise<Uint8Array | null>,
): Promise<readonly Unwrapped[]> {
  const found: Unwrapped[] = [];
  let failure: unknown = null;
  for (const isNext of [false, true]) {
    const one = isNext ? (keys.next === undefined ? null : { version: 1 as const, ...keys.next }) : keys;
    if (one === null) continue;
    try {
      const dataKey = await unwrap(one);
      if (dataKey !== null) found.push({ dataKeyHex: Buffer.from(dataKey).toString('hex'), isNext });
    } catch (error) {
      failure ??= error;
    }
  }
  if (found.length === 0 && failure !== null) throw failure;
  return found;
}

/** The ways that this file offers, the quickest first. */
export function unlockWays(keys: KeyFile): readonly UnlockWay[] {
  const ways: UnlockWay[] = [];
  const all = [keys.wraps, ...(keys.next === undefined ? [] : [keys.next.wraps])];
  if (all.some(({ keychain }) => keychain !== undefined)) ways.push('keychain');
  if (all.some(({ passphrase }) => passphrase !== undefined)) ways.push('passphrase');
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
