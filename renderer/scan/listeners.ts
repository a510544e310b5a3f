import { useEffect, useRef } from 'react';
import type { GunDamage, ScanGun } from '../../shared/model/gun.ts';

/** Where a scan came from; guns that are no keyboards have names and roles. */
export type ScanFrom = {
  readonly source: 'gun' | 'camera';
  readonly gun?: ScanGun;
};

/** Who takes a scan: the newest that asked for it, else the desk. */
type Taker = {
  readonly onScan: (text: string, from: ScanFrom) => void;
  readonly onTyped?: (characters: readonly string[]) => void;
  /** What a gun on a line of its own sent that is no scan; who leaves it out has it told as on every screen. */
  readonly onDamaged?: (damage: GunDamage) => void;
};

const takers: Taker[] = [];

/** Takes all scans for as long as the component is there. */
export function useScans(taker: Taker): void {
  const newest = useRef(taker);
  const takesDamage = taker.onDamaged !== undefined;
  useEffect(() => {
    newest.current = taker;
  });
  useEffect(() => {
    const own: Taker = {
      onScan: (text, from) => newest.current.onScan(text, from),
      onTyped: (characters) => newest.current.onTyped?.(characters),
      ...(takesDamage ? { onDamaged: (damage) => newest.current.onDamaged?.(damage) } : {}),
    };
    takers.push(own);
    return () => {
      takers.splice(takers.indexOf(own), 1);
    };
  }, [takesDamage]);
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

/** Hands over what a gun sent that is no scan; false when nobody shows it. */
export function handOverDamage(damage: GunDamage): boolean {
  const onDamaged = takers.at(-1)?.onDamaged;
  onDamaged?.(damage);
  return onDamaged !== undefined;
}
