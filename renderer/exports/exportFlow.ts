import { useSyncExternalStore } from 'react';
import type { Input, Output } from '../../shared/contract.ts';
import type { Failure, Reply } from '../../shared/errors.ts';
import { callStation } from '../station.ts';

export type ExportKind = 'people' | 'tests' | 'notTested';
type Wish<K extends ExportKind> = Omit<Input<`exports.${K}`>, 'exportId' | 'path'>;

export type ExportState =
  | { readonly step: 'idle' }
  | { readonly step: 'choosing' }
  | { readonly step: 'running'; readonly exportId: string; readonly done: number; readonly total: number }
  | { readonly step: 'done'; readonly exported: Output<'exports.people'> }
  | { readonly step: 'failed'; readonly failure: Failure };

/**
 * One export from the file dialog to the figures of the file. It lives beside the screens, so that a scan that goes to
 * the desk in the middle of it ends nothing.
 */
function createFlow<K extends ExportKind>(kind: K) {
  let state: ExportState = { step: 'idle' };
  const listeners = new Set<() => void>();
  const show = (next: ExportState): void => {
    state = next;
    for (const listener of listeners) listener();
  };
  const isBusy = () => state.step === 'choosing' || state.step === 'running';

  const start = async (wish: Wish<K>, suggestedName: string): Promise<void> => {
    if (isBusy()) return;
    show({ step: 'choosing' });
    const place = await callStation('files.pickSave', { suggestedName });
    if (!place.ok) {
      show(place.error.code === 'CANCELLED' ? { step: 'idle' } : { step: 'failed', failure: place.error });
      return;
    }
    const exportId = crypto.randomUUID();
    show({ step: 'running', exportId, done: 0, total: 0 });
    const end = window.station.on('exports.progressed', (progress) => {
      if (progress.exportId === exportId) show({ step: 'running', ...progress });
    });
    const input = { ...wish, exportId, path: place.value.path };
    const reply = (await callStation(`exports.${kind}`, input as never)) as Reply<Output<'exports.people'>>;
    end();
    if (reply.ok) show({ step: 'done', exported: reply.value });
    else if (reply.error.code === 'EXPORT_CANCELLED') show({ step: 'idle' });
    else show({ step: 'failed', failure: reply.error });
  };

  return {
    now: () => state,
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    start: (wish: Wish<K>, suggestedName: string) => void start(wish, suggestedName),
    stop: () => {
      if (state.step === 'running') void callStation('exports.cancel', { exportId: state.exportId });
    },
    forget: () => {
      if (!isBusy()) show({ step: 'idle' });
    },
  };
}

export const exportFlows = {
  people: createFlow('people'),
  tests: createFlow('tests'),
  notTested: createFlow('notTested'),
} as const;

export function useExport(kind: ExportKind): ExportState {
  return useSyncExternalStore(exportFlows[kind].subscribe, exportFlows[kind].now);
}
