import { useCallback, useEffect, useRef, useState } from 'react';
import type { Input } from '../../../shared/contract.ts';
import type { Failure } from '../../../shared/errors.ts';
import type { AuditRow } from '../../../shared/model/audit.ts';
import { callStation } from '../../station.ts';

export type EntryFilter = Omit<Input<'audit.list'>, 'openingId' | 'from' | 'limit'>;

/** Rows of one page, and how many near-empty pages are gone through before somebody is asked whether to go on. */
const pageRows = 100;
const pagesAtOnce = 20;

export type Entries = {
  readonly rows: readonly AuditRow[];
  readonly failure: Failure | null;
  readonly isBusy: boolean;
  /** There may be older ones. */
  readonly hasMore: boolean;
  readonly more: () => void;
};

/** The log's entries of a filter, read page by page as they come into view; another `turn` reads them from the newest again. */
export function useEntries(openingId: string, filter: EntryFilter, turn: number): Entries {
  const key = JSON.stringify([openingId, filter, turn]);
  const [state, setState] = useState<{ key: string; rows: readonly AuditRow[]; next: number | null | undefined }>({
    key,
    rows: [],
    next: undefined,
  });
  const [failure, setFailure] = useState<Failure | null>(null);
  const [isBusy, setBusy] = useState(false);
  const running = useRef<string | null>(null);

  const read = useCallback(
    async (former: readonly AuditRow[], from: number | null): Promise<void> => {
      if (running.current === key) return;
      running.current = key;
      setBusy(true);
      setFailure(null);
      let rows = former;
      let next = from;
      for (let page = 0; page < pagesAtOnce; page += 1) {
        const reply = await callStation('audit.list', {
          openingId,
          ...(JSON.parse(key) as [string, EntryFilter, number])[1],
          limit: pageRows,
          ...(next === null ? {} : { from: next }),
        });
        // Another filter was chosen meanwhile.
        if (running.current !== key) return;
        if (!reply.ok) {
          setFailure(reply.error);
          break;
        }
        rows = [...rows, ...reply.value.rows];
        next = reply.value.next;
        setState({ key, rows, next });
        if (next === null || rows.length >= former.length + pageRows) break;
      }
      running.current = null;
      setBusy(false);
    },
    [key, openingId],
  );
  useEffect(() => {
    setState({ key, rows: [], next: undefined });
    void read([], null);
  }, [key, read]);

  const isNewest = state.key === key;
  const rows = isNewest ? state.rows : [];
  const next = isNewest ? state.next : undefined;
  return {
    rows,
    failure,
    isBusy,
    hasMore: typeof next === 'number',
    more: () => {
      if (typeof next === 'number') void read(rows, next);
    },
  };
}
