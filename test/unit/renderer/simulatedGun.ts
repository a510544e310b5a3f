import { type KeyLayout, typedBy } from '../../../renderer/scan/keyLayouts.ts';
import {
  characterOf,
  createWedge,
  type WedgeAction,
  type WedgeKey,
  type WedgeTrace,
} from '../../../renderer/scan/wedge.ts';
import type { WedgeProfile } from '../../../shared/model/gun.ts';

/** A keyboard gun with every setting that goes wrong in the field; it presses keys into the wedge itself. */
export type SimulatedGun = {
  readonly paceMs: number;
  readonly suffix: 'Enter' | 'Tab' | 'none';
  /** How GS goes out: as keys, or as this text; empty for not at all. */
  readonly gs: 'control' | 'alt' | 'f8' | { readonly text: string };
  readonly prefix: string;
  readonly symbologyId: boolean;
  readonly letters: 'kept' | 'upper' | 'lower' | 'swapped';
  readonly layout: 'us' | KeyLayout;
  /** Stands after the data and before the suffix. */
  readonly end: string;
  readonly capsLock: boolean;
  /** Loses or doubles the n-th key of each scan. */
  readonly loses: number | null;
  readonly doubles: number | null;
};

export const rightGun: SimulatedGun = {
  paceMs: 5,
  suffix: 'Enter',
  gs: 'control',
  prefix: '',
  symbologyId: false,
  letters: 'kept',
  layout: 'us',
  end: '',
  capsLock: false,
  loses: null,
  doubles: null,
};

const GS = '\u001D';
const keyOf = new Map<string, { readonly code: string; readonly shift: boolean }>();
for (const shift of [true, false]) {
  for (const code of [
    ...[...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'].map((letter) => `Key${letter}`),
    ...[...'1234567890'].map((digit) => `Digit${digit}`),
    ...['Minus', 'Equal', 'BracketLeft', 'BracketRight', 'Backslash', 'Semicolon', 'Quote', 'Backquote'],
    ...['Comma', 'Period', 'Slash', 'Space'],
  ]) {
    const character = characterOf(code, shift);
    if (character !== null) keyOf.set(character, { code, shift });
  }
}

function cased(text: string, letters: SimulatedGun['letters']): string {
  if (letters === 'upper') return text.toUpperCase();
  if (letters === 'lower') return text.toLowerCase();
  if (letters === 'kept') return text;
  return [...text].map((c) => (c === c.toUpperCase() ? c.toLowerCase() : c.toUpperCase())).join('');
}

/** What the wedge makes of one scan of `text` by that gun, with the profile as it is. */
export function pull(gun: SimulatedGun, text: string, profile: WedgeProfile | null = null): readonly WedgeAction[] {
  const wedge = createWedge(() => profile);
  const actions: WedgeAction[] = [];
  let nowMs = 1_000;
  const press = (code: string, more: Partial<WedgeKey> = {}) => {
    actions.push(
      ...wedge.feed({
        code,
        key: 'Unidentified',
        shift: false,
        ctrl: false,
        alt: false,
        capsLock: gun.capsLock,
        editable: false,
        composing: false,
        atMs: nowMs,
        ...more,
      }),
    );
  };
  const pass = (ms: number) => {
    for (let due = wedge.deadlineMs(); due !== null && due <= nowMs + ms; due = wedge.deadlineMs()) {
      const said = wedge.tick(due);
      actions.push(...said);
      if (said.length === 0) break;
    }
    nowMs += ms;
  };
  const symbol = gun.symbologyId ? (text.startsWith('01') ? ']d2' : ']C0') : '';
  const sent = gun.prefix + symbol + cased(text, gun.letters) + gun.end;
  let count = 0;
  const type = (character: string) => {
    const typed = gun.layout === 'us' ? character : typedBy(gun.layout, character);
    // A sign of that country's third level: AltGr, which arrives as Ctrl and Alt.
    if (typed === '') press('KeyE', { ctrl: true, alt: true });
    for (const each of typed) {
      const key = keyOf.get(each);
      if (key === undefined) throw new Error(`no key for ${JSON.stringify(each)}`);
      press(key.code, { shift: key.shift });
      pass(gun.paceMs);
    }
  };
  for (const character of sent) {
    count++;
    if (count === gun.loses) continue;
    if (character !== GS) {
      type(character);
      if (count === gun.doubles) type(character);
    } else if (gun.gs === 'control') {
      press('ControlLeft', { ctrl: true });
      press('BracketRight', { ctrl: true });
      pass(gun.paceMs);
    } else if (gun.gs === 'f8') {
      press('F8');
      pass(gun.paceMs);
    } else if (gun.gs === 'alt') {
      press('AltLeft', { alt: true });
      for (const digit of '0029') press(`Numpad${digit}`, { alt: true });
      pass(gun.paceMs);
    } else {
      for (const each of gun.gs.text) type(each);
    }
  }
  if (gun.suffix !== 'none') press(gun.suffix);
  pass(1_000);
  return actions;
}

/** The runs of one scan as the scanner page sees them: one, or several when the scan fell apart. */
export function tracesOf(gun: SimulatedGun, text: string): readonly WedgeTrace[] {
  return pull(gun, text)
    .filter((action) => action.do === 'traced')
    .map((action) => action.trace);
}
