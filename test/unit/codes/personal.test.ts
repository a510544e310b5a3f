import { describe, expect, it } from 'vitest';
import { holdsPersonalNumber, maskPersonalNumbers } from '../../../shared/codes/personal.ts';

describe('numbers of people in words', () => {
  it.each([
    '319900196602010017',
    '他的证件是31990019660201001X，请核对',
    '319900 19660201 0017',
    '319900-19660201-0017',
    '３１９９００１９６６０２０１００１７',
    '319900660201001',
    '手机13800138000打不通',
    '138 0013 8000',
    '138-0013-8000',
    '+86 13800138000',
    '138.0013.8000',
    '一三八零零一三八零零零',
    '١٣٨٠٠١٣٨٠٠٠',
    'H12345678',
    'EA1234567',
    '护照 E12345678',
    'call 021-6298 1234',
    '62981234',
    '6298 1234',
    '+44 20 7946 0958',
    '1 3 8 0 0 1 3 8 0 0 0',
    '5-2-1201 13800138000',
    '19660201001',
  ])('%s', (text) => {
    expect(holdsPersonalNumber(text)).toBe(true);
  });

  it.each([
    '',
    '街道要求',
    '2022-04-10 核对',
    '2022年4月10日',
    '20220410',
    '5 号楼 1201',
    '5-2-1201',
    '11-12-1201',
    '11-12-1201 11-13-1202',
    '尾号 4471',
    'W22031 批',
    '第 3 轮 2 号点 10:42',
    '一位居民，二号楼，三单元',
    'asked by the centre, 2 April',
  ])('%j is nobody’s', (text) => {
    expect(holdsPersonalNumber(text)).toBe(false);
  });

  it('masks them where they stand, and nothing else', () => {
    expect(maskPersonalNumbers('张三 13800138000，5 号楼')).toBe(`张三 ${maskOf('13800138000')}，5 号楼`);
    expect(maskPersonalNumbers('𠮷 319900196602010017 𠮷')).toBe('𠮷 319***********0017 𠮷');
    expect(maskPersonalNumbers('2022-04-10')).toBe('2022-04-10');
    const text = 'A 13800138000 b H12345678 c';
    expect([...maskPersonalNumbers(text)]).toHaveLength([...text].length);
    expect(holdsPersonalNumber(maskPersonalNumbers(text))).toBe(false);
  });
});

/** Eleven characters keep one and three, by the rule for documents. */
function maskOf(number: string): string {
  return `${number.slice(0, 1)}${'*'.repeat(number.length - 4)}${number.slice(-3)}`;
}
