import type { TimeSource } from '../../electron/core/clock.ts';
import { type Core, type CoreInit, createCore } from '../../electron/core/createCore.ts';
import type { Log } from '../../electron/core/station.ts';
import type { EventName } from '../../shared/contract.ts';

export type NodeCoreOptions = Partial<CoreInit> & {
  readonly registerFile: string;
  readonly time?: TimeSource;
  readonly log?: Log;
  readonly onEvent?: (event: EventName, payload: unknown) => void;
  readonly rememberKey?: (dataKeyHex: string) => void;
  readonly fetch?: typeof fetch;
  readonly resolveProxy?: (url: string) => Promise<string>;
};

/** The same core in plain Node: no keychain here, so a register opens by its passphrase or recovery key. */
export function openNodeCore(options: NodeCoreOptions): Promise<Core> {
  const { registerFile, time, log, onEvent, rememberKey, fetch: ownFetch, resolveProxy, ...init } = options;
  return createCore(
    {
      resumeSession: false,
      dataKeyHex: null,
      testClock: false,
      nativeBinding: null,
      embeddedCentral: null,
      programVersion: '0',
      ...init,
      registerFile,
    },
    {
      fetch: ownFetch ?? fetch,
      ...(resolveProxy === undefined ? {} : { resolveProxy }),
      keychain: {
        available: async () => false,
        wrap: async () => {
          throw new Error('no keychain here');
        },
        unwrap: async () => null,
      },
      rememberKey: rememberKey ?? (() => {}),
      emit: onEvent ?? (() => {}),
      log: log ?? (() => {}),
      ...(time === undefined ? {} : { time }),
    },
  );
}
