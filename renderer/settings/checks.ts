import { readMinutes } from '../kits/productForm.ts';

export const nameMost = 60;

/** Whether the machine knows the IANA time zone. */
export function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '' && zone.includes('/');
  } catch {
    return false;
  }
}

export function checkName(text: string): 'nameNeeded' | 'tooLong' | null {
  const plain = text.trim();
  if (plain === '') return 'nameNeeded';
  return plain.length > nameMost ? 'tooLong' : null;
}

/** Minutes between binding and dropping: 0 to 60. */
export function checkOffset(text: string): 'offsetNotNumber' | 'offsetRange' | null {
  const minutes = readMinutes(text);
  if (minutes === null) return 'offsetNotNumber';
  return minutes < 0 || minutes > 60 ? 'offsetRange' : null;
}

export type PinFault = 'pinShape' | 'pinEasy';

/** As a PIN is typed. Core has the last word on what is too easy. */
export function checkPin(pin: string): PinFault | null {
  if (!/^\d{4,12}$/.test(pin)) return 'pinShape';
  const steps = [...pin].slice(1).map((digit, index) => Number(digit) - Number(pin[index]));
  const isRun = steps.every((step) => step === steps[0] && Math.abs(step) <= 1);
  return isRun || /^(\d\d)\1+$/.test(pin) ? 'pinEasy' : null;
}
