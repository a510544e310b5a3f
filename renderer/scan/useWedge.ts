import { useEffect, useRef } from 'react';
import type { WedgeProfile } from '../../shared/model/gun.ts';
import { createWedge, type WedgeAction, type WedgeTrace } from './wedge.ts';

export type WedgeListener = {
  readonly onScan: (text: string) => void;
  readonly onDamaged: (by: 'inputMethod' | 'unknownKey') => void;
  /** Characters pressed one by one while no field has the focus: the numbers of a choice. */
  readonly onTyped: (characters: readonly string[]) => void;
  readonly onTrace?: (trace: WedgeTrace) => void;
  /** How this desk's guns are set, as it is now. */
  readonly profile?: WedgeProfile | null;
};

const textInputs: ReadonlySet<string> = new Set([
  'text',
  'search',
  'tel',
  'url',
  'email',
  'password',
  'number',
  'date',
  'time',
  'datetime-local',
  'month',
  'week',
]);

type Field = HTMLInputElement | HTMLTextAreaElement;

function fieldOf(element: Element | null): Field | null {
  if (element instanceof HTMLTextAreaElement) return element.readOnly || element.disabled ? null : element;
  if (element instanceof HTMLInputElement && textInputs.has(element.type)) {
    return element.readOnly || element.disabled ? null : element;
  }
  return null;
}

/** The field as it was before a run of keys began. */
type Snapshot = {
  readonly field: Field;
  readonly value: string;
  readonly start: number | null;
  readonly end: number | null;
};

function snapshot(field: Field): Snapshot {
  return { field, value: field.value, start: field.selectionStart, end: field.selectionEnd };
}

/** Puts the field back as React sees it: through the element's own setter, with the event that a typing hand causes. */
function restore({ field, value, start, end }: Snapshot): void {
  if (field.value === value) return;
  const prototype = field instanceof HTMLTextAreaElement ? HTMLTextAreaElement.prototype : HTMLInputElement.prototype;
  Object.getOwnPropertyDescriptor(prototype, 'value')?.set?.call(field, value);
  field.dispatchEvent(new InputEvent('input', { bubbles: true, inputType: 'historyUndo' }));
  if (start !== null && end !== null) field.setSelectionRange(start, end);
}

/**
 * Listens to the whole window before anything else does. Keys that belong to a scan reach nobody; all the others go
 * their way untouched.
 */
export function useWedge(listener: WedgeListener): void {
  const newest = useRef(listener);
  useEffect(() => {
    newest.current = listener;
  });

  useEffect(() => {
    const wedge = createWedge(() => newest.current.profile ?? null);
    let before: Snapshot | null = null;
    let timer: number | undefined;

    const carryOut = (actions: readonly WedgeAction[], event: KeyboardEvent | null): void => {
      for (const action of actions) {
        switch (action.do) {
          case 'swallow':
            event?.preventDefault();
            event?.stopImmediatePropagation();
            break;
          case 'mark': {
            const field = fieldOf(document.activeElement);
            before = field === null ? null : snapshot(field);
            break;
          }
          case 'takeOut':
            if (before !== null) takeOut(before, action.fromInputMethod);
            before = null;
            break;
          case 'scan':
            newest.current.onScan(action.text);
            break;
          case 'damaged':
            newest.current.onDamaged(action.by);
            break;
          case 'typed':
            newest.current.onTyped(action.characters);
            break;
          case 'traced':
            newest.current.onTrace?.(action.trace);
            break;
        }
      }
    };

    const onKeyDown = (event: KeyboardEvent): void => {
      // Keys that a program made up are nobody's hand and no gun.
      if (!event.isTrusted) return;
      const actions = wedge.feed({
        code: event.code,
        key: event.key,
        shift: event.shiftKey,
        ctrl: event.ctrlKey,
        alt: event.altKey,
        meta: event.metaKey,
        capsLock: event.getModifierState('CapsLock'),
        atMs: event.timeStamp,
        editable: fieldOf(document.activeElement) !== null,
        composing: event.isComposing,
        repeat: event.repeat,
      });
      carryOut(actions, event);
      wait();
    };

    const wait = (): void => {
      clearTimeout(timer);
      const deadlineMs = wedge.deadlineMs();
      if (deadlineMs === null) return;
      timer = window.setTimeout(
        () => {
          carryOut(wedge.tick(performance.now()), null);
          wait();
        },
        Math.max(1, Math.ceil(deadlineMs - performance.now())),
      );
    };

    window.addEventListener('keydown', onKeyDown, { capture: true });
    return () => {
      clearTimeout(timer);
      window.removeEventListener('keydown', onKeyDown, { capture: true });
    };
  }, []);
}

/** Takes a scan out of the field again. An input method lets go of what it holds only when the field is left. */
function takeOut(before: Snapshot, fromInputMethod: boolean): void {
  restore(before);
  const { field } = before;
  if (!fromInputMethod || document.activeElement !== field) return;
  field.blur();
  setTimeout(() => {
    restore(before);
    field.focus();
    if (before.start !== null && before.end !== null) field.setSelectionRange(before.start, before.end);
  }, 0);
}
