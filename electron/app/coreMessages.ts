import type { EventName } from '../../shared/contract.ts';
import type { Reply } from '../../shared/errors.ts';

/** What core is started with; coreProcess.ts hands it on, so the compiler compares it with core's own type there. */
export type CoreStart = {
  readonly registerFile: string;
  /** True when core starts again after it died in this run. */
  readonly resumeSession: boolean;
  /** The register's key, remembered in this process's memory since it was unlocked in this run. */
  readonly dataKeyHex: string | null;
  readonly testClock: boolean;
  readonly nativeBinding: string | null;
  readonly embeddedCentral: { readonly url: string; readonly token: string } | null;
  readonly programVersion: string;
};

/** From the window's process to core. */
export type ToCore =
  | { readonly kind: 'init'; readonly init: CoreStart }
  | { readonly kind: 'call'; readonly id: number; readonly method: string; readonly input: unknown }
  | {
      readonly kind: 'hostReply';
      readonly id: number;
      readonly value: boolean | string | Uint8Array | null;
      readonly failed: boolean;
    }
  /** Answered at once by a core that is not held up. */
  | { readonly kind: 'ping'; readonly n: number }
  | { readonly kind: 'close' };

export type HostCallName = 'keychain.available' | 'keychain.wrap' | 'keychain.unwrap' | 'proxy.resolve';

/** From core to the window's process. */
export type FromCore =
  | { readonly kind: 'ready' }
  | { readonly kind: 'pong'; readonly n: number }
  /** Core is about to do something long in one piece (a copy before a migration): no pong for so many ms is no hang. */
  | { readonly kind: 'longStep'; readonly forMs: number }
  | { readonly kind: 'reply'; readonly id: number; readonly reply: Reply<unknown> }
  | { readonly kind: 'event'; readonly name: EventName; readonly payload: unknown }
  | {
      readonly kind: 'hostCall';
      readonly id: number;
      readonly name: HostCallName;
      readonly value: string | Uint8Array | null;
    }
  | { readonly kind: 'rememberKey'; readonly dataKeyHex: string }
  | {
      readonly kind: 'log';
      readonly event: string;
      readonly fields: Readonly<Record<string, string | number | boolean>>;
    };
