import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useReducer, useRef, useState } from 'react';
import type { Output } from '../../shared/contract.ts';
import type { Failure } from '../../shared/errors.ts';
import { useAct, useHear } from '../lists/calls.ts';
import { advance, type ImportState, idle } from './importFlow.ts';

export type ImportKind = 'roster' | 'manifest';
export type ImportFlow = {
  readonly state: ImportState;
  readonly isPicking: boolean;
  /** Why no file could be picked, other than that nobody wanted to. */
  readonly pickFailure: Failure | null;
  readonly pick: () => void;
  readonly commit: () => void;
  /** Ends the import and takes back all of it; the state says when that is done. */
  readonly stop: () => void;
  readonly leave: () => void;
};

/** One import from the file dialog to the commit. Leaving the screen before the commit takes everything back. */
export function useImport(kind: ImportKind): ImportFlow {
  const [state, dispatch] = useReducer(advance, idle);
  const [pickFailure, setPickFailure] = useState<Failure | null>(null);
  const isStopping = useRef<string | null>(null);
  const queries = useQueryClient();
  const picking = useAct('files.pick');
  const previewing = useAct('imports.preview');
  const committing = useAct('imports.commit');
  const cancelling = useAct('imports.cancel');

  useHear('imports.progressed', ({ importId, done, total }) =>
    dispatch({ act: 'progress', importId, done, total, atMs: performance.now() }),
  );

  async function read(file: Output<'files.pick'>): Promise<void> {
    const importId = crypto.randomUUID();
    dispatch({ act: 'start', importId, fileName: file.name });
    const reply = await previewing.run({ importId, kind, path: file.path });
    if (reply.ok) {
      dispatch({ act: 'previewed', preview: reply.value });
      if (isStopping.current === importId) await cancelling.run({ importId });
    } else dispatch({ act: 'failed', importId, failure: reply.error });
  }

  const pick = async (): Promise<void> => {
    setPickFailure(null);
    const reply = await picking.run({ purpose: kind });
    if (reply.ok) await read(reply.value);
    else if (reply.error.code !== 'CANCELLED') setPickFailure(reply.error);
  };

  const commit = async (): Promise<void> => {
    if (state.step !== 'preview') return;
    const { importId } = state.preview;
    dispatch({ act: 'commit' });
    const reply = await committing.run({ requestId: crypto.randomUUID(), importId });
    if (!reply.ok) return dispatch({ act: 'failed', importId, failure: reply.error });
    dispatch({ act: 'committed', importId, counts: reply.value.counts });
    await queries.invalidateQueries();
  };

  const stop = async (): Promise<void> => {
    if (state.step !== 'reading' && state.step !== 'committing' && state.step !== 'preview') return;
    const importId = state.step === 'reading' ? state.importId : state.preview.importId;
    isStopping.current = importId;
    dispatch({ act: 'stop' });
    const reply = await cancelling.run({ importId });
    // What is no longer there was taken back already; any other failure must not pass for a promise kept.
    if (reply.ok || reply.error.code === 'IMPORT_GONE') dispatch({ act: 'stopped' });
    else dispatch({ act: 'failed', importId, failure: reply.error });
  };

  return {
    state,
    isPicking: picking.isBusy,
    pickFailure,
    pick: () => void pick(),
    commit: () => void commit(),
    stop: () => void stop(),
    leave: useCallback(() => dispatch({ act: 'leave' }), []),
  };
}
