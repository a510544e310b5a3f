import { isFirstPassportLine, isSecondPassportLine } from '../../shared/codes/mrz.ts';
import type { WedgeProfile } from '../../shared/model/gun.ts';
import { inhumanGapMs, isGuns, isHandsHead, joinLimitMs, median, paceOf } from './pace.ts';
import { applyProfile } from './profile.ts';

/**
 * Scanner guns that act as keyboards. A pure state machine without DOM: it is fed with keys and says what is to become
 * of each. Characters come from the physical key and Shift through the US table, since guns send the keys of a US
 * keyboard whatever layout, input method or CapsLock the computer is in.
 */

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

/** Why a scan is not whole. */
export type DamagedBy =
  /** An input method ate a part of it. */
  | 'inputMethod'
  /** A key has no character. */
  | 'unknownKey'
  /** A part of it may have gone elsewhere or never come. */
  | 'interrupted';

/** What came of some keys, for those who look at how a gun is set. */
export type WedgeTrace = {
  readonly outcome: 'scan' | 'damaged' | 'typed';
  /** Before the profile: replacement and prefix are still in it; GS where it came as a key. */
  readonly typed: string;
  /** What goes to the desk; null unless `scan`. */
  readonly text: string | null;
  /** At most `mostTracedKeys`. */
  readonly keys: readonly TracedKey[];
  readonly suffix: 'enter' | 'tab' | 'crlf' | 'none';
  readonly gsWays: readonly ('control' | 'alt' | 'f8')[];
  readonly capsLock: boolean;
  readonly inField: boolean;
};
type TracedKey = {
  readonly code: string;
  readonly key: string;
  readonly shift: boolean;
  readonly ctrl: boolean;
  readonly alt: boolean;
  readonly atMs: number;
  readonly character: string | null;
};

export type WedgeAction =
  /** The key is the gun's: nobody else may see it. */
  | { readonly do: 'swallow' }
  /** The `at`-th key of a run goes into a field and may be the first of a scan: remember the field as it is now. */
  | { readonly do: 'mark'; readonly at: number }
  /** What the run put into fields from its `from`-th key on is taken out; an input method may still hold a part of it. */
  | { readonly do: 'takeOut'; readonly from: number; readonly fromInputMethod: boolean }
  | { readonly do: 'scan'; readonly text: string }
  /** A scan came, but not whole. */
  | { readonly do: 'damaged'; readonly by: DamagedBy }
  /** Not a gun after all: characters pressed with no field focused, as single keys. */
  | { readonly do: 'typed'; readonly characters: readonly string[] }
  | { readonly do: 'traced'; readonly trace: WedgeTrace };

/** Text that came into the field, as the window saw it. */
export type Insertion = {
  readonly text: string;
  /** It is a composition's. */
  readonly composing: boolean;
  readonly atMs: number;
};

export type Wedge = {
  /** `arrivedMs`: when the window got the key, later than it was pressed where keys queue up on a busy computer. */
  readonly feed: (key: WedgeKey, arrivedMs?: number) => readonly WedgeAction[];
  /** Text comes into the field with the focus. What no key has brought is an input method's. */
  readonly inserted: (insertion: Insertion) => readonly WedgeAction[];
  /** Keys go elsewhere from now on: the window lost the keyboard. */
  readonly lose: () => void;
  /** Keys before this moment may have gone elsewhere: the window has just come up, or got the keyboard back. */
  readonly open: (atMs: number) => void;
  /** What the passing of time decides; to be called at `deadlineMs`. */
  readonly tick: (atMs: number) => readonly WedgeAction[];
  /** When `tick` is due, on the window's clock, or null. */
  readonly deadlineMs: () => number | null;
};

const GS = '\u001D';

const mostTracedKeys = 8_192;
/** No key is believed to have been longer on its way: an input method may let go of it much later. */
const mostLagMs = 5_000;
/** A run with fewer keys is over soon: one key may be a person's choice by number. */
const shortRunKeys = 4;
const shortRunIdleMs = 150;
/** A longer pause ends a run. A gun that is known to end its scans itself is waited for a little longer. */
const idleMs = 300;
const idleOfEndingGunMs = 500;
/** After the pause that ended a gun's keys without a suffix, what comes so soon may be their rest. */
const restMs = 400;
/**
 * A key held down repeats every 30 ms or so, the first time after a quarter of a second. X11 calls a second press in the
 * same millisecond a repetition too: that is a gun with two equal characters in a row.
 */
const quickestHeldKeyMs = 20;
/** LF after CR, or a gun set to two suffixes. */
const secondSuffixMs = 120;
/** The second line of a passport after the first. */
const secondLineMs = 600;
/** The pace of the gun in use is that of its last scans. */
const learnedScans = 5;
/** The field as it was is remembered for that many keys of a run, and after each pause. */
const markedKeys = 64;

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

type GsByKey = WedgeTrace['gsWays'][number];
type Suffix = WedgeTrace['suffix'];

/** One character's key (Alt with its digits counts as one), or an input method's sign of life. */
type Beat = { character: string; readonly atMs: number; readonly inField: boolean };

type Run = {
  readonly beats: Beat[];
  readonly keys: TracedKey[];
  readonly gsWays: Set<GsByKey>;
  lastMs: number;
  capsLock: boolean;
  damagedBy: DamagedBy | null;
  readonly mayBeRest: boolean;
  /** What came says that it is a gun's, whatever its pace. */
  isSurelyGuns: boolean;
};

/** So many capitals and digits in one piece that an input method kept back are no word of a person's. */
const codeLikeCharacters = 6;
/** No code is made of letters alone; names are. */
const lettersOnly = /^[A-Za-z '-]*$/;

/**
 * @param profile how this desk's guns are set, asked anew for each scan. Without one the pace is learned from the scans,
 * GS is taken from keys alone, and a scan may end by itself.
 */
export function createWedge(profile: () => WedgeProfile | null = () => null): Wedge {
  let run: Run | null = null;
  /** Digits typed on the numeric pad while Alt is down, and the place of the character that they will be. */
  let alt: { digits: string; readonly beat: Beat | null } | null = null;
  let nowMs = Number.NEGATIVE_INFINITY;
  /** How long the last key was on its way: the keys' clock is that much behind the window's, and silence is theirs. */
  let lagMs = 0;
  let suffixUntilMs = Number.NEGATIVE_INFINITY;
  /** What of that the gun's own pace explains: so long a second suffix is the gun's, whatever a hand presses meanwhile. */
  let paceUntilMs = Number.NEGATIVE_INFINITY;
  let hasHandCome = false;
  let openedMs = Number.NEGATIVE_INFINITY;
  /** A gun here ends its scans itself, so a pause is a hiccup rather than an end. */
  let endsWithSuffix = false;
  /** A gun's keys ended without a suffix: what follows until then and ends with one may be their rest. */
  let restUntilMs = Number.NEGATIVE_INFINITY;
  /** A key or two that may have been a gun's first: what follows until then lacks them. */
  let strayUntilMs = Number.NEGATIVE_INFINITY;
  /** The text that the last key will bring into the field, and whether an update of a composition has its key. */
  let expected: string | null = null;
  let hasKeyForUpdate = false;
  let paces: readonly number[] = [];
  let waitingTrace: { readonly trace: WedgeTrace; readonly untilMs: number } | null = null;
  let passportLine: { readonly text: string; readonly untilMs: number } | null = null;

  const swallow: WedgeAction = { do: 'swallow' };
  const knownMs = () => median(paces) ?? profile()?.paceMs ?? null;
  const gapLimitMs = () => (endsWithSuffix ? idleOfEndingGunMs : idleMs);
  const idleOf = (it: Run) =>
    it.beats.length < shortRunKeys && !it.beats.some((beat) => beat.inField) ? shortRunIdleMs : gapLimitMs();
  const isOpen = () => run !== null && nowMs - run.lastMs <= idleOf(run);

  /**
   * What the keys of a run are. `from`: where the gun's begin. `isTorn`: what stands before them may be the gun's as well,
   * so that they may be a part only.
   */
  function judge(it: Run) {
    const times = it.beats.map((beat) => beat.atMs);
    const pace = paceOf(times, knownMs());
    const tail = it.beats.slice(pace.from);
    const inField = tail.some((beat) => beat.inField);
    const strictness = it.damagedBy === 'inputMethod' ? 'garbled' : inField ? 'field' : 'plain';
    const headGaps = times.slice(1, pace.from + 1).map((atMs, n) => atMs - (times[n] ?? atMs));
    const limitMs = joinLimitMs(pace, inField);
    const isJoined = headGaps.every((gap) => gap <= limitMs);
    const isHands =
      !isJoined && it.beats.slice(0, pace.from).every((beat) => beat.inField) && isHandsHead(pace, headGaps);
    const from = isJoined ? 0 : pace.from;
    const isEven = isGuns(pace, tail.length, strictness) && (pace.isFast || !lettersOnly.test(textOf(it, from)));
    const isGun = it.isSurelyGuns || isEven;
    return { pace, from, isGun, inField, isTorn: !isJoined && !isHands };
  }

  function textOf(it: Run, from: number): string {
    let text = '';
    for (let n = from; n < it.beats.length; n++) text += it.beats[n]?.character ?? '';
    return text;
  }

  /** A part of a scan must never pass for a whole one: wherever its beginning may be missing, it is refused. */
  function damageOf(it: Run, { pace, from, isTorn }: ReturnType<typeof judge>): DamagedBy | null {
    if (it.damagedBy !== null) return it.damagedBy;
    if (isTorn) return 'interrupted';
    const firstMs = it.beats[0]?.atMs ?? 0;
    return from === 0 && firstMs - openedMs <= (pace.gapMs ?? 0) * 1.5 + 15 ? 'interrupted' : null;
  }

  /** What a gun's keys came to. */
  function settle(it: Run, suffix: Suffix): WedgeAction[] {
    const judged = judge(it);
    const { pace, inField, from } = judged;
    const typed = textOf(it, from);
    const isUnended = suffix === 'none' && (inField || (profile()?.suffix ?? 'none') !== 'none');
    const isRest = suffix !== 'none' && it.mayBeRest;
    const damagedBy = damageOf(it, judged) ?? (isUnended || isRest ? 'interrupted' : null);
    const text = damagedBy === null ? applyProfile(typed, profile()) : null;
    const said: WedgeAction[] = [];
    if (inField) said.push({ do: 'takeOut', from, fromInputMethod: damagedBy === 'inputMethod' });
    if (damagedBy !== null) said.push({ do: 'damaged', by: damagedBy });
    if (text !== null) {
      if (pace.gapMs !== null) paces = [...paces, pace.gapMs].slice(-learnedScans);
      said.push(...handOn(text, suffix));
    }
    said.push(...trace(it, { outcome: damagedBy === null ? 'scan' : 'damaged', typed, text, suffix, inField }));
    return said;
  }

  /** A passport comes as two scans, a line each: the first waits for the second. */
  function handOn(text: string, suffix: Suffix): WedgeAction[] {
    const first = passportLine;
    passportLine = null;
    if (first !== null && isSecondPassportLine(text)) return [{ do: 'scan', text: `${first.text}\n${text}` }];
    const said: WedgeAction[] = first === null ? [] : [{ do: 'scan', text: first.text }];
    if (suffix === 'none' || !isFirstPassportLine(text)) return [...said, { do: 'scan', text }];
    passportLine = { text, untilMs: nowMs + secondLineMs };
    return said;
  }

  function trace(
    it: Run,
    made: Pick<WedgeTrace, 'outcome' | 'typed' | 'text' | 'suffix' | 'inField'>,
  ): readonly WedgeAction[] {
    const said = tellTrace();
    const whole = { ...made, keys: it.keys, gsWays: [...it.gsWays], capsLock: it.capsLock };
    // A line feed may follow.
    if (made.suffix !== 'none') waitingTrace = { trace: whole, untilMs: suffixUntilMs };
    else said.push({ do: 'traced', trace: whole });
    return said;
  }

  function tellTrace(): WedgeAction[] {
    const waiting = waitingTrace;
    waitingTrace = null;
    return waiting === null ? [] : [{ do: 'traced', trace: waiting.trace }];
  }

  /** The run is over without a suffix. */
  function end(): readonly WedgeAction[] {
    settleAlt();
    const it = run;
    run = null;
    if (it === null || it.beats.length === 0) return [];
    const judged = judge(it);
    const { isGun, inField } = judged;
    if (isGun) {
      if (it.damagedBy !== 'inputMethod') restUntilMs = it.lastMs + gapLimitMs() + restMs;
      // In a field the end of a gun's keys cannot be told from a pause: they stay where they are.
      return inField && damageOf(it, judged) === null ? [] : settle(it, 'none');
    }
    if (it.beats.length < shortRunKeys) strayUntilMs = it.lastMs + idleOfEndingGunMs;
    return it.beats.some((beat) => beat.inField) ? [] : asTyped(it);
  }

  /** Keys one by one, as a hand presses them. What may be the rest of a scan is shown as a trace and does nothing. */
  function asTyped(it: Run): readonly WedgeAction[] {
    const isRest = it.damagedBy === 'interrupted' || it.mayBeRest;
    const isQuick = it.beats.some((beat, n) => n > 0 && beat.atMs - (it.beats[n - 1]?.atMs ?? 0) <= inhumanGapMs);
    const typed = textOf(it, 0);
    const characters = [...typed].filter((character) => character >= ' ');
    if (characters.length === 0) return [];
    return [
      ...(isQuick || isRest ? [] : [{ do: 'typed', characters } as const]),
      ...trace(it, { outcome: 'typed', typed, text: null, suffix: 'none', inField: false }),
    ];
  }

  function settleAlt(): void {
    if (alt === null) return;
    const { digits, beat } = alt;
    alt = null;
    const number = Number.parseInt(digits, 10);
    if (beat === null || !(number > 0 && number < 256)) {
      if (run !== null) run.damagedBy ??= 'unknownKey';
      return;
    }
    beat.character = String.fromCharCode(number);
    expected = beat.character;
    if (beat.character === GS) run?.gsWays.add('alt');
  }

  /** The run that a key of this moment belongs to, open or new; what has to be said before goes to `said`. */
  function runFor(said: WedgeAction[]): Run {
    if (run !== null && nowMs - run.lastMs > gapLimitMs()) said.push(...end());
    if (run === null) {
      said.push(...tellTrace());
      run = {
        beats: [],
        keys: [],
        gsWays: new Set(),
        lastMs: nowMs,
        capsLock: false,
        damagedBy: nowMs < strayUntilMs ? 'interrupted' : null,
        mayBeRest: nowMs <= restUntilMs,
        isSurelyGuns: false,
      };
    }
    return run;
  }

  function record(it: Run, key: WedgeKey, character: string | null): void {
    it.lastMs = nowMs;
    it.capsLock ||= key.capsLock;
    if (it.keys.length >= mostTracedKeys) return;
    const { code, shift, ctrl } = key;
    it.keys.push({ code, key: key.key, shift, ctrl, alt: key.alt, atMs: nowMs, character });
  }

  /** The key belongs to the run that is open, or opens the next one; gives what has to be said before. */
  function join(key: WedgeKey, character: string): WedgeAction[] {
    const said: WedgeAction[] = [];
    const it = runFor(said);
    const isNewField = it.beats.at(-1)?.inField !== true || nowMs - it.lastMs > inhumanGapMs;
    if (key.editable && (it.beats.length < markedKeys || isNewField)) said.push({ do: 'mark', at: it.beats.length });
    // The keys' own clock: an input method's insertions in between are told later than they happened.
    const atMs = Math.max(key.atMs, it.beats.at(-1)?.atMs ?? key.atMs);
    it.beats.push({ character, atMs, inField: key.editable });
    record(it, key, character === '' ? null : character);
    return said;
  }

  function add(key: WedgeKey, character: string): readonly WedgeAction[] {
    settleAlt();
    const said = join(key, character);
    // The next Enter belongs to this run.
    suffixUntilMs = Number.NEGATIVE_INFINITY;
    expected = key.editable && !key.ctrl && [...key.key].length === 1 ? key.key : null;
    if (!key.editable) said.push(swallow);
    return said;
  }

  function addSeparator(key: WedgeKey, way: GsByKey): readonly WedgeAction[] {
    const said = add(key, GS);
    run?.gsWays.add(way);
    return said;
  }

  function suffix(key: WedgeKey): readonly WedgeAction[] {
    if (nowMs <= suffixUntilMs) {
      if (!hasHandCome) suffixUntilMs = nowMs + secondSuffixMs;
      if (waitingTrace !== null) waitingTrace = { ...waitingTrace, trace: { ...waitingTrace.trace, suffix: 'crlf' } };
      return [swallow];
    }
    if (run !== null && nowMs - run.lastMs > gapLimitMs()) return end();
    settleAlt();
    const it = run;
    if (it === null) return [];
    // Right after what an input method has eaten, a line feed is a gun's: no hand has a key for it.
    if (it.damagedBy === 'inputMethod' && key.ctrl && nowMs - it.lastMs <= secondSuffixMs) it.isSurelyGuns = true;
    const { pace, isGun } = judge(it);
    if (it.damagedBy === 'inputMethod') {
      if (!isGun) {
        run = null;
        return [];
      }
      // What the input method still holds comes later than this key: the pause ends it.
      record(it, key, null);
      return [swallow];
    }
    run = null;
    if (!isGun) return endedByHand(it);
    hasHandCome = false;
    paceUntilMs = nowMs + (pace.gapMs ?? 0) * 2 + 30;
    suffixUntilMs = Math.max(nowMs + secondSuffixMs, paceUntilMs);
    record(it, key, null);
    const said = [swallow, ...settle(it, key.code === 'Tab' ? 'tab' : 'enter')];
    endsWithSuffix = true;
    restUntilMs = Number.NEGATIVE_INFINITY;
    return said;
  }

  /** A hand is at work since the scan: its Enter is not taken for the gun's second one. */
  function handCame(): void {
    hasHandCome = true;
    suffixUntilMs = Math.min(suffixUntilMs, paceUntilMs);
  }

  /** Enter or Tab after keys that are no scan. */
  function endedByHand(it: Run): readonly WedgeAction[] {
    if (it.beats.some((beat) => beat.inField)) return [];
    const lastMs = it.beats.at(-1)?.atMs ?? 0;
    const isQuick = it.beats.length > 1 && nowMs - (it.beats[0]?.atMs ?? lastMs) <= inhumanGapMs * it.beats.length;
    // The rest of a scan, or less than one, must not press what has the focus.
    if (isQuick || it.damagedBy === 'interrupted' || it.mayBeRest) return [swallow, ...asTyped(it)];
    return asTyped(it);
  }

  const isGunsOwn = () => run !== null && nowMs - run.lastMs < quickestHeldKeyMs;
  /** A gun is at work: what comes now is its own. */
  function isMidScan(): boolean {
    if (run === null || run.beats.length < shortRunKeys) return false;
    const { gapMs, sum } = paceOf(
      run.beats.map((beat) => beat.atMs),
      knownMs(),
    );
    return sum >= 5 && nowMs - run.lastMs <= Math.max(inhumanGapMs, (gapMs ?? 0) * 2);
  }

  function feed(key: WedgeKey, arrivedMs = key.atMs): readonly WedgeAction[] {
    lagMs = Math.min(Math.max(0, arrivedMs - key.atMs), mostLagMs);
    // Keys that an input method has let go of come late, with the time at which they were pressed.
    nowMs = Math.max(nowMs, key.atMs);
    if (modifiers.test(key.code)) {
      // Alt goes down again for the next character by number.
      if (key.code.startsWith('Alt')) settleAlt();
      return [];
    }
    if (key.repeat === true && !isGunsOwn()) return run !== null && !key.editable ? [swallow] : [];

    if (key.editable && (key.composing || key.key === 'Process')) {
      const said = join(key, characterOf(key.code, key.shift) ?? '');
      if (run !== null) run.damagedBy = 'inputMethod';
      hasKeyForUpdate = true;
      expected = null;
      return said;
    }
    if (key.alt && !key.ctrl) {
      const digit = /^Numpad(\d)$/.exec(key.code)?.[1];
      if (digit === undefined) return isMidScan() ? unknown(key) : [];
      const said: WedgeAction[] = [];
      if (alt === null) {
        said.push(...join(key, ''));
        alt = { digits: digit, beat: run?.beats.at(-1) ?? null };
      } else {
        alt.digits += digit;
        if (run !== null) record(run, key, null);
      }
      suffixUntilMs = Number.NEGATIVE_INFINITY;
      return key.editable ? said : [...said, swallow];
    }
    if (key.ctrl || key.meta === true) {
      if (key.code === 'BracketRight' && key.ctrl && !key.alt) return addSeparator(key, 'control');
      // Control characters as some guns send them: CR and LF.
      const isLineEnd = key.ctrl && (key.code === 'KeyM' || key.code === 'KeyJ');
      if (isLineEnd && (isOpen() || nowMs <= suffixUntilMs)) return suffix(key);
      return isMidScan() ? unknown(key) : end();
    }
    if (suffixes.has(key.code)) return suffix(key);
    if (key.code === 'F8') {
      const isFirst = !isOpen();
      const said = addSeparator(key, 'f8');
      return isFirst ? said.filter((action) => action !== swallow) : said;
    }
    // Space presses the button that has the focus; no code begins with it.
    if (key.code === 'Space' && !isOpen()) return end();
    const character = characterOf(key.code, isShifted(key));
    if (character !== null) return add(key, character);
    handCame();
    // No physical key, yet a character: something between the gun and us types in another way.
    if (key.code === '' && [...key.key].length === 1) return unknown(key);
    return isMidScan() ? unknown(key) : end();
  }

  function unknown(key: WedgeKey): readonly WedgeAction[] {
    const said = add(key, '');
    if (run !== null) run.damagedBy ??= 'unknownKey';
    return key.editable ? [...said, swallow] : said;
  }

  function inserted({ text, composing, atMs }: Insertion): readonly WedgeAction[] {
    nowMs = Math.max(nowMs, atMs);
    const isOwn = !composing && text === expected;
    expected = null;
    const hasKey = hasKeyForUpdate;
    hasKeyForUpdate = false;
    if (isOwn) return [];
    const isNear = run !== null && nowMs - run.lastMs <= gapLimitMs();
    // A paste or a program's own insertion is no scan's.
    if (!composing && !isNear) {
      handCame();
      return [];
    }
    const said: WedgeAction[] = [];
    const it = runFor(said);
    it.damagedBy = 'inputMethod';
    it.lastMs = nowMs;
    // Capitals and digits kept back until Enter and let go of at once: so a scan looks whose keys were all eaten.
    if (!composing && text.replace(/[^A-Z0-9]/g, '').length >= codeLikeCharacters) it.isSurelyGuns = true;
    // Under an input method keys get lost; what they did to the composition is seen all the same.
    if (hasKey) return said;
    said.push({ do: 'mark', at: it.beats.length });
    it.beats.push({ character: '', atMs: nowMs, inField: true });
    return said;
  }

  function tick(atMs: number): readonly WedgeAction[] {
    nowMs = Math.max(nowMs, atMs - lagMs);
    const said: WedgeAction[] = [];
    if (run !== null && nowMs >= run.lastMs + idleOf(run)) said.push(...end());
    if (waitingTrace !== null && nowMs >= waitingTrace.untilMs) said.push(...tellTrace());
    if (passportLine !== null && run === null && nowMs >= passportLine.untilMs) {
      said.push({ do: 'scan', text: passportLine.text });
      passportLine = null;
    }
    return said;
  }

  function deadlineMs(): number | null {
    const due = [waitingTrace?.untilMs ?? null];
    if (run !== null) due.push(run.lastMs + idleOf(run));
    else due.push(passportLine?.untilMs ?? null);
    const times = due.filter((atMs) => atMs !== null);
    return times.length === 0 ? null : Math.min(...times) + lagMs;
  }

  return {
    feed,
    inserted,
    lose: () => {
      if (run !== null && run.damagedBy !== 'inputMethod') run.damagedBy = 'interrupted';
    },
    open: (atMs) => {
      openedMs = atMs;
    },
    tick,
    deadlineMs,
  };
}
