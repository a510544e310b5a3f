import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classify } from '../../../shared/codes/classify.ts';
import { creditCodeCheck, readCreditCode } from '../../../shared/codes/creditCode.ts';
import { mrzCheck, readMrz } from '../../../shared/codes/mrz.ts';
import { readMobile } from '../../../shared/codes/phone.ts';
import { readResidentId, residentIdCheck } from '../../../shared/codes/residentId.ts';

const today = '2024-05-06';
const read = (raw: string) => classify(raw, { today });
const withCheck = (first17: string) => first17 + residentIdCheck(first17);

describe('numbers of the citizens scheme', () => {
  it.each([
    ['11010519491231002X', '11010519491231002X', '1949-12-31', 'female'],
    ['440524188001010014', '440524188001010014', '1880-01-01', 'male'],
    ['110105491231002', '11010519491231002X', '1949-12-31', 'female'],
    ['11010519491231002x', '11010519491231002X', '1949-12-31', 'female'],
    [' 110105 19491231 002x\r\n', '11010519491231002X', '1949-12-31', 'female'],
    ['11010519491231002X', '11010519491231002X', '1949-12-31', 'female'],
    ['110105 49123 1002', '11010519491231002X', '1949-12-31', 'female'],
  ])('%j', (raw, number, birthDate, sex) => {
    expect(read(raw)).toMatchObject({ ok: true, kind: 'residentId', fields: { number, birthDate, sex }, raw });
    expect(readResidentId(raw.trim(), today)).toMatchObject({ ok: true, fields: { number } });
  });

  it('tells permits and foreign cards by their first digits', () => {
    for (const [first17, kind] of [
      ['81000019900101001', 'residencePermit'],
      ['82000019900101002', 'residencePermit'],
      ['83000019900101003', 'residencePermit'],
      ['93115619900101004', 'permanentResident'],
    ] as const) {
      const number = withCheck(first17);
      expect(read(number)).toMatchObject({ ok: true, kind, fields: { number, birthDate: '1990-01-01' } });
    }
    expect(read('DEU310090010112')).toMatchObject({
      ok: true,
      kind: 'permanentResident',
      fields: { number: 'DEU310090010112', nationality: 'DEU', birthDate: '1990-01-01' },
      warnings: [{ code: 'unchecked' }],
    });
    expect(read('DEU310099999912')).toMatchObject({ ok: false, candidates: ['permanentResident', 'serial'] });
    expect(read('ABC310090010112')).toMatchObject({ kind: 'serial' });
    expect(read('CHN310090010112')).toMatchObject({ kind: 'serial' });
  });

  it.each([
    ['wrong check', '110105194912310021', 'checkDigit', 17],
    ['one digit mistyped', '11010519491231012X', 'checkDigit', 17],
    ['no such day', withCheck('31990019900230001'), 'date', 6],
    ['no such day and so a wrong check', '31990019900230001X', 'date', 6],
    ['tomorrow', withCheck('31990020240507001'), 'date', 6],
    ['next year', withCheck('31990020250101001'), 'date', 6],
    ['far in the future', withCheck('31990020990101001'), 'date', 6],
    ['the standard, one digit off', '440524188001010015', 'checkDigit', 17],
    ['no such province', withCheck('10990019900101001'), 'syntax', 0],
    ['a character lost', '1101051949123100X', 'length', 17],
    ['a character too many', '310104198002291236' + '1', 'length', 18],
    ['an old number of no real day', '110105490231002', 'date', 6],
    ['an old number of month 13', '110105491331002', 'date', 6],
    ['spaced, wrong check', '110105 19491231 0021', 'checkDigit', 19],
    ['full-width, wrong check', '110105194912310021', 'checkDigit', 17],
  ])('refuses as a person: %s', (_name, raw, code, at) => {
    expect(read(raw)).toMatchObject({ ok: false, kind: 'residentId', error: { code, at } });
  });

  it('accepts who is born today', () => {
    expect(read(withCheck('31990020240506001'))).toMatchObject({ ok: true, fields: { birthDate: today } });
  });

  it.each(['', '1', '11010519491231', 'ABCDEFGHIJKLMNOPQR', '1101051949123100AX'])(
    'readResidentId refuses %j',
    (raw) => {
      expect(readResidentId(raw, today).ok).toBe(false);
    },
  );

  const birth = fc
    .date({ min: new Date('1900-01-01'), max: new Date('2024-05-06'), noInvalidDate: true })
    .map((date) => date.toISOString().slice(0, 10));
  const people = fc
    .tuple(fc.constantFrom('319900', '119900', '819900', '659900'), birth, fc.nat(999))
    .map(([place, day, sequence]) => ({
      day,
      sequence,
      number: withCheck(place + day.replaceAll('-', '') + String(sequence).padStart(3, '0')),
    }));

  it('reads what is formatted', () => {
    fc.assert(
      fc.property(people, ({ number, day, sequence }) => {
        const sex = sequence % 2 === 1 ? 'male' : 'female';
        expect(read(number)).toMatchObject({ ok: true, kind: 'residentId', fields: { number, birthDate: day, sex } });
      }),
    );
  });

  it('never takes a number with one wrong character for a kit', () => {
    fc.assert(
      fc.property(
        people,
        fc.integer({ min: 2, max: 17 }),
        fc.constantFrom(...'0123456789'),
        ({ number }, place, digit) => {
          fc.pre(number.charAt(place) !== digit);
          const reading = read(number.slice(0, place) + digit + number.slice(place + 1));
          // A wrong century (9980, 1280) leaves nothing that looks like a person's year.
          if (place === 6 || place === 7) return;
          expect(reading).toMatchObject({ ok: false, kind: 'residentId' });
        },
      ),
    );
  });
});

describe('travel permits', () => {
  it.each([
    ['H12345678', 'HK'],
    ['h12345678', 'HK'],
    ['M1234567801', 'MO'],
  ])('%s', (raw, region) => {
    expect(read(raw)).toMatchObject({ ok: true, kind: 'travelPermit', fields: { number: raw.toUpperCase(), region } });
  });
  it('asks about numbers of 8 and 10 digits', () => {
    expect(read('12345678')).toMatchObject({
      ok: false,
      error: { code: 'ambiguous' },
      candidates: ['travelPermit', 'serial'],
    });
    expect(read('96385074')).toMatchObject({ candidates: ['travelPermit', 'gtin', 'serial'] });
    expect(read('1234567890')).toMatchObject({ candidates: ['travelPermit', 'serial'] });
  });
});

describe('mobile numbers', () => {
  it.each(['13800138000', '+86 138-0013-8000', '0086 13800138000', '+8613800138000', '138 0013 8000', '13800138000'])(
    '%s',
    (raw) => {
      expect(read(raw)).toMatchObject({ ok: true, kind: 'mobile', fields: { number: '13800138000' } });
    },
  );
  it.each([
    ['12800138000', 'syntax', 0],
    ['1380013800', 'length', 10],
    ['138001380001', 'length', 11],
    ['1380013800a', 'charset', 10],
    ['', 'empty', 0],
    ['+86', 'length', 3],
  ])('readMobile refuses %j', (raw, code, at) => {
    expect(readMobile(raw)).toMatchObject({ ok: false, error: { code, at } });
  });
  it('refuses what only a country code tells', () => {
    expect(read('+86 1380013800')).toMatchObject({ ok: false, kind: 'mobile', error: { code: 'length' } });
    expect(read('00861380013800')).toMatchObject({ ok: false, kind: 'mobile', error: { code: 'length' } });
    expect(read('008699990000')).toMatchObject({ ok: true, kind: 'serial' });
  });
});

describe('social credit codes', () => {
  it("reads the standard's own, and finds a wrong character", () => {
    expect(read('91350100M000100Y43')).toMatchObject({
      ok: true,
      kind: 'creditCode',
      fields: { number: '91350100M000100Y43' },
    });
    expect(read('91350100m000100y43')).toMatchObject({ ok: true, kind: 'creditCode' });
    expect(read('91350100M000100Y44')).toMatchObject({
      ok: false,
      kind: 'creditCode',
      error: { code: 'checkDigit', at: 17 },
    });
    expect(readCreditCode('91350100I000100Y43')).toMatchObject({ error: { code: 'charset', at: 8 } });
    expect(readCreditCode('91350100')).toMatchObject({ error: { code: 'length', at: 8 } });
    expect(creditCodeCheck('91350100M000100Y4')).toBe('3');
    expect(creditCodeCheck('9135')).toBeNull();
  });
});

describe('passports', () => {
  const first = 'P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<';
  const second = 'L898902C36UTO7408122F1204159ZE184226B<<<<<10';
  const fields = {
    number: 'L898902C3',
    issuer: 'UTO',
    surname: 'ERIKSSON',
    givenNames: 'ANNA MARIA',
    name: 'ERIKSSON ANNA MARIA',
    nationality: 'UTO',
    birthDate: '1974-08-12',
    sex: 'female',
    expiresOn: '2012-04-15',
  };

  it.each([
    `${first}\n${second}`,
    `${first}\r\n${second}\r\n`,
    first + second,
    `${first} ${second}`,
    (first + second).toLowerCase(),
  ])('reads the specimen of ICAO 9303: %j', (raw) => {
    const reading = read(raw);
    expect(reading).toMatchObject({ ok: true, kind: 'passportMrz', warnings: [{ code: 'expired' }] });
    expect(reading.ok && reading.fields).toEqual(fields);
  });

  it('gives the check digits of ICAO 9303 part 3', () => {
    expect(mrzCheck('520727')).toBe('3');
    expect(mrzCheck('AB2134<<<')).toBe('5');
    expect(mrzCheck('HA672242<6YTO5802254M9601086<<<<<<<<<<<<<<0'.slice(0, 9))).toBe('6');
  });

  const swap = (line: string, place: number, character: string) =>
    line.slice(0, place) + character + line.slice(place + 1);
  it.each([
    ['document number', first, swap(second, 1, '7'), 'checkDigit', 53],
    ['birth date', first, swap(second, 14, '5'), 'checkDigit', 63],
    ['expiry date', first, swap(second, 22, '3'), 'checkDigit', 71],
    ['personal number', first, swap(second, 28, 'Y'), 'checkDigit', 86],
    ['whole line', first, swap(second, 43, '1'), 'checkDigit', 87],
    ['a lost character', first, second.slice(0, 43), 'length', 87],
    ['an odd character', first, swap(second, 40, '*'), 'charset', 84],
    ['a digit in the name', swap(first, 6, '1'), second, 'charset', 6],
  ])('finds a fault in the %s', (_name, one, two, code, at) => {
    expect(read(one + two)).toMatchObject({ ok: false, kind: 'passportMrz', error: { code, at } });
    expect(read(`${one}\n${two}`)).toMatchObject({ ok: false, kind: 'passportMrz', error: { code } });
  });

  it('understands a filler for an empty personal number, unknown birth parts and sex', () => {
    const birth = '7408<<';
    const body = (personalCheck: string) => {
      const start = `AB2134<<<5UTO${birth}${mrzCheck(birth)}<3204153${'<'.repeat(14)}${personalCheck}`;
      return start + mrzCheck(start.slice(0, 10) + start.slice(13, 20) + start.slice(21, 43));
    };
    for (const check of ['<', '0']) {
      const reading = readMrz(first + body(check), today);
      expect(reading).toMatchObject({ ok: true, warnings: [], fields: { number: 'AB2134', expiresOn: '2032-04-15' } });
      expect(reading.ok && Object.keys(reading.fields)).not.toContain('birthDate');
      expect(reading.ok && Object.keys(reading.fields)).not.toContain('sex');
    }
  });
});
