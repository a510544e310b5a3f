import type { EventName } from '../../shared/contract.ts';
import type { Failure } from '../../shared/errors.ts';
import type { Claim } from '../db/claim.ts';
import type { Anchor } from '../db/marks.ts';
import type { OpenedBy } from './audit/watch.ts';
import type { Backups } from './backup/backups.ts';
import type { CellOwner } from './cell.ts';
import type { TimeSource } from './clock.ts';
import type { Keychain } from './register/create.ts';
import type { Folding } from './register/folding.ts';
import type { createIdleLock } from './staff/idleLock.ts';
import type { Log, Station } from './station.ts';
import type { Connection } from './sync/connection.ts';
import type { Down } from './sync/down.ts';
import type { Uploader } from './sync/uploader.ts';

export type CoreInit = {
  /** The register; its key file stands beside it. */
  readonly registerFile: string;
  /** True when core is started again after a crash: whoever was signed in and whatever was on the stage goes on. */
  readonly resumeSession: boolean;
  /** The data key that the shell remembers across a restart of core, 64 hexadecimal digits. */
  readonly dataKeyHex: string | null;
  /** Allows clock.advance. Never true in the packaged program. */
  readonly testClock: boolean;
  readonly nativeBinding: string | null;
  /** A central service that runs beside the workstation for trying out; used unless the site has connected another. */
  readonly embeddedCentral: Connection | null;
  readonly programVersion: string;
};

export type CoreHost = {
  readonly fetch: typeof fetch;
  /** The system's proxy for an address, as Chromium tells it (`PROXY host:port; DIRECT`); none where it is not given. */
  readonly resolveProxy?: (url: string) => Promise<string>;
  readonly keychain: Keychain;
  readonly rememberKey: (dataKeyHex: string) => void;
  /** Said before something that holds core up in one piece for at most `forMs`. */
  readonly longStep?: (forMs: number) => void;
  readonly emit: (event: EventName, payload: unknown) => void;
  readonly log: Log;
  /** The machine's clocks, unless a test brings its own. */
  readonly time?: TimeSource;
};

/** What the register is in. */
export type Phase =
  | { readonly kind: 'fresh' | 'locked' }
  | { readonly kind: 'refused'; readonly failure: Failure }
  /** The register is closed while another takes its place. */
  | { readonly kind: 'working'; readonly task: 'rekey' | 'restore'; readonly step: string }
  | {
      readonly kind: 'ready';
      readonly station: Station;
      readonly cells: CellOwner;
      readonly uploader: Uploader;
      readonly down: Down;
      readonly backups: Backups;
      readonly folding: Folding;
      readonly idle: ReturnType<typeof createIdleLock>;
      readonly claim: Claim;
      readonly anchor: Anchor;
      readonly dataKeyHex: string;
    };
/** An open register. */
export type Opened = Extract<Phase, { kind: 'ready' }>;

/** How a register is opened otherwise than at a start. */
export type Opening = {
  readonly by: OpenedBy;
  /** Whoever was signed in and whatever was on the stage goes on. */
  readonly resumeSession: boolean;
  /** It was put in place by a restore. */
  readonly isRestored?: boolean;
  /** Written with the opening itself. */
  readonly note?: (station: Station) => void;
};
