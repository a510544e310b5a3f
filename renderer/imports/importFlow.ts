import type { ImportCounts, ImportPreview } from '../../shared/contract/imports.ts';
import type { EventPayload } from '../../shared/contract.ts';
import type { Failure } from '../../shared/errors.ts';

/** Where an import stands. One file at a time; nothing is visible before `done`. */
export type ImportState =
  | { readonly step: 'idle' }
  | {
      readonly step: 'reading';
      readonly importId: string;
      readonly fileName: string;
      readonly progress: Progress | null;
      readonly isStopping: boolean;
    }
  | {
      readonly step: 'preview';
      readonly preview: ImportPreview;
      /** Its columns were matched anew by hand, or another sheet was chosen: the figures are on their way. */
      readonly isMapping: boolean;
      readonly mapFailure: Failure | null;
    }
  | {
      readonly step: 'committing';
      readonly preview: ImportPreview;
      readonly progress: Progress | null;
      readonly isStopping: boolean;
    }
  | { readonly step: 'done'; readonly fileName: string; readonly counts: ImportCounts }
  | { readonly step: 'cancelled'; readonly fileName: string }
  | { readonly step: 'failed'; readonly fileName: string; readonly failure: Failure };

export type ImportPhase = EventPayload<'imports.progressed'>['phase'];

export type Progress = {
  /** Opening counts in percent, the others in rows. */
  readonly phase: ImportPhase;
  readonly done: number;
  readonly total: number;
  readonly startedAtMs: number;
  readonly atMs: number;
};

export type ImportAct =
  | { readonly act: 'start'; readonly importId: string; readonly fileName: string }
  | {
      readonly act: 'progress';
      readonly importId: string;
      readonly phase: ImportPhase;
      readonly done: number;
      readonly total: number;
      readonly atMs: number;
    }
  | { readonly act: 'previewed'; readonly preview: ImportPreview }
  | { readonly act: 'map' }
  | { readonly act: 'mapped'; readonly preview: ImportPreview }
  | { readonly act: 'mapFailed'; readonly importId: string; readonly failure: Failure }
  | { readonly act: 'commit' }
  | { readonly act: 'committed'; readonly importId: string; readonly counts: ImportCounts }
  | { readonly act: 'stop' }
  | { readonly act: 'stopped' }
  | { readonly act: 'failed'; readonly importId: string; readonly failure: Failure }
  | { readonly act: 'leave' };

export const idle: ImportState = { step: 'idle' };

function currentId(state: ImportState): string | null {
  if (state.step === 'reading') return state.importId;
  return state.step === 'preview' || state.step === 'committing' ? state.preview.importId : null;
}

function fileNameOf(state: ImportState): string {
  if (state.step === 'idle') return '';
  return state.step === 'preview' || state.step === 'committing' ? state.preview.fileName : state.fileName;
}

/** The next state. Answers of an import that is no longer the current one change nothing. */
export function advance(state: ImportState, act: ImportAct): ImportState {
  switch (act.act) {
    case 'start':
      return { step: 'reading', importId: act.importId, fileName: act.fileName, progress: null, isStopping: false };
    case 'progress': {
      if ((state.step !== 'reading' && state.step !== 'committing') || currentId(state) !== act.importId) return state;
      const { phase, done, total, atMs } = act;
      const startedAtMs = state.progress?.phase === phase ? state.progress.startedAtMs : atMs;
      return { ...state, progress: { phase, done, total, startedAtMs, atMs } };
    }
    case 'previewed':
      if (state.step !== 'reading' || state.importId !== act.preview.importId) return state;
      // The reading was over before the wish to stop arrived; the wish still counts.
      return state.isStopping
        ? { step: 'cancelled', fileName: state.fileName }
        : { step: 'preview', preview: act.preview, isMapping: false, mapFailure: null };
    case 'map':
      return state.step === 'preview' ? { ...state, isMapping: true, mapFailure: null } : state;
    case 'mapped':
      return state.step === 'preview' && currentId(state) === act.preview.importId
        ? { step: 'preview', preview: act.preview, isMapping: false, mapFailure: null }
        : state;
    case 'mapFailed':
      return state.step === 'preview' && currentId(state) === act.importId
        ? { ...state, isMapping: false, mapFailure: act.failure }
        : state;
    case 'commit':
      return state.step === 'preview' && !state.isMapping
        ? { step: 'committing', preview: state.preview, progress: null, isStopping: false }
        : state;
    case 'committed':
      return state.step === 'committing' && currentId(state) === act.importId
        ? { step: 'done', fileName: state.preview.fileName, counts: act.counts }
        : state;
    case 'stop':
      return state.step === 'reading' || state.step === 'committing' ? { ...state, isStopping: true } : state;
    case 'stopped':
      // While something runs, only its own answer says how it ended: a commit may have won the race.
      return state.step === 'preview' ? { step: 'cancelled', fileName: state.preview.fileName } : state;
    case 'failed': {
      if (currentId(state) !== act.importId) return state;
      if (act.failure.code === 'IMPORT_CANCELLED') return { step: 'cancelled', fileName: fileNameOf(state) };
      return { step: 'failed', fileName: fileNameOf(state), failure: act.failure };
    }
    case 'leave':
      return idle;
  }
}

/** How much of it is done, 0 to 100, or null while the total is not known. */
export function percentOf(progress: Progress | null): number | null {
  if (progress === null || progress.total <= 0) return null;
  return Math.min(100, Math.floor((progress.done / progress.total) * 100));
}

/** The time that is probably left, in ms; null until there is enough to judge by. */
export function leftMs(progress: Progress | null): number | null {
  if (progress === null || progress.total <= 0 || progress.done <= 0) return null;
  const spent = progress.atMs - progress.startedAtMs;
  if (spent < 1_500) return null;
  return Math.round((spent / progress.done) * Math.max(0, progress.total - progress.done));
}

/** How many people or kits a commit would write. */
export function toWrite(counts: ImportCounts): number {
  return counts.fresh + counts.changed;
}
