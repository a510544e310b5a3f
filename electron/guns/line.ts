import type { FoundDevice, GunDamage, GunState, Usb } from '../../shared/model/gun.ts';

export type LineScan = { readonly text: string; readonly bytes: Uint8Array };

/** What one open device tells. */
export type LineEvents = {
  readonly onScan: (scan: LineScan) => void;
  readonly onDamaged: (by: GunDamage['by']) => void;
  /** The device is gone; called once, and never after `close`. */
  readonly onGone: () => void;
};

/** One open device, and where it was found. */
export type Line = { readonly path: string; readonly close: () => Promise<void> };

/** Why a device could not be opened. */
export class LineFault extends Error {
  readonly state: Extract<GunState, 'waiting' | 'busy' | 'denied' | 'failed'>;

  constructor(state: LineFault['state'], message: string) {
    super(message);
    this.name = 'LineFault';
    this.state = state;
  }
}

/**
 * The device that was set up at `path`, wherever it is now: by vendor, product and serial number. Of guns that are alike
 * and carry no serial number, each keeps to its path, and one that has moved is never taken for another one's device
 * (`taken`), so that two guns do not change their roles.
 */
export function deviceOf(
  devices: readonly FoundDevice[],
  path: string,
  usb: Usb,
  taken: ReadonlySet<string>,
): FoundDevice | null {
  const alike = devices.filter(
    (device) =>
      device.usb?.vendorId === usb.vendorId &&
      device.usb.productId === usb.productId &&
      device.usb.serialNumber === usb.serialNumber,
  );
  const isOwn = usb.serialNumber !== null;
  return (
    alike.find((device) => device.path === path) ?? alike.find((device) => isOwn || !taken.has(device.path)) ?? null
  );
}
