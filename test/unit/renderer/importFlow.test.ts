import { describe, expect, it } from 'vitest';
import {
  advance,
  type ImportAct,
  type ImportState,
  idle,
  leftMs,
  percentOf,
} from '../../../renderer/imports/importFlow.ts';
import type { ImportPreview } from '../../../shared/contract/imports.ts';

const counts = { rows: 10, fresh: 7, same: 1, changed: 1, faulty: 1, doubled: 0 };
const preview: ImportPreview = {
  importId: 'a',
  kind: 'roster',
  fileName: '名册.csv',
  format: 'csv',
  sheets: [],
  sheet: null,
  headingLine: 1,
  fields: [],
  missing: [],
  notes: [],
  changes: [],
  encoding: 'gb18030',
  delimiter: ',',
  columns: [],
  counts,
  sample: [],
  faults: [],
  organisations: null,
};
const run = (...acts: ImportAct[]): ImportState => acts.reduce(advance, idle);
const start: ImportAct = { act: 'start', importId: 'a', fileName: '名册.csv' };
const previewed: ImportAct = { act: 'previewed', preview };
const failure = { code: 'FILE_UNREADABLE', params: {}, retryable: false } as const;

describe('an import', () => {
  it('goes from file to preview to done', () => {
    expect(run(start).step).toBe('reading');
    expect(run(start, previewed).step).toBe('preview');
    expect(run(start, previewed, { act: 'commit' }).step).toBe('committing');
    expect(run(start, previewed, { act: 'commit' }, { act: 'committed', importId: 'a', counts })).toEqual({
      step: 'done',
      fileName: '名册.csv',
      counts,
    });
  });

  it('does not listen to an import that was left', () => {
    const other: ImportAct = { act: 'previewed', preview: { ...preview, importId: 'b' } };
    expect(run(start, other).step).toBe('reading');
    expect(run(start, { act: 'failed', importId: 'b', failure }).step).toBe('reading');
    expect(run(start, { act: 'progress', phase: 'reading', importId: 'b', done: 5, total: 10, atMs: 0 })).toMatchObject(
      {
        progress: null,
      },
    );
  });

  it('stops though its reading was over before the wish arrived', () => {
    expect(run(start, { act: 'stop' }, previewed).step).toBe('cancelled');
    expect(run(start, previewed, { act: 'stop' }, { act: 'stopped' }).step).toBe('cancelled');
  });

  it('does not call a running commit stopped before it has ended', () => {
    expect(run(start, previewed, { act: 'commit' }, { act: 'stop' }, { act: 'stopped' })).toMatchObject({
      step: 'committing',
      isStopping: true,
    });
  });

  it('keeps a commit that won the race against the cancel', () => {
    const won = run(
      start,
      previewed,
      { act: 'commit' },
      { act: 'stop' },
      { act: 'committed', importId: 'a', counts },
      { act: 'stopped' },
    );
    expect(won.step).toBe('done');
  });

  it('says "stopped", not "failed", when its own cancel ends it', () => {
    const ended = run(
      start,
      { act: 'stop' },
      { act: 'failed', importId: 'a', failure: { ...failure, code: 'IMPORT_CANCELLED' } },
    );
    expect(ended).toEqual({ step: 'cancelled', fileName: '名册.csv' });
    expect(run(start, { act: 'failed', importId: 'a', failure }).step).toBe('failed');
  });
});

describe('its progress', () => {
  it('shows no more than it knows', () => {
    expect(percentOf(null)).toBeNull();
    expect(percentOf({ phase: 'reading', done: 5, total: 0, startedAtMs: 0, atMs: 0 })).toBeNull();
    expect(percentOf({ phase: 'reading', done: 999, total: 1000, startedAtMs: 0, atMs: 0 })).toBe(99);
    expect(percentOf({ phase: 'reading', done: 12, total: 10, startedAtMs: 0, atMs: 0 })).toBe(100);
  });

  it('judges the time left only after a while', () => {
    expect(leftMs({ phase: 'reading', done: 10, total: 100, startedAtMs: 0, atMs: 1_000 })).toBeNull();
    expect(leftMs({ phase: 'reading', done: 25, total: 100, startedAtMs: 0, atMs: 2_000 })).toBe(6_000);
    expect(leftMs({ phase: 'reading', done: 100, total: 100, startedAtMs: 0, atMs: 2_000 })).toBe(0);
  });
});
