import { type CodeReading, type CodeWarning, failed, parsed } from './codeKinds.ts';
import { type Element, readElements, type ShapeFault } from './gs1.ts';
import { type AiRule, aiRules } from './gs1Ai.ts';
import { checkValue } from './gs1Checks.ts';

/** A piece of a URL between two delimiters. */
type Piece = { readonly text: string; readonly at: number };

type Decoded =
  | { readonly ok: true; readonly value: string; readonly places: readonly number[] }
  | { readonly ok: false; readonly at: number };

/** Query parameters that GS1 Digital Link itself gives a meaning; no identifiers, and nothing odd. */
const reservedParameters = new Set(['linkType', 'context', 'lang']);

/**
 * The names in letters that links of before 2022 may carry in place of identifiers. The standard has dropped them; codes
 * printed then are still about.
 */
const letterNames: ReadonlyMap<string, string> = new Map(
  Object.entries({
    gtin: '01',
    cpv: '22',
    lot: '10',
    ser: '21',
    itip: '8006',
    sscc: '00',
    gdti: '253',
    gcn: '255',
    ginc: '401',
    gsin: '402',
    gln: '414',
    glnx: '254',
    refno: '8020',
    party: '417',
    grai: '8003',
    giai: '8004',
    cpid: '8010',
    cpsn: '8011',
    gmn: '8013',
    gsrnp: '8017',
    gsrn: '8018',
    srin: '8019',
  }),
);

/** The rule of an identifier in a path, written in digits or in letters. */
function ruleOf(name: string | undefined): AiRule | undefined {
  return name === undefined ? undefined : aiRules.get(letterNames.get(name) ?? name);
}

function split(raw: string, start: number, end: number, delimiter: string): Piece[] {
  const pieces: Piece[] = [];
  for (let at = start; at <= end; ) {
    const next = raw.indexOf(delimiter, at);
    const stop = next < 0 || next > end ? end : next;
    pieces.push({ text: raw.slice(at, stop), at });
    at = stop + 1;
  }
  return pieces;
}

/**
 * Undoes percent-encoding byte by byte, strictly. Bytes beyond ASCII stay one character each: no GS1 character set has
 * them, so they are refused at their place.
 */
function decode(piece: Piece, plusIsSpace: boolean): Decoded {
  let value = '';
  const places: number[] = [];
  for (let index = 0; index < piece.text.length; index++) {
    places.push(piece.at + index);
    const character = piece.text.charAt(index);
    if (character === '%') {
      const digits = piece.text.slice(index + 1, index + 3);
      if (!/^[0-9A-Fa-f]{2}$/.test(digits)) return { ok: false, at: piece.at + index };
      value += String.fromCharCode(Number.parseInt(digits, 16));
      index += 2;
    } else {
      value += plusIsSpace && character === '+' ? ' ' : character;
    }
  }
  return { ok: true, value, places };
}

function elementOf(
  rule: AiRule,
  at: number,
  piece: Piece,
  decoded: Extract<Decoded, { ok: true }>,
  padded: string,
): Element {
  const shift = padded.length - decoded.value.length;
  const end = piece.at + piece.text.length;
  return {
    rule,
    value: padded,
    at,
    placeOf: (index) => (index < shift ? piece.at : (decoded.places[index - shift] ?? end)),
  };
}

/** GTIN-8, -12 and -13 in the path stand for the GTIN-14 with zeros before them. */
function padGtin(rule: AiRule, value: string): string {
  return rule.ai === '01' && /^(?:\d{8}|\d{12}|\d{13})$/.test(value) ? value.padStart(14, '0') : value;
}

/** Whether `names` are allowed qualifiers in an allowed order: a part of one of the rule's sequences. */
function isAllowedOrder(rule: AiRule, names: readonly string[]): boolean {
  return (rule.qualifiers ?? []).some((sequence) => {
    let next = 0;
    for (const name of sequence) if (names[next] === name) next++;
    return next === names.length;
  });
}

/** Whether the path had a place for `name` among its qualifiers: then it may not stand in the query. */
function belongsInPath(rule: AiRule, qualifiers: readonly string[], name: string): boolean {
  for (let place = 0; place <= qualifiers.length; place++) {
    if (isAllowedOrder(rule, qualifiers.toSpliced(place, 0, name))) return true;
  }
  return false;
}

/**
 * Where the primary key stands: the last pair of path segments that names one, counted from the end of the path, so that
 * anything may come before it. -1 when the path has none.
 */
function keyIndex(segments: readonly Piece[]): number {
  for (let index = segments.length - 2; index >= 0; index -= 2) {
    if (ruleOf(segments[index]?.text)?.qualifiers != null) return index;
  }
  return -1;
}

/**
 * Whether a URL whose path has a key's number is meant as a Digital Link, and not a maker's page `…/2022/01/start`:
 * its value has the key's form (for a GTIN: eight digits and more), a qualifier follows, the query holds an identifier,
 * or the host is GS1's own resolver.
 */
function isMeant(
  rule: AiRule,
  value: string,
  follower: string | undefined,
  query: readonly Piece[],
  host: string,
): boolean {
  if (host === 'id.gs1.org') return true;
  if (follower !== undefined && (rule.qualifiers ?? []).some((sequence) => sequence.includes(follower))) return true;
  if (rule.ai === '01' ? /^\d{8,}$/.test(value) : hasForm(rule, value)) return true;
  return value !== '' && query.some(({ text }) => aiRules.get(text.split('=', 1)[0] ?? '')?.inQuery === true);
}

function hasForm(rule: AiRule, value: string): boolean {
  const code = checkValue(rule, value, '2000-01-01')?.code;
  return code !== 'length' && code !== 'charset';
}

/**
 * Reads an `http(s)://` text between `start` and `end`: as a GS1 Digital Link (kind `gs1DigitalLink`, fields as for an
 * element string) when its path holds a primary key, else as a maker's own `url`. Compressed links are not decoded: nothing
 * tells them from a maker's own token, and as a URL the whole text still names one kit.
 */
export function readUrl(raw: string, start: number, end: number, today: string): CodeReading {
  const hostAt = raw.indexOf('://', start) + 3;
  let hostEnd = hostAt;
  while (hostEnd < end && !'/?#'.includes(raw.charAt(hostEnd))) hostEnd++;
  for (let index = start; index < end; index++) {
    const unit = raw.charCodeAt(index);
    if (unit <= 0x20 || unit === 0x7f) {
      return failed('url', raw, 'charset', 'A URL holds no spaces and no control characters.', index);
    }
  }
  if (hostEnd === hostAt) return failed('url', raw, 'syntax', 'The URL names no host.', hostAt);
  const host = raw.slice(hostAt, hostEnd).toLowerCase();
  const hash = raw.indexOf('#', hostEnd);
  const urlEnd = hash < 0 || hash > end ? end : hash;
  const mark = raw.indexOf('?', hostEnd);
  const pathEnd = mark < 0 || mark > urlEnd ? urlEnd : mark;
  const query = pathEnd < urlEnd ? split(raw, pathEnd + 1, urlEnd, '&') : [];
  const segments = raw.charAt(hostEnd) === '/' ? split(raw, hostEnd + 1, pathEnd, '/') : [];
  const endSlash = segments.length > 1 && segments.at(-1)?.text === '' ? segments.pop() : undefined;

  // What stands before an @ is a user's name, however much it looks like a host.
  const plainUrl = parsed('url', raw, { url: raw.slice(start, end), host: host.slice(host.lastIndexOf('@') + 1) });
  const key = keyIndex(segments);
  const [name, piece] = [segments[key], segments[key + 1]];
  const rule = ruleOf(name?.text);
  if (name === undefined || piece === undefined || rule === undefined) return plainUrl;
  const decodedKey = decode(piece, false);
  const keyValue = decodedKey.ok ? decodedKey.value : '';
  const isInLetters = letterNames.has(name.text);
  // In letters only what is whole: `/gtin/…` may as well be a shop's own page.
  if (isInLetters && checkValue(rule, padGtin(rule, keyValue), today) !== null) return plainUrl;
  if (!isInLetters && !isMeant(rule, keyValue, segments[key + 2]?.text, query, host)) return plainUrl;
  const wrongHost = host.search(/[~@!$&'()*+,;=%]/);
  if (wrongHost >= 0) {
    return failed('gs1DigitalLink', raw, 'syntax', 'The host has a character that no host has.', hostAt + wrongHost);
  }

  const elements: Element[] = [];
  const warnings: CodeWarning[] = [];
  if (isInLetters) {
    const message = 'The link names its parts in letters, as GS1 Digital Link no longer does.';
    warnings.push({ code: 'oldForm', message, at: name.at });
  }
  const done = (fault: ShapeFault | null) => readElements('gs1DigitalLink', raw, { elements, fault }, today, warnings);
  const badEncoding = (at: number) =>
    done({ code: 'syntax', message: 'A percent sign is not followed by two hexadecimal digits.', at });

  const qualifiers: string[] = [];
  const seen = new Set<string>();
  for (let index = key; index < segments.length; index += 2) {
    const [pairName, pairValue] = [segments[index], segments[index + 1]];
    if (pairName === undefined || pairValue === undefined) break;
    const pairRule = isInLetters ? ruleOf(pairName.text) : aiRules.get(pairName.text);
    if (pairRule === undefined) {
      const isNumber = /^\d{2,4}$/.test(pairName.text);
      return done({
        code: isNumber ? 'unknownAi' : 'syntax',
        message: isNumber
          ? `(${pairName.text}) is no GS1 application identifier.`
          : 'An application identifier is expected here.',
        at: pairName.at,
      });
    }
    if (index > key) qualifiers.push(pairRule.ai);
    if (!isAllowedOrder(rule, qualifiers)) {
      return done({
        code: 'syntax',
        message: `(${pairRule.ai}) may not stand at this place of the path.`,
        at: pairName.at,
      });
    }
    const decoded = decode(pairValue, false);
    if (!decoded.ok) return badEncoding(decoded.at);
    seen.add(pairRule.ai);
    const value = index === key ? padGtin(rule, decoded.value) : decoded.value;
    elements.push(elementOf(pairRule, pairName.at, pairValue, decoded, value));
  }

  if (endSlash !== undefined) {
    return done({
      code: 'syntax',
      message: 'The path of a Digital Link does not end with a slash.',
      at: endSlash.at - 1,
    });
  }

  for (const parameter of query) {
    if (parameter.text === '') continue;
    const [parameterName = ''] = parameter.text.split('=', 1);
    const attribute = aiRules.get(parameterName);
    if (attribute === undefined) {
      if (/^\d+$/.test(parameterName)) {
        const message = 'A parameter named by digits is no GS1 application identifier.';
        return done({ code: 'unknownAi', message, at: parameter.at });
      }
      if (!reservedParameters.has(parameterName)) {
        const message = 'A parameter of the link is no application identifier and was left out.';
        warnings.push({ code: 'unknownParameter', message, at: parameter.at });
      }
      continue;
    }
    if (seen.has(attribute.ai)) {
      return done({ code: 'association', message: `(${attribute.ai}) is repeated in the link.`, at: parameter.at });
    }
    seen.add(attribute.ai);
    if (!attribute.inQuery || belongsInPath(rule, qualifiers, attribute.ai)) {
      return done({ code: 'syntax', message: `(${attribute.ai}) may not stand in the query.`, at: parameter.at });
    }
    const skip = Math.min(parameterName.length + 1, parameter.text.length);
    const valuePiece = { text: parameter.text.slice(skip), at: parameter.at + skip };
    const decoded = decode(valuePiece, true);
    if (!decoded.ok) return badEncoding(decoded.at);
    elements.push(elementOf(attribute, parameter.at, valuePiece, decoded, padGtin(attribute, decoded.value)));
  }
  return done(null);
}

/** Percent-encodes what a path segment or a query value may not hold as it is. */
function encode(value: string): string {
  return value.replace(
    /[^0-9A-Za-z\-._~]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}

/**
 * A Digital Link of GS1 fields: the first identification key with its qualifiers in the path, all else in the query. Null
 * when the fields hold no key, or something that may stand in neither place.
 */
export function formatDigitalLink(base: string, fields: Readonly<Record<string, string>>): string | null {
  const key = [...aiRules.values()].find((rule) => rule.qualifiers !== null && fields[rule.ai] !== undefined);
  if (key === undefined) return null;
  const sequences = key.qualifiers ?? [];
  const sequence = sequences.find((names) => names.some((ai) => fields[ai] !== undefined)) ?? [];
  const inPath = [key.ai, ...sequence].filter((ai) => fields[ai] !== undefined);
  const inQuery = Object.keys(fields).filter((ai) => !inPath.includes(ai));
  if (!inQuery.every((ai) => aiRules.get(ai)?.inQuery === true)) return null;
  const path = inPath.map((ai) => `${ai}/${encode(fields[ai] ?? '')}`).join('/');
  const query = inQuery.map((ai) => `${ai}=${encode(fields[ai] ?? '')}`).join('&');
  return `${base}/${path}${query === '' ? '' : `?${query}`}`;
}
