import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classify } from '../../../shared/codes/classify.ts';
import { formatElementString, readElementString } from '../../../shared/codes/gs1.ts';
import { aiRules } from '../../../shared/codes/gs1Ai.ts';
import { characterSet82, checkPair, checkValue, mod10Check } from '../../../shared/codes/gs1Checks.ts';
import { fullWidth } from './fullWidth.ts';

const today = '2024-05-06';
const read = (raw: string, day = today) => classify(raw, { today: day });
const gtin = '06921734900135';

describe('element strings', () => {
  it.each([
    ['marked by the symbol', `]d201${gtin}1724090110LOT1\u001d21SN1`],
    ['marked by FNC1 in first place', `\u001d01${gtin}1724090110LOT1\u001d21SN1`],
    ['both', `]C1\u001d01${gtin}1724090110LOT1\u001d21SN1`],
    ['unmarked', `01${gtin}1724090110LOT1\u001d21SN1`],
    ['serial before lot', `]Q301${gtin}1724090121SN1\u001d10LOT1`],
    ['a separator too many after a value of predefined length', `]e001${gtin}\u001d17240901\u001d10LOT1\u001d21SN1`],
    ['a separator at the end', `]J101${gtin}1724090110LOT1\u001d21SN1\u001d`],
    ['white space and a line end around it', ` ]d201${gtin}1724090110LOT1\u001d21SN1\r\n`],
    ['an equal repeat', `]d501${gtin}1724090110LOT1\u001d10LOT1\u001d21SN1`],
    ['brackets', `(01)${gtin}(17)240901(10)LOT1(21)SN1`],
    ['brackets with spaces', `(01) ${gtin} (17) 240901 (10) LOT1 (21) SN1 `],
    [
      'full-width brackets',
      `${fullWidth('(')}01${fullWidth(')')}${gtin}${fullWidth('(')}17${fullWidth(')')}240901${fullWidth('(')}10${fullWidth(')')}LOT1${fullWidth('(')}21${fullWidth(')')}SN1`,
    ],
    ['brackets in a plain symbol', `]Q1(01)${gtin}(17)240901(10)LOT1(21)SN1`],
  ])('%s', (_name, raw) => {
    const reading = read(raw);
    expect(reading).toMatchObject({ ok: true, kind: 'gs1', warnings: [], raw });
    expect(reading.ok && reading.fields).toEqual({ '01': gtin, '17': '240901', '10': 'LOT1', '21': 'SN1' });
    expect(reading.ok && reading.days).toEqual({ '17': '2024-09-01' });
  });

  it.each([
    ['unknown identifier', `]d201${gtin}05X`, 'unknownAi', 19],
    ['no identifier', ']d2ABC', 'unknownAi', 3],
    ['half an identifier at the end', `]d201${gtin}1`, 'unknownAi', 19],
    ['nothing at all', ']d2', 'empty', 3],
    ['empty value', `]d201${gtin}10\u001d21SN1`, 'length', 21],
    ['empty value at the end', `]d201${gtin}10`, 'length', 21],
    ['predefined length cut short', ']d20106921734', 'length', 13],
    ['predefined length cut by a separator', `]d20106921734\u001d10LOT`, 'length', 13],
    ['too long', `]d201${gtin}10${'A'.repeat(21)}`, 'length', 41],
    ['missing separator swallows a date', `]d201${gtin}10LOT123456789012345172409012`, 'length', 41],
    ['two separators', `]d201${gtin}10L\u001d\u001d21S`, 'syntax', 23],
    ['letter among digits', ']d2010692173490013X', 'charset', 18],
    ['character outside set 82', `]d201${gtin}10LOT^1`, 'charset', 24],
    ['Chinese', `]d201${gtin}10批`, 'charset', 21],
    ['lone surrogate', `]d201${gtin}10A\ud800`, 'charset', 22],
    ['check digit', ']d20106921734900136', 'checkDigit', 18],
    ['29 February of no leap year', `]d201${gtin}17230229`, 'date', 25],
    ['month 13', `]d201${gtin}17231300`, 'date', 23],
    ['day 00 where it is not allowed', `]d201${gtin}7006240100`, 'date', 27],
    ['missing partner', ']d210LOT1', 'association', 3],
    ['excluded partner', `]d201${gtin}375`, 'association', 3],
    ['missing group', `]d201${gtin}250X`, 'association', 19],
    ['excluded by pattern', `]d201${gtin}31000000013101000001`, 'association', 19],
    ['unequal repeat', `]d201${gtin}10A\u001d10B`, 'association', 23],
    ['the first fault from the left wins', ']d20106921734900136\u001d05', 'checkDigit', 18],
    ['bracket not closed', `(01)${gtin}(10`, 'length', 18],
    ['unknown identifier in brackets', `(01)${gtin}(05)X`, 'unknownAi', 19],
    ['one digit in brackets', '(1)069', 'syntax', 0],
  ])('refuses %s', (_name, raw, code, at) => {
    expect(read(raw)).toMatchObject({ ok: false, kind: 'gs1', error: { code, at }, raw });
  });

  it('leaves brackets that begin no identifier in the value', () => {
    expect(read(`(01)${gtin}(10)A(B)(21)S(1)`)).toMatchObject({ fields: { '10': 'A(B)', '21': 'S(1)' } });
    expect(read(`(01)${gtin}(10)A\\(17\\)B`)).toMatchObject({ fields: { '10': 'A(17)B' } });
  });

  it('counts centuries by the sliding window', () => {
    const dayIn = (yy: string, day: string) => {
      const reading = read(`]d201${gtin}17${yy}0101`, day);
      return reading.ok ? reading.days?.['17'] : reading.error;
    };
    expect(dayIn('72', '2022-06-01')).toBe('2072-01-01');
    expect(dayIn('73', '2022-06-01')).toBe('1973-01-01');
    expect(dayIn('22', '1972-06-01')).toBe('2022-01-01');
    expect(dayIn('05', '2099-06-01')).toBe('2105-01-01');
  });

  it('takes DD 00 as the last day of the month', () => {
    expect(read(`]d201${gtin}17240200`)).toMatchObject({ days: { '17': '2024-02-29' } });
    expect(read(`]d201${gtin}11230200`)).toMatchObject({ days: { '11': '2023-02-28' } });
  });

  it('accepts what stands alone and what needs company', () => {
    expect(read(']C100106141412345678908')).toMatchObject({ ok: true, fields: { '00': '106141412345678908' } });
    expect(read(`]C10010614141234567890802${gtin}3710`)).toMatchObject({ ok: true });
    expect(read(`]C102${gtin}3710`)).toMatchObject({ error: { code: 'association' } });
    expect(read(`]C101${gtin}3922100\u001d310000100`)).toMatchObject({ ok: false });
    expect(read(`]C101${gtin}392210\u001d3103000100`)).toMatchObject({ ok: true });
    expect(read(`]C101${gtin}392210`)).toMatchObject({ error: { code: 'association' } });
  });
});

describe('bare GTINs', () => {
  it.each([
    [']E06901234567892', '06901234567892'],
    [']E0012345678905', '00012345678905'],
    [']E496385074', '00000096385074'],
    [']E3690123456789212', '06901234567892'],
    ['6901234567892', '06901234567892'],
    ['012345678905', '00012345678905'],
    ['06901234567892', '06901234567892'],
  ])('%s', (raw, digits) => {
    expect(read(raw)).toMatchObject({ ok: true, kind: 'gtin', fields: { gtin: digits } });
  });
  it.each([
    [']E06901234567893', 'checkDigit', 15],
    [']E0690123456', 'length', 12],
    [']E069012345678A2', 'charset', 14],
    ['6901234567893', 'checkDigit', 12],
  ])('refuses %s', (raw, code, at) => {
    expect(read(raw)).toMatchObject({ ok: false, kind: 'gtin', error: { code, at } });
  });
});

describe('content checks', () => {
  it.each([
    ['00', '106141412345678908', null, 0],
    ['253', '4012345000009ABC', null, 0],
    ['253', '4012345000008ABC', 'checkDigit', 12],
    ['255', '4012345000009', null, 0],
    ['401', '1234A', null, 0],
    ['401', '123A', 'charset', 3],
    ['401', '123', 'syntax', 3],
    ['8013', '1987654Ad4X4bL5ttr2310c2K', null, 0],
    ['8013', '1987654Ad4X4bL5ttr2310cXK', 'checkDigit', 23],
    ['8013', '1987654Ad4X4bL5ttr2310c1K', 'charset', 23],
    ['8014', '12345678901234567890123NT', null, 0],
    ['8014', '1234567890123456789012344', 'checkDigit', 23],
    ['3910', '978100', null, 0],
    ['3910', '000100', 'syntax', 0],
    ['3910', '978', 'length', 3],
    ['421', '528X', null, 0],
    ['421', '000X', 'syntax', 0],
    ['423', '528056', null, 0],
    ['423', '528999', 'syntax', 3],
    ['423', '5280', 'length', 4],
    ['7030', '999ABC', null, 0],
    ['7030', '998ABC', 'syntax', 0],
    ['4307', 'CN', null, 0],
    ['4307', 'XX', 'syntax', 0],
    ['4300', 'A%20B', null, 0],
    ['4300', 'A%2', 'syntax', 1],
    ['4300', 'A%G0', 'syntax', 1],
    ['4309', '18000000003600000000', null, 0],
    ['4309', '18000000013600000000', 'syntax', 0],
    ['4309', '18000000003600000001', 'syntax', 10],
    ['4321', '1', null, 0],
    ['4321', '2', 'syntax', 0],
    ['4324', '2405001200', null, 0],
    ['4324', '2405062400', 'date', 6],
    ['4324', '2405061260', 'date', 8],
    ['4326', '240500', 'date', 4],
    ['4330', '000010-', null, 0],
    ['4330', '000010', null, 0],
    ['4330', '000010+', 'charset', 6],
    ['7007', '240101240131', null, 0],
    ['7007', '240101240132', 'date', 10],
    ['7011', '2401011259', null, 0],
    ['7040', '1AB-', null, 0],
    ['7040', '1AB!', 'charset', 3],
    ['7041', '1A', null, 0],
    ['7041', '9', null, 0],
    ['7041', 'ZZZZ', 'syntax', 0],
    ['7241', '10', null, 0],
    ['7241', '80', null, 0],
    ['7241', '11', 'syntax', 0],
    ['7241', '00', 'syntax', 0],
    ['7250', '20240229', null, 0],
    ['7250', '20230229', 'date', 6],
    ['7250', '20231301', 'date', 4],
    ['7252', '9', null, 0],
    ['7252', '3', 'syntax', 0],
    ['7258', '1/3', null, 0],
    ['7258', '4/3', 'syntax', 0],
    ['7258', '0/3', 'syntax', 0],
    ['7258', '1/0', 'syntax', 2],
    ['7258', '123', 'syntax', 0],
    ['8001', '12345123451239', 'syntax', 12],
    ['8001', '12340123451231', 'syntax', 12],
    ['8001', '12341123451 91', 'charset', 11],
    ['8001', '00001123451291', 'syntax', 0],
    ['8003', '04012345000009', null, 0],
    ['8003', '14012345000009', 'syntax', 0],
    ['8006', `${gtin}0102`, null, 0],
    ['8006', `${gtin}0302`, 'syntax', 14],
    ['8006', `${gtin}0001`, 'syntax', 14],
    ['8006', `${gtin}0100`, 'syntax', 16],
    ['8007', 'FR7630006000011234567890189', null, 0],
    ['8007', 'BE71096123456769', null, 0],
    ['8007', 'BE71096123456760', 'syntax', 2],
    ['8007', 'XX361234567890', 'syntax', 0],
    ['8007', 'BE7109612345676x', 'charset', 15],
    ['8007', 'BE71', 'syntax', 4],
    ['8008', '24050623', null, 0],
    ['8008', '240506235959', null, 0],
    ['8008', '24050624', 'date', 6],
    ['8008', '2405062360', 'date', 8],
    ['8008', '240506235960', 'date', 10],
    ['8008', '240506235', 'length', 9],
    ['8010', '1234#-/A', null, 0],
    ['8010', '1234a', 'charset', 4],
    ['8011', '1', null, 0],
    ['8011', '01', 'syntax', 0],
    ['8030', 'AB_-', null, 0],
    ['8030', 'A==', null, 0],
    ['8030', 'AB==', 'charset', 2],
    ['8030', 'A+B', 'charset', 1],
    ['8110', '012345612345611110123', null, 0],
    ['8110', '01234561234561111012', 'syntax', 20],
    ['8110', '712345678901234', 'syntax', 0],
    ['8110', '01234561234561111012a', 'charset', 20],
    ['8110', '0123456123456111101231011012390', 'syntax', 30],
    ['8110', '012345612345611110123240131', 'syntax', 27],
    ['8110', '0123456123456111101233240131', null, 0],
    ['8110', '0123456123456111101233240132', 'date', 26],
    ['8110', '01234561234561111012332401314240201', 'date', 29],
    ['8110', '01234561234561111012332401314240131', null, 0],
    ['8110', '01234561234561111012350123456', null, 0],
    ['8110', '012345612345611110123611234567', null, 0],
    ['8110', '012345612345611110123601234567', 'syntax', 22],
    ['8110', '01234561234561111012395210', null, 0],
    ['8110', '01234561234561111012393210', 'syntax', 22],
    ['8110', '0123456123456111101237', 'syntax', 21],
    ['8112', '001234561234560123456', null, 0],
    ['8112', '201234561234560123456', 'syntax', 0],
    ['8112', '0012345612345601234567', 'syntax', 21],
  ] as const)('(%s) %s: %s', (ai, value, code, index) => {
    const rule = aiRules.get(ai);
    if (rule === undefined) throw new Error(ai);
    const fault = checkValue(rule, value, today);
    if (code === null) expect(fault).toBeNull();
    else expect(fault).toMatchObject({ code, index });
  });

  it("gives the standard's check digits and pairs", () => {
    expect(mod10Check('0692173490013')).toBe('5');
    expect(mod10Check('9638507')).toBe('4');
    expect(checkPair('1987654Ad4X4bL5ttr2310c')).toBe('2K');
    expect(checkPair('12345_NOPQRSTUVWXYZ')).toBe('DN');
    expect(checkPair('99999zzzzzzzzzzzzzzzzzz')).toBe('T2');
    expect(checkPair('a b')).toBeNull();
  });
});

/** Right values for identifiers that may stand beside a GTIN. */
const text82 = (max: number) =>
  fc
    .array(fc.constantFrom(...characterSet82), { minLength: 1, maxLength: max })
    .map((characters) => characters.join(''));
const gtins = fc.stringMatching(/^\d{13}$/).map((digits) => digits + mod10Check(digits));
const dates = fc
  .date({ min: new Date('2000-01-01'), max: new Date('2049-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(2, 10).replaceAll('-', ''));
const companions = fc
  .record(
    {
      '10': text82(20),
      '11': dates,
      '17': dates,
      '20': fc.stringMatching(/^\d\d$/),
      '21': text82(20),
      '22': text82(20),
      '240': text82(30),
      '3103': fc.stringMatching(/^\d{6}$/),
      '30': fc.stringMatching(/^\d{1,8}$/),
      '91': text82(90),
    },
    { requiredKeys: [] },
  )
  .chain((record) =>
    fc.shuffledSubarray(Object.entries(record) as [string, string][], { minLength: Object.keys(record).length }),
  );

describe('properties', () => {
  it('reading undoes formatting', () => {
    fc.assert(
      fc.property(gtins, companions, fc.constantFrom(']d2', ']C1', '\u001d'), (key, others, mark) => {
        const elements = [['01', key] as [string, string], ...others];
        const reading = read(mark + formatElementString(elements));
        expect(reading).toMatchObject({ ok: true, kind: 'gs1' });
        expect(reading.ok && reading.fields).toEqual(Object.fromEntries(elements));
      }),
    );
  });

  it('the bracketed form means the same as the element string', () => {
    const isPlain = (value: string) => !/\(\d{2,4}\)/.test(value) && !value.endsWith('(') && !/\(\d{0,4}$/.test(value);
    fc.assert(
      fc.property(gtins, companions, (key, others) => {
        fc.pre(others.every(([, value]) => isPlain(value)));
        const elements = [['01', key] as [string, string], ...others];
        const reading = read(elements.map(([ai, value]) => `(${ai})${value}`).join(''));
        expect(reading.ok && reading.fields).toEqual(Object.fromEntries(elements));
      }),
    );
  });

  it('any single wrong digit of a GTIN is found at the check digit', () => {
    fc.assert(
      fc.property(gtins, fc.nat(13), fc.integer({ min: 1, max: 9 }), (key, place, shift) => {
        const digit = String((Number(key.charAt(place)) + shift) % 10);
        const wrong = key.slice(0, place) + digit + key.slice(place + 1);
        expect(read(`]d201${wrong}`)).toMatchObject({ ok: false, error: { code: 'checkDigit', at: 18 } });
      }),
    );
  });

  it('an element string of any content says where its fault is, within the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (content) => {
        const reading = readElementString(content, 0, content.length, today);
        if (!reading.ok) {
          expect(reading.error.at).toBeGreaterThanOrEqual(0);
          expect(reading.error.at).toBeLessThanOrEqual(content.length);
        }
      }),
    );
  });
});
