import { oneCharacterOff } from './closeness.ts';
import { ambiguous, type CodeKind, type CodeReading, failed, parsed } from './codeKinds.ts';
import { creditCodeCheck, hasCreditCodeShape, readCreditCode } from './creditCode.ts';
import { readUrl } from './digitalLink.ts';
import { gs, readBrackets, readElementString, readUnmarked } from './gs1.ts';
import { expandUpcE, isGtin, readGtin } from './gtin.ts';
import { readMa } from './ma.ts';
import { readMrz, refuseOtherMrz, resemblesMrz } from './mrz.ts';
import { commandOf, hasRightOwnCheck, ownCodeLength, ownKind, resemblesOwnCode } from './ownCodes.ts';
import {
  isHongKongMacaoPermit,
  mayBeTaiwanPermit,
  readHongKongMacaoPermit,
  readOldPermanentResident,
} from './permits.ts';
import { readMobile } from './phone.ts';
import { type Compact, compact, dashes, halfWidth, trimmedSpan } from './plainText.ts';
import { readResidentId, resemblesOldResidentId, resemblesResidentId } from './residentId.ts';

/** What a site learned of the plain serials it has in stock: how they begin and how long they are. */
export type LearnedPattern = { readonly prefix: string; readonly length: number };

export type ClassifyContext = {
  /** The site's local day, `YYYY-MM-DD`: centuries and "not in the future" count from it. */
  readonly today: string;
  readonly patterns?: readonly LearnedPattern[];
};

/** Longest text that is looked at for an opaque token or a URL, in UTF-16 units. */
const longestToken = 4096;

/**
 * AIM symbology identifiers (ISO/IEC 15424; GS1 General Specifications, 5.1.2): what the symbol itself says of its
 * content. FNC1 in first place means GS1, without and with ECI. After `]e2` and `]e3` a composite symbol holds any data.
 */
const gs1Symbols = new Set([']C1', ']d2', ']d5', ']Q3', ']Q4', ']e0', ']e1', ']J1', ']J4', ']z1', ']z4']);
const gtinSymbols = new Set([']E0', ']E3', ']E4']);
/** Symbols whose data may begin with the escape of a character set, `\nnnnnn`. */
const eciSymbols = new Set([']d4', ']d5', ']d6', ']Q2', ']Q4', ']Q6', ']J3', ']J4', ']z3', ']z4', ']L1']);

/**
 * What a scanned or typed text is, in this order:
 *
 * 1. An AIM symbology identifier that means GS1 or a bare GTIN decides: the rest is that, right or faulty. Any other
 *    identifier is taken off and the content decides.
 * 2. What fits a kind wholly: our own codes, GS1 (marked by GS or brackets, or of such content), Digital Link and URL,
 *    MA, industrial identifier, passport, 18-character documents, credit code, old resident ID, travel permits, mobile,
 *    GTIN, trace code. What fits several equally is `ambiguous`.
 * 3. What strongly resembles a person's number or our own code but is faulty is refused as that, never taken for a kit's
 *    serial (see resemblesResidentId, resemblesOwnCode).
 * 4. The site's learned patterns: an exact fit is a serial; one character short or long of one is refused.
 * 5. What looks like another kind but is faulty: text beginning with 01 and 14 digits, GTINs of China (69…), old resident
 *    IDs with an impossible date, company codes (91–93), mobile numbers with 86 before them. A learned pattern
 *    overrides these, since honest serials may look so.
 * 6. The machine readable zone of another document or half of one, refused; an opaque health code; else a plain serial `[A-Za-z0-9-]{6,40}`, else a refusal with the place.
 *
 * White space around the text does not count. Nothing throws; time is linear in the length of the text.
 */
export function classify(raw: string, context: ClassifyContext): CodeReading {
  // An input method in full-width mode means the ASCII characters. What is opaque stays as it is, to the character.
  const half = /^[\s\ufeff]*(?:\][A-Za-z][0-9A-Za-z])?(?:\{|[a-z][a-z0-9+.-]{1,30}:\/\/)/i.test(raw)
    ? raw
    : halfWidth(raw);
  return half === raw ? classifyHalf(raw, context) : { ...classifyHalf(half, context), raw };
}

function classifyHalf(raw: string, context: ClassifyContext): CodeReading {
  const { today } = context;
  const { start: textStart, end } = trimmedSpan(raw);
  if (textStart === end) return failed(null, raw, 'empty', 'There is no text.', textStart);

  let start = textStart;
  const symbol = /^\][A-Za-z][0-9A-Za-z]/.exec(raw.slice(start, start + 3))?.[0];
  if (symbol !== undefined) {
    start += symbol.length;
    if (eciSymbols.has(symbol) && /^\\\d{6}/.test(raw.slice(start, start + 7))) start += 7;
    if (gs1Symbols.has(symbol)) return readElementString(raw, start, end, today);
    if (gtinSymbols.has(symbol)) {
      return readGtin(raw, compact(raw, start, withoutAddOn(raw, start, end, symbol)), symbol !== ']E4');
    }
    // Interleaved 2 of 5 whose check digit the gun has verified: with 14 digits an ITF-14.
    if (symbol === ']I1' && /^\d{14}$/.test(raw.slice(start, end))) return readGtin(raw, compact(raw, start, end));
    if (start === end) return failed(null, raw, 'empty', 'There is no text after the symbology identifier.', start);
  }

  const text = raw.slice(start, end);
  if (text.includes(gs)) return readElementString(raw, start, end, today);
  if (/^\(\d/.test(text)) return readBrackets(raw, start, end, today);
  if (/^https?:\/\//i.test(text)) {
    return text.length > longestToken
      ? failed('url', raw, 'length', 'The URL is too long.', start + longestToken)
      : readUrl(raw, start, end, today);
  }
  if (/^MA\.\d/i.test(text)) return readMa(raw, today, start, end);
  if (/^88\.\d/.test(text)) return readIndustrialId(raw, text, start);
  if (resemblesMrz(raw, start, end)) return readMrz(raw, today, start, end);

  const short = text.length <= 80 ? compact(raw, start, end) : null;
  const own = short === null ? null : readOwn(raw, compact(raw, start, end, dashes));
  if (own?.ok === true) return own;
  const unmarked = readUnmarked(raw, start, end, today);
  if (unmarked?.sure === true) return unmarked.reading;
  const pattern = matchPatterns(raw, text, start, context.patterns ?? []);
  const fits = short === null ? null : readNumber(raw, short, start, end, today, pattern);
  if (fits !== null) return fits;
  if (own !== null) return own;
  const person = short === null ? null : personInDoubt(raw, short, today, start, end);
  if (person !== null) return person;
  if (pattern !== null) return pattern;
  if (unmarked !== null) return unmarked.reading;
  const doubt = short === null ? null : numberInDoubt(raw, short, today, start, end);
  return doubt ?? refuseOtherMrz(raw, start, end) ?? readHealthCode(raw, text) ?? readSerial(raw, text, start);
}

/** EAN and UPC symbols may carry an add-on of two or five digits, which is no part of the GTIN. */
function withoutAddOn(raw: string, start: number, end: number, symbol: string): number {
  const digits = raw.slice(start, end);
  if (symbol !== ']E3' || !/^(?:\d{12,13}|\d{8})(?:\d{2}|\d{5})$/.test(digits)) return end;
  const length = [13, 12, 8].find((size) => [2, 5].includes(digits.length - size) && isGtin(digits.slice(0, size)));
  return length === undefined ? end : start + length;
}

function readOwn(raw: string, { text, placeOf }: Compact): CodeReading | null {
  const kind = ownKind(text);
  if (kind === null) return null;
  // What hands type: O for 0, I and L for 1. The check character is taken as it is: it may be any letter.
  const body = text
    .slice(0, ownCodeLength - 1)
    .replace(/O/g, '0')
    .replace(/[IL]/g, '1');
  const code = body + text.slice(ownCodeLength - 1);
  if (hasRightOwnCheck(code)) {
    const command = kind === 'command' ? commandOf(code) : null;
    return parsed(kind, raw, command === null ? { code } : { code, command });
  }
  if (!resemblesOwnCode(text)) return null;
  return text.length === ownCodeLength
    ? failed(kind, raw, 'checkDigit', 'The check character of the code is wrong.', placeOf(ownCodeLength - 1))
    : failed(
        kind,
        raw,
        'length',
        `The code has ${ownCodeLength} characters.`,
        placeOf(Math.min(text.length, ownCodeLength)),
      );
}

/** DB31/T 1411-2023, an identifier of the industrial internet: `88.x.y/…`; what it means only its resolver knows. */
function readIndustrialId(raw: string, text: string, start: number): CodeReading {
  const prefix = /^88(?:\.\d{1,20}){0,8}/.exec(text)?.[0] ?? '';
  const place = prefix.length;
  if (prefix.split('.').length < 3 || text.charAt(place) !== '/') {
    return failed(
      'industrialId',
      raw,
      'syntax',
      'The identifier is not written as 88.x.y, a slash and a suffix.',
      start + place,
    );
  }
  const suffix = text.slice(place + 1);
  if (suffix === '') return failed('industrialId', raw, 'length', 'The identifier has no suffix.', raw.length);
  const wrong = suffix.search(/[^!-~]/);
  if (wrong >= 0) {
    return failed(
      'industrialId',
      raw,
      'charset',
      'The suffix has printable ASCII characters only.',
      start + place + 1 + wrong,
    );
  }
  if (text.length > longestToken)
    return failed('industrialId', raw, 'length', 'The suffix is too long.', start + longestToken);
  return parsed('industrialId', raw, { code: text, prefix, suffix });
}

function withoutDashes(text: string): string {
  return Array.from(text, (character) => (dashes.includes(character) ? '' : character)).join('');
}

/** Documents and numbers that fit wholly. */
function readNumber(
  raw: string,
  short: Compact,
  start: number,
  end: number,
  today: string,
  pattern: CodeReading | null,
): CodeReading | null {
  const { text } = short;
  const fitsPattern = pattern?.ok === true;
  const orSerial = (reading: CodeReading, kind: CodeKind) =>
    fitsPattern ? ambiguous(raw, start, [kind, 'serial']) : reading;

  if (/^\d{17}[\dX]$/.test(withoutDashes(text))) {
    const document = readResidentId(raw, today, start, end);
    if (document.ok) {
      // A company's code of digits only can pass as a foreigner's card.
      const isCompanyToo =
        document.kind === 'permanentResident' && hasCreditCodeShape(text) && creditCodeCheck(text) === text.charAt(17);
      return isCompanyToo ? ambiguous(raw, start, ['permanentResident', 'creditCode']) : document;
    }
  }
  // One mistyped resident ID in 31 has a company's check character; only a leading 9 makes that credible.
  const mayBeCompany = text.startsWith('9') || !resemblesResidentId(text, today);
  if (hasCreditCodeShape(text) && creditCodeCheck(text) === text.charAt(17) && mayBeCompany) {
    return orSerial(readCreditCode(raw, start, end), 'creditCode');
  }
  if (/^\d{15}$|^\d{6}-\d{6}-\d{3}$/.test(text)) {
    const old = readResidentId(raw, today, start, end);
    if (old.ok) return orSerial(old, 'residentId');
  }
  const oldCard = readOldPermanentResident(raw, short, today);
  if (oldCard !== null) {
    if (!oldCard.ok && fitsPattern) return null;
    return orSerial(oldCard, 'permanentResident');
  }
  if (isHongKongMacaoPermit(text)) return orSerial(readHongKongMacaoPermit(raw, short), 'travelPermit');
  if (mayBeTaiwanPermit(text)) {
    // A pattern of the stock in hand outweighs a document that is seldom shown.
    if (fitsPattern) return null;
    const isProduct = isGtin(text) || expandUpcE(text) !== null;
    return ambiguous(raw, start, isProduct ? ['travelPermit', 'gtin', 'serial'] : ['travelPermit', 'serial']);
  }
  // A country code without its plus. GS1 has given out no prefix 861, so it is no GTIN; a serial it may be.
  if (/^861[3-9]\d{9}$/.test(text)) return fitsPattern ? null : ambiguous(raw, start, ['mobile', 'serial']);
  const mobile = readMobile(raw, start, end);
  if (mobile.ok) return orSerial(mobile, 'mobile');
  if (isGtin(text)) {
    // One serial of digits in ten has a GTIN's check digit by chance; only the products sold here are worth asking.
    if (fitsPattern && !isChinese(text)) return null;
    return orSerial(readGtin(raw, short), 'gtin');
  }
  if (/^(?!00)\d{20}$/.test(text)) {
    // Nothing in a trace code can be checked: a serial in stock that lost or gained a character comes first.
    if (pattern?.ok === false) return pattern;
    const message = 'Twenty digits are taken for a trace code; nothing in it could be checked.';
    return parsed('drugTrace', raw, { code: text }, [{ code: 'lowConfidence', message }]);
  }
  return null;
}

/** A person's number with a fault: refused as what it looks like. */
function personInDoubt(raw: string, { text }: Compact, today: string, start: number, end: number): CodeReading | null {
  // Dashes between place, date and sequence are how people group an ID; elsewhere they are a serial's.
  const number = /^\d{6}-\d{8}-\d{3}[\dX]$/.test(text) ? withoutDashes(text) : text;
  if (resemblesResidentId(number, today)) return readResidentId(raw, today, start, end);
  return /^\+86/.test(text) ? readMobile(raw, start, end) : null;
}

/** Other numbers with a fault. */
function numberInDoubt(raw: string, short: Compact, today: string, start: number, end: number): CodeReading | null {
  const { text } = short;
  if (resemblesOldResidentId(text)) return readResidentId(raw, today, start, end);
  if (/^0086-?1[3-9]/.test(text) && /^\d{14,16}$/.test(text.replace(/-/g, ''))) return readMobile(raw, start, end);
  if (isChinese(text)) return readGtin(raw, short);
  if (/^9[123]\d{6}[0-9A-HJ-NPQRTUWXY]{10}$/.test(text)) return readCreditCode(raw, start, end);
  return null;
}

/** Whether digits begin as a GTIN-13 or -14 of China does: GS1 prefix 690 to 699. */
function isChinese(text: string): boolean {
  return /^69\d{11}$|^[0-8]69\d{11}$/.test(text);
}

/** An exact fit of a learned pattern, or a text that is one character off in length, or null. */
function matchPatterns(
  raw: string,
  text: string,
  start: number,
  patterns: readonly LearnedPattern[],
): CodeReading | null {
  if (patterns.some(({ prefix, length }) => text.length === length && text.startsWith(prefix))) {
    return readSerial(raw, text, start);
  }
  for (const { prefix, length } of patterns) {
    const difference = text.length - length;
    if (Math.abs(difference) !== 1) continue;
    const lead = text.slice(0, Math.max(0, prefix.length + difference));
    const isDamagedPrefix = oneCharacterOff(lead, prefix) === (difference < 0 ? 'missing' : 'extra');
    if (!text.startsWith(prefix) && !isDamagedPrefix) continue;
    const message =
      difference < 0
        ? 'The scanner lost a character: the code is one shorter than those in stock.'
        : 'The scanner added a character: the code is one longer than those in stock.';
    return failed('serial', raw, 'length', message, start + Math.min(text.length, length));
  }
  return null;
}

/**
 * A city's health code: opaque, resolved by the central service alone. How the cities write them is not published, so
 * this is a guess that only catches what can be nothing else here: JSON, a URL of another scheme than http(s), or 60 and
 * more characters of a base-64 alphabet.
 */
function readHealthCode(raw: string, text: string): CodeReading | null {
  const isToken =
    /^[a-z][a-z0-9+.-]{1,30}:\/\/[!-~]+$/i.test(text) ||
    (text.startsWith('{') && text.endsWith('}') && text.includes('"')) ||
    (text.length >= 60 && /^[A-Za-z0-9+/_-]+={0,2}$/.test(text));
  return isToken && text.length <= longestToken ? parsed('healthCode', raw, { token: text }) : null;
}

function readSerial(raw: string, text: string, start: number): CodeReading {
  const wrong = text.search(/[^0-9A-Za-z-]/);
  if (wrong >= 0) {
    return failed(null, raw, 'charset', 'A character here belongs to no kind of code that is known.', start + wrong);
  }
  if (text.length < 6)
    return failed(null, raw, 'length', 'The text is too short for any kind of code.', start + text.length);
  if (text.length > 40) return failed(null, raw, 'length', 'The text is too long for any kind of code.', start + 40);
  return parsed('serial', raw, { serial: text });
}
