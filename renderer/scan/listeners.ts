import { useEffect, useRef } from 'react';

/** Who takes a scan: the newest that asked for it, else the desk. */
type Taker = { readonly onScan: (text: string) => void; readonly onTyped?: (characters: readonly string[]) => void };

const takers: Taker[] = [];

/** Takes all scans for as long as the component is there. */
export function useScans(taker: Taker): void {
  const newest = useRef(taker);
  useEffect(() => {
    newest.current = taker;
  });
  useEffect(() => {
    const own: Taker = {
      onScan: (text) => newest.current.onScan(text),
      onTyped: (characters) => newest.current.onTyped?.(characters),
    };
    takers.push(own);
    return () => {
      takers.splice(takers.indexOf(own), 1);
    };
  }, []);
}

/** Hands a scan to whoever takes it now; false when nobody does. */
export function handOver(text: string): boolean {
  const taker = takers.at(-1);
  taker?.onScan(text);
  return taker !== undefined;
}

export function handOverTyped(characters: readonly string[]): void {
  takers.at(-1)?.onTyped?.(characters);
}
