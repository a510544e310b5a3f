import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maskDocument, maskName, maskPhone } from '../../../shared/codes/mask.ts';

describe('masks', () => {
  it.each([
    ['310104198002291236', '310***********1236'],
    ['DEU310090010112', 'DEU********0112'],
    ['H12345678', 'H*****678'],
    ['H1234567801', 'H*******801'],
    ['12345678', '1****678'],
    ['E123456', '*******'],
    ['', ''],
  ])('document %s', (number, masked) => expect(maskDocument(number)).toBe(masked));
  it.each([
    ['13800138000', '138****8000'],
    ['+8613800138000', '+86*******8000'],
    ['62345678', '6****678'],
    ['110', '***'],
  ])('phone %s', (phone, masked) => expect(maskPhone(phone)).toBe(masked));
  it.each([
    ['张三', '张*'],
    ['欧阳娜娜', '欧***'],
    ['𠮷野家', '𠮷**'],
    ['阿布都·热合曼', '阿******'],
    ['John Smith', 'J*** S****'],
    ['Jean-Luc Picard', 'J***-L** P*****'],
    ['Émile', 'É****'],
    ['', ''],
  ])('name %s', (name, masked) => expect(maskName(name)).toBe(masked));

  it('keep the length in code points and show no more than they may', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
        for (const mask of [maskDocument, maskPhone, maskName]) {
          expect(Array.from(mask(text))).toHaveLength(Array.from(text).length);
        }
        const shown = Array.from(maskDocument(text)).filter(
          (point, index) => point === Array.from(text)[index] && point !== '*',
        );
        expect(shown.length).toBeLessThanOrEqual(7);
      }),
    );
  });
});
