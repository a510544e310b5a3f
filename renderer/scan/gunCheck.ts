import { halfWidth } from '../../shared/codes/plainText.ts';
import { type TestSheetCode, testSheet } from '../../shared/codes/testSheet.ts';
import type { WedgeProfile, WedgeSuffix } from '../../shared/model/gun.ts';
import { type KeyLayout, keyLayouts, typedBy } from './keyLayouts.ts';
import { characterOf, type WedgeTrace } from './wedge.ts';

/**
 * Tells from what a keyboard gun typed for the codes of the test sheet how the gun is set: what is seen, what has to be
 * changed on the gun, and what the program can make up for by itself.
 */

export const findingCodes = [
  // Seen, and in order.
  'symbologyId',
  'prefix',
  'replacement',
  'capsLock',
  'inputMethodIdle',
  // It works; better change it.
  'noSuffix',
  'suffixVaries',
  'slow',
  'uneven',
  // Has to be changed on the gun.
  'layout',
  'upperCase',
  'lowerCase',
  'swappedCase',
  'unsteadyCase',
  'fullWidth',
  'gsMissing',
  'gsUnfit',
  'gsVaries',
  'prefixVaries',
  'prefixTooLong',
  'addedEnd',
  'lost',
  'added',
  'changed',
  'cutOff',
  'inputMethod',
  'unknownKey',
  'tooSlow',
] as const;
export type FindingCode = (typeof findingCodes)[number];
export type FindingSeverity = 'ok' | 'advice' | 'wrong';
export type Finding = {
  readonly code: FindingCode;
  /** What the words name: characters as they came, counts, ms; `layout` is a key of the texts. */
  readonly params: Readonly<Record<string, string>>;
  readonly severity: FindingSeverity;
};

const severities: Readonly<Record<FindingCode, FindingSeverity>> = {
  symbologyId: 'ok',
  prefix: 'ok',
  replacement: 'ok',
  capsLock: 'ok',
  inputMethodIdle: 'ok',
  noSuffix: 'advice',
  suffixVaries: 'advice',
  slow: 'advice',
  uneven: 'advice',
  layout: 'wrong',
  upperCase: 'wrong',
  lowerCase: 'wrong',
  swappedCase: 'wrong',
  unsteadyCase: 'wrong',
  fullWidth: 'wrong',
  gsMissing: 'wrong',
  gsUnfit: 'wrong',
  gsVaries: 'wrong',
  prefixVaries: 'wrong',
  prefixTooLong: 'wrong',
  addedEnd: 'wrong',
  lost: 'wrong',
  added: 'wrong',
  changed: 'wrong',
  cutOff: 'wrong',
  inputMethod: 'wrong',
  unknownKey: 'wrong',
  tooSlow: 'wrong',
};

function finding(code: FindingCode, params: Readonly<Record<string, string>> = {}): Finding {
  return { code, params, severity: severities[code] };
}

/** How separators came in one code: as a key, as text, not at all. */
type Separators = { readonly gs: WedgeProfile['gs']; readonly replacement: string | null };

export type GunCheck = {
  /** The code of the sheet that was scanned, even when it came damaged. */
  readonly key: TestSheetCode['key'];
  readonly findings: readonly Finding[];
  readonly paceMs: number;
  readonly suffix: WedgeSuffix;
  /** The fixed text before the code; null when the code came damaged. */
  readonly prefix: string | null;
  /** Null for codes without separators, and for damaged ones. */
  readonly separators: Separators | null;
};

const GS = '\u001D';
const longestPart = 8;
/** A median above this is slow; no gun needs a longer pause than `tooSlowMs`, at which scans fall apart. */
const slowMs = 50;
const tooSlowMs = 110;
/** So many pauses in one scan are the gun's; one or two may be the computer's. */
const unevenMs = 90;
const unevenPauses = 3;
const symbologyAtEnd = /\][A-Za-z][0-9A-Za-z]$/;

export type Pace = {
  readonly medianMs: number;
  readonly longestMs: number;
  /** How many gaps were longer than a gun of even pace makes. */
  readonly pauses: number;
};

/** Milliseconds between the keys of a run, those that only change others left out. */
export function paceOf(keys: readonly { readonly code: string; readonly atMs: number }[]): Pace {
  const own = keys.filter(({ code }) => !/^(?:Shift|Control|Alt|Meta)(?:Left|Right)$/.test(code));
  const gaps = own.slice(1).map((key, index) => Math.max(0, key.atMs - (own[index]?.atMs ?? key.atMs)));
  const pauses = gaps.filter((gap) => gap > unevenMs).length;
  return { medianMs: median(gaps), longestMs: Math.max(0, ...gaps), pauses };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
}

// ── Which code, and set how ──────────────────────────────────────────────────────────────────────────────────────────

const letterWays = ['kept', 'upper', 'lower', 'swapped'] as const;
type LetterWay = (typeof letterWays)[number];

/** How a gun may be set: a layout and what it does to letters. */
type Setting = { readonly layout: 'us' | KeyLayout; readonly letters: LetterWay };

/** The likely ones first: of two that explain the same, the first is taken. */
const settings: readonly Setting[] = letterWays.flatMap((letters) =>
  (['us', ...keyLayouts] as const).map((layout) => ({ layout, letters })),
);

function swapCase(text: string): string {
  return text.replace(/[A-Za-z]/g, (letter) => (letter >= 'a' ? letter.toUpperCase() : letter.toLowerCase()));
}

/** What a gun of that setting makes the wedge read for `text`. */
function typedWith({ layout, letters }: Setting, text: string): string {
  const meant =
    letters === 'upper'
      ? text.toUpperCase()
      : letters === 'lower'
        ? text.toLowerCase()
        : letters === 'swapped'
          ? swapCase(text)
          : text;
  if (layout === 'us') return meant;
  return [...meant].map((character) => (character === GS ? GS : typedBy(layout, character))).join('');
}

type Candidate = {
  readonly code: TestSheetCode;
  readonly setting: Setting;
  /** The parts between separators as this setting types them. */
  readonly parts: readonly string[];
  /** What tells this code from the others, as this setting types it. */
  readonly marks: readonly string[];
};

const marks: Readonly<Record<TestSheetCode['key'], readonly string[]>> = {
  case: ['YT1-', '-1TY'],
  punctuation: ['YT2-', '-2TY'],
  separators: ['10YT3', '240YT3', '0102999990000016'],
  separators128: ['10YT4', '21YT4'],
  long: ['YT5-', '-5TY'],
};

const candidates: readonly Candidate[] = settings.flatMap((setting) =>
  testSheet.map((code) => ({
    code,
    setting,
    parts: code.text.split(GS).map((part) => typedWith(setting, part)),
    marks: marks[code.key].map((mark) => typedWith(setting, mark)),
  })),
);

/** A whole code found in what was typed: what stood before, between the parts, and after. */
type Fit = { readonly lead: string; readonly gaps: readonly string[]; readonly tail: string };

function fitOf(typed: string, parts: readonly string[]): Fit | null {
  const [first = '', ...others] = parts;
  const start = typed.indexOf(first);
  if (first === '' || start < 0) return null;
  let end = start + first.length;
  const gaps: string[] = [];
  for (const part of others) {
    const next = typed.indexOf(part, end);
    if (next < 0 || next - end > longestPart) return null;
    gaps.push(typed.slice(end, next));
    end = next + part.length;
  }
  return { lead: typed.slice(0, start), gaps, tail: typed.slice(end) };
}

function pairsOf(text: string): Map<string, number> {
  const pairs = new Map<string, number>();
  for (let at = 0; at + 1 < text.length; at++) {
    const pair = text.slice(at, at + 2);
    pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
  }
  return pairs;
}

/** How much two texts have in common, 0 to 1: pairs of neighbours in both against all there are (Dice). */
function likeness(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): number {
  let common = 0;
  let all = 0;
  for (const [pair, count] of a) {
    common += Math.min(count, b.get(pair) ?? 0);
    all += count;
  }
  for (const count of b.values()) all += count;
  return all === 0 ? 0 : (2 * common) / all;
}

const candidatePairs = new Map<Candidate, ReadonlyMap<string, number>>();
function pairsOfCandidate(candidate: Candidate): ReadonlyMap<string, number> {
  const known = candidatePairs.get(candidate);
  if (known !== undefined) return known;
  const pairs = pairsOf(candidate.parts.join(''));
  candidatePairs.set(candidate, pairs);
  return pairs;
}

/** Alike enough to be a damaged code of the sheet: with one of its marks, or by itself. */
const alikeWithMark = 0.15;
const alike = 0.55;
/** Another setting than the usual has to explain clearly more. */
const clearlyBetter = 0.08;

function mostLike(typed: string): { readonly candidate: Candidate; readonly isClear: boolean } | null {
  const pairs = pairsOf(typed.replaceAll(GS, ''));
  let best: Candidate | null = null;
  let bestScore = 0;
  let usual = 0;
  for (const candidate of candidates) {
    const score = likeness(pairs, pairsOfCandidate(candidate));
    const hasMark = candidate.marks.some((mark) => mark.length >= 3 && typed.includes(mark));
    const isUsual = candidate.setting.layout === 'us' && candidate.setting.letters === 'kept';
    if (hasMark ? score < alikeWithMark : !isUsual || score < alike) continue;
    if (isUsual) usual = Math.max(usual, score);
    // A mark is worth more than likeness: two of the codes share most of their digits.
    const weighed = score + (hasMark ? 0.2 : 0);
    if (weighed <= bestScore + 1e-9) continue;
    best = candidate;
    bestScore = weighed;
  }
  return best === null ? null : { candidate: best, isClear: bestScore - usual > clearlyBetter };
}

function settingFindings({ layout, letters }: Setting): Finding[] {
  const found: Finding[] = [];
  if (layout !== 'us') found.push(finding('layout', { layout }));
  if (letters === 'upper') found.push(finding('upperCase'));
  if (letters === 'lower') found.push(finding('lowerCase'));
  if (letters === 'swapped') found.push(finding('swappedCase'));
  return found;
}

// ── A whole code ─────────────────────────────────────────────────────────────────────────────────────────────────────

/** Character set 82 of GS1 values, in which a replacement of one character would be lost. */
const inValues = /^[!"%&'()*+,\-./0-9:;<=>?A-Z_a-z]$/;

const isControl = (character: string): boolean => character < ' ' || character === '\u007f';
const hasControl = (text: string): boolean => [...text].some(isControl);

/** Whether a text can stand for the separator without being taken for a part of a value. */
function isFit(replacement: string): boolean {
  if (replacement.length === 0 || replacement.length > longestPart || hasControl(replacement)) return false;
  return replacement.length === 1 ? !inValues.test(replacement) : /[^A-Za-z0-9]/.test(replacement);
}

function separatorsOf(gaps: readonly string[], trace: WedgeTrace): [Separators | null, Finding[]] {
  const [first] = gaps;
  if (first === undefined) return [null, []];
  if (gaps.some((gap) => gap !== first)) {
    return [null, [finding('gsVaries', { seen: gaps.map(shown).join(' · ') })]];
  }
  if (first === '') return [{ gs: 'missing', replacement: null }, [finding('gsMissing')]];
  if (first === GS) return [{ gs: trace.gsWays[0] ?? 'control', replacement: null }, []];
  if (!isFit(first)) return [null, [finding('gsUnfit', { seen: shown(first) })]];
  return [{ gs: 'replacement', replacement: first }, [finding('replacement', { seen: shown(first) })]];
}

/** What stood before a whole code, taken apart: the fixed prefix, and the symbology identifier if one was there. */
function leadOf(lead: string, gap: string): { readonly prefix: string; readonly symbologyId: string | null } {
  let rest = lead;
  // FNC1 in the first place, as some guns send it.
  if (gap !== '' && rest.endsWith(gap)) rest = rest.slice(0, -gap.length);
  else if (rest.endsWith(GS)) rest = rest.slice(0, -1);
  const symbologyId = symbologyAtEnd.exec(rest)?.[0] ?? null;
  return { prefix: symbologyId === null ? rest : rest.slice(0, -symbologyId.length), symbologyId };
}

/** Control characters made visible, as the screen shows them. */
export function shown(text: string): string {
  return [...text]
    .map((character) => {
      if (character === ' ') return '␣';
      if (character === '\u007f') return '␡';
      return isControl(character) ? String.fromCharCode(0x2400 + character.charCodeAt(0)) : character;
    })
    .join('');
}

// ── A damaged code ───────────────────────────────────────────────────────────────────────────────────────────────────

type Damage = { lost: number; added: number; changed: number; recased: number; cutStart: number; cutEnd: number };

/** The fewest changes that make `typed` of `meant`, counted by kind. Both are at most some hundred characters long. */
function damageOf(meant: string, typed: string): Damage {
  const columns = typed.length + 1;
  const cost = new Uint16Array((meant.length + 1) * columns);
  const at = (row: number, column: number): number => cost[row * columns + column] ?? 0;
  for (let row = 0; row <= meant.length; row++) {
    for (let column = 0; column <= typed.length; column++) {
      const step =
        row === 0 || column === 0
          ? row + column
          : Math.min(
              at(row - 1, column - 1) + (meant.charAt(row - 1) === typed.charAt(column - 1) ? 0 : 1),
              at(row - 1, column) + 1,
              at(row, column - 1) + 1,
            );
      cost[row * columns + column] = step;
    }
  }
  const damage: Damage = { lost: 0, added: 0, changed: 0, recased: 0, cutStart: 0, cutEnd: 0 };
  let row = meant.length;
  let column = typed.length;
  while (row > 0 || column > 0) {
    const here = at(row, column);
    const [a, b] = [meant.charAt(row - 1), typed.charAt(column - 1)];
    if (row > 0 && column > 0 && here === at(row - 1, column - 1) + (a === b ? 0 : 1)) {
      if (a !== b) damage[a.toLowerCase() === b.toLowerCase() ? 'recased' : 'changed'] += 1;
      row--;
      column--;
    } else if (row > 0 && here === at(row - 1, column) + 1) {
      damage.lost += 1;
      if (column === typed.length) damage.cutEnd += 1;
      if (column === 0) damage.cutStart += 1;
      row--;
    } else {
      damage.added += 1;
      column--;
    }
  }
  return damage;
}

function damageFindings(candidate: Candidate, typed: string, setting: readonly Finding[]): Finding[] {
  const whole = candidate.parts.join('');
  const damage = damageOf(whole, typed.replaceAll(GS, '').slice(0, 1_000));
  const found: Finding[] = [...setting];
  const isCut = Math.max(damage.cutStart, damage.cutEnd) >= Math.max(3, whole.length / 5);
  const lost = damage.lost - (isCut ? damage.cutStart + damage.cutEnd : 0);
  // A gun of another country leaves out what it cannot say; that is the layout's fault.
  if (isCut && setting.length === 0) found.push(finding('cutOff'));
  if (setting.some((each) => each.code === 'layout')) return found;
  const count = (n: number) => ({ n: String(n) });
  if (damage.recased > 0) found.push(finding('unsteadyCase', count(damage.recased)));
  if (lost > 0) found.push(finding('lost', count(lost)));
  if (damage.added > 0) found.push(finding('added', count(damage.added)));
  if (damage.changed > 0) {
    // Many signs that are always others: a layout that is none of those known here.
    const many = damage.changed >= 5 && damage.lost + damage.added <= damage.changed;
    found.push(many ? finding('layout', { layout: 'other' }) : finding('changed', count(damage.changed)));
  }
  return found.length > 0 ? found : [finding('cutOff')];
}

// ── One scan ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** The keys of a run read as a US keyboard, where the wedge itself made nothing of them. */
function textOfKeys(trace: WedgeTrace): string {
  return trace.keys.map((key) => key.character ?? characterOf(key.code, key.shift) ?? '').join('');
}

function generalFindings(trace: WedgeTrace, pace: Pace): Finding[] {
  const found: Finding[] = [];
  const isEaten = trace.keys.some((key) => key.key === 'Process');
  if (trace.outcome === 'damaged') found.push(finding(isEaten ? 'inputMethod' : 'unknownKey'));
  else if (isEaten) found.push(finding('inputMethodIdle'));
  if (trace.capsLock) found.push(finding('capsLock'));
  const ms = (value: number) => ({ ms: String(Math.round(value)) });
  if (trace.outcome === 'typed' || pace.medianMs > tooSlowMs) found.push(finding('tooSlow', ms(pace.medianMs)));
  else if (pace.medianMs > slowMs) found.push(finding('slow', ms(pace.medianMs)));
  else if (pace.pauses >= unevenPauses && pace.longestMs > 4 * pace.medianMs) {
    found.push(finding('uneven', ms(pace.longestMs)));
  }
  if (trace.suffix === 'none' && trace.outcome === 'scan') found.push(finding('noSuffix'));
  return found;
}

/** What one scan of the sheet tells, or null when it was no code of the sheet. */
export function checkScan(trace: WedgeTrace): GunCheck | null {
  const raw = trace.outcome === 'damaged' && trace.typed.length < 4 ? textOfKeys(trace) : trace.typed;
  if (raw.length < 4 || raw.length > 2_000) return null;
  const typed = halfWidth(raw);
  const isFullWidth = typed !== raw;
  const pace = paceOf(trace.keys);
  const general = [...generalFindings(trace, pace), ...(isFullWidth ? [finding('fullWidth')] : [])];
  const shared = { paceMs: Math.min(1_000, Math.round(pace.medianMs * 10) / 10), suffix: trace.suffix };

  for (const candidate of candidates) {
    const fit = fitOf(typed, candidate.parts);
    if (fit === null) continue;
    const gap = fit.gaps[0] ?? '';
    const [separators, aboutGs] = separatorsOf(fit.gaps, trace);
    const { prefix, symbologyId } = leadOf(fit.lead, gap);
    const found = [...settingFindings(candidate.setting), ...general, ...aboutGs];
    if (symbologyId !== null) found.push(finding('symbologyId', { seen: symbologyId }));
    // A second scan that came too close, or a stored text: nothing that could be taken off for certain.
    const isPrefixGood = prefix.length <= longestPart && !prefix.includes(GS) && !/\][A-Za-z]\d/.test(prefix);
    if (!isPrefixGood) found.push(finding('prefixTooLong', { seen: shown(prefix.slice(0, 24)) }));
    else if (prefix !== '') found.push(finding('prefix', { seen: shown(prefix) }));
    // A separator after the last value is let pass everywhere.
    const tail = (gap !== '' && fit.tail.startsWith(gap) ? fit.tail.slice(gap.length) : fit.tail).trim();
    if (tail !== '') found.push(finding('addedEnd', { seen: shown(tail.slice(0, 24)) }));
    return { key: candidate.code.key, findings: found, ...shared, prefix: isPrefixGood ? prefix : null, separators };
  }

  const like = mostLike(typed);
  if (like === null) return null;
  const setting = like.isClear ? settingFindings(like.candidate.setting) : [];
  // Where the setting explains nothing, the usual one is what the damage is measured against.
  const against = like.isClear
    ? like.candidate
    : (candidates.find((each) => each.code === like.candidate.code) ?? like.candidate);
  const isEaten = general.some((each) => each.code === 'inputMethod' || each.code === 'tooSlow');
  const damage = isEaten ? setting : damageFindings(against, typed, setting);
  return { key: against.code.key, findings: [...damage, ...general], ...shared, prefix: null, separators: null };
}

/**
 * A gun so slow that its code fell into pieces: the pieces, put together again, make one run that is judged like any
 * other. Null when there is but one piece.
 */
export function joinPieces(pieces: readonly WedgeTrace[]): WedgeTrace | null {
  const last = pieces.at(-1);
  if (last === undefined || pieces.length < 2) return null;
  return {
    outcome: 'typed',
    typed: pieces.map((piece) => piece.typed).join(''),
    text: null,
    keys: pieces.flatMap((piece) => piece.keys),
    suffix: last.suffix,
    gsWays: [...new Set(pieces.flatMap((piece) => piece.gsWays))],
    capsLock: pieces.some((piece) => piece.capsLock),
    inField: last.inField,
  };
}

// ── All scans together ───────────────────────────────────────────────────────────────────────────────────────────────

export type GunProfile = Omit<WedgeProfile, 'learnedAtMs'>;
export type SheetKey = TestSheetCode['key'];
export type Checks = Readonly<Partial<Record<SheetKey, GunCheck>>>;

export type GunVerdict = {
  /**
   * `open`: codes are still to be scanned. `right`: nothing to change. `adapted`: the profile makes up for what is
   * unusual. `wrong`: the gun has to be changed.
   */
  readonly kind: 'open' | 'right' | 'adapted' | 'wrong';
  readonly missing: readonly SheetKey[];
  /** Every finding once, the worst first. */
  readonly findings: readonly Finding[];
  /** What the program needs to know of this gun; null while something is unknown. With `wrong` it is the best there is. */
  readonly profile: GunProfile | null;
};

/** The codes that a gun for bars alone can read. */
export const barsOnly: readonly SheetKey[] = testSheet
  .filter(({ symbol }) => symbol === 'code128' || symbol === 'gs1-128')
  .map(({ key }) => key);

const rank: Readonly<Record<FindingSeverity, number>> = { wrong: 0, advice: 1, ok: 2 };

function unique<T>(values: readonly T[]): readonly T[] {
  return [...new Set(values)];
}

/** What the last scan of each code says together. `wanted` names the codes that this gun is asked for. */
export function judge(checks: Checks, wanted: readonly SheetKey[] = testSheet.map(({ key }) => key)): GunVerdict {
  const done = wanted.map((key) => checks[key]).filter((check) => check !== undefined);
  const findings: Finding[] = [];
  const all = done.flatMap((check) => check.findings);
  // Codes that hold capitals alone cannot tell a swap from small letters.
  const isSwapped = all.some(({ code }) => code === 'swappedCase');
  // Keys of another country tear a code apart and change its signs; saying so once is enough.
  const hasLayout = all.some(({ code, params }) => code === 'layout' && params['layout'] !== 'other');
  for (const each of all) {
    if (isSwapped && (each.code === 'lowerCase' || each.code === 'upperCase')) continue;
    if (hasLayout && isOfLayout(each)) continue;
    const isSaid = findings.some(
      (other) =>
        other.code === each.code && (each.code !== 'layout' || other.params['layout'] === each.params['layout']),
    );
    if (!isSaid) findings.push(each);
  }

  const prefixes = unique(done.map((check) => check.prefix).filter((prefix) => prefix !== null));
  if (prefixes.length > 1)
    findings.push(finding('prefixVaries', { seen: prefixes.map((each) => shown(each) || '—').join(' · ') }));

  const separators = done.map((check) => check.separators).filter((each) => each !== null);
  const ways = unique(separators.map(({ gs, replacement }) => `${gs} ${replacement ?? ''}`));
  const hasMixedKeys = separators.every(({ gs }) => gs !== 'missing' && gs !== 'replacement');
  if (ways.length > 1 && !hasMixedKeys && !findings.some(({ code }) => code === 'gsVaries')) {
    const seen = unique(separators.map(({ gs, replacement }) => (gs === 'missing' ? '—' : shown(replacement ?? GS))));
    findings.push(finding('gsVaries', { seen: seen.join(' · ') }));
  }

  const suffixes = unique(done.map((check) => check.suffix));
  if (suffixes.length > 1 && !hasLayout) findings.push(finding('suffixVaries'));
  findings.sort((a, b) => rank[a.severity] - rank[b.severity]);

  const missing = wanted.filter((key) => checks[key] === undefined);
  const isWrong = findings.some(({ severity }) => severity === 'wrong');
  const [separator] = separators;
  const [prefix] = prefixes;
  const isKnown =
    missing.length === 0 && ways.length > 0 && (ways.length === 1 || hasMixedKeys) && prefixes.length === 1;
  const profile: GunProfile | null =
    isKnown && separator !== undefined && prefix !== undefined
      ? {
          gs: separator.gs,
          replacement: separator.replacement,
          prefix,
          suffix: mostFrequent(done.map((check) => check.suffix)),
          paceMs: median(done.map((check) => check.paceMs)),
        }
      : null;
  if (missing.length > 0) return { kind: 'open', missing, findings, profile: null };
  if (isWrong || profile === null) return { kind: 'wrong', missing, findings, profile };
  const isUsual = profile.prefix === '' && profile.gs !== 'replacement' && profile.suffix !== 'none';
  return { kind: isUsual ? 'right' : 'adapted', missing, findings, profile };
}

function isOfLayout({ code, params }: Finding): boolean {
  if (code === 'layout') return params['layout'] === 'other';
  return ['lost', 'added', 'changed', 'cutOff', 'unknownKey', 'noSuffix', 'suffixVaries'].includes(code);
}

/**
 * The checks with one more. When the gun before was found good and this scan comes from one that is set otherwise, it is
 * another gun: what the former said counts no more.
 */
export function withCheck(checks: Checks, check: GunCheck, wanted: readonly SheetKey[]): Checks {
  const former = checks[check.key];
  const { kind } = judge(checks, wanted);
  const isOther =
    (kind === 'right' || kind === 'adapted') &&
    former !== undefined &&
    (former.prefix !== check.prefix ||
      former.suffix !== check.suffix ||
      former.separators?.gs !== check.separators?.gs ||
      former.separators?.replacement !== check.separators?.replacement);
  return isOther ? { [check.key]: check } : { ...checks, [check.key]: check };
}

function mostFrequent(suffixes: readonly WedgeSuffix[]): WedgeSuffix {
  const count = (suffix: WedgeSuffix) => suffixes.filter((each) => each === suffix).length;
  return suffixes.reduce((best, each) => (count(each) > count(best) ? each : best), suffixes[0] ?? 'enter');
}
