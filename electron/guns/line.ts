import type { GunDamage, GunState } from '../../shared/model/gun.ts';

export type LineScan = { readonly text: string; readonly bytes: Uint8Array };

/** What one open device tells. */
export type LineEvents = {
  readonly onScan: (scan: LineScan) => void;
  readonly onDamaged: (by: GunDamage['by']) => void;
  /** The device is gone; called once, and never after `close`. */
  readonly onGone: () => void;
};

/** One open device. */
export type Line = { readonly close: () => Promise<void> };

/** Why a device could not be opened. */
export class LineFault extends Error {
  readonly state: Extract<GunState, 'waiting' | 'busy' | 'denied' | 'failed'>;

  constructor(state: LineFault['state'], message: string) {
    super(message);
    this.name = 'LineFault';
    this.state = state;
  }
}
