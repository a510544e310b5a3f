import { useEffect, useRef } from 'react';
import type { WedgeProfile } from '../../shared/model/gun.ts';
import { createWedge, type DamagedBy, type WedgeAction, type WedgeTrace } from './wedge.ts';

export type WedgeListener = {
  readonly onScan: (text: string) => void;
  readonly onDamaged: (by: DamagedBy) => void;
  /** Characters pressed one by one while no field has the focus: the numbers of a choice. */
  readonly onTyped: (characters: readonly string[]) => void;
  /** How each scan came, for those who look at how the gun is set. */
  readonly onTrace?: (trace: WedgeTrace) => void;
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

/** A field as it was before a key of a run. */
type Snapshot = {
  /** Which key of the run came next. */
  readonly at: number;
  readonly field: Field;
  readonly value: string;
  readonly start: number | null;
  readonly end: number | null;
};

function snapshot(field: Field, at: number): Snapshot {
  return { at, field, value: field.value, start: field.selectionStart, end: field.selectionEnd };
}

/** Puts the field back as React sees it: through the element's own setter, with the event that a typing hand causes. */
function restore({ field, value, start, end }: Snapshot, withCaret = true): void {
  if (field.value === value) return;
  const prototype = field instanceof HTMLTextAreaElement ? HTMLTextAreaElement.prototype : HTMLInputElement.prototype;
  Object.getOwnPropertyDescriptor(prototype, 'value')?.set?.call(field, value);
  field.dispatchEvent(new InputEvent('input', { bubbles: true, inputType: 'historyUndo' }));
  if (withCaret && start !== null && end !== null) field.setSelectionRange(start, end);
}

/** Each field that got keys from the `from`-th on, as it was before the first of them. */
function before(marks: readonly Snapshot[], from: number): readonly Snapshot[] {
  const start = marks.findLastIndex((mark) => mark.at <= from);
  const found = new Map<Field, Snapshot>();
  for (const mark of marks.slice(Math.max(0, start))) if (!found.has(mark.field)) found.set(mark.field, mark);
  return [...found.values()];
}

/** A timer that comes later than this had to wait: keys may be waiting behind it. */
const lateMs = 30;
const graceMs = 50;

const insertions: ReadonlySet<string> = new Set(['insertText', 'insertCompositionText', 'insertFromComposition']);

/**
 * Listens to the whole window before anything else does. Keys that belong to a scan reach nobody; all the others go
 * their way untouched. `profile`: how this desk's guns are set, null while nobody has taught it.
 */
export function useWedge(listener: WedgeListener, profile: WedgeProfile | null): void {
  const newest = useRef({ listener, profile });
  useEffect(() => {
    newest.current = { listener, profile };
  });

  useEffect(() => {
    const wedge = createWedge(() => newest.current.profile);
    wedge.open(performance.now());
    let marks: Snapshot[] = [];
    let timer: number | undefined;

    const carryOut = (actions: readonly WedgeAction[], event: KeyboardEvent | null): void => {
      for (const action of actions) {
        switch (action.do) {
          case 'swallow':
            event?.preventDefault();
            event?.stopImmediatePropagation();
            break;
          case 'mark': {
            if (action.at < (marks.at(-1)?.at ?? 0) || action.at === 0) marks = [];
            const field = fieldOf(document.activeElement);
            if (field !== null) marks.push(snapshot(field, action.at));
            break;
          }
          case 'takeOut':
            for (const mark of before(marks, action.from)) takeOut(mark, action.fromInputMethod);
            marks = [];
            break;
          case 'scan':
            newest.current.listener.onScan(action.text);
            break;
          case 'damaged':
            newest.current.listener.onDamaged(action.by);
            break;
          case 'typed':
            newest.current.listener.onTyped(action.characters);
            break;
          case 'traced':
            newest.current.listener.onTrace?.(action.trace);
            break;
        }
      }
    };

    const onKeyDown = (event: KeyboardEvent): void => {
      // Keys that a program made up are nobody's hand and no gun.
      if (!event.isTrusted) return;
      const actions = wedge.feed(
        {
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
        },
        performance.now(),
      );
      carryOut(actions, event);
      wait();
    };

    const onInsertion = (event: InputEvent): void => {
      if (!event.isTrusted || !insertions.has(event.inputType)) return;
      const insertion = {
        text: event.data ?? '',
        composing: event.inputType !== 'insertText',
        atMs: event.timeStamp,
      };
      carryOut(wedge.inserted(insertion), null);
      wait();
    };

    const wait = (graceUntilMs = 0): void => {
      clearTimeout(timer);
      const deadlineMs = wedge.deadlineMs();
      if (deadlineMs === null) return;
      const dueMs = Math.max(deadlineMs, graceUntilMs);
      timer = window.setTimeout(
        () => {
          const nowMs = performance.now();
          // Once only: the next time it is late, the keys have had their turn.
          if (graceUntilMs === 0 && nowMs > dueMs + lateMs) return wait(nowMs + graceMs);
          carryOut(wedge.tick(nowMs), null);
          wait();
        },
        Math.max(1, Math.ceil(dueMs - performance.now())),
      );
    };

    const onBlur = (): void => wedge.lose();
    const onFocus = (event: FocusEvent): void => wedge.open(event.timeStamp);

    window.addEventListener('keydown', onKeyDown, { capture: true });
    window.addEventListener('beforeinput', onInsertion, { capture: true });
    // Of the window itself: those of its elements do not bubble.
    window.addEventListener('blur', onBlur);
    window.addEventListener('focus', onFocus);
    return () => {
      clearTimeout(timer);
      window.removeEventListener('keydown', onKeyDown, { capture: true });
      window.removeEventListener('beforeinput', onInsertion, { capture: true });
      window.removeEventListener('blur', onBlur);
      window.removeEventListener('focus', onFocus);
    };
  }, []);
}

/** An input method brings what it still holds within this time. */
const lateInputMs = 1_000;

/**
 * Takes a scan out of the field again. An input method lets go of what it holds only when the field is left; it stays
 * left, so that the next scan comes through whole.
 */
function takeOut(mark: Snapshot, fromInputMethod: boolean): void {
  const { field } = mark;
  if (!field.isConnected) return;
  restore(mark);
  if (!fromInputMethod) return;
  if (document.activeElement === field) field.blur();
  const again = (): void => {
    if (field.isConnected && document.activeElement !== field) restore(mark, false);
  };
  const onInput = (event: Event): void => {
    if (event.isTrusted) setTimeout(again, 0);
  };
  field.addEventListener('input', onInput);
  setTimeout(again, 0);
  setTimeout(() => {
    field.removeEventListener('input', onInput);
    again();
  }, lateInputMs);
}
