import type { Language } from '../../shared/language.ts';
import { type Capability, standingOf } from '../../shared/model/rights.ts';
import type { Operator } from '../../shared/model/staff.ts';
import { localDay } from '../../shared/time.ts';
import { desk, useDeskView } from '../desk/deskStore.ts';
import { useLanguage } from '../text/index.ts';
import { useLook } from './calls.ts';

/** Whether to show what they may do without asking. Core decides whether it may be done. */
export function may(operator: Operator | null, capability: Capability): boolean {
  return operator !== null && standingOf(operator.role, capability) === 'may';
}

export type Site = {
  /** False until the station has answered; zone and day are not to be trusted before. */
  readonly isKnown: boolean;
  readonly zone: string;
  /** The site's day, `YYYY-MM-DD`. */
  readonly today: string;
  readonly language: Language;
  readonly operator: Operator | null;
  readonly isTestClock: boolean;
};

/** Where and when we are, and who sits here. */
export function useSite(): Site {
  const { value } = useLook('station.get', {});
  const view = useDeskView();
  const zone = value?.site?.zone ?? 'Asia/Shanghai';
  return {
    isKnown: value !== undefined,
    zone,
    today: view?.day ?? localDay(desk.nowMs(), zone),
    language: useLanguage(),
    // Behind a lock the screens wait as they were, for whoever they were shown to.
    operator: view?.operator ?? desk.lastOperator() ?? value?.operator ?? null,
    isTestClock: value?.testClock ?? false,
  };
}
