import { createContext, useContext, useEffect } from 'react';
import type { Language } from '../../shared/language.ts';
import type { ReasonCode, ResultOutcome } from '../../shared/model/test.ts';

/** What this window shows over the stage, of which core knows nothing yet. */
export type Overlay =
  | { readonly kind: 'find' }
  | { readonly kind: 'typed' }
  | { readonly kind: 'newPerson'; readonly name: string }
  | { readonly kind: 'void' }
  | { readonly kind: 'override'; readonly outcome: ResultOutcome };

/** What can be done at the desk by key, by hand and by the parts of the screen. */
export type DeskHand = {
  readonly zone: string;
  readonly language: Language;
  readonly show: (overlay: Overlay | null) => void;
  readonly togglePractice: () => void;
  readonly toggleCamera: () => void;
  readonly record: (outcome: ResultOutcome) => void;
  readonly retest: () => void;
  readonly askVoid: () => void;
  readonly giveReason: (code: ReasonCode, text: string) => void;
  /** Opens the page of a person beside the desk. */
  readonly openPerson: (personId: string) => void;
  /** Opens the form for a result slip of the test on the stage beside the desk. */
  readonly openSlip: () => void;
  readonly undo: () => void;
  readonly clear: () => void;
  /** Gives number keys to whoever is on the stage; answers the function that ends it. */
  readonly choose: (chooser: (character: string) => boolean) => () => void;
};

export const DeskContext = createContext<DeskHand | null>(null);

export function useHand(): DeskHand {
  const hand = useContext(DeskContext);
  if (hand === null) throw new Error('outside of the desk');
  return hand;
}

/** Number keys 1 to 9 choose the n-th of `count` while the component is there. */
export function useNumberKeys(count: number, choose: (index: number) => void): void {
  const hand = useHand();
  useEffect(
    () =>
      hand.choose((character) => {
        const index = Number(character) - 1;
        if (!Number.isInteger(index) || index < 0 || index >= Math.min(count, 9)) return false;
        choose(index);
        return true;
      }),
    [hand, count, choose],
  );
}
