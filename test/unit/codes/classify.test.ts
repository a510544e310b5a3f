import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classify } from '../../../shared/codes/classify.ts';
import { codeKinds } from '../../../shared/codes/codeKinds.ts';
import { coversSerial, kitKey, kitParts } from '../../../shared/codes/kitKey.ts';
import { makeOwnCode } from '../../../shared/codes/ownCodes.ts';
import { fullWidth } from './fullWidth.ts';

const today = '2024-05-06';
const read = (raw: string, patterns: { prefix: string; length: number }[] = []) => classify(raw, { today, patterns });
const ma = 'MA.156.M0.100350.01004YA10017.SLMSAGAAAC.M210628.LAY21062803.E220628.V220627.C3';

describe('MA codes', () => {
  it('are read with their days', () => {
    const reading = read(ma);
    expect(reading).toMatchObject({
      ok: true,
      kind: 'ma',
      fields: { device: 'MA.156.M0.100350.01004YA10017', S: 'LMSAGAAAC', L: 'AY21062803', C: '3' },
      days: { M: '2021-06-28', E: '2022-06-28', V: '2022-06-27' },
      warnings: [],
    });
    if (!reading.ok) return;
    expect(kitKey(reading)).toBe('ma:MA.156.M0.100350.01004YA10017:LMSAGAAAC');
    expect(kitParts(reading)).toEqual({
      lot: 'AY21062803',
      serial: 'LMSAGAAAC',
      expiresOn: '2022-06-28',
      producedOn: '2021-06-28',
    });
  });
  it('keep unknown letters, take any order and eight digits, tell what is no date', () => {
    expect(read('MA.156.M0.100350.01004YA10017.E20220628.Q7.S1')).toMatchObject({
      ok: true,
      fields: { Q: '7', S: '1' },
      days: { E: '2022-06-28' },
    });
    expect(read('MA.156.M0.100350.01004YA10017.E2206')).toMatchObject({
      ok: true,
      warnings: [{ code: 'dateNotUnderstood', at: 30 }],
    });
  });
  it('without a serial are no kit', () => {
    const reading = read('MA.156.M0.100350.01004YA10017.L1');
    expect(reading.ok && kitKey(reading)).toBeNull();
  });
  it.each([
    ['MA.156.M0.100350', 'length', 16],
    ['MA.156.M0.100350.0100', 'length', 21],
    ['MA.157.M0.100350.01004YA10017', 'syntax', 3],
    ['MA.156.M1.100350.01004YA10017', 'syntax', 7],
    ['MA.156.M0.10035.01004YA10017', 'syntax', 10],
    ['ma.156.M0.100350.01004YA10017', 'syntax', 0],
    ['MA.156.M0.100350.01004YA10017..S1', 'syntax', 30],
    ['MA.156.M0.100350.01004YA10017.S', 'length', 31],
    ['MA.156.M0.100350.01004YA10017.S1.S2', 'syntax', 33],
    ['MA.156.M0.100350.01004YA10017.E220230', 'date', 31],
    ['MA.156.M0.100350.01004YA10017.S批', 'charset', 31],
  ])('refuses %s', (raw, code, at) => {
    expect(read(raw)).toMatchObject({ ok: false, kind: 'ma', error: { code, at } });
  });
});

describe('MA codes as properties', () => {
  const day = fc
    .date({ min: new Date('2000-01-01'), max: new Date('2049-12-31'), noInvalidDate: true })
    .map((date) => date.toISOString().slice(0, 10).replaceAll('-', ''));
  const value = fc.stringMatching(/^[!-\-/-~]{1,20}$/);
  const segments = fc.record(
    {
      S: value,
      L: value,
      D: value,
      Y: value,
      C: value,
      Q: value,
      M: day,
      E: day,
      V: day.map((digits) => digits.slice(2)),
    },
    { requiredKeys: [] },
  );
  it('reading undoes formatting', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^\d{6}$/),
        fc.stringMatching(/^[0-9A-Z]{8,14}$/),
        segments.chain((all) => fc.shuffledSubarray(Object.entries(all), { minLength: Object.keys(all).length })),
        (registrant, item, entries) => {
          const device = `MA.156.M0.${registrant}.${item}`;
          const reading = read(device + entries.map(([letter, text]) => `.${letter}${text}`).join(''));
          expect(reading).toMatchObject({ ok: true, kind: 'ma', warnings: [] });
          expect(reading.ok && reading.fields).toEqual({ device, registrant, item, ...Object.fromEntries(entries) });
        },
      ),
    );
  });
});

describe('other codes', () => {
  it.each([
    ['81234567890123456789', 'drugTrace', { code: '81234567890123456789' }],
    ['01234567890123456789', 'drugTrace', { code: '01234567890123456789' }],
    ['00106141412345678908', 'gs1', { '00': '106141412345678908' }],
    ['88.118.3/abc.1', 'industrialId', { code: '88.118.3/abc.1', prefix: '88.118.3', suffix: 'abc.1' }],
    ['SN-00012345', 'serial', { serial: 'SN-00012345' }],
    ['sn0001', 'serial', { serial: 'sn0001' }],
    [']C0ABC123456', 'serial', { serial: 'ABC123456' }],
    [']d113800138000', 'mobile', { number: '13800138000' }],
    [']A0SN000001', 'serial', { serial: 'SN000001' }],
    ['{"t":"x"}', 'healthCode', { token: '{"t":"x"}' }],
    ['alipays://x/y', 'healthCode', { token: 'alipays://x/y' }],
    ['A1b2'.repeat(20), 'healthCode', { token: 'A1b2'.repeat(20) }],
  ])('%s is %s', (raw, kind, fields) => {
    const reading = read(raw);
    expect(reading).toMatchObject({ ok: true, kind, raw });
    expect(reading.ok && reading.fields).toEqual(fields);
  });

  it.each([
    ['', 'empty', 0],
    [' \r\n', 'empty', 3],
    [']C0', 'empty', 3],
    ['SN 001', 'charset', 2],
    ['编码ABC123', 'charset', 0],
    ['SN00\u0000', 'charset', 4],
    ['\ud83dABCDEF', 'charset', 0],
    ['AB-1', 'length', 4],
    ['A'.repeat(41), 'length', 40],
  ])('%j is nothing known', (raw, code, at) => {
    expect(read(raw)).toMatchObject({ ok: false, kind: null, error: { code, at }, raw });
  });

  it.each([
    ['88.118/abc', 'industrialId', 'syntax', 6],
    ['88.118.3', 'industrialId', 'syntax', 8],
    ['88.118.3/', 'industrialId', 'length', 9],
    ['88.118.3/a b', 'industrialId', 'charset', 10],
  ])('%s is refused as %s', (raw, kind, code, at) => {
    expect(read(raw)).toMatchObject({ ok: false, kind, error: { code, at } });
  });
});

describe('full width', () => {
  it('of an input method means ASCII, and the raw text stays', () => {
    for (const [plain, kind] of [
      ['0106921734900135' + '21SN1', 'gs1'],
      ['https://a.b/01/06921734900135/21/SN1', 'gs1DigitalLink'],
      ['http://maker.example/q?c=1', 'url'],
      [ma, 'ma'],
      ['88.1.2/a', 'industrialId'],
      ['6921734900135', 'gtin'],
      ['SN-00012345', 'serial'],
      [makeOwnCode('YK', () => new Uint8Array(16).fill(7)), 'kitSticker'],
    ] as const) {
      const [narrow, wide] = [read(plain), read(fullWidth(plain))];
      expect(wide).toMatchObject({ ok: true, kind, raw: fullWidth(plain) });
      expect(wide.ok && wide.fields).toEqual(narrow.ok && narrow.fields);
      expect(wide.ok && kitKey(wide)).toBe(narrow.ok && kitKey(narrow));
    }
  });
  it('within what is opaque is left as it is', () => {
    for (const token of [`{"name":"${fullWidth('A,B')}"}`, `]Q1{"name":"${fullWidth('A,B')}"}`]) {
      expect(read(token)).toMatchObject({ ok: true, kind: 'healthCode', fields: { token: token.replace(']Q1', '') } });
    }
    const url = `https://maker.example/${fullWidth('(1)')}`;
    expect(read(url)).toMatchObject({ ok: true, kind: 'url', fields: { url } });
  });
  it("knows a URL's host from a user's name before it", () => {
    expect(read('https://maker.example@evil.example/q')).toMatchObject({ fields: { host: 'evil.example' } });
  });
});

describe('what strongly looks like one kind but is faulty is refused as that', () => {
  it.each([
    ['0106921734900136', 'gs1', 'checkDigit', 15],
    ['010692173490013617240901', 'gs1', 'checkDigit', 15],
    ['01069217349001351724090', 'gs1', 'length', 23],
    ['0106921734900135172309291', 'gs1', 'unknownAi', 24],
    ['00106141412345678907', 'gs1', 'checkDigit', 19],
    ['0106921734900135\u001d10', 'gs1', 'length', 19],
    ['ABC\u001d21X', 'gs1', 'unknownAi', 0],
    ['(01)069', 'gs1', 'length', 7],
    ['6921734900136', 'gtin', 'checkDigit', 12],
    ['06921734900136', 'gtin', 'checkDigit', 13],
  ])('%j: %s, %s', (raw, kind, code, at) => {
    expect(read(raw)).toMatchObject({ ok: false, kind, error: { code, at } });
  });

  it.each([
    '202204010000123',
    '123456789012345',
    '001234202204010001',
    '123456789013',
    '5901234123458',
    'LOT202204010123',
    '10ABC123',
    '21SN12345',
    '9012345',
    '4012345678901234567',
    'H1234567',
    'MA12345678',
    '12800138000',
    '0123456789ABCDEF',
  ])('%s stays a serial', (raw) => {
    expect(read(raw)).toMatchObject({ ok: true, kind: 'serial', fields: { serial: raw } });
  });
});

describe('learned patterns', () => {
  const patterns = [
    { prefix: 'KT22', length: 12 },
    { prefix: '0104', length: 18 },
    { prefix: '22', length: 10 },
    { prefix: '139', length: 11 },
  ];
  it('take what fits, also what looks like something faulty', () => {
    expect(read('KT2200000001', patterns)).toMatchObject({ ok: true, kind: 'serial' });
    expect(read('010412345678901234')).toMatchObject({ ok: false, kind: 'gs1' });
    expect(read('010412345678901234', patterns)).toMatchObject({ ok: true, kind: 'serial' });
    expect(read('2212345678', patterns)).toMatchObject({ ok: true, kind: 'serial' });
  });
  it.each([
    ['KT220000001', 'lost', 11],
    ['KT200000001', 'lost', 11],
    ['T2200000001', 'lost', 11],
    ['KT22000000011', 'added', 12],
    ['KTT2200000001', 'added', 12],
  ])('refuse %s: the scanner %s a character', (raw, what, at) => {
    const reading = read(raw, patterns);
    expect(reading).toMatchObject({ ok: false, kind: 'serial', error: { code: 'length', at } });
    expect(!reading.ok && reading.error.message).toContain(what);
  });
  it('know a character lost or gained at any place', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[A-G]{0,5}$/),
        fc.stringMatching(/^[H-T0-9]{6,24}$/),
        fc.nat(),
        fc.stringMatching(/^[A-Z0-9]$/),
        (prefix, rest, where, added) => {
          const code = prefix + rest;
          const known = [{ prefix, length: code.length }];
          const place = where % code.length;
          // What is no document, own code or number by itself.
          fc.pre(/[N-T].*[N-T]/.test(rest) && !/^[HMP]/.test(code));
          expect(read(code, known)).toMatchObject({ ok: true, kind: 'serial' });
          const lost = read(code.slice(0, place) + code.slice(place + 1), known);
          expect(lost).toMatchObject({ ok: false, kind: 'serial', error: { code: 'length' } });
          expect(!lost.ok && lost.error.message).toContain('lost');
          const gained = read(code.slice(0, place) + added + code.slice(place), known);
          expect(gained).toMatchObject({ ok: false, kind: 'serial', error: { code: 'length' } });
          expect(!gained.ok && gained.error.message).toContain('added');
        },
      ),
    );
  });
  it('come before a trace code, of which nothing can be checked', () => {
    const trace = '81234567890123456789';
    expect(read(trace, [{ prefix: '8', length: 21 }])).toMatchObject({ ok: false, kind: 'serial' });
    expect(read(trace, [{ prefix: '8', length: 19 }])).toMatchObject({ ok: false, kind: 'serial' });
    expect(read(trace, [{ prefix: '8', length: 20 }])).toMatchObject({ ok: true, kind: 'drugTrace' });
    expect(read(trace, [{ prefix: '77', length: 21 }])).toMatchObject({ ok: true, kind: 'drugTrace' });
  });
  it('outweigh a GTIN by chance and a faulty SSCC, but ask about a Chinese product', () => {
    expect(read('220456789018')).toMatchObject({ ok: true, kind: 'gtin' });
    expect(read('220456789018', [{ prefix: '2204', length: 12 }])).toMatchObject({ ok: true, kind: 'serial' });
    expect(read('6921734900135', [{ prefix: '692', length: 13 }])).toMatchObject({ candidates: ['gtin', 'serial'] });
    expect(read('00106141412345678907', [{ prefix: '0010', length: 20 }])).toMatchObject({ ok: true, kind: 'serial' });
    expect(read('00106141412345678908', [{ prefix: '0010', length: 20 }])).toMatchObject({ ok: true, kind: 'gs1' });
  });
  it('ask where a person fits as well', () => {
    expect(read('13900138000', patterns)).toMatchObject({ ok: false, candidates: ['mobile', 'serial'] });
  });
  it('leave other serials and other kinds alone', () => {
    expect(read('ZZ000000001', patterns)).toMatchObject({ ok: true, kind: 'serial' });
    expect(read('11010519491231002X', [{ prefix: '1101', length: 18 }])).toMatchObject({ kind: 'residentId' });
    expect(read('110105194912310021', [{ prefix: '1101', length: 18 }])).toMatchObject({
      ok: false,
      kind: 'residentId',
    });
  });
});

describe('kit keys and parts', () => {
  const gtin = '06921734900135';
  const keyOf = (raw: string) => {
    const reading = read(raw);
    return reading.ok ? kitKey(reading) : reading.error;
  };
  it('is one for all ways to write a GS1 code', () => {
    for (const raw of [
      `]d201${gtin}1724090110LOT1\u001d21SN1`,
      `01${gtin}21SN1\u001d10LOT1`,
      `(01)${gtin}(21)SN1`,
      `https://a.example/01/${gtin}/10/LOT1/21/SN1`,
      'https://b.example/x/01/6921734900135/21/SN1?17=240901',
    ]) {
      expect(keyOf(raw)).toBe(`gs1:${gtin}:SN1`);
    }
    expect(keyOf(`(01)${gtin}(21)sn1`)).toBe(`gs1:${gtin}:sn1`);
  });
  it('is none for products, batches, boxes, people', () => {
    for (const raw of [
      `01${gtin}`,
      `01${gtin}10LOT1`,
      '00106141412345678908',
      gtin,
      '13800138000',
      makeOwnCode('YB', () => new Uint8Array(16)),
    ]) {
      expect(keyOf(raw)).toBeNull();
    }
  });
  it('names its namespace', () => {
    const sticker = makeOwnCode('YK', () => new Uint8Array(16).fill(9));
    expect(keyOf(sticker)).toBe(`sticker:${sticker}`);
    expect(keyOf('81234567890123456789')).toBe('trace:81234567890123456789');
    expect(keyOf('88.1.2/a')).toBe('industrial:88.1.2/a');
    expect(keyOf('Sn-000001')).toBe('serial:Sn-000001');
  });
  it('parts are the facts of the code', () => {
    const partsOf = (raw: string) => {
      const reading = read(raw);
      return reading.ok ? kitParts(reading) : reading.error;
    };
    expect(partsOf(`]d201${gtin}112405011724090010LOT1\u001d21SN1`)).toEqual({
      gtin,
      lot: 'LOT1',
      serial: 'SN1',
      producedOn: '2024-05-01',
      expiresOn: '2024-09-30',
    });
    expect(partsOf(gtin)).toEqual({ gtin });
    expect(partsOf('SN000001')).toEqual({ serial: 'SN000001' });
    expect(partsOf('00106141412345678908')).toBeNull();
    expect(partsOf('13800138000')).toBeNull();
  });
  it('knows which typed codes need no second entry', () => {
    const covers = (raw: string) => {
      const reading = read(raw);
      return reading.ok && coversSerial(reading);
    };
    expect(covers('11010519491231002X')).toBe(true);
    expect(covers(makeOwnCode('YK', () => new Uint8Array(16).fill(3)))).toBe(true);
    expect(covers('00106141412345678908')).toBe(true);
    expect(covers('110105491231002')).toBe(false);
    expect(covers(`(01)${gtin}(21)SN1`)).toBe(false);
    expect(covers('SN000001')).toBe(false);
    expect(covers('13800138000')).toBe(false);
    expect(covers(ma)).toBe(false);
    expect(covers('DEU310090010112')).toBe(false);
  });
});

describe('any input', () => {
  /** What an attacker or a broken gun sends: noise, and noise with the marks that parsers look for. */
  const hostile = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 200 }).map((units) => String.fromCharCode(...units)),
    fc
      .array(
        fc.constantFrom(
          '01',
          '06921734900135',
          '10',
          '21',
          '17',
          '240901',
          '(01)',
          '(',
          ')',
          '\u001d',
          ']d2',
          ']C0',
          'https://',
          'a/01/',
          '?',
          '&',
          '=',
          '%',
          '%4',
          'MA.156.',
          'M0.',
          '.',
          '88.',
          '/',
          'P<',
          '<<',
          'YK',
          'X',
          '8',
          '110105',
          '1949',
          '中',
          '\ud800',
          '\u0000',
          ' ',
          '0',
          '{"',
          '}',
          '\\(',
          '+86',
          '138',
        ),
        { maxLength: 60 },
      )
      .map((pieces) => pieces.join('')),
  );

  it('is answered, with the raw text and a place within it', () => {
    fc.assert(
      fc.property(hostile, (raw) => {
        const reading = read(raw, [{ prefix: 'AB', length: 9 }]);
        expect(reading.raw).toBe(raw);
        if (reading.ok) {
          expect(codeKinds).toContain(reading.kind);
          for (const value of Object.values(reading.fields)) expect(typeof value).toBe('string');
          kitKey(reading);
          kitParts(reading);
          coversSerial(reading);
        } else {
          expect(reading.error.at).toBeGreaterThanOrEqual(0);
          expect(reading.error.at).toBeLessThanOrEqual(raw.length);
          expect(reading.error.message).toMatch(/^.+[.]$/);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('of a megabyte is answered in time that grows with its length alone', () => {
    const pieces = [
      '(01)06921734900135',
      '0106921734900135',
      '10A\u001d',
      'https://a/01/',
      '/01/1',
      '%',
      '(',
      '<',
      'P<UTO',
      '.',
      'MA.156.M0.100350.01004YA10017.S',
      '9',
      'A',
      ' ',
      '&17=240901',
      '{"',
      '=',
      'YK',
      '\u001d',
      '/10/',
      '(10)A(',
      '3103000001',
      fullWidth('(01)06921734900135'),
      '-',
      '%00',
      'a/',
      '?',
      '@',
      '\ud800',
    ];
    const starts = [
      '',
      ']d2',
      ']C0',
      'https://a/',
      'https://a/01/06921734900135?',
      '(01)06921734900135(10)',
      'MA.156.M0.100350.01004YA10017',
      '88.1.2/',
      '{"',
      '01',
      'https://a/gtin/06921734900135/',
      fullWidth('https://'),
      ']Q2\\000026',
    ];
    const elapsed = (raw: string) => {
      const begun = performance.now();
      read(raw);
      return performance.now() - begun;
    };
    for (const start of starts) {
      for (const piece of pieces) {
        // A quadratic reader needs minutes for this; two seconds leave room for a busy machine.
        expect(elapsed(start + piece.repeat(1_000_000 / piece.length)), `${start}${piece}`).toBeLessThan(2_000);
      }
    }
  }, 120_000);
});
