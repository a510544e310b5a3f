import { events } from '../../shared/contract/events.ts';
import type { EventName } from '../../shared/contract.ts';
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
  /** The system's proxy for an address, as Chromium tells it. */
  readonly resolveProxy?: (url: string) => Promise<string>;
  readonly emit: (event: EventName, payload: unknown) => void;
  readonly log: Log;
  /** Milliseconds that only go forward. */
  readonly now: () => number;
  /** The time between two questions whether core still answers, in ms; `beatMs` unless a test wants it quicker. */
  readonly beatMs?: number;
};

export type CoreHost = {
  readonly start: () => void;
  /** Starts core once more after it was given up. */
  readonly startAgain: () => void;
  /**
   * Answers with core's reply; waits for a core that is being started, and says CORE_RESTARTING when that takes too long,
   * CORE_FAILED when it was given up.
   */
  readonly call: (method: string, input: unknown) => Promise<Reply<unknown>>;
  /** Asks core to close its register, and ends it when that takes longer than `limitMs`. */
  readonly close: (limitMs: number) => Promise<void>;
};

/** How long a call waits for a new core before it is answered CORE_RESTARTING. */
const waitForCoreMs = 10_000;
const failedAfterDeaths = 5;
const deathsWithinMs = 60_000;
const retryWhenFailedMs = 10_000;

/**
 * Core is asked every 1.5 s whether it answers. After 3 questions in a row without an answer the window says that it takes
 * longer; after 10 (15 s), or 40 (a minute) while it opens the register, it hangs and is ended. Questions are counted, not
 * seconds: a machine that slept wakes up to one unanswered question, not to a thousand.
 */
const beatMs = 1_500;
const slowAfterBeats = 3;
const hungAfterBeats = 10;
const hungAtStartAfterBeats = 40;
/** However long core says that it will be. */
const longestPatienceMs = 30 * 60_000;

/** The pause in ms before the next start, from how often core died in the last minute (at least once). */
export function restartDelay(recentDeaths: number): number {
  if (recentDeaths >= failedAfterDeaths) return retryWhenFailedMs;
  return recentDeaths <= 1 ? 0 : 250 * 2 ** (recentDeaths - 2);
}

type Waiting = { readonly go: () => void };

/**
 * Keeps core running in a process of its own, and ends one that hangs. When it dies, the calls under way are answered CORE_RESTARTING (the same
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
  /** Five deaths in a minute, or five starts that came to nothing: it is not started again by itself. */
  let givenUp = false;
  let startsInVain = 0;
  let beat: ReturnType<typeof setInterval> | undefined;
  let asked = 0;
  let answered = 0;
  let patientUntil = 0;
  let isSlow = false;
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
    watch(fresh);
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

  /** Asks core again and again whether it answers; ends one that does not. */
  const watch = (watched: CoreChild): void => {
    clearInterval(beat);
    asked = 0;
    answered = 0;
    patientUntil = 0;
    isSlow = false;
    beat = setInterval(() => {
      const missed = asked - answered;
      const isPatient = parts.now() < patientUntil;
      if (missed >= (ready ? hungAfterBeats : hungAtStartAfterBeats) && !isPatient) {
        clearInterval(beat);
        parts.log('core.hung', { count: missed, state: ready ? 'ready' : 'starting' });
        watched.kill();
        return;
      }
      if (missed >= slowAfterBeats && ready && !isSlow) {
        isSlow = true;
        parts.emit('core.restarted', { state: 'slow', times });
      }
      asked += 1;
      try {
        watched.post({ kind: 'ping', n: asked });
      } catch {
        // It is ending; its exit says so.
      }
    }, parts.beatMs ?? beatMs);
  };

  const died = (exitCode: number | null): void => {
    clearInterval(beat);
    startsInVain = ready ? 0 : startsInVain + 1;
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
    givenUp = Math.max(deaths.length, startsInVain) >= failedAfterDeaths;
    const delay = restartDelay(deaths.length);
    parts.log('core.died', { exitCode: exitCode ?? -1, times, waitMs: givenUp ? -1 : delay });
    parts.emit('core.restarted', { state: givenUp ? 'failed' : 'restarting', times });
    if (!givenUp) {
      setTimeout(startCore, delay);
      return;
    }
    for (const one of waiting) one.go();
    waiting.clear();
  };

  const heard = (from: CoreChild, message: FromCore): void => {
    switch (message.kind) {
      case 'ready':
        ready = true;
        wasReady = true;
        startsInVain = 0;
        parts.log('core.ready', { times });
        for (const one of waiting) one.go();
        waiting.clear();
        if (times > 0) parts.emit('core.restarted', { state: 'ready', times });
        return;
      case 'pong':
        answered = Math.max(answered, Math.min(message.n, asked));
        if (isSlow && asked - answered < slowAfterBeats) {
          isSlow = false;
          parts.emit('core.restarted', { state: 'answering', times });
        }
        return;
      case 'longStep':
        patientUntil = Math.max(patientUntil, parts.now() + Math.min(message.forMs, longestPatienceMs));
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
        if (message.name === 'proxy.resolve') void answerProxy(from, message, parts.resolveProxy);
        else from.post(answerHostCall(message, parts.keychain, parts.log));
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
    startAgain: () => {
      if (!givenUp || closing) return;
      givenUp = false;
      startsInVain = 0;
      deaths = [];
      parts.emit('core.restarted', { state: 'restarting', times });
      startCore();
    },
    call: async (method, input) => {
      const isReady = !closing && (givenUp || (await untilReady()));
      if (givenUp) return fail('CORE_FAILED');
      if (!isReady) return restarting();
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
      clearInterval(beat);
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

/** Where the system does not say which proxy, none is used. */
async function answerProxy(
  from: CoreChild,
  { id, value }: Extract<FromCore, { kind: 'hostCall' }>,
  resolve: CoreHostParts['resolveProxy'],
): Promise<void> {
  let proxy = 'DIRECT';
  try {
    if (typeof value === 'string' && resolve !== undefined) proxy = await resolve(value);
  } catch {
    // A proxy script that fails is none.
  }
  from.post({ kind: 'hostReply', id, value: proxy, failed: false });
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
