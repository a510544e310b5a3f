import type { EventName } from '../../shared/contract.ts';
import type { FoundDevices, Gun, GunState, GunView } from '../../shared/model/gun.ts';
import { restartDelay } from './coreHost.ts';
import type { FromGuns, ToGuns } from './gunMessages.ts';
import type { Log } from './log.ts';

/** The guns' running process, as this host sees it. */
export type GunsChild = {
  readonly post: (message: ToGuns) => void;
  readonly onMessage: (listener: (message: FromGuns) => void) => void;
  readonly onExit: (listener: (exitCode: number | null) => void) => void;
  readonly kill: () => void;
};

export type GunsHostParts = {
  readonly fork: () => GunsChild;
  /** The guns that are set up on this desk. */
  readonly guns: () => readonly Gun[];
  readonly emit: (event: EventName, payload: unknown) => void;
  readonly log: Log;
  /** Milliseconds that only go forward. */
  readonly now: () => number;
  /** How long a process that has no gun to open is kept, in ms: whoever looks for guns mostly adds one. */
  readonly idleMs: number;
};

export type GunsHost = {
  /** Opens the guns that are set up now: at the start, and after each change. */
  readonly apply: () => void;
  readonly views: () => GunView[];
  /** What could be set up as a gun. Nothing when the process does not answer in time. */
  readonly find: () => Promise<FoundDevices>;
  readonly close: () => void;
};

const deathsWithinMs = 60_000;
const findLimitMs = 8_000;

/**
 * Keeps the guns' process running where there is a gun to open, or while one is looked for; otherwise there is none. When
 * it dies it is started again, and the guns are as they were.
 */
export function createGunsHost(parts: GunsHostParts): GunsHost {
  let child: GunsChild | null = null;
  let isClosing = false;
  let deaths: number[] = [];
  let timer: NodeJS.Timeout | undefined;
  let idleTimer: NodeJS.Timeout | undefined;
  let nextId = 1;
  const states = new Map<string, GunState>();
  const lastScans = new Map<string, number>();
  const finding = new Map<number, (devices: FoundDevices) => void>();

  const enabled = () => parts.guns().filter((gun) => gun.enabled);
  const views = (): GunView[] =>
    parts.guns().map((gun) => ({
      ...gun,
      state: gun.enabled ? (states.get(gun.id) ?? 'opening') : 'off',
      lastScanAtMs: lastScans.get(gun.id) ?? null,
    }));
  const tell = () => parts.emit('guns.changed', { guns: views() });

  /** Lets go of a process that has nothing to do. */
  const endWhenIdle = (): void => {
    clearTimeout(idleTimer);
    if (child === null || enabled().length > 0) return;
    idleTimer = setTimeout(() => {
      const last = child;
      if (last === null || enabled().length > 0 || finding.size > 0) return;
      child = null;
      states.clear();
      last.kill();
    }, parts.idleMs);
  };

  const heard = (message: FromGuns): void => {
    switch (message.kind) {
      case 'scanned':
        lastScans.set(message.scan.gunId, message.scan.atMs);
        parts.emit('guns.scanned', message.scan);
        return;
      case 'damaged':
        parts.emit('guns.damaged', message.damage);
        return;
      case 'state':
        states.set(message.gunId, message.state);
        parts.log('gun.state', { state: message.state });
        tell();
        return;
      case 'found':
        finding.get(message.id)?.(message.devices);
        finding.delete(message.id);
        endWhenIdle();
        return;
      case 'log':
        parts.log(message.event, message.fields);
    }
  };

  const start = (): GunsChild | null => {
    if (child !== null || isClosing) return child;
    clearTimeout(timer);
    let fresh: GunsChild;
    try {
      fresh = parts.fork();
    } catch (error) {
      parts.log('guns.notForked', { error: error instanceof Error ? error.name : 'unknown' });
      return null;
    }
    child = fresh;
    fresh.onMessage((message) => {
      if (child === fresh) heard(message);
    });
    fresh.onExit((exitCode) => {
      if (child === fresh) died(exitCode);
    });
    fresh.post({ kind: 'set', guns: [...parts.guns()] });
    return fresh;
  };

  const died = (exitCode: number | null): void => {
    child = null;
    states.clear();
    for (const answer of finding.values()) answer({ serial: [], hid: [] });
    finding.clear();
    if (isClosing) return;
    const now = parts.now();
    deaths = [...deaths.filter((at) => now - at < deathsWithinMs), now];
    const delay = restartDelay(deaths.length);
    parts.log('guns.died', { exitCode: exitCode ?? -1, waitMs: delay });
    tell();
    timer = setTimeout(() => {
      if (enabled().length > 0) start();
    }, delay);
  };

  return {
    apply: () => {
      if (child !== null) child.post({ kind: 'set', guns: [...parts.guns()] });
      else if (enabled().length > 0) start();
      endWhenIdle();
      tell();
    },
    views,
    find: () =>
      new Promise((resolve) => {
        const running = start();
        if (running === null) return resolve({ serial: [], hid: [] });
        const id = nextId;
        nextId += 1;
        const limit = setTimeout(() => {
          finding.delete(id);
          parts.log('guns.findTimedOut', {});
          endWhenIdle();
          resolve({ serial: [], hid: [] });
        }, findLimitMs);
        finding.set(id, (devices) => {
          clearTimeout(limit);
          resolve(devices);
        });
        running.post({ kind: 'find', id });
      }),
    close: () => {
      isClosing = true;
      clearTimeout(timer);
      clearTimeout(idleTimer);
      child?.kill();
    },
  };
}
