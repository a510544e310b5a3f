import { useSyncExternalStore } from 'react';
import type { Input, Method, Output } from '../../shared/contract.ts';
import type { Failure, Reply } from '../../shared/errors.ts';
import type { DeskView, Stage, SyncView, Tone } from '../../shared/model/desk.ts';
import type { Operator } from '../../shared/model/staff.ts';
import { minute, second } from '../../shared/time.ts';
import type { ScanFrom } from '../scan/listeners.ts';
import { callStation } from '../station.ts';

/** The calls that answer with the whole desk. */
type DeskMethod = { [M in Method]: Output<M> extends DeskView ? M : never }[Method];
type Gesture = Exclude<DeskMethod, 'desk.get'>;
/** A gesture's input without its requestId, which is made here, one a gesture. */
export type GestureInput<M extends Gesture> = Omit<Input<M>, 'requestId'>;

export type DeskState = {
  readonly view: DeskView | null;
  /** Core's time at the last visible tick, epoch ms. */
  readonly nowMs: number;
  /** Why the last gesture was not done, until the next one. */
  readonly failure: Failure | null;
};

/** What a gesture of this window did, for the ear. */
export type Heard = { readonly tone: Tone; readonly stage: Stage };

const tickMs = second;
/** A desk that nobody touches is looked at anew this often: the day may have changed, old tests leave the wall. */
const lookEveryMs = minute;

/**
 * The one place that holds what the desk shows. Answers are painted by their version, never an older one over a newer;
 * gestures go out one after another, so that a scan during a pending call is neither lost nor overtaken.
 */
export function createDeskStore() {
  let state: DeskState = { view: null, nowMs: Date.now(), failure: null };
  /** Core's clock: its time at an answer, and this window's steady clock then. */
  let anchor = { coreMs: Date.now(), steadyMs: performance.now() };
  let queue: Promise<unknown> = Promise.resolve();
  let isLooking = false;
  /** Core was started again or the register opened: the next answer counts, whatever its version. */
  let takesAny = true;
  let timer: ReturnType<typeof setInterval> | undefined;
  let lastOperator: Operator | null = null;
  const listeners = new Set<() => void>();
  const hearers = new Set<(heard: Heard) => void>();

  const nowMs = () => anchor.coreMs + (performance.now() - anchor.steadyMs);

  function set(change: Partial<DeskState>): void {
    state = { ...state, ...change };
    for (const listener of listeners) listener();
  }

  /** Takes an answer unless a newer one is on the screen already. */
  function take(view: DeskView): boolean {
    if (!takesAny && state.view !== null && view.version < state.view.version) return false;
    takesAny = false;
    anchor = { coreMs: view.nowAtMs, steadyMs: performance.now() };
    lastOperator = view.operator ?? lastOperator;
    set({ view, nowMs: view.nowAtMs });
    return true;
  }

  async function look(): Promise<void> {
    if (isLooking) return;
    isLooking = true;
    try {
      const reply = await callStation('desk.get', {});
      if (reply.ok) take(reply.value);
    } finally {
      isLooking = false;
    }
  }

  /** One gesture, after all that came before it. */
  function act<M extends Gesture>(method: M, input: GestureInput<M>): Promise<Reply<DeskView>> {
    const requestId = crypto.randomUUID();
    const run = async (): Promise<Reply<DeskView>> => {
      const reply = (await callStation(method, { ...input, requestId } as unknown as Input<M>)) as Reply<DeskView>;
      if (reply.ok) {
        if (state.failure !== null) state = { ...state, failure: null };
        const isPainted = take(reply.value);
        if (isPainted && reply.value.heard !== null) hear({ tone: reply.value.heard, stage: reply.value.stage });
      } else {
        set({ failure: reply.error });
        hear({ tone: 'refused', stage: { kind: 'idle' } });
        if (reply.error.code === 'NOT_ON_STAGE' || reply.error.code === 'NOT_SIGNED_IN') void look();
      }
      return reply;
    };
    const answer = queue.then(run, run);
    queue = answer;
    return answer;
  }

  function hear(heard: Heard): void {
    for (const hearer of hearers) hearer(heard);
  }

  function tick(): void {
    const now = nowMs();
    set({ nowMs: now });
    const { view } = state;
    if (view === null) return;
    const isDue = deadlinesOf(view.stage).some((atMs) => view.nowAtMs < atMs && now >= atMs);
    if (isDue || now - view.nowAtMs >= lookEveryMs) void look();
  }

  function subscribe(listener: () => void): () => void {
    listeners.add(listener);
    timer ??= setInterval(tick, tickMs);
    return () => {
      listeners.delete(listener);
      if (listeners.size > 0) return;
      clearInterval(timer);
      timer = undefined;
    };
  }

  return {
    now: () => state,
    /** Who sits here, or sat here last before the desk was locked. */
    lastOperator: () => lastOperator,
    /** Core's time at this moment, epoch ms. */
    nowMs,
    subscribe,
    onHeard: (hearer: (heard: Heard) => void): (() => void) => {
      hearers.add(hearer);
      return () => hearers.delete(hearer);
    },
    take,
    look,
    act,
    scan: (text: string, from: ScanFrom) => act('desk.scan', { text, ...from }),
    /** A code typed by hand; `repeated` is its second entry. */
    scanTyped: (text: string, repeated?: string) =>
      act('desk.scan', { text, source: 'typed', ...(repeated === undefined ? {} : { repeated }) }),
    /** After core was started again. */
    lookAfresh: () => {
      takesAny = true;
      void look();
    },
    setSync: (sync: SyncView) => {
      if (state.view !== null) set({ view: { ...state.view, sync } });
    },
    forgetFailure: () => {
      if (state.failure !== null) set({ failure: null });
    },
  };
}

/** The moments at which core would show this stage differently, epoch ms. */
function deadlinesOf(stage: Stage): readonly number[] {
  switch (stage.kind) {
    case 'person':
    case 'kit':
    case 'choose':
    case 'secondTest':
    case 'confirmPositive':
      return [stage.expiresAtMs];
    case 'refused':
      return stage.held.expiresAtMs === null ? [] : [stage.held.expiresAtMs];
    case 'test':
      // Core takes the closing moment itself as inside the window.
      return [stage.test.opensAtMs, stage.test.closesAtMs === null ? null : stage.test.closesAtMs + 1].filter(
        (atMs) => atMs !== null,
      );
    default:
      return [];
  }
}

/** The window's desk. */
export const desk = createDeskStore();

export function useDesk(): DeskState {
  return useSyncExternalStore(desk.subscribe, desk.now);
}

/** Only the view: not drawn again with each second. */
export function useDeskView(): DeskView | null {
  return useSyncExternalStore(desk.subscribe, () => desk.now().view);
}

/** Core's time, moving once a second. */
export function useNowMs(): number {
  return useSyncExternalStore(desk.subscribe, () => desk.now().nowMs);
}
