import { dayOfDigits, dayOfShort } from './calendar.ts';
import type { CodeErrorCode } from './codeKinds.ts';
import { countriesAlpha2, countriesNumeric, currenciesNumeric, packageTypes } from './codeLists.ts';
import type { AiRule, CharacterSet, CheckName } from './gs1Ai.ts';

/** What is wrong with a value, and at which of its characters (its length: something is missing at the end). */
export type ValueFault = { readonly code: CodeErrorCode; readonly message: string; readonly index: number };

type Check = (text: string, today: string) => ValueFault | null;

/** GS1 character set 82, in the order that gives each character its value (General Specifications, figure 7.11-1). */
export const characterSet82 = '!"%&\'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz';
const characterSet32 = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';

const outside: Readonly<Record<CharacterSet, RegExp>> = {
  N: /[^0-9]/,
  X: /[^!"%&'()*+,\-./0-9:;<=>?A-Z_a-z]/,
  Y: /[^#\-/0-9A-Z]/,
  Z: /[^\-0-9A-Z_a-z]/,
};
const setNames: Readonly<Record<CharacterSet, string>> = {
  N: 'a digit',
  X: 'in GS1 character set 82',
  Y: 'in GS1 character set 39',
  Z: 'in GS1 character set 64',
};

function fault(code: CodeErrorCode, message: string, index = 0): ValueFault {
  return { code, message, index };
}

/** The mod 10 check digit (weights 3, 1 from the right) that belongs after `digits`. */
export function mod10Check(digits: string): string {
  let sum = 0;
  for (let index = digits.length - 1, weight = 3; index >= 0; index--, weight = 4 - weight) {
    sum += Number(digits.charAt(index)) * weight;
  }
  return String((10 - (sum % 10)) % 10);
}

function firstPrimes(count: number): number[] {
  const primes: number[] = [];
  for (let candidate = 2; primes.length < count; candidate++) {
    if (primes.every((prime) => candidate % prime !== 0)) primes.push(candidate);
  }
  return primes;
}
const primes = firstPrimes(97);

/** The check character pair of GS1's alphanumeric keys (General Specifications, 7.9.5); null for characters outside set 82. */
export function checkPair(text: string): string | null {
  let sum = 0;
  for (let index = 0; index < text.length; index++) {
    const value = characterSet82.indexOf(text.charAt(index));
    const weight = primes[text.length - 1 - index];
    if (value < 0 || weight === undefined) return null;
    sum += value * weight;
  }
  sum %= 1021;
  return characterSet32.charAt(sum >> 5) + characterSet32.charAt(sum & 31);
}

function listed(list: ReadonlySet<string>, what: string): Check {
  return (text) => (list.has(text) ? null : fault('syntax', `There is no ${what} with this code.`));
}

function oneOf(characters: string, what: string): Check {
  return (text) => (text.length === 1 && characters.includes(text) ? null : fault('syntax', `This is not a ${what}.`));
}

function upTo(limit: number, what: string): Check {
  return (text) => (Number(text) <= limit ? null : fault('syntax', `The ${what} is out of range.`));
}

function timeOfDay(text: string, units: readonly (readonly [name: string, limit: number])[]): ValueFault | null {
  for (const [index, [name, limit]] of units.entries()) {
    if (Number(text.slice(index * 2, index * 2 + 2)) > limit) {
      return fault('date', `There is no such ${name}.`, index * 2);
    }
  }
  return null;
}

function shortDate(text: string, today: string, monthAlone: boolean): ValueFault | null {
  if (dayOfShort(text, today, monthAlone) !== null) return null;
  const month = Number(text.slice(2, 4));
  return month < 1 || month > 12
    ? fault('date', 'There is no such month.', 2)
    : fault('date', 'There is no such day in that month.', 4);
}

function companyPrefix(skip: number): Check {
  return (text) => {
    for (let index = skip; index < skip + 4; index++) {
      if (index >= text.length) return fault('syntax', 'The value is too short for a GS1 company prefix.', index);
      if (!/\d/.test(text.charAt(index))) return fault('charset', 'A GS1 company prefix has digits only.', index);
    }
    return null;
  };
}

function iban(text: string): ValueFault | null {
  if (text.length <= 10) return fault('syntax', 'The value is too short for an IBAN.', text.length);
  if (!countriesAlpha2.has(text.slice(0, 2))) return fault('syntax', 'The IBAN begins with no country code.');
  const wrong = text.search(/[^0-9A-Z]/);
  if (wrong >= 0) return fault('charset', 'An IBAN has digits and capital letters only.', wrong);
  let remainder = 0;
  for (const character of text.slice(4) + text.slice(0, 4)) {
    const value = Number.parseInt(character, 36);
    remainder = (remainder * (value < 10 ? 10 : 100) + value) % 97;
  }
  return remainder === 1 ? null : fault('syntax', 'The check digits of the IBAN are wrong.', 2);
}

function percentEncoding(text: string): ValueFault | null {
  const wrong = text.search(/%(?![0-9A-Fa-f]{2})/);
  return wrong < 0 ? null : fault('syntax', 'A percent sign is not followed by two hexadecimal digits.', wrong);
}

function pieceOfTotal(text: string): ValueFault | null {
  const half = text.length / 2;
  const [piece, total] = [Number(text.slice(0, half)), Number(text.slice(half))];
  if (piece === 0) return fault('syntax', 'The number of the piece is zero.');
  if (total === 0) return fault('syntax', 'The number of pieces is zero.', half);
  return piece > total ? fault('syntax', 'The piece is beyond the number of pieces.') : null;
}

function positionInSequence(text: string): ValueFault | null {
  const match = /^(\d+)\/(\d+)$/.exec(text);
  if (match === null) return fault('syntax', 'The position is not written as a number, a slash and a number.');
  const [position = '', total = ''] = match.slice(1);
  if (position.startsWith('0')) return fault('syntax', 'The position begins with a zero.');
  if (total.startsWith('0')) return fault('syntax', 'The end of the sequence begins with a zero.', position.length + 1);
  return Number(position) > Number(total) ? fault('syntax', 'The position is beyond the end of the sequence.') : null;
}

function checkPairOf(text: string): ValueFault | null {
  const body = text.slice(0, -2);
  if (text.length < 2) return fault('syntax', 'The value is too short for its check character pair.', text.length);
  for (let index = body.length; index < text.length; index++) {
    if (!characterSet32.includes(text.charAt(index))) {
      return fault('charset', 'A check character is not in GS1 character set 32.', index);
    }
  }
  return checkPair(body) === text.slice(-2)
    ? null
    : fault('checkDigit', 'The check character pair is wrong.', body.length);
}

/** Walks a coupon's digits: a step returns its fault and leaves the rest unread. */
function couponReader(text: string) {
  let place = 0;
  const wrong = text.search(/\D/);
  const missing = (what: string) => fault('syntax', `The coupon ends before its ${what}.`, text.length);
  return {
    digitsOnly: () => (wrong < 0 ? null : fault('charset', 'A coupon has digits only.', wrong)),
    /** Whether the optional field with this number follows; steps over its number. */
    begins(field: string): boolean {
      if (text.charAt(place) !== field) return false;
      place++;
      return true;
    },
    digits(count: number, what: string): ValueFault | null {
      if (text.length - place < count) return missing(what);
      place += count;
      return null;
    },
    choice(allowed: string, what: string): ValueFault | null {
      if (place >= text.length) return missing(what);
      if (!allowed.includes(text.charAt(place))) return fault('syntax', `The coupon's ${what} is not allowed.`, place);
      place++;
      return null;
    },
    /** A digit that tells a length, and that many digits (plus `more`); `none` is the digit that means no digits. */
    sized(allowed: string, more: number, what: string, none = ''): ValueFault | null {
      const length = text.charAt(place);
      const wrongLength = this.choice(allowed, `length of the ${what}`);
      return wrongLength ?? (length === none ? null : this.digits(Number(length) + more, what));
    },
    date(today: string, what: string): ValueFault | null {
      const start = place;
      const short = this.digits(6, what);
      if (short !== null) return short;
      const wrongDate = shortDate(text.slice(start, start + 6), today, false);
      return wrongDate === null ? null : { ...wrongDate, index: start + wrongDate.index };
    },
    /** The six digits just read. */
    lastSix: () => text.slice(place - 6, place),
    place: () => place,
    end: () => (place < text.length ? fault('syntax', 'Something follows the end of the coupon.', place) : null),
  };
}

/** North American coupon, AI 8110. */
function coupon(text: string, today: string): ValueFault | null {
  const read = couponReader(text);
  const requirement = (which: string) =>
    read.sized('12345', 0, `${which} purchase requirement`) ??
    read.choice('012349', `${which} purchase requirement code`) ??
    read.digits(3, `${which} purchase family code`);
  const otherPurchase = (which: string) =>
    requirement(which) ?? read.sized('01234569', 6, `${which} purchase company prefix`, '9');
  let expiry: string | null = null;
  const steps: (() => ValueFault | null)[] = [
    read.digitsOnly,
    () => read.sized('0123456', 6, 'company prefix'),
    () => read.digits(6, 'offer code'),
    () => read.sized('12345', 0, 'save value'),
    () => requirement('first'),
    () =>
      read.begins('1') ? (read.choice('0123', 'additional purchase rules code') ?? otherPurchase('second')) : null,
    () => (read.begins('2') ? otherPurchase('third') : null),
    () => {
      if (!read.begins('3')) return null;
      const wrong = read.date(today, 'expiration date');
      expiry = read.lastSix();
      return wrong;
    },
    () => {
      if (!read.begins('4')) return null;
      const wrong = read.date(today, 'start date');
      if (wrong !== null || expiry === null || read.lastSix() <= expiry) return wrong;
      return fault('date', 'The coupon expires before it starts.', read.place() - 6);
    },
    () => (read.begins('5') ? read.sized('0123456789', 6, 'serial number') : null),
    () => (read.begins('6') ? read.sized('1234567', 6, "retailer's company prefix or location number") : null),
    () =>
      read.begins('9')
        ? (read.choice('01256', 'save value code') ??
          read.choice('012', 'save value applies-to code') ??
          read.digits(1, 'store coupon flag') ??
          read.choice('01', "don't-multiply flag"))
        : null,
    read.end,
  ];
  for (const step of steps) {
    const wrong = step();
    if (wrong !== null) return wrong;
  }
  return null;
}

/** Positive offer file coupon, AI 8112. */
function positiveOfferCoupon(text: string): ValueFault | null {
  const read = couponReader(text);
  return (
    read.digitsOnly() ??
    read.choice('01', 'format code') ??
    read.sized('0123456', 6, 'funder ID') ??
    read.digits(6, 'offer code') ??
    read.sized('0123456789', 6, 'serial number') ??
    read.end()
  );
}

/** One function for each content check that the dictionary names. Each is given text of its piece's set and length. */
const checks: Readonly<Record<CheckName, Check>> = {
  couponcode: coupon,
  couponposoffer: positiveOfferCoupon,
  csum: (text) =>
    mod10Check(text.slice(0, -1)) === text.slice(-1)
      ? null
      : fault('checkDigit', 'The check digit is wrong.', text.length - 1),
  csumalpha: checkPairOf,
  // Which company prefixes are given out is not published with the dictionary: only their shape can be checked.
  gcppos1: companyPrefix(0),
  gcppos2: companyPrefix(1),
  hasnondigit: (text) => (/\D/.test(text) ? null : fault('syntax', 'The value has digits only.')),
  hh: (text) => timeOfDay(text, [['hour', 23]]),
  hhmi: (text) =>
    timeOfDay(text, [
      ['hour', 23],
      ['minute', 59],
    ]),
  hyphen: (text) => (/^-+$/.test(text) ? null : fault('charset', 'Only a hyphen may stand here.')),
  iban,
  importeridx: (text) =>
    /^[-0-9A-Z_a-z]$/.test(text) ? null : fault('charset', 'This is not an importer index character.'),
  iso3166: listed(countriesNumeric, 'country'),
  iso3166999: (text) => (text === '999' ? null : listed(countriesNumeric, 'country')(text, '')),
  iso3166alpha2: listed(countriesAlpha2, 'country'),
  iso4217: listed(currenciesNumeric, 'currency'),
  iso5218: oneOf('0129', 'code of a sex'),
  latitude: upTo(1_800_000_000, 'latitude'),
  longitude: upTo(3_600_000_000, 'longitude'),
  mediatype: (text) =>
    /^(?:0[1-9]|10|[89]\d)$/.test(text) ? null : fault('syntax', 'There is no such AIDC media type.'),
  mi: (text) => timeOfDay(text, [['minute', 59]]),
  nonzero: (text) => (/[^0]/.test(text) ? null : fault('syntax', 'The value is zero.')),
  nozeroprefix: (text) => (text.startsWith('0') ? fault('syntax', 'The value begins with a zero.') : null),
  packagetype: listed(packageTypes, 'package type'),
  pcenc: percentEncoding,
  pieceoftotal: pieceOfTotal,
  posinseqslash: positionInSequence,
  ss: (text) => timeOfDay(text, [['second', 59]]),
  winding: oneOf('019', 'winding direction'),
  yesno: oneOf('01', 'yes (1) or no (0)'),
  yymmd0: (text, today) => shortDate(text, today, true),
  yymmdd: (text, today) => shortDate(text, today, false),
  yyyymmdd(text) {
    if (dayOfDigits(text) !== null) return null;
    const month = Number(text.slice(4, 6));
    return month < 1 || month > 12
      ? fault('date', 'There is no such month.', 4)
      : fault('date', 'There is no such day in that month.', 6);
  },
  zero: (text) => {
    const wrong = text.search(/[^0]/);
    return wrong < 0 ? null : fault('syntax', 'Only zeros may stand here.', wrong);
  },
};

/** Set 64 may end with one or two `=` that fill it up to a multiple of three characters; else `=` is outside the set. */
function withoutPadding(set: CharacterSet, text: string): string {
  return set === 'Z' && text.length % 3 === 0 ? text.replace(/={1,2}$/, '') : text;
}

/** The first fault of an identifier's value: length, then piece by piece characters and content. */
export function checkValue(rule: AiRule, value: string, today: string): ValueFault | null {
  const size = rule.min === rule.max ? `${rule.min}` : `${rule.min} to ${rule.max}`;
  if (value.length < rule.min) {
    const what = value.length === 0 ? 'has no value' : 'is too short';
    return fault('length', `(${rule.ai}) ${what}: it needs ${size} characters.`, value.length);
  }
  if (value.length > rule.max) return fault('length', `(${rule.ai}) is too long: it has ${size} characters.`, rule.max);
  let start = 0;
  for (const part of rule.parts) {
    const text = value.slice(start, start + part.max);
    if (text === '' && part.optional) break;
    if (text.length < part.min) return fault('length', `(${rule.ai}) ends in the middle of a part.`, value.length);
    const wrong = withoutPadding(part.set, text).search(outside[part.set]);
    if (wrong >= 0) {
      return fault('charset', `(${rule.ai}) has a character that is not ${setNames[part.set]}.`, start + wrong);
    }
    for (const name of part.checks) {
      const found = checks[name](text, today);
      if (found !== null) return { ...found, message: `(${rule.ai}) ${found.message}`, index: start + found.index };
    }
    start += text.length;
  }
  return null;
}
