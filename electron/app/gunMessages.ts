import type { FoundDevices, Gun, GunDamage, GunScan, GunState } from '../../shared/model/gun.ts';

/** From the window's process to the guns'. */
export type ToGuns =
  | { readonly kind: 'set'; readonly guns: readonly Gun[] }
  | { readonly kind: 'find'; readonly id: number }
  | { readonly kind: 'close' };

/** From the guns' process to the window's. */
export type FromGuns =
  | { readonly kind: 'scanned'; readonly scan: GunScan }
  | { readonly kind: 'damaged'; readonly damage: GunDamage }
  | { readonly kind: 'state'; readonly gunId: string; readonly state: GunState }
  | { readonly kind: 'found'; readonly id: number; readonly devices: FoundDevices }
  | {
      readonly kind: 'log';
      readonly event: string;
      readonly fields: Readonly<Record<string, string | number | boolean>>;
    };
