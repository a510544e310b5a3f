import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  barsOnly,
  type Checks,
  checkScan,
  type FindingCode,
  findingCodes,
  type GunVerdict,
  joinPieces,
  judge,
  withCheck,
} from '../../../renderer/scan/gunCheck.ts';
import { applyProfile } from '../../../renderer/scan/profile.ts';
import type { WedgeTrace } from '../../../renderer/scan/wedge.ts';
import { classify } from '../../../shared/codes/classify.ts';
import { formatElementString } from '../../../shared/codes/gs1.ts';
import { type TestSheetCode, testSheet } from '../../../shared/codes/testSheet.ts';
import type { WedgeProfile } from '../../../shared/model/gun.ts';
import { pull, rightGun, type SimulatedGun, tracesOf } from './simulatedGun.ts';

const GS = '\u001D';
const today = '2022-04-10';

function scanSheet(gun: SimulatedGun, keys?: readonly TestSheetCode['key'][]): Checks {
  const checks: Partial<Record<TestSheetCode['key'], NonNullable<ReturnType<typeof checkScan>>>> = {};
  for (const { key, text } of testSheet) {
    if (keys !== undefined && !keys.includes(key)) continue;
    for (const trace of tracesOf(gun, text)) {
      const check = checkScan(trace);
      if (check !== null) checks[check.key] = check;
    }
  }
  return checks;
}
const verdictOf = (change: Partial<SimulatedGun>): GunVerdict => judge(scanSheet({ ...rightGun, ...change }));
const codesOf = (verdict: GunVerdict): readonly FindingCode[] => verdict.findings.map(({ code }) => code);
const profileOf = (verdict: GunVerdict): WedgeProfile => {
  if (verdict.profile === null) throw new Error('no profile');
  return { ...verdict.profile, learnedAtMs: 0 };
};

describe('the test sheet', () => {
  it('holds codes that are what they say, in ASCII', () => {
    for (const { key, symbol, text } of testSheet) {
      expect(text.replaceAll(GS, ''), key).toMatch(/^[ -~]+$/);
      if (!symbol.startsWith('gs1')) continue;
      expect(classify(text, { today }), key).toMatchObject({
        ok: true,
        kind: 'gs1',
        fields: { '01': '02999990000016' },
      });
    }
  });
});

describe('a gun that is set right', () => {
  for (const gs of ['control', 'alt', 'f8'] as const) {
    for (const suffix of ['Enter', 'Tab'] as const) {
      it(`is found right: GS by ${gs}, ${suffix} at the end`, () => {
        const verdict = verdictOf({ gs, suffix });
        expect(verdict).toMatchObject({
          kind: 'right',
          missing: [],
          findings: [],
          profile: { gs, replacement: null, prefix: '', suffix: suffix.toLowerCase(), paceMs: 5 },
        });
      });
    }
  }

  it('is right with symbology identifiers, with CapsLock on, at any pace up to 50 ms', () => {
    for (const paceMs of [0, 1, 20, 50]) {
      const verdict = verdictOf({ symbologyId: true, capsLock: true, paceMs });
      expect(verdict.kind, `${paceMs} ms`).toBe('right');
      expect(codesOf(verdict)).toEqual(expect.arrayContaining(['symbologyId', 'capsLock']));
      expect(verdict.findings.every(({ severity }) => severity === 'ok')).toBe(true);
    }
  });

  it('is open until every code was scanned, in whatever order', () => {
    const checks = scanSheet(rightGun, ['long', 'case']);
    expect(judge(checks)).toMatchObject({
      kind: 'open',
      missing: ['punctuation', 'separators', 'separators128'],
      profile: null,
    });
  });

  it('for bars only needs only the bars', () => {
    expect(judge(scanSheet(rightGun, barsOnly), barsOnly)).toMatchObject({ kind: 'right', profile: { gs: 'control' } });
    expect(barsOnly).toEqual(['case', 'punctuation', 'separators128']);
  });
});

describe('what the program makes up for', () => {
  for (const text of ['|', '{GS}', '<GS>', '~d029', '^]', '#', '~', ']', '@', '\\x1D']) {
    it(`GS as ${text}`, () => {
      const verdict = verdictOf({ gs: { text } });
      expect(verdict).toMatchObject({ kind: 'adapted', profile: { gs: 'replacement', replacement: text, prefix: '' } });
      expect(codesOf(verdict)).toEqual(['replacement']);
    });
  }

  it('a prefix, with and without symbology identifiers', () => {
    for (const symbologyId of [false, true]) {
      expect(verdictOf({ prefix: 'A-', symbologyId })).toMatchObject({ kind: 'adapted', profile: { prefix: 'A-' } });
    }
  });

  it('prefix, replacement and Tab at once', () => {
    const verdict = verdictOf({ prefix: '##', gs: { text: '{GS}' }, suffix: 'Tab', symbologyId: true, paceMs: 12 });
    expect(verdict).toMatchObject({
      kind: 'adapted',
      profile: { gs: 'replacement', replacement: '{GS}', prefix: '##', suffix: 'tab', paceMs: 12 },
    });
  });

  it('no suffix, which it says', () => {
    const verdict = verdictOf({ suffix: 'none' });
    expect(verdict).toMatchObject({ kind: 'adapted', profile: { suffix: 'none' } });
    expect(codesOf(verdict)).toEqual(['noSuffix']);
  });
});

describe('what has to be changed on the gun', () => {
  const wrong: readonly (readonly [string, Partial<SimulatedGun>, FindingCode, Readonly<Record<string, string>>?])[] = [
    ['a German layout', { layout: 'de' }, 'layout', { layout: 'de' }],
    ['a French layout', { layout: 'fr' }, 'layout', { layout: 'fr' }],
    ['a British layout', { layout: 'uk' }, 'layout', { layout: 'uk' }],
    ['a Japanese layout', { layout: 'jp' }, 'layout', { layout: 'jp' }],
    ['a German layout with a prefix and Tab', { layout: 'de', suffix: 'Tab', prefix: 'X' }, 'layout', { layout: 'de' }],
    ['letters made upper case', { letters: 'upper' }, 'upperCase'],
    ['letters made lower case', { letters: 'lower' }, 'lowerCase'],
    ['letters swapped, as by an inverted CapsLock', { letters: 'swapped' }, 'swappedCase'],
    ['no separators', { gs: { text: '' } }, 'gsMissing'],
    ['a separator that values may hold', { gs: { text: '-' } }, 'gsUnfit', { seen: '-' }],
    ['a separator that is digits', { gs: { text: '0029' } }, 'gsUnfit', { seen: '0029' }],
    ['characters after the code', { end: 'ZZ' }, 'addedEnd', { seen: 'ZZ' }],
    ['a long prefix', { prefix: 'SCANNER-01:' }, 'prefixTooLong'],
    ['a lost character', { loses: 9 }, 'lost'],
    ['a doubled character', { doubles: 9 }, 'added'],
  ];
  for (const [what, change, code, params] of wrong) {
    it(what, () => {
      const verdict = verdictOf(change);
      expect(verdict.kind).toBe('wrong');
      expect(verdict.missing).toEqual([]);
      const found = verdict.findings.filter(({ severity }) => severity === 'wrong');
      expect(found.map((each) => each.code)).toEqual([code]);
      expect(found[0]?.params).toMatchObject(params ?? {});
    });
  }

  it('no separators, though known: the profile says so for whoever keeps the gun', () => {
    expect(verdictOf({ gs: { text: '' } }).profile).toMatchObject({ gs: 'missing', replacement: null });
  });

  it('another gun, once the first was found good, starts anew', () => {
    const all = testSheet.map(({ key }) => key);
    const good = scanSheet(rightGun);
    const check = (change: Partial<SimulatedGun>) => {
      const found = scanSheet({ ...rightGun, ...change }, ['case']).case;
      if (found === undefined) throw new Error('no check');
      return found;
    };
    expect(Object.keys(withCheck(good, check({ prefix: 'A' }), all))).toEqual(['case']);
    expect(Object.keys(withCheck(good, check({ suffix: 'Tab' }), all))).toEqual(['case']);
    expect(Object.keys(withCheck(good, check({ paceMs: 9 }), all))).toHaveLength(5);
    // A gun that is being set right is the same gun.
    const bad = scanSheet({ ...rightGun, end: 'Z' });
    expect(Object.keys(withCheck(bad, check({ suffix: 'Tab' }), all))).toHaveLength(5);
  });

  it('separators in one symbol only', () => {
    const verdict = judge({
      ...scanSheet(rightGun, ['case', 'punctuation', 'long', 'separators']),
      ...scanSheet({ ...rightGun, gs: { text: '' } }, ['separators128']),
    });
    expect(verdict.kind).toBe('wrong');
    expect(codesOf(verdict)).toEqual(expect.arrayContaining(['gsMissing', 'gsVaries']));
    expect(verdict.profile).toBeNull();
  });

  it("a maker's letter for each kind of symbol before the code", () => {
    const verdict = judge({
      ...scanSheet({ ...rightGun, prefix: 'j' }, ['case', 'punctuation']),
      ...scanSheet({ ...rightGun, prefix: 'w' }, ['separators']),
      ...scanSheet({ ...rightGun, prefix: 'I' }, ['separators128']),
      ...scanSheet({ ...rightGun, prefix: 's' }, ['long']),
    });
    expect(verdict.kind).toBe('wrong');
    expect(codesOf(verdict)).toContain('prefixVaries');
  });

  it('a pause between keys so long that the scan falls to pieces', () => {
    const pieces = tracesOf({ ...rightGun, paceMs: 400 }, testSheet[0]?.text ?? '');
    expect(pieces.length).toBeGreaterThan(1);
    const joined = joinPieces(pieces);
    expect(joined === null ? null : checkScan(joined)).toMatchObject({ key: 'case' });
    expect(joined === null ? [] : checkScan(joined)?.findings.map(({ code }) => code)).toContain('tooSlow');
  });

  it('a slow gun and a stumbling one are told so, and stay right', () => {
    expect(codesOf(verdictOf({ paceMs: 80 }))).toEqual(['slow']);
    expect(verdictOf({ paceMs: 80 }).kind).toBe('right');
    const [trace] = tracesOf(rightGun, testSheet[0]?.text ?? '');
    if (trace === undefined) throw new Error('no trace');
    const stumbling = (pauses: number) =>
      trace.keys.map((key, at) => ({ ...key, atMs: key.atMs + 120 * Math.min(pauses, Math.floor(at / 5)) }));
    const codes = (pauses: number) =>
      checkScan({ ...trace, keys: stumbling(pauses) })?.findings.map(({ code }) => code);
    expect(codes(4)).toEqual(['uneven']);
    // A computer that was busy once is no fault of the gun's.
    expect(codes(1)).toEqual([]);
  });

  it('a scan that ends in the middle', () => {
    const [trace] = tracesOf(rightGun, (testSheet[1]?.text ?? '').slice(0, 18));
    expect(trace && checkScan(trace)).toMatchObject({ key: 'punctuation', findings: [{ code: 'cutOff' }] });
  });

  it('an input method that ate keys', () => {
    const [trace] = tracesOf(rightGun, testSheet[0]?.text ?? '');
    if (trace === undefined) throw new Error('no trace');
    const eaten: WedgeTrace = {
      ...trace,
      outcome: 'damaged',
      typed: '',
      text: null,
      keys: trace.keys.map((key) => ({ ...key, key: 'Process', character: null })),
    };
    expect(checkScan(eaten)).toMatchObject({ key: 'case' });
    expect(checkScan(eaten)?.findings.map(({ code }) => code)).toEqual(['inputMethod']);
  });

  it('full-width characters', () => {
    const [trace] = tracesOf(rightGun, testSheet[1]?.text ?? '');
    if (trace === undefined) throw new Error('no trace');
    const typed = [...trace.typed].map((c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0)).join('');
    expect(checkScan({ ...trace, typed })?.findings.map(({ code }) => code)).toEqual(['fullWidth']);
  });
});

describe('what is no code of the sheet', () => {
  it('is not taken for one', () => {
    const others = [
      `01069217349001351724090110LOT1${GS}21SN1`,
      '11010519491231002X',
      '13800138000',
      'https://any.host/01/06921734900135/10/LOT1/21/SN1?17=240901',
      'MA.156.M0.100350.01004YA10017.SLMSAGAAAC.M210628.LAY21062803.E220628.V220627.C3',
      '0123456789',
      '12345678901234567890',
      'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
      'YT1',
      '',
    ];
    for (const text of others) {
      for (const trace of tracesOf(rightGun, text)) expect(checkScan(trace), text).toBeNull();
    }
  });

  it('never makes it throw, whatever came', () => {
    const [trace] = tracesOf(rightGun, testSheet[2]?.text ?? '');
    if (trace === undefined) throw new Error('no trace');
    const pieces = fc.oneof(
      fc.string({ maxLength: 40 }),
      fc.constantFrom(...testSheet.map(({ text }) => text.slice(0, 60))),
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 4 }), (parts) => {
        const check = checkScan({ ...trace, typed: parts.join('') });
        for (const each of check?.findings ?? []) expect(findingCodes).toContain(each.code);
      }),
      { numRuns: 300 },
    );
  });
});

describe('a profile learned from the sheet', () => {
  const printable = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';
  const replacement = fc.oneof(
    fc.constantFrom('|', '{GS}', '<GS>', '~d029', '^]', '#', '~', '\\F', '@@'),
    fc.stringMatching(/^[#$@[\\\]^`{|}~]{1,3}$/),
  );
  const gunOf = fc.record({
    paceMs: fc.constantFrom(0, 5, 30),
    suffix: fc.constantFrom('Enter' as const, 'Tab' as const, 'none' as const),
    gs: fc.oneof(
      fc.constantFrom('control' as const, 'alt' as const, 'f8' as const),
      replacement.map((text) => ({ text })),
    ),
    prefix: fc.oneof(fc.constant(''), fc.string({ unit: fc.constantFrom(...`Aa09${printable}`), maxLength: 8 })),
    symbologyId: fc.boolean(),
    capsLock: fc.boolean(),
  });
  const value = fc.stringMatching(/^[A-Za-z0-9_./-]{1,20}$/);
  const codeOf = fc.oneof(
    fc.tuple(value, value).map(([lot, serial]) =>
      formatElementString([
        ['01', '06921734900135'],
        ['17', '240901'],
        ['10', lot],
        ['21', serial],
      ]),
    ),
    value.filter((text) => text.length >= 6),
    fc.constantFrom(
      'https://any.host/01/06921734900135/10/LOT1/21/SN1?17=240901#a|b~c',
      'MA.156.M0.100350.01004YA10017.SLMSAGAAAC.M210628.LAY21062803.E220628.V220627.C3',
      '11010519491231002X',
      '88.1.2/a|b#c~d',
    ),
  );

  it('makes every accepted code come out right', () => {
    fc.assert(
      fc.property(gunOf, codeOf, (settings, code) => {
        const gun: SimulatedGun = { ...rightGun, ...settings };
        // The separator must not stand in the data, nor the prefix look like what the symbol says of itself.
        fc.pre(typeof gun.gs === 'string' || !code.includes(gun.gs.text));
        fc.pre(!/\][A-Za-z]/.test(`${gun.prefix}x`) && !gun.prefix.endsWith(']'));
        fc.pre(typeof gun.gs === 'string' || !gun.prefix.endsWith(gun.gs.text));
        const verdict = judge(scanSheet(gun));
        expect(['right', 'adapted']).toContain(verdict.kind);
        const profile = profileOf(verdict);
        const scan = pull(gun, code, profile).find((action) => action.do === 'scan');
        const symbol = gun.symbologyId ? (code.startsWith('01') ? ']d2' : ']C0') : '';
        expect(scan?.text).toBe(symbol + code);
      }),
      { numRuns: 150 },
    );
  });

  it('changes nothing when there is none, and takes off nothing that is not there', () => {
    const profile: WedgeProfile = {
      gs: 'replacement',
      replacement: '|',
      prefix: 'A-',
      suffix: 'enter',
      paceMs: 5,
      learnedAtMs: 0,
    };
    expect(applyProfile('A-01|', null)).toBe('A-01|');
    expect(applyProfile('0106921734900135|', profile)).toBe(`0106921734900135${GS}`);
    expect(applyProfile('A-]d2|0106921734900135|21A', profile)).toBe(`]d2${GS}0106921734900135${GS}21A`);
    expect(applyProfile('A-A-1', profile)).toBe('A-1');
    expect(applyProfile('', profile)).toBe('');
    expect(applyProfile('https://a.example/?q=1|2', profile)).toBe('https://a.example/?q=1|2');
    expect(applyProfile('A-0106921734900135|', { ...profile, gs: 'control', replacement: null })).toBe(
      '0106921734900135|',
    );
  });
});
