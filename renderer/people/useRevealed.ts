import { useCallback, useEffect, useLayoutEffect, useState } from 'react';
import type { Input, Output } from '../../shared/contract.ts';
import type { Failure } from '../../shared/errors.ts';
import { second } from '../../shared/time.ts';
import { useDeskView } from '../desk/deskStore.ts';
import { callStation, useStationEvent } from '../station.ts';

/** How long somebody is shown in full. */
const revealedMs = 30 * second;

type Shown = {
  readonly person: Output<'people.reveal'>;
  readonly operatorId: string | null;
  /** The window's own steady clock. */
  readonly untilMs: number;
};

export type Revealed = {
  readonly person: Output<'people.reveal'> | null;
  /** Whole seconds that are left. */
  readonly leftS: number;
  readonly hide: () => void;
  /** Null when it is shown now, else why not. */
  readonly reveal: (reason: Input<'people.reveal'>['reason']) => Promise<Failure | null>;
};

/**
 * One person in full, for half a minute and for whoever asked. It is in this component's memory only, in no cache, and
 * gone when the page is left, the desk is locked, somebody else takes over, or nobody can see the window any more.
 */
export function useRevealed(personId: string): Revealed {
  const operatorId = useDeskView()?.operator?.id ?? null;
  const [shown, setShown] = useState<Shown | null>(null);
  const [nowMs, setNowMs] = useState(() => performance.now());
  const hide = useCallback(() => setShown(null), []);

  const isStale =
    shown !== null && (shown.operatorId !== operatorId || shown.person.personId !== personId || nowMs >= shown.untilMs);
  if (isStale) setShown(null);
  const current = isStale ? null : shown;

  const isShown = current !== null;
  useEffect(() => {
    if (!isShown) return;
    const timer = setInterval(() => setNowMs(performance.now()), 200);
    document.addEventListener('visibilitychange', hide);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', hide);
    };
  }, [isShown, hide]);
  // A locked desk keeps its screens out of sight with what they hold, and they hear nothing more: it goes when they do.
  useLayoutEffect(() => hide, [hide]);
  useStationEvent('window.seen', ({ isSeen }) => {
    if (!isSeen) hide();
  });

  const reveal = useCallback(
    async (reason: Input<'people.reveal'>['reason']): Promise<Failure | null> => {
      const reply = await callStation('people.reveal', { requestId: crypto.randomUUID(), personId, reason });
      if (!reply.ok) return reply.error;
      const atMs = performance.now();
      setNowMs(atMs);
      setShown({ person: reply.value, operatorId, untilMs: atMs + revealedMs });
      return null;
    },
    [personId, operatorId],
  );
  return {
    person: current?.person ?? null,
    leftS: current === null ? 0 : Math.max(1, Math.ceil((current.untilMs - nowMs) / second)),
    hide,
    reveal,
  };
}
