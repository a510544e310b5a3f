import { useEffect } from 'react';
import { second } from '../../shared/time.ts';
import { callStation } from '../station.ts';

/** Core is told at most this often that somebody is there. */
const everyMs = 5 * second;

/** A key, a click or a moving pointer keeps the desk from locking itself. */
export function useTouch(): void {
  useEffect(() => {
    let toldMs = Number.NEGATIVE_INFINITY;
    const touch = (event: Event): void => {
      if (!event.isTrusted || event.timeStamp - toldMs < everyMs) return;
      toldMs = event.timeStamp;
      void callStation('desk.touch', {});
    };
    const kinds = ['keydown', 'pointerdown', 'pointermove', 'wheel'] as const;
    for (const kind of kinds) window.addEventListener(kind, touch, { capture: true, passive: true });
    return () => {
      for (const kind of kinds) window.removeEventListener(kind, touch, { capture: true });
    };
  }, []);
}
