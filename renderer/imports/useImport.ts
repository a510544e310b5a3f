import { useSyncExternalStore } from 'react';
import type { Input, Output } from '../../shared/contract.ts';
import type { Failure } from '../../shared/errors.ts';
import { callStation } from '../station.ts';
import { advance, type ImportAct, type ImportState, idle } from './importFlow.ts';

export type ImportKind = 'roster' | 'manifest';

type MapWish =
  | { readonly sheet: string }
  | { readonly fields: readonly (string | null)[] }
  | { readonly organisations: { readonly chosenId: string | null; readonly createUnknown: boolean } };

type Shown = {
  readonly state: ImportState;
  readonly isPicking: boolean;
  /** Why no file could be picked, other than that nobody wanted to. */
  readonly pickFailure: Failure | null;
};

export type ImportFlow = Shown & {
  readonly pick: () => void;
  /** Matches the columns anew, or reads another sheet; the preview changes when that is done. */
  readonly map: (wish: MapWish) => void;
  readonly commit: () => void;
  /** Ends the import and takes back all of it; the state says when that is done. */
  readonly stop: () => void;
  readonly leave: () => void;
};

/**
 * One import from the file dialog to the commit. It lives beside the screens, so that somebody who goes to the desk in
 * the middle of it finds it where it has got to.
 */
function createFlow(kind: ImportKind) {
  let shown: Shown = { state: idle, isPicking: false, pickFailure: null };
  let stoppingId: string | null = null;
  const listeners = new Set<() => void>();

  const show = (change: Partial<Shown>): void => {
    shown = { ...shown, ...change };
    for (const listener of listeners) listener();
  };
  const dispatch = (act: ImportAct): void => show({ state: advance(shown.state, act) });

  /** Runs a long call while its progress is heard. */
  const whileHeard = async <T>(run: () => Promise<T>): Promise<T> => {
    const end = window.station.on('imports.progressed', ({ importId, phase, done, total }) =>
      dispatch({ act: 'progress', importId, phase, done, total, atMs: performance.now() }),
    );
    try {
      return await run();
    } finally {
      end();
    }
  };

  const read = async (file: Output<'files.pick'>): Promise<void> => {
    const importId = crypto.randomUUID();
    dispatch({ act: 'leave' });
    dispatch({ act: 'start', importId, fileName: file.name });
    const reply = await whileHeard(() => callStation('imports.preview', { importId, kind, path: file.path }));
    if (!reply.ok) return dispatch({ act: 'failed', importId, failure: reply.error });
    dispatch({ act: 'previewed', preview: reply.value });
    // The wish to stop came when the reading was over already: what was read is let go all the same.
    if (stoppingId === importId) await callStation('imports.cancel', { importId });
  };

  const pick = async (): Promise<void> => {
    if (shown.isPicking) return;
    show({ isPicking: true, pickFailure: null });
    const reply = await callStation('files.pick', { purpose: kind });
    show({ isPicking: false });
    if (reply.ok) await read(reply.value);
    else if (reply.error.code !== 'CANCELLED') show({ pickFailure: reply.error });
  };

  const map = async (wish: MapWish): Promise<void> => {
    if (shown.state.step !== 'preview' || shown.state.isMapping) return;
    const { importId } = shown.state.preview;
    dispatch({ act: 'map' });
    const reply = await callStation('imports.map', { importId, ...wish } as Input<'imports.map'>);
    if (reply.ok) dispatch({ act: 'mapped', preview: reply.value });
    else if (reply.error.code === 'IMPORT_GONE') dispatch({ act: 'failed', importId, failure: reply.error });
    else dispatch({ act: 'mapFailed', importId, failure: reply.error });
  };

  const commit = async (): Promise<void> => {
    if (shown.state.step !== 'preview' || shown.state.isMapping) return;
    const { importId } = shown.state.preview;
    dispatch({ act: 'commit' });
    const requestId = crypto.randomUUID();
    const reply = await whileHeard(() => callStation('imports.commit', { requestId, importId }));
    if (reply.ok) dispatch({ act: 'committed', importId, counts: reply.value.counts });
    else dispatch({ act: 'failed', importId, failure: reply.error });
  };

  const stop = async (): Promise<void> => {
    const { state } = shown;
    if (state.step !== 'reading' && state.step !== 'committing' && state.step !== 'preview') return;
    const importId = state.step === 'reading' ? state.importId : state.preview.importId;
    stoppingId = importId;
    dispatch({ act: 'stop' });
    const reply = await callStation('imports.cancel', { importId });
    // What is no longer there was taken back already; any other failure must not pass for a promise kept.
    if (reply.ok || reply.error.code === 'IMPORT_GONE') dispatch({ act: 'stopped' });
    else dispatch({ act: 'failed', importId, failure: reply.error });
  };

  return {
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    now: () => shown,
    acts: {
      pick: () => void pick(),
      map: (wish: MapWish) => void map(wish),
      commit: () => void commit(),
      stop: () => void stop(),
      leave: () => dispatch({ act: 'leave' }),
    },
  };
}

const flows: Readonly<Record<ImportKind, ReturnType<typeof createFlow>>> = {
  roster: createFlow('roster'),
  manifest: createFlow('manifest'),
};

export function useImport(kind: ImportKind): ImportFlow {
  const flow = flows[kind];
  const shown = useSyncExternalStore(flow.subscribe, flow.now);
  return { ...shown, ...flow.acts };
}
