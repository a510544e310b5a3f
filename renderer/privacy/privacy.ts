import { useEffect, useSyncExternalStore } from 'react';
import type { MaskedPerson, PersonCard } from '../../shared/model/person.ts';
import { documentWords } from '../lists/words.ts';
import type { Text } from '../text/index.ts';

/**
 * Whether this desk faces the queue, and whether somebody holds the key for a look. What is hidden is not drawn at all:
 * it stands neither in the page nor in what a screen reader says.
 */
type Privacy = { readonly isOn: boolean; readonly isPeeking: boolean };

let now: Privacy = { isOn: false, isPeeking: false };
const listeners = new Set<() => void>();

function set(next: Privacy): void {
  if (next.isOn === now.isOn && next.isPeeking === now.isPeeking) return;
  now = next;
  for (const listener of listeners) listener();
}

/** By the preferences. */
export function setPrivacy(isOn: boolean): void {
  set({ isOn, isPeeking: isOn && now.isPeeking });
}

/** For as long as a key or a button is held. */
export function peek(isPeeking: boolean): void {
  set({ ...now, isPeeking: now.isOn && isPeeking });
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** True while names are to be masked and numbers hidden here. */
export function useHides(): boolean {
  return useSyncExternalStore(subscribe, () => now.isOn && !now.isPeeking);
}

export function usePrivacy(): Privacy {
  return useSyncExternalStore(subscribe, () => now);
}

export const peekKey = 'F11';

/** The key shows for as long as it is held; whatever takes the keyboard away from the window hides again. */
export function usePeekKey(): void {
  useEffect(() => {
    const down = (event: KeyboardEvent): void => {
      if (event.code !== peekKey || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      peek(true);
    };
    const up = (event: KeyboardEvent): void => {
      if (event.code === peekKey) peek(false);
    };
    const end = () => peek(false);
    window.addEventListener('keydown', down);
    window.addEventListener('keyup', up);
    window.addEventListener('blur', end);
    document.addEventListener('visibilitychange', end);
    return () => {
      peek(false);
      window.removeEventListener('keydown', down);
      window.removeEventListener('keyup', up);
      window.removeEventListener('blur', end);
      document.removeEventListener('visibilitychange', end);
    };
  }, []);
}

/** The name as the desk may show it now. */
export function shownName(person: Pick<PersonCard, 'name' | 'nameMasked'>, hides: boolean): string {
  return hides ? person.nameMasked : person.name;
}

type Document = Pick<MaskedPerson, 'documentKind' | 'documentMasked'>;

/** A document where several people's stand: masked, or not at all. */
export function listedDocument(t: Text, person: Document, hides: boolean): string {
  if (!hides || person.documentMasked === null) return documentWords(t, person);
  return documentWords(t, { ...person, documentMasked: t('privacy.hidden') });
}

/** The document of whoever stands here: with their last digits, by which they and their paper are compared. */
export function stagedDocument(t: Text, person: Document, hides: boolean): string {
  if (!hides || person.documentMasked === null) return documentWords(t, person);
  const tail = /[^*]+$/.exec(person.documentMasked)?.[0] ?? '';
  return documentWords(t, {
    ...person,
    documentMasked: tail === '' ? t('privacy.hidden') : t('privacy.tail', { tail }),
  });
}

/** A phone number, masked or not at all. */
export function shownPhone(t: Text, phoneMasked: string | null, hides: boolean): string | null {
  return hides && phoneMasked !== null ? t('privacy.hidden') : phoneMasked;
}
