import { useEffect, useRef } from 'react';
import type { ScanGun } from '../../shared/model/gun.ts';

/** Where a scan came from; guns that are no keyboards have names and roles. */
export type ScanFrom = {
  readonly source: 'gun' | 'camera';
  readonly gun?: ScanGun;
};

/** Who takes a scan: the newest that asked for it, else the desk. */
type Taker = {
  readonly onScan: (text: string, from: ScanFrom) => void;
  readonly onTyped?: (characters: readonly string[]) => void;
};

const takers: Taker[] = [];

/** Takes all scans for as long as the component is there. */
export function useScans(taker: Taker): void {
  const newest = useRef(taker);
  useEffect(() => {
    newest.current = taker;
  });
  useEffect(() => {
    const own: Taker = {
      onScan: (text, from) => newest.current.onScan(text, from),
      onTyped: (characters) => newest.current.onTyped?.(characters),
    };
    takers.push(own);
    return () => {
      takers.splice(takers.indexOf(own), 1);
    };
  }, []);
}

/** Hands a scan to whoever takes it now; false when nobody does. */
export function handOver(text: string, from: ScanFrom): boolean {
  const taker = takers.at(-1);
  taker?.onScan(text, from);
  return taker !== undefined;
}

export function handOverTyped(characters: readonly string[]): void {
  takers.at(-1)?.onTyped?.(characters);
}
