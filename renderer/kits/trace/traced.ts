import { useSyncExternalStore } from 'react';
import type { Input } from '../../../shared/contract.ts';
import { desk } from '../../desk/deskStore.ts';
import { goTo } from '../../frame/where.ts';

/** What is traced: a kit, or everything of a person. */
export type Shown =
  | { readonly by: 'kit'; readonly asked: Input<'kits.trace'>['asked'] }
  | { readonly by: 'person'; readonly personId: string };

type State = {
  /** Who traces. Anybody else finds the page new. */
  readonly whose: string | null;
  /** What was traced before, the newest last; what is shown is the last one. */
  readonly path: readonly Shown[];
  /** Asked for from another screen, and not shown yet. */
  readonly isWanted: boolean;
};

/** Steps back that are kept. */
const longest = 50;
const nothing: State = { whose: null, path: [], isWanted: false };
let state: State = nothing;
const listeners = new Set<() => void>();

function set(next: State): void {
  state = next;
  for (const listener of listeners) listener();
}

/** The state of whoever sits here. */
function own(): State {
  const whose = (desk.now().view?.operator ?? desk.lastOperator())?.id ?? null;
  if (state.whose !== whose) state = { ...nothing, whose };
  return state;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useTraced(): State {
  return useSyncExternalStore(subscribe, own);
}

/** Whether a trace was asked for from elsewhere and waits for its page. */
export function isTraceWanted(): boolean {
  return own().isWanted;
}

/** Shows a trace on its page; the one before it can be gone back to. */
export function showTrace(shown: Shown): void {
  const former = own();
  if (JSON.stringify(shown) === JSON.stringify(former.path.at(-1))) return;
  set({ ...former, path: [...former.path, shown].slice(-longest) });
}

export function traceBack(): void {
  const former = own();
  set({ ...former, path: former.path.slice(0, -1) });
}

/** The page is there. */
export function traceSeen(): void {
  if (own().isWanted) set({ ...own(), isWanted: false });
}

/** From any screen to the trace of a kit. */
export function traceKit(kitKey: string): void {
  showTrace({ by: 'kit', asked: { by: 'kit', kitKey } });
  set({ ...own(), isWanted: true });
  goTo('kits');
}
