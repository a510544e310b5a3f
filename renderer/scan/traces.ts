import { useEffect, useRef } from 'react';
import type { WedgeTrace } from './wedge.ts';

type Watcher = (trace: WedgeTrace) => void;
const watchers = new Set<Watcher>();

/** Shows every run of the wedge to the component for as long as it is there. What is done with scans stays as it is. */
export function useTraces(onTrace: Watcher): void {
  const newest = useRef(onTrace);
  useEffect(() => {
    newest.current = onTrace;
  });
  useEffect(() => {
    const own: Watcher = (trace) => newest.current(trace);
    watchers.add(own);
    return () => {
      watchers.delete(own);
    };
  }, []);
}

export function giveTrace(trace: WedgeTrace): void {
  for (const watcher of [...watchers]) watcher(trace);
}
