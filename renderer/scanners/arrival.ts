import { classify } from '../../shared/codes/classify.ts';
import type { CodeKind } from '../../shared/codes/codeKinds.ts';
import { maskDocument } from '../../shared/codes/mask.ts';
import { checkScan, type Pace, paceOf, type SheetKey, shown } from '../scan/gunCheck.ts';
import type { WedgeTrace } from '../scan/wedge.ts';
import { isPersonal } from './personal.ts';

/** One key as a chip shows it. */
export type KeyChip = {
  /** Counts from 0: the chip's place in the run. */
  readonly at: number;
  readonly face: string;
  /** Milliseconds since the key before; null for the first. */
  readonly sinceMs: number | null;
  readonly isControl: boolean;
};

export type Arrival = {
  readonly outcome: WedgeTrace['outcome'];
  /** What arrived, control characters visible; masked when it is personal. */
  readonly text: string;
  readonly isHidden: boolean;
  readonly characters: number;
  readonly bytes: number;
  readonly pace: Pace;
  readonly suffix: WedgeTrace['suffix'];
  readonly symbologyId: string | null;
  readonly gsWays: WedgeTrace['gsWays'];
  /** The profile's replacement turned into GS. */
  readonly wasReplaced: boolean;
  readonly capsLock: boolean;
  readonly inputMethod: boolean;
  /** The code of the test sheet that it is. */
  readonly sheetKey: SheetKey | null;
  /** What it is; null kind where it has the shape of none. */
  readonly kind: CodeKind | null;
  readonly isFaulty: boolean;
  /** What the code says, name and value; days as `YYYY-MM-DD`. */
  readonly fields: readonly { readonly name: string; readonly value: string }[];
  readonly chips: readonly KeyChip[];
  readonly moreKeys: number;
};

const GS = '\u001D';
/** As many chips are drawn; the longest code of the sheet fits. */
const mostChips = 400;
const mostText = 600;
/** As a label is read: product, lot, expiry, serial; then the others as they came. */
const firstFields = ['01', '10', '17', '11', '21'];
function placeOf(name: string): number {
  const place = firstFields.indexOf(name);
  return place < 0 ? firstFields.length : place;
}

const suffixFaces = { enter: '⏎', tab: '⇥', crlf: '⏎␊', none: '' } as const;
const ends: ReadonlySet<string> = new Set(['Enter', 'NumpadEnter', 'Tab']);
const changing = /^(?:Shift|Control|Alt|Meta)(?:Left|Right)$/;

function chipsOf(trace: WedgeTrace, hidden: boolean): readonly KeyChip[] {
  const keys = trace.keys.filter((key) => !changing.test(key.code) && !ends.has(key.code));
  const chips: KeyChip[] = [];
  for (const [at, key] of keys.entries()) {
    const character = key.character;
    const isControl = character === null || character < ' ' || key.ctrl || key.alt;
    const face =
      character === GS
        ? '␝'
        : character !== null
          ? hidden && !isControl
            ? '•'
            : shown(character)
          : hidden
            ? '•'
            : `${key.ctrl ? '⌃' : ''}${key.alt ? '⌥' : ''}${key.code.replace(/^(?:Key|Digit|Numpad)/, '')}`;
    const before = keys[at - 1];
    chips.push({ at, face, sinceMs: before === undefined ? null : Math.round(key.atMs - before.atMs), isControl });
  }
  const end = suffixFaces[trace.suffix];
  if (end !== '') chips.push({ at: keys.length, face: end, sinceMs: null, isControl: true });
  return chips;
}

/** Everything that can be said of one run of keys. `today` is `YYYY-MM-DD`. */
export function arrivalOf(trace: WedgeTrace, today: string): Arrival {
  // What it means is read from what the profile made of it; what arrived is shown as it came.
  const text = trace.text ?? trace.typed;
  const sheetKey = checkScan(trace)?.key ?? null;
  const reading = classify(text, { today });
  const hidden = sheetKey === null && isPersonal(text, reading, trace.outcome === 'scan');
  const clear = shown(trace.typed.slice(0, mostText));
  const chips = chipsOf(trace, hidden);
  const days = reading.ok ? (reading.days ?? {}) : {};
  return {
    outcome: trace.outcome,
    text: hidden ? maskDocument(clear) : clear,
    isHidden: hidden,
    characters: trace.typed.length,
    bytes: new TextEncoder().encode(trace.typed).length,
    pace: paceOf(trace.keys),
    suffix: trace.suffix,
    symbologyId: /^\][A-Za-z][0-9A-Za-z]/.exec(text)?.[0] ?? null,
    gsWays: trace.gsWays,
    wasReplaced: trace.gsWays.length === 0 && text.includes(GS),
    capsLock: trace.capsLock,
    inputMethod: trace.keys.some((key) => key.key === 'Process'),
    sheetKey,
    kind: reading.kind,
    isFaulty: !reading.ok,
    fields:
      reading.ok && !hidden
        ? Object.entries(reading.fields)
            .map(([name, value]) => ({ name, value: days[name] ?? shown(value) }))
            .sort((a, b) => placeOf(a.name) - placeOf(b.name))
        : [],
    chips: chips.slice(0, mostChips),
    moreKeys: Math.max(0, chips.length - mostChips),
  };
}
