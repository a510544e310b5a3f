import { dayOfDigits, dayOfShort } from './calendar.ts';
import { type CodeKind, type CodeReading, type CodeWarning, failed, parsed } from './codeKinds.ts';
import { type AiRule, aiAt, aiRules } from './gs1Ai.ts';
import { checkValue } from './gs1Checks.ts';

/** FNC1 as a separator: ASCII 29. */
export const gs = '\u001d';

/** One identifier with its value, as it was found. */
export type Element = {
  readonly rule: AiRule;
  readonly value: string;
  /** Index of the identifier in the raw text. */
  readonly at: number;
  /** Index in the raw text of the n-th character of the value. */
  readonly placeOf: (index: number) => number;
};

/** A fault of the shape, found after the elements before it. */
export type ShapeFault = {
  readonly code: 'unknownAi' | 'syntax' | 'empty' | 'association';
  readonly message: string;
  readonly at: number;
};

type Elements = { readonly elements: readonly Element[]; readonly fault: ShapeFault | null };

/** `35nn` matches 3500 to 3599. */
function matches(pattern: string, ai: string): boolean {
  if (pattern.length !== ai.length) return false;
  for (let index = 0; index < ai.length; index++) {
    if (pattern.charAt(index) !== 'n' && pattern.charAt(index) !== ai.charAt(index)) return false;
  }
  return true;
}

/** The calendar day in a value whose first piece is a date. */
function dayIn(element: Element, today: string): string | null {
  const [first] = element.rule.parts;
  if (first?.checks.includes('yymmd0')) return dayOfShort(element.value, today, true);
  if (first?.checks.includes('yymmdd')) return dayOfShort(element.value, today, false);
  return first?.checks.includes('yyyymmdd') ? dayOfDigits(element.value.slice(0, 8)) : null;
}

/**
 * The reading of elements that were found one after another: every value is checked, then what stands beside what.
 * The first fault from the left wins; partners are looked at last.
 */
export function readElements(
  kind: CodeKind,
  raw: string,
  found: Elements,
  today: string,
  warnings: readonly CodeWarning[] = [],
): CodeReading {
  const fields: Record<string, string> = {};
  const days: Record<string, string> = {};
  let unequal: Element | null = null;
  for (const element of found.elements) {
    const { rule, value } = element;
    const wrong = checkValue(rule, value, today);
    if (wrong !== null) return failed(kind, raw, wrong.code, wrong.message, element.placeOf(wrong.index));
    const earlier = fields[rule.ai];
    if (earlier !== undefined && earlier !== value) unequal ??= element;
    fields[rule.ai] ??= value;
    const day = dayIn(element, today);
    if (day !== null) days[rule.ai] ??= day;
  }
  if (found.fault !== null) return failed(kind, raw, found.fault.code, found.fault.message, found.fault.at);
  if (unequal !== null) {
    return failed(kind, raw, 'association', `(${unequal.rule.ai}) is repeated with another value.`, unequal.at);
  }
  const present = Object.keys(fields);
  const has = (pattern: string, but: string) => present.some((ai) => ai !== but && matches(pattern, ai));
  const reported = new Set<string>();
  for (const { rule, at } of found.elements) {
    if (reported.has(rule.ai)) continue;
    reported.add(rule.ai);
    const excluded = rule.excludes.find((pattern) => has(pattern, rule.ai));
    if (excluded !== undefined) {
      return failed(kind, raw, 'association', `(${rule.ai}) may not stand beside (${excluded}).`, at);
    }
    if (rule.needs.length > 0 && !rule.needs.some((group) => group.every((pattern) => has(pattern, '')))) {
      const partners = rule.needs.map((group) => `(${group.join(') with (')})`).join(' or ');
      return failed(kind, raw, 'association', `(${rule.ai}) may not stand without ${partners}.`, at);
    }
  }
  return parsed(kind, raw, fields, warnings, days);
}

/** Splits an element string. A separator after a value of predefined length, and one at the end, are let pass. */
function splitElementString(raw: string, start: number, end: number): Elements {
  const elements: Element[] = [];
  let place = raw.charAt(start) === gs ? start + 1 : start;
  if (place >= end) {
    return { elements, fault: { code: 'empty', message: 'The code has no application identifier.', at: place } };
  }
  let separator = -1;
  while (place < end) {
    if (raw.charAt(place) === gs) {
      return { elements, fault: { code: 'syntax', message: 'Nothing stands between two separators.', at: place } };
    }
    const rule = aiAt(raw, place);
    if (rule === null || place + rule.ai.length > end) {
      return {
        elements,
        fault: { code: 'unknownAi', message: 'No GS1 application identifier begins here.', at: place },
      };
    }
    const valueAt = place + rule.ai.length;
    if (separator < valueAt) {
      const next = raw.indexOf(gs, valueAt);
      separator = next < 0 || next > end ? end : next;
    }
    const stop = rule.predefined ? Math.min(valueAt + rule.max, separator) : separator;
    elements.push({ rule, value: raw.slice(valueAt, stop), at: place, placeOf: (index) => valueAt + index });
    place = stop < end && raw.charAt(stop) === gs ? stop + 1 : stop;
  }
  return { elements, fault: null };
}

/** Reads `raw` from `start` to `end` as a GS1 element string (separators are GS); one leading GS is no data. */
export function readElementString(raw: string, start: number, end: number, today: string): CodeReading {
  return readElements('gs1', raw, splitElementString(raw, start, end), today);
}

/**
 * Splits the form that people read and type: `(01)…(10)…`. Two to four digits in brackets always begin an element;
 * any other bracket belongs to the value, as character set 82 allows (`\(` says so outright). White space around brackets
 * is let pass, and within values of digits, as labels group them.
 */
function splitBrackets(text: string, start: number, end: number): Elements {
  const elements: Element[] = [];
  const identifier = /\((\d{2,4})\)/y;
  const isSpace = (character: string) => ' \t\r\n\u00a0'.includes(character);
  let place = start;
  while (place < end) {
    identifier.lastIndex = place;
    const match = identifier.exec(text);
    if (match === null || identifier.lastIndex > end) {
      return {
        elements,
        fault: { code: 'syntax', message: 'An application identifier in brackets is expected here.', at: place },
      };
    }
    const rule = aiRules.get(match[1] ?? '');
    if (rule === undefined) {
      return {
        elements,
        fault: { code: 'unknownAi', message: `(${match[1]}) is no GS1 application identifier.`, at: place + 1 },
      };
    }
    const at = place + 1;
    place += match[0].length;
    const isDigits = rule.parts.every(({ set }) => set === 'N');
    let value = '';
    const places: number[] = [];
    while (place < end) {
      const character = text.charAt(place);
      const next = text.charAt(place + 1);
      identifier.lastIndex = place;
      if (character === '(' && identifier.test(text)) break;
      const isEscape = character === '\\' && (next === '(' || next === ')');
      if (!isSpace(character) || (value !== '' && !isDigits)) {
        value += isEscape ? next : character;
        places.push(place);
      }
      place += isEscape ? 2 : 1;
    }
    let length = value.length;
    while (length > 0 && isSpace(value.charAt(length - 1))) length--;
    const valueEnd = (places[length - 1] ?? at + rule.ai.length) + 1;
    elements.push({ rule, value: value.slice(0, length), at, placeOf: (index) => places[index] ?? valueEnd });
  }
  return { elements, fault: null };
}

/** Reads `raw` from `start` to `end` as bracketed text. */
export function readBrackets(raw: string, start: number, end: number, today: string): CodeReading {
  return readElements('gs1', raw, splitBrackets(raw, start, end), today);
}

/**
 * An element string from identifiers and values: the inverse of reading one. Values go in as they are; a separator
 * stands after each value that is not of predefined length, but the last.
 */
export function formatElementString(elements: readonly (readonly [ai: string, value: string])[]): string {
  return elements
    .map(([ai, value], index) => {
      const isLast = index === elements.length - 1;
      return ai + value + (isLast || aiRules.get(ai)?.predefined === true ? '' : gs);
    })
    .join('');
}

/** The bracketed form of identifiers and values, as people read it: the inverse of reading one. */
export function formatBrackets(elements: readonly (readonly [ai: string, value: string])[]): string {
  return elements.map(([ai, value]) => `(${ai})${value.replace(/\((?=\d{2,4}\))/g, '\\(')}`).join('');
}

/** Identification keys whose check digit makes a message credible although nothing marks it as GS1. */
const credibleKeys = ['02', '03', '253', '255', '8003', '8006', '8013', '8017', '8018', '8026'];

export type Unmarked =
  | { readonly sure: true; readonly reading: CodeReading }
  | { readonly sure: false; readonly reading: CodeReading };

/**
 * Text that nothing marks as GS1. Sure: it parses whole and holds a GTIN or SSCC with the right check digit (or another
 * checked key and more). Not sure, and faulty: it begins with 01 and 14 digits as hardly an honest serial does, or is 00
 * and 18 digits; a pattern that the site learned may still claim it. Null: nothing of GS1 about it; above all 20 digits,
 * which are a trace code unless they are a right GTIN message or begin with 00.
 */
export function readUnmarked(raw: string, start: number, end: number, today: string): Unmarked | null {
  const text = raw.slice(start, end);
  if (!/^\d\d/.test(text)) return null;
  const reading = readElementString(raw, start, end, today);
  const isTwentyDigits = /^\d{20}$/.test(text);
  if (reading.ok) {
    if (isTwentyDigits && !/^0[01]/.test(text)) return null;
    const { fields } = reading;
    const count = Object.keys(fields).length;
    const isSure = '01' in fields || '00' in fields || (count > 1 && credibleKeys.some((ai) => ai in fields));
    return isSure ? { sure: true, reading } : null;
  }
  return /^00\d{18}$/.test(text) || (/^01\d{14}/.test(text) && !isTwentyDigits) ? { sure: false, reading } : null;
}
