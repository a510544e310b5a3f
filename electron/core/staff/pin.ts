import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { StationError } from '../../../shared/errors.ts';

/** scrypt's cost as log2 of its blocks of 1 KiB: 2^15 = 32 MiB, about a tenth of a second, off core's own thread. */
const pinLogN = 15;

export type PinSecret = { readonly pinSalt: Uint8Array; readonly pinHash: Uint8Array; readonly pinCost: number };

/** Salts and hashes a PIN. Throws PIN_WEAK for the ones that everybody tries first. */
export async function sealPin(pin: string): Promise<PinSecret> {
  if (isWeak(pin)) throw new StationError('PIN_WEAK', {}, 'pin');
  const pinSalt = randomBytes(16);
  return { pinSalt, pinHash: await hash(pin, pinSalt, pinLogN), pinCost: pinLogN };
}

export async function isRightPin(pin: string, secret: PinSecret): Promise<boolean> {
  return timingSafeEqual(await hash(pin, secret.pinSalt, secret.pinCost), secret.pinHash);
}

/** One digit repeated, a run up or down, a pair repeated. */
function isWeak(pin: string): boolean {
  const digits = [...pin].map(Number);
  const steps = digits.slice(1).map((digit, index) => digit - (digits[index] ?? 0));
  const isRun = [0, 1, -1].some((step) => steps.every((each) => each === step));
  return isRun || /^(\d\d)\1+$/.test(pin);
}

function hash(pin: string, salt: Uint8Array, logN: number): Promise<Buffer> {
  const N = 2 ** logN;
  return new Promise((resolve, reject) => {
    scrypt(pin, salt, 32, { N, r: 8, p: 1, maxmem: 256 * N * 8 }, (error, key) =>
      error === null ? resolve(key) : reject(error),
    );
  });
}
