import { useEffect, useState } from 'react';
import type { Language } from '../../shared/contract.ts';
import type { Operator, Role } from '../../shared/model/staff.ts';
import { localDay } from '../../shared/time.ts';
import { useLanguage } from '../text/index.ts';
import { useLook } from './calls.ts';

const rank: Readonly<Record<Role, number>> = { operator: 0, supervisor: 1, administrator: 2 };

/** Whether to show what `needs` this role. Core decides whether it may be done. */
export function may(operator: Operator | null, needs: Role): boolean {
  return operator !== null && rank[operator.role] >= rank[needs];
}

export type Site = {
  /** False until the station has answered; zone and day are not to be trusted before. */
  readonly isKnown: boolean;
  readonly zone: string;
  readonly today: string;
  readonly language: Language;
  readonly operator: Operator | null;
  readonly isTestClock: boolean;
};

/** Where and when we are, and who sits here. */
export function useSite(): Site {
  const { value } = useLook('station.get', {});
  const nowMs = useNow(60_000);
  const zone = value?.site?.zone ?? 'Asia/Shanghai';
  return {
    isKnown: value !== undefined,
    zone,
    today: localDay(nowMs, zone),
    language: useLanguage(),
    operator: value?.operator ?? null,
    isTestClock: value?.testClock ?? false,
  };
}

/**
 * The station's own time, looked at anew every `everyMs`. It runs with this computer's clock from the last answer on,
 * so that a test clock that was moved forward is followed.
 */
export function useNow(everyMs = 1_000): number {
  const { value, answeredAtMs } = useLook('station.get', {});
  const [atMs, setAtMs] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setAtMs(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  const aheadMs = value === undefined ? 0 : value.nowAtMs - answeredAtMs;
  return Math.max(atMs + aheadMs, value?.nowAtMs ?? 0);
}
