/**
 * Facts from published tests: the inputs and verdicts of GS1's own Barcode Syntax Engine and Syntax Tests (GS1 AISBL,
 * github.com/gs1, Apache-2.0), the examples of the GS1 Digital Link standard that it holds, and the GS1 General
 * Specifications. `^` stands for FNC1, as there.
 */
import { describe, expect, it } from 'vitest';
import { classify } from '../../../shared/codes/classify.ts';
import { formatDigitalLink } from '../../../shared/codes/digitalLink.ts';
import { formatBrackets, formatElementString } from '../../../shared/codes/gs1.ts';
import { aiRules } from '../../../shared/codes/gs1Ai.ts';
import { checkPair, checkValue, mod10Check } from '../../../shared/codes/gs1Checks.ts';
import { fullWidth } from './fullWidth.ts';

const today = '2024-05-06';
const read = (raw: string) => classify(raw, { today });
const gs = '\u001d';
const fnc1 = (text: string) => text.replaceAll('^', gs);
/** Whether each value by itself is right: the engine's tests of single elements look at no partners. */
const isRight = (raw: string) => {
  const reading = read(raw);
  return reading.ok || reading.error.code === 'association';
};

describe('element strings after FNC1, without partners', () => {
  it.each([
    '^991234',
    '^0112345678901231',
    '^0112345678901231^',
    '^0112345678901231991234',
    '^0112345678901231^991234',
    '^2421',
    '^242123456',
    '^242123456^10ABC123',
    '^242123456^',
    '^81111234',
    '^81111234^10ABC123',
    '^800112341234512398',
    '^800112341234512398^0112345678901231',
    '^7007211225211231',
    '^7007211225',
    '^800302112345678900ABC',
    '^800302112345678900',
    '^800302112345678900^10ABC123',
    '^800302112345678900ABCDEFGHIJKLMNOP',
    '^7230121234567890123456789012345678',
    '^7230123',
  ])('%s is right', (text) => {
    expect(isRight(fnc1(text))).toBe(true);
    expect(isRight(`]d2${fnc1(text.slice(1))}`)).toBe(true);
  });

  it.each([
    ['^', 'empty'],
    ['^891234', 'unknownAi'],
    ['^99~ABC', 'charset'],
    ['^99ABC~', 'charset'],
    ['^01A2345678901231', 'charset'],
    ['^011234567890123A', 'charset'],
    ['^0112345678901234', 'checkDigit'],
    ['^011234567890123', 'length'],
    ['^01123456789012312', 'unknownAi'],
    ['^011234567890123^', 'length'],
    ['^01123456789012315^', 'unknownAi'],
    ['^01123456789012315^991234', 'unknownAi'],
    ['^2421234567', 'length'],
    ['^8111123', 'length'],
    ['^811112345', 'length'],
    ['^80011234123451239', 'length'],
    ['^8001123412345123981', 'length'],
    ['^80011234123451239^0112345678901231', 'length'],
    ['^70072112252', 'length'],
    ['^7007211225211', 'length'],
    ['^70072112252212311', 'length'],
    ['^800302112345678901ABC', 'checkDigit'],
    ['^800302112345678900ABCDEFGHIJKLMNOPQ', 'length'],
    ['^72301212345678901234567890123456789', 'length'],
    ['^723012', 'length'],
  ])('%s is refused: %s', (text, code) => {
    expect(read(`]d2${fnc1(text.slice(1))}`)).toMatchObject({ ok: false, kind: 'gs1', error: { code } });
  });
});

describe('bracketed text', () => {
  it.each([
    ['(01)12345678901231', '0112345678901231'],
    ['(01)12345678901231(10)12345', '01123456789012311012345'],
    ['(01)12345678901231(3100)123456(10)12345', '011234567890123131001234561012345'],
    ['(01)12345678901231(10)12345(11)991225', '0112345678901231' + '1012345^11991225'],
    ['(01)12345678901231(10)12345\\(11)991225', '01123456789012311012345(11)991225'],
    ['(01)12345678901231(10)12345\\(', '01123456789012311012345('],
    ['(01)95012345678903(3103)000123', '01950123456789033103000123'],
  ])('%s means %s', (brackets, text) => {
    const [first, second] = [read(brackets), read(`]C1${fnc1(text)}`)];
    expect(first).toMatchObject({ ok: true, kind: 'gs1' });
    expect(first.ok && first.fields).toEqual(second.ok && second.fields);
  });

  it.each([
    ['(10)(11)98765', 'length'],
    ['(10)12345(11)', 'length'],
    ['(1A)12345', 'syntax'],
    ['1(12345', 'charset'],
    ['()12345', 'charset'],
    ['(1)12345', 'syntax'],
    ['(12345)12345', 'syntax'],
    ['(15', 'syntax'],
    ['(1', 'syntax'],
    ['(', 'charset'],
    ['(01)123456789012312(10)12345', 'length'],
    ['(10)12345^', 'charset'],
    ['(17)9(90)217', 'length'],
    ['(01)95012345678902(3103)000123', 'checkDigit'],
    ['(01)95012345678903(11)131313', 'date'],
  ])('%s is refused: %s', (text, code) => {
    expect(read(text)).toMatchObject({ ok: false, error: { code } });
  });
});

describe('what a symbol sends with its identifier', () => {
  it.each([
    [']Q3011231231231233310ABC123^99TESTING', { '01': '12312312312333', '10': 'ABC123', '99': 'TESTING' }],
    [']d2011231231231233310ABC123^99TESTING', { '01': '12312312312333', '10': 'ABC123', '99': 'TESTING' }],
    [']C1011231231231233310ABC123^99TESTING', { '01': '12312312312333', '10': 'ABC123', '99': 'TESTING' }],
    [
      ']e0011231231231233310ABC123^99TESTING^98COMPOSITE^97XYZ',
      { '01': '12312312312333', '10': 'ABC123', '99': 'TESTING', '98': 'COMPOSITE', '97': 'XYZ' },
    ],
    [
      ']e0011231231231233310ABC123^1199122598COMPOSITE^97XYZ',
      { '01': '12312312312333', '10': 'ABC123', '11': '991225', '98': 'COMPOSITE', '97': 'XYZ' },
    ],
    [']e0012401234567890599COMPOSITE^98XYZ', { '01': '24012345678905', '99': 'COMPOSITE', '98': 'XYZ' }],
    [']e0011501234567890799COMPOSITE^98XYZ', { '01': '15012345678907', '99': 'COMPOSITE', '98': 'XYZ' }],
    [']J1011231231231233310ABC123^99TESTING', { '01': '12312312312333', '10': 'ABC123', '99': 'TESTING' }],
    [']J4\\000026011231231231233310ABC123', { '01': '12312312312333', '10': 'ABC123' }],
    [']d5\\000026011231231231233310ABC123', { '01': '12312312312333', '10': 'ABC123' }],
    [']Q4\\000003011231231231233310ABC123', { '01': '12312312312333', '10': 'ABC123' }],
    [']z1011231231231233310ABC123', { '01': '12312312312333', '10': 'ABC123' }],
  ])('%s', (text, fields) => {
    const reading = read(fnc1(text));
    expect(reading).toMatchObject({ ok: true, kind: 'gs1' });
    expect(reading.ok && reading.fields).toEqual(fields);
  });

  it.each([
    [']E02112345678900', '02112345678900'],
    [']E02112233789657', '02112233789657'],
    [']E00416000336108', '00416000336108'],
    // Without the leading zero, as guns set to send UPC-A by itself do; GS1's engine wants 13 digits.
    [']E0416000336108', '00416000336108'],
    [']E00001234000057', '00001234000057'],
    [']E402345673', '00000002345673'],
    [']E402345680', '00000002345680'],
    // General Specifications 5.2.3.4: each way of taking the zeros out.
    [']E001234505', '00012000003455'],
    [']E001234523', '00012200003453'],
    [']E001234531', '00012300000451'],
    [']E001234543', '00012340000053'],
    [']E001234558', '00012345000058'],
    [']E004252614', '00042100005264'],
    [']I115400141288763', '15400141288763'],
  ])('%s is the GTIN %s', (raw, gtin) => {
    expect(read(raw)).toMatchObject({ ok: true, kind: 'gtin', fields: { gtin } });
  });

  it('means GS1 wherever FNC1 stands first, and nothing else', () => {
    for (const symbol of [']C1', ']d2', ']d5', ']Q3', ']Q4', ']e0', ']e1', ']J1', ']J4', ']z1', ']z4']) {
      expect(read(`${symbol}10ABC123`)).toMatchObject({
        ok: false,
        kind: 'gs1',
        error: { code: 'association', at: 3 },
      });
    }
    for (const symbol of [']C0', ']C2', ']d1', ']d3', ']d4', ']Q1', ']Q5', ']e2', ']e3', ']J0', ']z0', ']I1', ']A0']) {
      expect(read(`${symbol}10ABC123`)).toMatchObject({ ok: true, kind: 'serial', fields: { serial: '10ABC123' } });
    }
  });

  it.each([
    [']e0', 'gs1'],
    [']Q3', 'gs1'],
    [']d2', 'gs1'],
    [']C1', 'gs1'],
    [']E0', 'gtin'],
    [']E012345678901234', 'gtin'],
    [']E01234ABC890123', 'gtin'],
    [']E02112345678901', 'gtin'],
    [']E4', 'gtin'],
    [']E41234567', 'gtin'],
    [']E4123456789', 'gtin'],
    [']E412ABC678', 'gtin'],
    [']E402345674', 'gtin'],
    [']E404252614', 'gtin'],
    [']E004252615', 'gtin'],
    [']I115400141288764', 'gtin'],
  ])('%s is refused as %s', (raw, kind) => {
    expect(read(raw)).toMatchObject({ ok: false, kind });
  });

  it('of a kind that says nothing of its content leaves that to the content', () => {
    expect(read(']Q1^TESTING')).toMatchObject({ ok: false, error: { code: 'charset', at: 3 } });
    expect(read(']d1TESTING')).toMatchObject({ ok: true, kind: 'serial', fields: { serial: 'TESTING' } });
    expect(read(']e2TESTING')).toMatchObject({ ok: true, kind: 'serial' });
    expect(read(']Q2\\000026TESTING')).toMatchObject({ ok: true, kind: 'serial', fields: { serial: 'TESTING' } });
    expect(read(']I010614141543219')).toMatchObject({ ok: true, kind: 'gtin' });
  });
});

describe('what may stand beside what', () => {
  it.each([
    '(400)ABC',
    '(400)ABC(400)ABC',
    '(400)ABC(99)DEF(400)ABC',
    '(99)ABC(400)XYZ(400)XYZ',
    '(02)12345678901231(37)123(00)123456789012345675',
    '(91)XXX(02)12345678901231(92)YYY(37)123(93)ZZZ(00)123456789012345675',
    '(21)ABC123(01)12345678901231',
    '(21)ABC123(8006)123456789012310510',
    '(01)12345678901231(21)XYZ999(250)ABC123',
    '(01)12345678901231(3925)12599(30)123',
    '(01)12345678901231(3925)12599(3100)654321',
    '(01)12345678901231(3925)12599(3165)654321',
    '(01)12345678901231(3925)12599(3295)654321',
    '(01)12345678901231(3925)12599(3500)654321',
    '(01)12345678901231(3925)12599(3695)654321',
  ])('%s is right', (text) => {
    expect(read(text)).toMatchObject({ ok: true, kind: 'gs1' });
  });

  it.each([
    '(400)ABC(400)AB',
    '(400)ABC(400)ABCD',
    '(400)ABC(400)ABC(400)XYZ',
    '(400)ABC(400)XYZ(400)ABC',
    '(400)ABC(99)DEF(400)XYZ',
    '(01)12345678901231(02)12345678901231',
    '(99)ABC123(01)12345678901231(02)12345678901231',
    '(01)12345678901231(255)5412345000150',
    '(01)12345678901231(37)123',
    '(21)ABC123(235)XYZ',
    '(3940)1234(8111)9999',
    '(3940)1234(3941)9999',
    '(3955)123456(3929)123',
    '(02)12345678901231',
    '(02)12345678901231(37)123',
    '(99)AAA(02)12345678901231(37)123',
    '(21)ABC123',
    '(01)12345678901231(250)ABC123',
    '(01)12345678901231(3925)12599',
    '(03)12345678901231(01)12345678901231',
    '(235)A(01)12345678901231(21)B',
    '(8017)123456789012345675(8018)123456789012345675',
  ])('%s is refused', (text) => {
    expect(read(text)).toMatchObject({ ok: false, kind: 'gs1', error: { code: 'association' } });
  });
});

describe('the content of values', () => {
  it.each([
    ['00', 'A23456789012345675'],
    ['10', ' '],
    ['8010', '123456_'],
    ['8013', '123456ABOO'],
    ['8030', 'ABC:123'],
    ['8030', '123='],
    ['8030', '12=='],
    ['8030', '1==='],
    ['8030', '1234='],
    ['00', '123456789012345670'],
    ['8013', '123456ABXX'],
    ['8013', 'A'],
    ['401', '123'],
    ['7023', '12A4'],
    ['7040', '1AB='],
    ['8001', '12340000012311'],
    ['8001', '12341234512321'],
    ['8003', '112345678901281234567890123456'],
    ['8011', '023456789012'],
    ['4321', '2'],
    ['426', '987'],
    ['7030', '987ABC'],
    ['4307', 'AA'],
    ['3910', '9870'],
    ['8007', 'AB1234'],
    ['8007', 'FR12_45678901234'],
    ['8007', 'AB12345678901234'],
    ['8007', 'FR12345678901234'],
    ['8007', 'LC14BOSL123456789012345678901230'],
    ['8007', 'LC14BOSLxx3456789012345678901230'],
    ['8007', 'MT90MALT011000012345MTLCAST001SAB0'],
    ['8008', '20122515300'],
    ['8008', '201225230060'],
    ['4326', '201300'],
    ['4326', '201200'],
    ['4324', '2012252400'],
    ['4324', '2012252360'],
    ['8026', '123456789012310099'],
    ['8026', '123456789012310100'],
    ['8026', '123456789012310302'],
    ['4300', 'ABC%0g'],
    ['4300', '%gf'],
    ['4300', 'ABC%g'],
    ['4309', '18000000010000000000'],
    ['4309', '00000000003600000001'],
    ['4330', '000000X'],
    ['7258', '0/1'],
    ['7258', '1/0'],
    ['7258', '2/1'],
    ['7258', '9/8'],
    ['7258', '1//'],
    ['7258', 'x/y'],
    ['8112', '201234561234560123456'],
    ['8112', '0'],
    ['8112', '07'],
    ['8112', '01123456'],
    ['8112', '00123456'],
    ['8112', '00123456123456'],
    ['8112', '001234561234560'],
    ['8110', '71234567890123'],
    ['8110', '012345'],
    ['8110', '0123456123456'],
    ['8110', '01234561234560'],
    ['8110', '01234561234561'],
    ['8110', '012345612345611'],
    ['8110', '0123456123456116123456'],
    ['8110', '0123456123456111'],
    ['8110', '01234561234561111'],
    ['8110', '012345612345611115'],
    ['8110', '012345612345611119'],
    ['8110', '0123456123456111101231'],
    ['8110', '01234561234561111012314'],
    ['8110', '01234561234561111012310'],
    ['8110', '012345612345611110123106123456'],
    ['8110', '012345612345611110123101'],
    ['8110', '0123456123456111101231011'],
    ['8110', '01234561234561111012310115'],
    ['8110', '01234561234561111012310119'],
    ['8110', '01234561234561111012310110123'],
    ['8110', '0123456123456111101231011012371234567890123'],
    ['8110', '012345612345611110123101101230'],
    ['8110', '0123456123456111101232'],
    ['8110', '01234561234561111012320'],
    ['8110', '01234561234561111012321'],
    ['8110', '012345612345611110123211'],
    ['8110', '0123456123456111101232115'],
    ['8110', '0123456123456111101232110'],
    ['8110', '0123456123456111101232110123'],
    ['8110', '01234561234561111012321101230'],
    ['8110', '0123456123456111101233'],
    ['8110', '0123456123456111101233200010'],
    ['8110', '0123456123456111101234'],
    ['8110', '0123456123456111101234200010'],
    ['8110', '01234561234561111012335006064500607'],
    ['8110', '0123456123456111101236'],
    ['8110', '01234561234561111012360'],
    ['8110', '01234561234561111012361'],
    ['8110', '0123456123456111101239'],
    ['8110', '01234561234561111012393'],
    ['8110', '01234561234561111012390'],
    ['8110', '012345612345611110123903'],
    ['8110', '012345612345611110123900'],
    ['8110', '0123456123456111101239000'],
    ['8110', '01234561234561111012390002'],
    ['8110', '012345612345611110123900000'],
  ])('(%s)%s is refused', (ai, value) => {
    const rule = aiRules.get(ai);
    if (rule === undefined) throw new Error(ai);
    expect(checkValue(rule, value, today)).not.toBeNull();
  });

  it.each([
    ['00', '123456789012345675'],
    ['8030', '12='],
    ['8030', '1=='],
    ['8030', '0123456789-_'],
    ['8007', 'FR7630006000011234567890189'],
    ['8007', 'DE91100000000123456789'],
    ['8007', 'GR9608100010000001234567890'],
    ['8007', 'MU43BOMM0101123456789101000MUR'],
    ['8007', 'PK70BANK0000123456789000'],
    ['8007', 'PL10105000997603123456789123'],
    ['8007', 'RO09BCYP0000001234567890'],
    ['8007', 'SA4420000001234567891234'],
    ['8007', 'ES7921000813610123456789'],
    ['8007', 'CH5604835012345678009'],
    ['8007', 'GB98MIDL07009312345678'],
    ['8007', 'LC14BOSL123456789012345678901234'],
    ['8007', 'MT90MALT011000012345MTLCAST001SABC'],
    ['7258', '1/1'],
    ['7258', '9/9'],
    ['4300', '%fF'],
    ['4300', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ%00+12345'],
    ['253', '1231231231232TEST5678901234567'],
    ['255', '5412345000150'],
    ['3910', '9781299'],
    ['7241', '01'],
    ['7241', '99'],
  ])('(%s)%s is right', (ai, value) => {
    const rule = aiRules.get(ai);
    if (rule === undefined) throw new Error(ai);
    expect(checkValue(rule, value, today)).toBeNull();
  });

  it.each([
    '12345_abcdefghijklmN3',
    '12345_nopqrstuvwxyzP2',
    '12345_!"%&\'()*+,-./LC',
    '12345_0123456789:;<=>?62',
    '7907665Bm8v2AB',
    '97850l6KZm0yCD',
    '225803106GSpEF',
    '149512464PM+GH',
    '62577B8fRG7HJK',
    '515942070CYxLM',
    '390800494sP6NP',
    '386830132uO+QR',
    '53395376X1:nST',
    '957813138Sb6UV',
    '530790no0qOgWX',
    '62185314IvwmYZ',
    '23956qk1&dB!23',
    '794394895ic045',
    '57453Uq3qA<H67',
    '0881063PhHvY89',
    '00000!HV',
    '99999zzzzzzzzzzzzzzzzzzT2',
  ])('%s ends with its check character pair', (text) => {
    expect(checkPair(text.slice(0, -2))).toBe(text.slice(-2));
  });

  it.each(['24012345678905', '2112233789657', '416000336108', '02345680', '95012345678903', '6291041500213'])(
    '%s ends with its check digit',
    (digits) => {
      expect(mod10Check(digits.slice(0, -1))).toBe(digits.slice(-1));
    },
  );
});

describe('Digital Links', () => {
  it.each([
    ['http://a/00/006141411234567890', '00006141411234567890'],
    ['HTTP://a/00/006141411234567890', '00006141411234567890'],
    ['https://a/01/12312312312333', '0112312312312333'],
    ['https://xn--fsq.xn--0zwm56d/01/12312312312333', '0112312312312333'],
    ['https://a./01/12312312312333', '0112312312312333'],
    ['https://a:65535/01/12312312312333', '0112312312312333'],
    ['https://192.0.2.1/01/12312312312333', '0112312312312333'],
    ['https://[2001:db8::1]/01/12312312312333', '0112312312312333'],
    ['https://a/more/stem/00/006141411234567890', '00006141411234567890'],
    ['https://a/00/faux/00/006141411234567890', '00006141411234567890'],
    ['https://a/gtin/12312312312333', '0112312312312333'],
    ['https://a/gtin/12312312312333/ser/ABC123', '011231231231233321ABC123'],
    ['https://a/sscc/006141411234567890', '00006141411234567890'],
    ['https://a/01/2112345678900', '0102112345678900'],
    ['https://a/01/416000336108', '0100416000336108'],
    ['https://a/01/02345673', '0100000002345673'],
    ['https://a/01/12312312312333/22/TEST/10/ABC/21/XYZ', '011231231231233322TEST^10ABC^21XYZ'],
    ['https://a/01/12312312312333/235/TEST', '0112312312312333235TEST'],
    ['https://a/253/1231231231232', '2531231231231232'],
    ['https://a/253/1231231231232TEST5678901234567', '2531231231231232TEST5678901234567'],
    ['https://a/8018/123456789012345675/8019/123', '8018123456789012345675^8019123'],
    ['https://a/stem/00/006141411234567890?', '00006141411234567890'],
    ['https://a/stem/00/006141411234567890?99=ABC', '0000614141123456789099ABC'],
    ['https://a/stem/401/12345678?99=ABC', '40112345678^99ABC'],
    ['https://a/01/12312312312333?99=ABC&98=XYZ', '011231231231233399ABC^98XYZ'],
    ['https://a/01/12312312312333?&&&99=ABC&&&&&&98=XYZ&&&', '011231231231233399ABC^98XYZ'],
    ['https://a/01/12312312312333?unknown1=5&99=ABC&unknown2=6&98=XYZ', '011231231231233399ABC^98XYZ'],
    ['https://a/01/12312312312333?singleton&99=ABC&98=XYZ', '011231231231233399ABC^98XYZ'],
    ['https://a/01/12312312312333/22/ABC%2d123?99=ABC&98=XYZ%2f987', '011231231231233322ABC-123^99ABC^98XYZ/987'],
    ['https://a/01/12312312312333/22/ABC+123?99=ABC', '011231231231233322ABC+123^99ABC'],
    ['https://a/01/12312312312333/22/test/10/abc/21/xyz#', '011231231231233322test^10abc^21xyz'],
    ['https://a/01/12312312312333/22/test/10/abc/21/xyz#fragment', '011231231231233322test^10abc^21xyz'],
    ['https://a/stem/00/006141411234567890?99=ABC#fragment', '0000614141123456789099ABC'],
    ['https://id.gs1.org/01/09520123456788', '0109520123456788'],
    ['https://brand.example.com/some-extra/pathinfo/01/9520123456788', '0109520123456788'],
    ['https://id.gs1.org/01/09520123456788/22/2A', '0109520123456788222A'],
    ['https://id.gs1.org/01/09520123456788/10/ABC123', '010952012345678810ABC123'],
    ['https://id.gs1.org/01/09520123456788/21/12345', '01095201234567882112345'],
    ['https://id.gs1.org/01/09520123456788/10/ABC1/21/12345?17=180426', '010952012345678810ABC1^2112345^17180426'],
    ['https://id.gs1.org/01/09520123456788?3103=000195', '01095201234567883103000195'],
    [
      'https://example.com/01/9520123456788?3103=000195&3922=0299&17=201225',
      '0109520123456788310300019539220299^17201225',
    ],
    [
      'https://id.gs1.org/00/952012345678912345?02=09520123456788&37=25&10=ABC123',
      '0095201234567891234502095201234567883725^10ABC123',
    ],
    ['https://id.gs1.org/414/9520123456788/254/32a%2Fb', '414952012345678825432a/b'],
    ['https://example.com/8004/9520614141234567?01=9520123456788', '80049520614141234567^0109520123456788'],
    ['https://id.gs1.org/01/09520123456788/235/XYZ?10=ABC123', '0109520123456788235XYZ^10ABC123'],
  ])('%s', (link, text) => {
    const [first, second] = [read(link), read(`]d2${fnc1(text)}`)];
    expect(second).toMatchObject({ ok: true, kind: 'gs1' });
    expect(first).toMatchObject({ ok: true, kind: 'gs1DigitalLink' });
    expect(first.ok && first.fields).toEqual(second.ok && second.fields);
  });

  it.each([
    'https://a/stem/00/006141411234567890/',
    'https://a/01/12312312312333?99=',
    'https://a/01/12312312312333?99=ABC&999=faux',
    'https://a/01/12312312312333/22/ABC%2d123?99=ABC&98=XYZ+987',
    'https://a/01/12312312312333/22/A%00B',
    'https://[fe80::1%25lo]/01/12312312312333',
    'https://a$/01/12312312312333',
    'https://user@a/01/12312312312333',
    'https://example.com/01/09520123456788?10=ABC123',
    'https://id.gs1.org/01/09520123456788/10/ABC123?99=XYZ789&01=09520123456788',
    'https://id.gs1.org/01/09520123456788/10/ABC123?99=XYZ789&10=ABC123',
    'https://id.gs1.org/01/09520123456788/10/ABC123?99=XYZ789&99=XYZ789',
    'https://example.com/01/09520123456788/89/ABC123?99=XYZ',
    'https://example.com/01/09520123456788?99=XYZ&89=ABC123',
  ])('%s is refused', (link) => {
    expect(read(link)).toMatchObject({ ok: false, kind: 'gs1DigitalLink' });
  });

  it.each([
    'http://a',
    'http://a/',
    'http://a/b',
    'http://a/b/',
    'https://00/006141411234567890',
    'https://a/253/1231231231232TEST56789012345678',
  ])('%s is none, but somebody’s URL', (link) => {
    expect(read(link)).toMatchObject({ ok: true, kind: 'url' });
  });

  it('in letters are read with a warning, and only when whole', () => {
    expect(read('https://a/gtin/12312312312333/lot/L/ser/ABC')).toMatchObject({
      ok: true,
      fields: { '01': '12312312312333', '10': 'L', '21': 'ABC' },
      warnings: [{ code: 'oldForm', at: 10 }],
    });
    expect(read('https://shop.example/gtin/12312312312334')).toMatchObject({ ok: true, kind: 'url' });
    expect(read('https://shop.example/lot/A1')).toMatchObject({ ok: true, kind: 'url' });
  });

  const fieldsOf = (brackets: string) => {
    const reading = read(brackets);
    return reading.ok ? reading.fields : {};
  };
  it.each([
    ['(01)12312312312326(21)abc123', 'https://example.com/01/12312312312326/21/abc123'],
    ['(01)12312312312326(22)ABC(10)DEF(21)GHI', 'https://example.com/01/12312312312326/22/ABC/10/DEF/21/GHI'],
    [
      '(01)12312312312326(22)ABC(10)DEF(21)GHI(95)INT',
      'https://example.com/01/12312312312326/22/ABC/10/DEF/21/GHI?95=INT',
    ],
    ['(21)XYZ(01)12312312312333(10)ABC123(99)XYZ', 'https://example.com/01/12312312312333/10/ABC123/21/XYZ?99=XYZ'],
    [
      '(01)12312312312333(10)ABC+123(99)XYZ+QWERTY',
      'https://example.com/01/12312312312333/10/ABC%2B123?99=XYZ%2BQWERTY',
    ],
    ['(8017)795260646688514634(99)000001', 'https://example.com/8017/795260646688514634?99=000001'],
    [
      '(01)12312312312326(01)12312312312326(10)ABC123(99)XYZ789',
      'https://example.com/01/12312312312326/10/ABC123?99=XYZ789',
    ],
  ])('%s is written as %s', (brackets, link) => {
    expect(formatDigitalLink('https://example.com', fieldsOf(brackets))).toBe(link);
  });

  it('are not written where something has no place in them', () => {
    expect(formatDigitalLink('https://example.com', fieldsOf('(01)12312312312326(8200)http://example.com'))).toBeNull();
    expect(formatDigitalLink('https://example.com', fieldsOf('(01)12312312312326(235)TPX(22)ABC'))).toBeNull();
    expect(formatDigitalLink('https://example.com', fieldsOf('(400)ABC'))).toBeNull();
  });
});

describe('labels as people print and type them', () => {
  const fields = { '01': '06921734900135', '17': '240901', '10': 'LOT1', '21': 'SN1' };
  it.each([
    ['spaces within digits', '(01) 0 692173 490013 5 (17) 24 09 01 (10) LOT1 (21) SN1'],
    ['one a line', '(01)06921734900135\r\n(17)240901\r\n(10)LOT1\r\n(21)SN1\r\n'],
    ['tabs', '(01)06921734900135\t(17)240901\t(10)LOT1\t(21)SN1'],
    ['full-width throughout', fullWidth('(01)06921734900135(17)240901(10)LOT1(21)SN1')],
    ['full-width without brackets', fullWidth('01069217349001351724090121SN1\u001d10LOT1')],
  ])('%s', (_name, raw) => {
    const reading = read(raw);
    expect(reading).toMatchObject({ ok: true, kind: 'gs1', raw });
    expect(reading.ok && reading.fields).toEqual(fields);
  });

  it('the logistic label of the General Specifications', () => {
    expect(read('(00) 1 0614141 234567890 8')).toMatchObject({ ok: true, fields: { '00': '106141412345678908' } });
  });

  it('a space inside a lot is never dropped', () => {
    expect(read('(01)06921734900135(10)LOT 1')).toMatchObject({ ok: false, error: { code: 'charset', at: 25 } });
  });

  it('a replacement for FNC1 that no profile has undone is no separator', () => {
    for (const mark of ['{GS}', '\\x1d', '\\u001d', '^', '|', '~1', ' ']) {
      expect(read(`]d2010692173490013510LOT1${mark}21SN1`)).toMatchObject({
        ok: false,
        kind: 'gs1',
        error: { code: 'charset', at: 25 },
      });
    }
  });

  it('written in brackets, what looks like an identifier within a value is escaped', () => {
    const elements: [string, string][] = [
      ['01', '06921734900135'],
      ['10', 'A(17)B('],
      ['21', '(10)'],
    ];
    expect(formatBrackets(elements)).toBe('(01)06921734900135(10)A\\(17)B((21)\\(10)');
    const reading = read(formatBrackets(elements));
    expect(reading.ok && reading.fields).toEqual(Object.fromEntries(elements));
    expect(formatElementString(elements)).toBe('010692173490013510A(17)B(\u001d21(10)');
  });
});
