/**
 * Scanner guns that act as keyboards. A pure state machine without DOM: it is fed with keys and says what is to become
 * of each. Characters come from the physical key and Shift through the US table, since guns send the keys of a US
 * keyboard whatever layout, input method or CapsLock the computer is in.
 */

import type { WedgeProfile } from '../../shared/model/gun.ts';
import { applyProfile } from './profile.ts';

/** One run of keys that was, or looked like, a scan: what the scanner page shows. */
export type WedgeTrace = {
  /** What the wedge made of it. */
  readonly outcome: 'scan' | 'damaged' | 'typed';
  /** The text before the profile is applied: replacement and prefix still in it; GS where it came as a key. */
  readonly typed: string;
  /** What goes to the desk, null unless outcome is 'scan'. */
  readonly text: string | null;
  /** Each key in order, at most 8192. */
  readonly keys: readonly {
    readonly code: string;
    readonly key: string;
    readonly shift: boolean;
    readonly ctrl: boolean;
    readonly alt: boolean;
    readonly atMs: number;
    readonly character: string | null;
  }[];
  readonly suffix: 'enter' | 'tab' | 'crlf' | 'none';
  /** How separators came as keys, in order of first use: without replacement, which only the profile knows. */
  readonly gsWays: readonly ('control' | 'alt' | 'f8')[];
  readonly capsLock: boolean;
  readonly inField: boolean;
};

/** One key press as the window saw it. */
export type WedgeKey = {
  /** `KeyboardEvent.code`: the physical key. */
  readonly code: string;
  /** `KeyboardEvent.key`: `Process` when an input method took it; hardly looked at otherwise. */
  readonly key: string;
  readonly shift: boolean;
  readonly ctrl: boolean;
  readonly alt: boolean;
  readonly meta?: boolean;
  readonly capsLock: boolean;
  /** When it was pressed, in ms on any steady clock. */
  readonly atMs: number;
  /** A field that takes text has the focus. */
  readonly editable: boolean;
  /** An input method is composing. */
  readonly composing: boolean;
  /** The key is held down and repeats. */
  readonly repeat?: boolean;
};

export type WedgeAction =
  /** The key is the gun's: nobody else may see it. */
  | { readonly do: 'swallow' }
  /** A run of keys begins that may turn out a scan: remember the field as it is now. */
  | { readonly do: 'mark' }
  /** What the run put into the field is taken out again; an input method may still be holding a part of it. */
  | { readonly do: 'takeOut'; readonly fromInputMethod: boolean }
  | { readonly do: 'scan'; readonly text: string }
  /** A scan came, but not whole: an input method ate it, or a key has no character. */
  | { readonly do: 'damaged'; readonly by: 'inputMethod' | 'unknownKey' }
  /** Not a gun after all: characters pressed with no field focused, as single keys. */
  | { readonly do: 'typed'; readonly characters: readonly string[] }
  /** A run is over: what it was made of, for whoever watches. */
  | { readonly do: 'traced'; readonly trace: WedgeTrace };

export type Wedge = {
  readonly feed: (key: WedgeKey) => readonly WedgeAction[];
  /** What the passing of time decides; to be called at `deadlineMs`. */
  readonly tick: (atMs: number) => readonly WedgeAction[];
  /** When `tick` is due, on the clock of the keys, or null. */
  readonly deadlineMs: () => number | null;
};

const GS = '\u001D';

/** Fewer keys than this are a person's. */
const leastKeys = 4;
/** The slowest gun sends a key every 100 ms; a system under load adds to that. */
const longestGapMs = 150;
const longestMeanGapMs = 110;
/** A gun without suffix is over when nothing comes for several of its own gaps, within these bounds. */
const idleGaps = 6;
const shortestIdleMs = 100;
const longestIdleMs = 300;
/** In a field people type: only what no hand can do is a gun. */
const leastKeysInField = 6;
const longestGapInFieldMs = 45;
/** Under an input method some of the keys never arrive, so fewer tell. */
const leastComposingKeys = 4;
const composingIdleMs = 150;
/**
 * A key held down repeats every 30 ms or so, the first time after a quarter of a second. X11 calls a second press in the
 * same millisecond a repetition too: that is a gun with two equal characters in a row.
 */
const quickestHeldKeyMs = 20;
/** LF after CR, or a gun set to two suffixes. */
const secondSuffixMs = 120;

const shifted: Readonly<Record<string, readonly [string, string]>> = {
  Digit1: ['1', '!'],
  Digit2: ['2', '@'],
  Digit3: ['3', '#'],
  Digit4: ['4', '$'],
  Digit5: ['5', '%'],
  Digit6: ['6', '^'],
  Digit7: ['7', '&'],
  Digit8: ['8', '*'],
  Digit9: ['9', '('],
  Digit0: ['0', ')'],
  Minus: ['-', '_'],
  Equal: ['=', '+'],
  BracketLeft: ['[', '{'],
  BracketRight: [']', '}'],
  Backslash: ['\\', '|'],
  IntlBackslash: ['\\', '|'],
  Semicolon: [';', ':'],
  Quote: ["'", '"'],
  Backquote: ['`', '~'],
  Comma: [',', '<'],
  Period: ['.', '>'],
  Slash: ['/', '?'],
  Space: [' ', ' '],
};
const numpad: Readonly<Record<string, string>> = {
  NumpadAdd: '+',
  NumpadSubtract: '-',
  NumpadMultiply: '*',
  NumpadDivide: '/',
  NumpadDecimal: '.',
};
const suffixes: ReadonlySet<string> = new Set(['Enter', 'NumpadEnter', 'Tab']);
const modifiers = /^(Shift|Control|Alt|Meta)(Left|Right)$|^(CapsLock|NumLock|ScrollLock|Fn)$/;

/** The character of a physical key on a US keyboard, or null when it has none. CapsLock plays no part. */
export function characterOf(code: string, shift: boolean): string | null {
  const letter = /^Key([A-Z])$/.exec(code)?.[1];
  if (letter !== undefined) return shift ? letter : letter.toLowerCase();
  const pair = shifted[code];
  if (pair !== undefined) return pair[shift ? 1 : 0];
  const digit = /^Numpad(\d)$/.exec(code)?.[1];
  return digit ?? numpad[code] ?? null;
}

/**
 * Whether the character is the key's upper one. A capital or an upper sign with neither Shift nor CapsLock down cannot
 * come from a keyboard: a program typed it (remote control, a gun's own software), and it meant what it says.
 */
function isShifted(key: WedgeKey): boolean {
  return key.shift || (!key.capsLock && key.key.length === 1 && key.key === characterOf(key.code, true));
}

type Run = {
  text: string;
  keys: number;
  firstMs: number;
  lastMs: number;
  longestGapMs: number;
  readonly inField: boolean;
  composing: number;
  hasUnknownKey: boolean;
  readonly pressed: WedgeTrace['keys'][number][];
  readonly gsWays: Set<'control' | 'alt' | 'f8'>;
  capsLock: boolean;
};

/** As many keys of one run are remembered for the trace. */
const mostTracedKeys = 8_192;

export function createWedge(profile: () => WedgeProfile | null = () => null): Wedge {
  let run: Run | null = null;
  /** Digits typed on the numeric pad while Alt is down: a character by its number. */
  let altDigits: string | null = null;
  let suffixUntilMs = Number.NEGATIVE_INFINITY;
  /** The gun in hand ends its scans itself, so a pause is a hiccup rather than an end. */
  let endsWithSuffix = false;

  const swallow: WedgeAction = { do: 'swallow' };
  const garbled: readonly WedgeAction[] = [
    { do: 'takeOut', fromInputMethod: true },
    { do: 'damaged', by: 'inputMethod' },
  ];

  function begin(key: WedgeKey): Run {
    return {
      text: '',
      keys: 0,
      firstMs: key.atMs,
      lastMs: key.atMs,
      longestGapMs: 0,
      inField: key.editable,
      composing: 0,
      hasUnknownKey: false,
      pressed: [],
      gsWays: new Set(),
      capsLock: false,
    };
  }

  /** The longest pause inside a run. One gun that ends its scans itself may stumble once; two guns may not meet. */
  function gapLimitMs(it: Run): number {
    if (it.inField) return longestGapInFieldMs;
    return endsWithSuffix && it.keys >= leastKeys ? longestIdleMs : longestGapMs;
  }

  function isPaced(it: Run): boolean {
    const gaps = it.keys - 1;
    return it.longestGapMs <= gapLimitMs(it) && (gaps < 1 || (it.lastMs - it.firstMs) / gaps <= longestMeanGapMs);
  }

  const isGunOutside = (it: Run) => it.keys >= leastKeys && isPaced(it);
  const isGunInField = (it: Run) => it.keys >= leastKeysInField && it.longestGapMs <= longestGapInFieldMs;
  const isComposed = (it: Run) => it.composing >= leastComposingKeys && it.longestGapMs <= longestGapInFieldMs;

  function idleMs(it: Run): number {
    if (it.inField) return composingIdleMs;
    if (it.keys < leastKeys) return longestGapMs;
    if (endsWithSuffix) return longestIdleMs;
    return Math.min(longestIdleMs, Math.max(shortestIdleMs, it.longestGapMs * idleGaps));
  }

  function outcomeOf(it: Run): WedgeAction {
    return it.hasUnknownKey
      ? { do: 'damaged', by: 'unknownKey' }
      : { do: 'scan', text: applyProfile(it.text, profile()) };
  }

  /** What was made of the run, with the run itself for whoever watches. */
  function traced(it: Run, said: readonly WedgeAction[], suffix: WedgeTrace['suffix']): readonly WedgeAction[] {
    const scan = said.find((action) => action.do === 'scan');
    const isDamaged = said.some((action) => action.do === 'damaged');
    const trace: WedgeTrace = {
      outcome: scan !== undefined ? 'scan' : isDamaged ? 'damaged' : 'typed',
      typed: it.text,
      text: scan?.text ?? null,
      keys: it.pressed,
      suffix,
      gsWays: [...it.gsWays],
      capsLock: it.capsLock,
      inField: it.inField,
    };
    return [...said, { do: 'traced', trace }];
  }

  /** The run is over without a suffix. */
  function end(): readonly WedgeAction[] {
    settleAlt();
    const it = run;
    run = null;
    if (it === null || it.keys === 0) return [];
    if (it.inField) return isComposed(it) ? traced(it, garbled, 'none') : [];
    if (isGunOutside(it)) return traced(it, [outcomeOf(it)], 'none');
    return traced(it, [{ do: 'typed', characters: [...it.text] }], 'none');
  }

  function settleAlt(): void {
    if (altDigits === null) return;
    const digits = altDigits;
    altDigits = null;
    const character = Number.parseInt(digits, 10);
    if (run !== null && digits !== '' && character > 0 && character < 256) {
      run.text += String.fromCharCode(character);
      if (character === 29) run.gsWays.add('alt');
    }
  }

  /** The key belongs to the run that is open, or opens the next one; gives what has to be said before. */
  function join(key: WedgeKey): WedgeAction[] {
    const said: WedgeAction[] = [];
    if (run !== null && (run.inField !== key.editable || key.atMs - run.lastMs > gapLimitMs(run))) said.push(...end());
    if (run === null) {
      run = begin(key);
      if (key.editable) said.push({ do: 'mark' });
    }
    const it = run;
    if (it.keys > 0) it.longestGapMs = Math.max(it.longestGapMs, key.atMs - it.lastMs);
    it.lastMs = key.atMs;
    return said;
  }

  function add(key: WedgeKey, character: string): readonly WedgeAction[] {
    const said = join(key);
    settleAlt();
    // The next Enter belongs to this run.
    suffixUntilMs = Number.NEGATIVE_INFINITY;
    if (run !== null) {
      run.text += character;
      run.keys += 1;
      if (character === GS) run.gsWays.add(key.code === 'F8' ? 'f8' : 'control');
      note(key, character === '' ? null : character);
    }
    if (!key.editable) said.push(swallow);
    return said;
  }

  function suffix(key: WedgeKey): readonly WedgeAction[] {
    if (key.atMs <= suffixUntilMs) {
      suffixUntilMs = key.atMs + secondSuffixMs;
      return [swallow];
    }
    if (run !== null && key.atMs - run.lastMs > (run.inField ? longestGapInFieldMs * 2 : idleMs(run))) return end();
    settleAlt();
    const it = run;
    run = null;
    if (it === null) return [];
    if (it.inField) {
      if (isComposed(it)) {
        suffixUntilMs = key.atMs + secondSuffixMs;
        return [swallow, ...traced(it, garbled, suffixOf(key))];
      }
      if (!isGunInField(it)) return [];
      suffixUntilMs = key.atMs + secondSuffixMs;
      return [
        swallow,
        ...traced(it, [{ do: 'takeOut', fromInputMethod: it.composing > 0 }, outcomeOf(it)], suffixOf(key)),
      ];
    }
    if (!isGunOutside(it)) {
      return it.keys === 0 ? [] : traced(it, [{ do: 'typed', characters: [...it.text] }], suffixOf(key));
    }
    suffixUntilMs = key.atMs + secondSuffixMs;
    endsWithSuffix = true;
    return [swallow, ...traced(it, [outcomeOf(it)], suffixOf(key))];
  }

  const suffixOf = (key: WedgeKey) => (key.code === 'Tab' ? 'tab' : 'enter');

  function note(key: WedgeKey, character: string | null): void {
    if (run === null) return;
    if (key.capsLock) run.capsLock = true;
    if (run.pressed.length >= mostTracedKeys) return;
    const { code, shift, ctrl, alt, atMs } = key;
    run.pressed.push({ code, key: key.key, shift, ctrl, alt, atMs, character });
  }

  const isGunsOwn = (key: WedgeKey) => run !== null && key.atMs - run.lastMs < quickestHeldKeyMs;

  function feed(key: WedgeKey): readonly WedgeAction[] {
    if (modifiers.test(key.code)) {
      // Alt goes down again for the next character by number.
      if (key.code.startsWith('Alt')) settleAlt();
      return [];
    }
    if (key.repeat === true && !isGunsOwn(key)) return run !== null && !key.editable ? [swallow] : [];
    const isOpen = run !== null && key.atMs - run.lastMs <= longestGapMs && run.inField === key.editable;

    if (key.editable && (key.composing || key.key === 'Process')) {
      const said = join(key);
      if (run !== null) {
        run.keys += 1;
        run.composing += 1;
        note(key, null);
      }
      return said;
    }
    if (key.alt && !key.ctrl) {
      const digit = /^Numpad(\d)$/.exec(key.code)?.[1];
      if (digit === undefined) return isOpen && !key.editable ? [...unknown(key)] : [];
      const said = join(key);
      if (altDigits === null && run !== null) run.keys += 1;
      altDigits = (altDigits ?? '') + digit;
      note(key, null);
      return key.editable ? said : [...said, swallow];
    }
    if (key.ctrl || key.meta === true) {
      if (key.code === 'BracketRight' && key.ctrl && !key.alt) return add(key, GS);
      // Control characters as some guns send them: CR and LF.
      if (isOpen && key.ctrl && (key.code === 'KeyM' || key.code === 'KeyJ')) return suffix(key);
      if (key.atMs <= suffixUntilMs && key.ctrl && key.code === 'KeyJ') return [swallow];
      return end();
    }
    if (suffixes.has(key.code)) return suffix(key);
    if (key.code === 'F8' && isOpen) return add(key, GS);
    // Space presses the button that has the focus; no code begins with it.
    if (key.code === 'Space' && !isOpen) return end();
    const character = characterOf(key.code, isShifted(key));
    if (character !== null) return add(key, character);
    // No physical key, yet a character: something between the gun and us types in another way.
    if (key.code === '' && [...key.key].length === 1) return unknown(key);
    return end();
  }

  function unknown(key: WedgeKey): readonly WedgeAction[] {
    const said = add(key, '');
    if (run !== null) run.hasUnknownKey = true;
    return said;
  }

  return {
    feed,
    tick: (atMs) => (run !== null && atMs >= run.lastMs + idleMs(run) ? end() : []),
    deadlineMs: () => (run === null ? null : run.lastMs + idleMs(run)),
  };
}
