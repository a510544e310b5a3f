import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classify } from '../../../shared/codes/classify.ts';
import { creditCodeCheck, readCreditCode } from '../../../shared/codes/creditCode.ts';
import { mrzCheck, readMrz } from '../../../shared/codes/mrz.ts';
import { readMobile } from '../../../shared/codes/phone.ts';
import { readResidentId, residentIdCheck } from '../../../shared/codes/residentId.ts';
import { fullWidth } from './fullWidth.ts';

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
    [fullWidth('110105 19491231002x'), '11010519491231002X', '1949-12-31', 'female'],
    [fullWidth('110105-19491231-002X'), '11010519491231002X', '1949-12-31', 'female'],
    ['110105 49123 1002', '11010519491231002X', '1949-12-31', 'female'],
    ['110105-19491231-002X', '11010519491231002X', '1949-12-31', 'female'],
    ['110105–19491231–002x', '11010519491231002X', '1949-12-31', 'female'],
    ['1101-0519-4912-3100-2X', '11010519491231002X', '1949-12-31', 'female'],
    ['110105-491231-002', '11010519491231002X', '1949-12-31', 'female'],
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
    ['full-width, wrong check', fullWidth('110105194912310021'), 'checkDigit', 17],
    ['grouped by hyphens, wrong check', '110105-19491231-0021', 'checkDigit', 19],
    ['grouped by hyphens, no such day', '110105-19490231-002X', 'date', 7],
    ['grouped by hyphens, wrong check', '110105-19491231-0021', 'checkDigit', 19],
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
    // As the cards of 1999 were numbered: nine characters for life, then how often it was renewed, first 00.
    ['H1234567800', 'HK'],
  ])('%s', (raw, region) => {
    expect(read(raw)).toMatchObject({ ok: true, kind: 'travelPermit', fields: { number: raw.toUpperCase(), region } });
  });
  it.each(['H12345678 00', ' h1234567800\r\n', fullWidth('H1234567800')])('%j is one written otherwise', (raw) => {
    expect(read(raw)).toMatchObject({ ok: true, kind: 'travelPermit', fields: { number: 'H1234567800' } });
  });
  it.each(['H123456789', 'H12345678001', 'C12345678', 'H-12345678'])('%s is none', (raw) => {
    expect(read(raw)).toMatchObject({ ok: true, kind: 'serial' });
  });
  it('asks about numbers of 8 and 10 digits', () => {
    expect(read('12345678')).toMatchObject({
      ok: false,
      error: { code: 'ambiguous' },
      candidates: ['travelPermit', 'serial'],
    });
    expect(read('96385074')).toMatchObject({ candidates: ['travelPermit', 'gtin', 'serial'] });
    expect(read('1234567890')).toMatchObject({ candidates: ['travelPermit', 'serial'] });
    // A UPC-E and its UPC-A 042100005264.
    expect(read('04252614')).toMatchObject({ candidates: ['travelPermit', 'gtin', 'serial'] });
  });
});

describe('mobile numbers', () => {
  it.each([
    '13800138000',
    '+86 138-0013-8000',
    '0086 13800138000',
    '+8613800138000',
    '138 0013 8000',
    '138–0013–8000',
    fullWidth('13800138000'),
  ])('%s', (raw) => {
    expect(read(raw)).toMatchObject({ ok: true, kind: 'mobile', fields: { number: '13800138000' } });
  });
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
  it('asks where the country code has lost its plus', () => {
    for (const raw of ['8613800138000', '86 138 0013 8000']) {
      expect(read(raw)).toMatchObject({ ok: false, error: { code: 'ambiguous' }, candidates: ['mobile', 'serial'] });
    }
    expect(classify('8613800138000', { today, patterns: [{ prefix: '86', length: 13 }] })).toMatchObject({
      ok: true,
      kind: 'serial',
    });
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
    expect(read('91310115591693856A')).toMatchObject({ ok: true, kind: 'creditCode' });
    expect(read('91350211M00013FA1N')).toMatchObject({ ok: false, kind: 'creditCode', error: { code: 'checkDigit' } });
    expect(creditCodeCheck('9135')).toBeNull();
  });
});

describe('credit codes among serials', () => {
  const withCompanyCheck = (first17: string) => first17 + creditCodeCheck(first17);
  it("a maker's serial with the right check character by chance is no company", () => {
    const serial = withCompanyCheck('ABCDEFGHJKLMNPQRT');
    expect(read(serial)).toMatchObject({ ok: true, kind: 'serial', fields: { serial } });
  });
  it('one that a learned pattern knows is asked', () => {
    const raw = withCompanyCheck('92310115MA1K0ABC1');
    expect(read(raw)).toMatchObject({ ok: true, kind: 'creditCode' });
    expect(classify(raw, { today, patterns: [{ prefix: '9231', length: 18 }] })).toMatchObject({
      ok: false,
      candidates: ['creditCode', 'serial'],
    });
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

  it.each([
    ['a letter in the birth date', 59, swap(second, 15, 'O')],
    ['a letter for a check digit', 53, swap(second, 9, 'G')],
    ['a digit in the nationality', 56, swap(second, 12, '0')],
  ])('what OCR confuses: %s', (_name, at, line) => {
    expect(read(first + line)).toMatchObject({ ok: false, kind: 'passportMrz', error: { code: 'charset', at } });
  });

  it.each([
    [
      'P<NLDDE<BRUIJN<<WILLEKE<LISELOTTE<<<<<<<<<<<SPECI20142NLD6503101F2403096999999990<<<<<84',
      'DE BRUIJN',
      'SPECI2014',
    ],
    [
      'P<D<<MUSTERMANN<<ERIKA<<<<<<<<<<<<<<<<<<<<<<C01X00T478D<<6408125F2702283<<<<<<<<<<<<<<<4',
      'MUSTERMANN',
      'C01X00T47',
    ],
    [
      'P<GBRUK<SPECIMEN<<ANGELA<ZOE<<<<<<<<<<<<<<<<9250764733GBR8809117F2007162<<<<<<<<<<<<<<08',
      'UK SPECIMEN',
      '925076473',
    ],
    [
      'P<USATRAVELER<<HAPPY<<<<<<<<<<<<<<<<<<<<<<<<1500000035USA5609165M0811150<<<<<<<<<<<<<<08',
      'TRAVELER',
      '150000003',
    ],
  ])("reads a state's specimen: %s", (raw, surname, number) => {
    expect(read(raw)).toMatchObject({ ok: true, kind: 'passportMrz', fields: { surname, number } });
    expect(read(fullWidth(raw))).toMatchObject({ ok: true, fields: { surname, number } });
  });

  // The specimens of ICAO 9303 parts 5, 6 and 7, and halves of a passport's.
  it.each([
    ['TD1', 'I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<', 'syntax'],
    ['TD2', 'I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907UTO7408122F1204159<<<<<<<6', 'syntax'],
    ['MRV-A', 'V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL8988901C4XXX4009078F96121096ZE184226B<<<<<<', 'syntax'],
    ['MRV-B', 'V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<L8988901C4XXX4009078F9612109<<<<<<<<', 'syntax'],
    ["a visa's first line", 'V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<', 'syntax'],
    ['the first line alone', first, 'length'],
    ['the second line alone', second, 'length'],
  ])('refuses what is no whole passport: %s', (_name, raw, code) => {
    expect(read(raw)).toMatchObject({ ok: false, kind: 'passportMrz', error: { code } });
  });

  /** The two lines of a passport, as ICAO 9303 part 4 puts them together. */
  const lines = (person: {
    surname: string;
    given: string;
    number: string;
    birth: string;
    expiry: string;
    sex: string;
  }) => {
    const filled = (text: string, length: number) => text.replaceAll(' ', '<').slice(0, length).padEnd(length, '<');
    const checked = (text: string) => text + mrzCheck(text);
    const one = `P<UTO${filled(`${person.surname}<<${person.given}`, 39)}`;
    const [number, birth, expiry] = [checked(filled(person.number, 9)), checked(person.birth), checked(person.expiry)];
    const rest = `${expiry}${checked('<'.repeat(14))}`;
    return { one, two: `${number}UTO${birth}${person.sex}${rest}${mrzCheck(number + birth + rest)}` };
  };
  const day = (from: string, to: string) =>
    fc
      .date({ min: new Date(from), max: new Date(to), noInvalidDate: true })
      .map((date) => date.toISOString().slice(0, 10));
  const person = fc.record({
    surname: fc.stringMatching(/^[A-Z]{1,12}$/),
    given: fc.stringMatching(/^[A-Z]{1,10}( [A-Z]{1,10})?$/),
    number: fc.stringMatching(/^[A-Z0-9]{5,9}$/),
    birthDate: day('1925-01-01', '2024-05-06'),
    expiresOn: day('2024-05-06', '2034-05-06'),
    sex: fc.constantFrom('M', 'F', '<'),
    lineEnd: fc.constantFrom('', '\n', '\r\n', '\r', ' '),
  });

  it('reads what is formatted, whatever divides the lines', () => {
    fc.assert(
      fc.property(person, ({ birthDate, expiresOn, lineEnd, ...rest }) => {
        const short = (date: string) => date.slice(2).replaceAll('-', '');
        const { one, two } = lines({ ...rest, birth: short(birthDate), expiry: short(expiresOn) });
        expect(read(one + lineEnd + two)).toMatchObject({
          ok: true,
          warnings: [],
          fields: {
            number: rest.number,
            surname: rest.surname,
            givenNames: rest.given,
            birthDate,
            expiresOn,
          },
        });
      }),
    );
  });

  const seen = (line: string) => Array.from(line, (character) => (Number.parseInt(character, 36) || 0) % 10).join('');

  it('never reads one whose second line lost, gained or changed a character as another passport', () => {
    fc.assert(
      fc.property(
        person,
        fc.nat(43),
        fc.constantFrom('', '0', '7', 'A', '<'),
        fc.boolean(),
        (who, place, put, keep) => {
          const short = (date: string) => date.slice(2).replaceAll('-', '');
          const { one, two } = lines({ ...who, birth: short(who.birthDate), expiry: short(who.expiresOn) });
          const damaged = two.slice(0, place) + put + two.slice(keep ? place : place + 1);
          // No check digit covers the nationality and the sex.
          fc.pre(damaged !== two && !(damaged.length === 44 && [10, 11, 12, 20].includes(place)));
          const reading = read(one + damaged);
          // Modulo 10 the check digits see no difference between 0, A, K, U and <, nor between 7, H and R.
          if (reading.ok) expect(seen(damaged)).toBe(seen(two));
          else expect(reading.kind).toBe('passportMrz');
        },
      ),
    );
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
