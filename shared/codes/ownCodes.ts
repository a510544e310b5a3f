import type { CodeKind } from './codeKinds.ts';
import { compact, dashes } from './plainText.ts';

/** Crockford's base 32: no I, L, O, U, so that nothing is misread and no word comes up by chance. */
const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const digitsAndLetters = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** Person QR, staff badge, command card, kit sticker, box, result slip. */
export const ownPrefixes = ['YP', 'YS', 'YC', 'YK', 'YB', 'YT'] as const;
export type OwnPrefix = (typeof ownPrefixes)[number];

const kinds: Readonly<Record<OwnPrefix, CodeKind>> = {
  YP: 'personQr',
  YS: 'staffBadge',
  YC: 'command',
  YK: 'kitSticker',
  YB: 'boxCode',
  YT: 'resultSlip',
};

const randomLength = 16;
export const ownCodeLength = 2 + randomLength + 1;

/** ISO 7064 MOD 37,36 check character for `text` (digits and capital letters). Null for other characters. */
export function mod3736Check(text: string): string | null {
  let product = 36;
  for (const character of text) {
    const value = digitsAndLetters.indexOf(character);
    if (value < 0) return null;
    product = ((product + value) % 36 || 36) * 2;
    product %= 37;
  }
  return digitsAndLetters.charAt((37 - product) % 36);
}

/**
 * A new code: prefix, 16 random Crockford characters (80 bits), check character over all of it. `random` gives that many
 * cryptographically random bytes.
 */
export function makeOwnCode(prefix: OwnPrefix, random: (byteCount: number) => Uint8Array): string {
  const bytes = random(randomLength);
  let text: string = prefix;
  // 256 is a multiple of 32, so five bits of each byte are uniform.
  for (let index = 0; index < randomLength; index++) text += crockford.charAt((bytes[index] ?? 0) & 31);
  return text + mod3736Check(text);
}

/** Whether `text` is one of our own codes, written exactly, with the right check character. */
export function hasRightOwnCheck(text: string): boolean {
  return (
    /^Y[PSCKBT][0-9A-HJKMNP-TV-Z]{16}[0-9A-Z]$/.test(text) &&
    mod3736Check(text.slice(0, -1)) === text.charAt(text.length - 1)
  );
}

/** The kind that our own prefix at the start of `text` names, or null. */
export function ownKind(text: string): CodeKind | null {
  const prefix = ownPrefixes.find((known) => text.startsWith(known));
  return prefix === undefined ? null : kinds[prefix];
}

/**
 * Whether a text that is no right code of ours is one that lost, gained or changed a character: our prefix, 18 to 20
 * characters of our alphabet (the check apart), four letters at least among them. A maker's serial of digits after YK
 * stays a serial: sixteen random characters hold fewer than four letters once in fifty thousand codes.
 */
export function resemblesOwnCode(text: string): boolean {
  if (!/^Y[PSCKBT][0-9A-HJKMNP-TV-Z]{15,17}[0-9A-Z]$/.test(text)) return false;
  return text.slice(2, -1).replace(/\d/g, '').length >= 4;
}

/** What a command card orders. */
export const commands = ['negative', 'positive', 'invalid', 'confirm', 'undo', 'void', 'next', 'lock'] as const;
export type Command = (typeof commands)[number];

/** The codes on command cards: the same on every station, so that printed cards work everywhere. Never change one. */
export const commandCodes: Readonly<Record<Command, string>> = {
  negative: 'YC509T3B9401BG3022J',
  positive: 'YC8WGK45EW6XMJFVXQY',
  invalid: 'YC90J8M18ZZWPX4HB4X',
  confirm: 'YCPSP28X6HT7Y9EGCT7',
  undo: 'YC4TE4VV4GFE0BKPAC8',
  void: 'YCFV1CP31P92KRSQ4M4',
  next: 'YCZD6Z3VM2SMX9PK5FA',
  lock: 'YCVNARK56GC3BMGBVY6',
};

/** The command that a right `YC` code orders; null for a card of another edition. */
export function commandOf(code: string): Command | null {
  return commands.find((command) => commandCodes[command] === code) ?? null;
}

const recoveryPrefix = 'YR';
const recoveryBytes = 20;
const recoveryCharacters = (recoveryBytes * 8) / 5;
const recoveryLength = recoveryPrefix.length + recoveryCharacters + 1;

/**
 * The check character of a recovery key, of the same 32 characters: ISO 7064's hybrid scheme with 33 and 32 in place of
 * 37 and 36. So every position forgives O for 0 and I or L for 1, and any one wrong character is found.
 */
function recoveryCheck(text: string): string {
  let product = 32;
  for (const character of text) {
    product = ((product + crockford.indexOf(character)) % 32 || 32) * 2;
    product %= 33;
  }
  return crockford.charAt((33 - product) % 32);
}

export type RecoveryKey = {
  /** As printed: `YR` and seven groups of five in all, joined by hyphens. */
  readonly text: string;
  /** 20 random bytes: the key proper. */
  readonly bytes: Uint8Array;
};

/** A new recovery key of 160 random bits. */
export function makeRecoveryKey(random: (byteCount: number) => Uint8Array): RecoveryKey {
  const bytes = Uint8Array.from(random(recoveryBytes).subarray(0, recoveryBytes));
  let text = recoveryPrefix;
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    bits = ((bits << 8) | byte) & 0xfff;
    for (held += 8; held >= 5; held -= 5) text += crockford.charAt((bits >> (held - 5)) & 31);
  }
  text += recoveryCheck(text);
  return { text: (text.match(/.{5}/g) ?? []).join('-'), bytes };
}

export type RecoveryKeyFailure = {
  readonly code: 'empty' | 'charset' | 'length' | 'checkDigit' | 'syntax';
  readonly message: string;
  /** 0-based index in the typed text. */
  readonly at: number;
};

/**
 * Reads a recovery key as typed or scanned: hyphens, spaces, case and full width do not matter, O means 0, I and L mean
 * 1, and the leading YR may be left out.
 */
export function readRecoveryKey(
  typed: string,
): { readonly ok: true; readonly bytes: Uint8Array } | { readonly ok: false; readonly error: RecoveryKeyFailure } {
  const { text: cleaned, placeOf } = compact(typed, 0, typed.length, `${dashes}_.\r\n`);
  const no = (code: RecoveryKeyFailure['code'], message: string, index: number) =>
    ({ ok: false, error: { code, message, at: placeOf(index) } }) as const;
  if (cleaned === '') return no('empty', 'No recovery key was entered.', 0);
  const plain = cleaned.replace(/O/g, '0').replace(/[IL]/g, '1');
  const hasPrefix = plain.startsWith(recoveryPrefix) && plain.length >= recoveryLength - 1;
  const lead = hasPrefix ? 0 : recoveryPrefix.length;
  const text = hasPrefix ? plain : recoveryPrefix + plain;
  const wrong = text.search(/[^0-9A-HJKMNP-TV-Z]/);
  if (wrong >= 0) return no('charset', 'A recovery key has digits and letters without U.', wrong - lead);
  if (text.length !== recoveryLength) {
    const message = `A recovery key has ${recoveryLength} characters; this has ${text.length}.`;
    return no('length', message, Math.min(text.length, recoveryLength) - lead);
  }
  if (recoveryCheck(text.slice(0, -1)) !== text.charAt(recoveryLength - 1)) {
    return no('checkDigit', 'A character of the recovery key is wrong.', recoveryLength - 1 - lead);
  }
  const bytes = new Uint8Array(recoveryBytes);
  let bits = 0;
  let held = 0;
  let count = 0;
  for (const character of text.slice(recoveryPrefix.length, -1)) {
    bits = ((bits << 5) | crockford.indexOf(character)) & 0xfff;
    held += 5;
    if (held >= 8) {
      held -= 8;
      bytes[count++] = (bits >> held) & 0xff;
    }
  }
  return { ok: true, bytes };
}
