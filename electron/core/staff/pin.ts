import { randomBytes, timingSafeEqual } from 'node:crypto';
import { StationError } from '../../../shared/errors.ts';
import { stretch } from '../stretch.ts';

/** scrypt's cost as log2 of its blocks of 1 KiB: 2^15 = 32 MiB, about a tenth of a second, off core's own thread. */
export const pinLogN = 15;

export type PinSecret = { readonly pinSalt: Uint8Array; readonly pinHash: Uint8Array; readonly pinCost: number };

/** Salts and hashes a PIN. Throws PIN_WEAK for the ones that everybody tries first. */
export async function sealPin(pin: string, field = 'pin'): Promise<PinSecret> {
  if (isWeak(pin)) throw new StationError('PIN_WEAK', {}, field);
  const pinSalt = randomBytes(16);
  return { pinSalt, pinHash: await stretch(pin, pinSalt, pinLogN), pinCost: pinLogN };
}

export async function isRightPin(pin: string, secret: PinSecret): Promise<boolean> {
  return timingSafeEqual(await stretch(pin, secret.pinSalt, secret.pinCost), secret.pinHash);
}

/** One digit repeated, a run up or down, a pair repeated. */
function isWeak(pin: string): boolean {
  const digits = [...pin].map(Number);
  const steps = digits.slice(1).map((digit, index) => digit - (digits[index] ?? 0));
  const isRun = [0, 1, -1].some((step) => steps.every((each) => each === step));
  return isRun || /^(\d\d)\1+$/.test(pin);
}
