import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classify } from '../../../shared/codes/classify.ts';
import {
  commandCodes,
  commandOf,
  commands,
  hasRightOwnCheck,
  makeOwnCode,
  makeRecoveryKey,
  mod3736Check,
  ownPrefixes,
  readRecoveryKey,
} from '../../../shared/codes/ownCodes.ts';
import { fullWidth } from './fullWidth.ts';

const today = '2024-05-06';
const kinds = {
  YP: 'personQr',
  YS: 'staffBadge',
  YC: 'command',
  YK: 'kitSticker',
  YB: 'boxCode',
  YT: 'resultSlip',
} as const;
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const codes = fc
  .tuple(fc.constantFrom(...ownPrefixes), bytes(16))
  .map(([prefix, random]) => makeOwnCode(prefix, () => random));

describe('our own codes', () => {
  it('have the check character of ISO 7064 MOD 37,36', () => {
    // The worked example of ISO 15706-style identifiers: GRid A1-2425G-ABC1234002-M.
    expect(mod3736Check('A12425GABC1234002')).toBe('M');
    expect(mod3736Check('a')).toBeNull();
  });

  it('are read as what their prefix says', () => {
    fc.assert(
      fc.property(codes, (code) => {
        expect(code).toMatch(/^Y[PSCKBT][0-9A-HJKMNP-TV-Z]{16}[0-9A-Z]$/);
        expect(hasRightOwnCheck(code)).toBe(true);
        const kind = kinds[code.slice(0, 2) as keyof typeof kinds];
        expect(classify(code, { today })).toMatchObject({ ok: true, kind, fields: { code } });
        const grouped = (code.match(/.{1,5}/g) ?? []).join('-');
        for (const typed of [
          ` ${code.toLowerCase()}\r\n`,
          grouped,
          fullWidth(grouped),
          code.replace(/(.{4})/g, '$1 '),
        ]) {
          expect(classify(typed, { today })).toMatchObject({ ok: true, kind, fields: { code }, raw: typed });
        }
      }),
    );
  });

  it('with any one character wrong are right no more, and never a kit', () => {
    fc.assert(
      fc.property(
        codes,
        fc.integer({ min: 2, max: 18 }),
        fc.constantFrom(...'0123456789ABCDEFGHJKMNPQRSTVWXYZ'),
        (code, place, other) => {
          fc.pre(code.charAt(place) !== other && code.slice(2, 18).replace(/\d/g, '').length > 5);
          const wrong = code.slice(0, place) + other + code.slice(place + 1);
          expect(hasRightOwnCheck(wrong)).toBe(false);
          const reading = classify(wrong, { today });
          expect(reading).toMatchObject({ ok: false, error: { code: 'checkDigit', at: 18 } });
        },
      ),
    );
  });

  it('that lost a character are refused as what they were', () => {
    const code = makeOwnCode('YP', () => Uint8Array.from({ length: 16 }, (_, index) => index + 8));
    for (let place = 2; place < 19; place++) {
      const short = code.slice(0, place) + code.slice(place + 1);
      expect(classify(short, { today })).toMatchObject({
        ok: false,
        kind: 'personQr',
        error: { code: 'length', at: 18 },
      });
    }
  });

  it("leave makers' serials of digits alone", () => {
    // One in 36 of such serials has our check character by chance; this one has not.
    expect(classify('YK20220401000012346', { today })).toMatchObject({ ok: true, kind: 'serial' });
    expect(classify('YS-0001', { today })).toMatchObject({ ok: true, kind: 'serial' });
  });

  it('use each character equally', () => {
    const seen = new Map<string, number>();
    for (let value = 0; value < 256; value++) {
      const character = makeOwnCode('YK', () => new Uint8Array(16).fill(value)).charAt(5);
      seen.set(character, (seen.get(character) ?? 0) + 1);
    }
    expect([...seen.values()]).toEqual(Array(32).fill(8));
  });
});

describe('command cards', () => {
  it('carry fixed, right, different codes', () => {
    expect(new Set(Object.values(commandCodes)).size).toBe(commands.length);
    for (const command of commands) {
      const code = commandCodes[command];
      expect(commandOf(code)).toBe(command);
      expect(classify(code, { today })).toMatchObject({ ok: true, kind: 'command', fields: { code, command } });
    }
    // Printed cards are out there: these must stay as they are.
    expect(commandCodes.negative).toBe('YC509T3B9401BG3022J');
    expect(commandCodes.positive).toBe('YC8WGK45EW6XMJFVXQY');
  });
  it('of another edition are told by having no command', () => {
    const code = makeOwnCode('YC', randomBytes);
    expect(classify(code, { today })).toMatchObject({ ok: true, kind: 'command' });
    expect(commandOf(code)).toBeNull();
  });
});

describe('recovery keys', () => {
  it('are read back however they are typed', () => {
    fc.assert(
      fc.property(bytes(20), (random) => {
        const { text, bytes: key } = makeRecoveryKey(() => random);
        expect(text).toMatch(/^YR[0-9A-HJKMNP-TV-Z]{3}(-[0-9A-HJKMNP-TV-Z]{5}){6}$/);
        expect(key).toEqual(random);
        const typed = [
          text,
          text.toLowerCase(),
          text.replaceAll('-', ' '),
          ` ${text.replaceAll('-', '')}\n`,
          text.replaceAll('0', 'O').replaceAll('1', 'l'),
          text.slice(2),
          text.replace(/[!-~]/g, (character) => String.fromCharCode(character.charCodeAt(0) + 0xfee0)),
        ];
        for (const variant of typed) expect(readRecoveryKey(variant)).toEqual({ ok: true, bytes: random });
      }),
    );
  });

  it('with one wrong character are refused', () => {
    const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
    fc.assert(
      fc.property(bytes(20), fc.nat(34), fc.constantFrom(...alphabet), (random, place, other) => {
        const text = makeRecoveryKey(() => random).text.replaceAll('-', '');
        fc.pre(place > 1 && text.charAt(place) !== other);
        const reading = readRecoveryKey(text.slice(0, place) + other + text.slice(place + 1));
        expect(reading).toMatchObject({ ok: false, error: { code: 'checkDigit', at: 34 } });
      }),
    );
  });

  it.each([
    ['', 'empty', 0],
    [' - ', 'empty', 3],
    ['YR123-45678', 'length', 11],
    [`YR${'A'.repeat(34)}`, 'length', 35],
    [`YR${'A'.repeat(10)}U${'A'.repeat(22)}`, 'charset', 12],
    [`YR${'A'.repeat(10)}#${'A'.repeat(22)}`, 'charset', 12],
  ])('refuses %j', (typed, code, at) => {
    expect(readRecoveryKey(typed)).toMatchObject({ ok: false, error: { code, at } });
  });

  it('takes only the bytes it needs', () => {
    expect(makeRecoveryKey(() => new Uint8Array(64).fill(7)).bytes).toEqual(new Uint8Array(20).fill(7));
  });
});
