import { type EventName, events } from '../../shared/contract.ts';
import { fail, type Reply } from '../../shared/errors.ts';
import type { CoreStart, FromCore, ToCore } from './coreMessages.ts';
import type { Keychain } from './keychain.ts';
import type { Log } from './log.ts';

/** One running core process, as this host sees it. */
export type CoreChild = {
  readonly post: (message: ToCore) => void;
  readonly onMessage: (listener: (message: FromCore) => void) => void;
  /** Called once, with the exit code where the system says it. */
  readonly onExit: (listener: (exitCode: number | null) => void) => void;
  readonly kill: () => void;
};

export type CoreHostParts = {
  readonly fork: () => CoreChild;
  /** The register and what core is told; resumeSession and dataKeyHex are this host's to fill. */
  readonly start: () => Omit<CoreStart, 'resumeSession' | 'dataKeyHex'>;
  readonly keychain: Keychain;
  readonly emit: (event: EventName, payload: unknown) => void;
  readonly log: Log;
  /** Milliseconds that only go forward. */
  readonly now: () => number;
};

export type CoreHost = {
  readonly start: () => void;
  /** Answers with core's reply; waits for a core that is being started, and says CORE_RESTARTING when that takes too long. */
  readonly call: (method: string, input: unknown) => Promise<Reply<unknown>>;
  /** Asks core to close its register, and ends it when that takes longer than `limitMs`. */
  readonly close: (limitMs: number) => Promise<void>;
};

/** How long a call waits for a new core before it is answered CORE_RESTARTING. */
const waitForCoreMs = 10_000;
const failedAfterDeaths = 5;
const deathsWithinMs = 60_000;
const retryWhenFailedMs = 10_000;

/** The pause in ms before the next start, from how often core died in the last minute (at least once). */
export function restartDelay(recentDeaths: number): number {
  if (recentDeaths >= failedAfterDeaths) return retryWhenFailedMs;
  return recentDeaths <= 1 ? 0 : 250 * 2 ** (recentDeaths - 2);
}

type Waiting = { readonly go: () => void };

/**
 * Keeps core running in a process of its own. When it dies, the calls under way are answered CORE_RESTARTING (the same
 * requestId may be sent again and finds its answer, if it was committed) and a new core opens the register with the
 * key remembered here, so that nobody types it again. This host's memory is the only place the key is kept in.
 */
export function createCoreHost(parts: CoreHostParts): CoreHost {
  let child: CoreChild | null = null;
  let ready = false;
  let wasReady = false;
  let closing = false;
  let ended: (() => void) | null = null;
  let dataKeyHex: string | null = null;
  let times = 0;
  let deaths: number[] = [];
  let nextId = 1;
  const underWay = new Map<number, (reply: Reply<unknown>) => void>();
  const waiting = new Set<Waiting>();

  const startCore = (): void => {
    if (closing) return;
    let fresh: CoreChild;
    try {
      fresh = parts.fork();
    } catch (error) {
      parts.log('core.notForked', { error: error instanceof Error ? error.name : 'unknown' });
      died(null);
      return;
    }
    child = fresh;
    fresh.onMessage((message) => {
      if (child === fresh) heard(fresh, message);
    });
    fresh.onExit((exitCode) => {
      if (child !== fresh) return;
      child = null;
      died(exitCode);
    });
    fresh.post({ kind: 'init', init: { ...parts.start(), resumeSession: wasReady, dataKeyHex } });
  };

  const died = (exitCode: number | null): void => {
    ready = false;
    for (const settle of underWay.values()) settle(restarting());
    underWay.clear();
    if (closing) {
      ended?.();
      return;
    }
    times += 1;
    const now = parts.now();
    deaths = [...deaths.filter((at) => now - at < deathsWithinMs), now];
    const delay = restartDelay(deaths.length);
    parts.log('core.died', { exitCode: exitCode ?? -1, times, waitMs: delay });
    parts.emit('core.restarted', { state: deaths.length >= failedAfterDeaths ? 'failed' : 'restarting', times });
    setTimeout(startCore, delay);
  };

  const heard = (from: CoreChild, message: FromCore): void => {
    switch (message.kind) {
      case 'ready':
        ready = true;
        wasReady = true;
        parts.log('core.ready', { times });
        for (const one of waiting) one.go();
        waiting.clear();
        if (times > 0) parts.emit('core.restarted', { state: 'ready', times });
        return;
      case 'reply': {
        const settle = underWay.get(message.id);
        underWay.delete(message.id);
        settle?.(message.reply);
        return;
      }
      case 'event': {
        const payload = Object.hasOwn(events, message.name) ? events[message.name].safeParse(message.payload) : null;
        if (payload?.success === true) parts.emit(message.name, payload.data);
        else parts.log('core.oddEvent', { kind: String(message.name) });
        return;
      }
      case 'hostCall':
        from.post(answerHostCall(message, parts.keychain, parts.log));
        return;
      case 'rememberKey':
        dataKeyHex = message.dataKeyHex;
        return;
      case 'log':
        parts.log(message.event, message.fields);
        return;
      default:
        parts.log('core.oddMessage');
    }
  };

  const untilReady = (): Promise<boolean> => {
    if (ready) return Promise.resolve(true);
    return new Promise((resolve) => {
      const one: Waiting = {
        go: () => {
          clearTimeout(timer);
          resolve(true);
        },
      };
      const timer = setTimeout(() => {
        waiting.delete(one);
        resolve(false);
      }, waitForCoreMs);
      waiting.add(one);
    });
  };

  return {
    start: startCore,
    call: async (method, input) => {
      if (closing || !(await untilReady())) return restarting();
      return new Promise((resolve) => {
        // It may have died between the two lines above.
        if (child === null || !ready) {
          resolve(restarting());
          return;
        }
        const id = nextId;
        nextId += 1;
        underWay.set(id, resolve);
        try {
          child.post({ kind: 'call', id, method, input });
        } catch (error) {
          underWay.delete(id);
          parts.log('core.notSent', { method, error: error instanceof Error ? error.name : 'unknown' });
          resolve(restarting());
        }
      });
    },
    close: (limitMs) => {
      closing = true;
      const last = child;
      if (last === null) return Promise.resolve();
      return new Promise((resolve) => {
        const timer = setTimeout(() => {
          parts.log('core.killedOnClose', { waitMs: limitMs });
          last.kill();
          resolve();
        }, limitMs);
        ended = () => {
          clearTimeout(timer);
          resolve();
        };
        last.post({ kind: 'close' });
      });
    },
  };
}

function restarting(): Reply<never> {
  return fail('CORE_RESTARTING', {}, { retryable: true });
}

function answerHostCall(message: Extract<FromCore, { kind: 'hostCall' }>, keychain: Keychain, log: Log): ToCore {
  const { id, name, value } = message;
  try {
    switch (name) {
      case 'keychain.available':
        return { kind: 'hostReply', id, value: keychain.available(), failed: false };
      case 'keychain.wrap':
        if (value instanceof Uint8Array) return { kind: 'hostReply', id, value: keychain.wrap(value), failed: false };
        break;
      case 'keychain.unwrap':
        if (typeof value === 'string') return { kind: 'hostReply', id, value: keychain.unwrap(value), failed: false };
        break;
    }
  } catch (error) {
    log('keychain.failed', { kind: name, error: error instanceof Error ? error.name : 'unknown' });
  }
  return { kind: 'hostReply', id, value: null, failed: true };
}
