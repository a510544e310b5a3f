import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classify } from '../../../shared/codes/classify.ts';
import { formatDigitalLink } from '../../../shared/codes/digitalLink.ts';
import { characterSet82, mod10Check } from '../../../shared/codes/gs1Checks.ts';
import { kitKey } from '../../../shared/codes/kitKey.ts';

const read = (raw: string) => classify(raw, { today: '2024-05-06' });
const gtin = '06921734900135';

describe('GS1 Digital Link', () => {
  it.each([
    ['plain', `https://any.host/01/${gtin}/10/LOT1/21/SN1?17=240901`],
    ['a path before it', `HTTPS://any.host/shop/01/x/01/${gtin}/10/LOT1/21/SN1?17=240901`],
    ['GTIN-13', `http://id.gs1.org/01/6921734900135/10/LOT1/21/SN1?17=240901`],
    ['port and fragment', `https://any.host:8443/01/${gtin}/10/LOT1/21/SN1?17=240901#top`],
    ['percent-encoding', `https://any.host/01/${gtin}/10/%4cOT1/21/S%4E1?17=24090%31`],
    ['its own parameters', `https://any.host/01/${gtin}/10/LOT1/21/SN1?linkType=all&17=240901`],
    ['in a plain QR symbol', `]Q1https://any.host/01/${gtin}/10/LOT1/21/SN1?17=240901`],
  ])('%s', (_name, raw) => {
    const reading = read(raw);
    expect(reading).toMatchObject({
      ok: true,
      kind: 'gs1DigitalLink',
      warnings: [],
      raw,
      days: { '17': '2024-09-01' },
    });
    expect(reading.ok && reading.fields).toEqual({ '01': gtin, '10': 'LOT1', '21': 'SN1', '17': '240901' });
    expect(reading.ok && kitKey(reading)).toBe(`gs1:${gtin}:SN1`);
  });

  it.each([
    ['check digit', 'https://any.host/01/06921734900136', 'checkDigit', 33],
    ['check digit of a padded GTIN', 'https://any.host/01/6921734900136', 'checkDigit', 32],
    ['length', 'https://any.host/01/0692173490', 'length', 30],
    ['letters in the GTIN', `https://any.host/01/0692173490013A/21/S`, 'charset', 33],
    ['order of qualifiers', `https://any.host/01/${gtin}/21/S/10/L`, 'syntax', 40],
    ['no qualifier of this key', `https://any.host/01/${gtin}/17/240901`, 'syntax', 35],
    ['unknown identifier', `https://any.host/01/${gtin}/05/X`, 'unknownAi', 35],
    ['a word among qualifiers', `https://any.host/01/${gtin}/lot/X`, 'syntax', 35],
    ['alternatives mixed', `https://any.host/01/${gtin}/235/A/21/B`, 'syntax', 41],
    ['empty value', `https://any.host/01/${gtin}/10//21/S`, 'length', 38],
    ['empty value in the query', `https://any.host/01/${gtin}?17=`, 'length', 38],
    ['no value in the query', `https://any.host/01/${gtin}?17`, 'length', 37],
    ['a slash at the end', `https://any.host/01/${gtin}/10/LOT1/`, 'syntax', 42],
    ['a parameter of digits', `https://any.host/01/${gtin}?17=240901&89=X`, 'unknownAi', 45],
    ['a qualifier that belongs in the path', `https://any.host/01/${gtin}/21/S?10=L`, 'syntax', 40],
    ['an equal repeat', `https://any.host/01/${gtin}/10/L?01=${gtin}`, 'association', 40],
    ['qualifier in the query', `https://any.host/01/${gtin}?21=S`, 'syntax', 35],
    ['percent without digits', `https://any.host/01/${gtin}/10/A%4`, 'syntax', 39],
    ['percent with other letters', `https://any.host/01/${gtin}/10/A%4G`, 'syntax', 39],
    ['encoded separator', `https://any.host/01/${gtin}/10/A%1D21S`, 'charset', 39],
    ['encoded Chinese', `https://any.host/01/${gtin}/10/%E6%89%B9`, 'charset', 38],
    ['+ in the query is a space', `https://any.host/01/${gtin}?240=A+B`, 'charset', 40],
    ['date', `https://any.host/01/${gtin}?17=230229`, 'date', 42],
    ['excluded partner', `https://any.host/01/${gtin}?37=5`, 'association', 17],
    ['repeat', `https://any.host/01/${gtin}?240=A&240=B`, 'association', 41],
  ])('refuses %s', (_name, raw, code, at) => {
    expect(read(raw)).toMatchObject({ ok: false, kind: 'gs1DigitalLink', error: { code, at } });
  });

  it('+ in the path is a plus', () => {
    expect(read(`https://any.host/01/${gtin}/10/A+B`)).toMatchObject({ ok: true, fields: { '10': 'A+B' } });
  });

  it('leaves parameters out that are no identifiers, and says so', () => {
    expect(read(`https://any.host/01/${gtin}?utm=1&17=240901&&x`)).toMatchObject({
      ok: true,
      fields: { '01': gtin, '17': '240901' },
      warnings: [
        { code: 'unknownParameter', at: 35 },
        { code: 'unknownParameter', at: 52 },
      ],
    });
  });

  it('lets a qualifier stand in the query when the path had no place for it', () => {
    expect(read('https://id.gs1.org/01/09520123456788/235/XYZ?10=ABC123')).toMatchObject({ ok: true });
    expect(read('https://id.gs1.org/00/952012345678912345?02=09520123456788&37=25&10=ABC123')).toMatchObject({
      ok: true,
      fields: { '00': '952012345678912345', '02': '09520123456788', '37': '25', '10': 'ABC123' },
    });
  });

  it('knows other keys', () => {
    expect(read('https://any.host/00/106141412345678908')).toMatchObject({ kind: 'gs1DigitalLink', ok: true });
    expect(read('https://any.host/414/9520123456788/254/32a')).toMatchObject({ ok: true });
    expect(read('https://any.host/8017/952132100000000013')).toMatchObject({ kind: 'gs1DigitalLink', ok: false });
  });

  it.each([
    'https://www.maker.example/q?c=ABC123',
    'https://www.maker.example',
    'https://www.maker.example/2022/01/spring',
    'https://www.maker.example/2022/01/15',
    'https://www.maker.example/01',
    `https://www.maker.example/kit/${gtin}`,
    'http://资料.example/路径',
  ])("takes %s for a maker's URL", (raw) => {
    const reading = read(raw);
    expect(reading).toMatchObject({ ok: true, kind: 'url', fields: { url: raw } });
    expect(reading.ok && kitKey(reading)).toBe(`url:${raw}`);
  });

  it.each([
    ['https://', 'syntax', 8],
    ['https:///01/x', 'syntax', 8],
    ['https://a.b/c d', 'charset', 13],
    ['https://a.b/\u0000', 'charset', 12],
  ])('refuses the URL %j', (raw, code, at) => {
    expect(read(raw)).toMatchObject({ ok: false, kind: 'url', error: { code, at } });
  });

  it('reading undoes formatting', () => {
    const text82 = fc
      .array(fc.constantFrom(...characterSet82), { minLength: 1, maxLength: 20 })
      .map((characters) => characters.join(''));
    const gtins = fc.stringMatching(/^\d{13}$/).map((digits) => digits + mod10Check(digits));
    fc.assert(
      fc.property(
        fc.record({ '01': gtins, '10': text82, '21': text82, '22': text82, '240': text82 }, { requiredKeys: ['01'] }),
        (fields) => {
          const reading = read(formatDigitalLink('https://x.example/p', fields) ?? '');
          expect(reading).toMatchObject({ ok: true, kind: 'gs1DigitalLink' });
          expect(reading.ok && reading.fields).toEqual(fields);
        },
      ),
    );
  });
});
