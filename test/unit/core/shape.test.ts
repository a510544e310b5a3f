import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawn, firmPrefix, joined, loosened, mendings, prefixOf, shapeOf } from '../../../electron/core/kits/shape.ts';

const learned = (codes: readonly string[]) => codes.map(shapeOf).reduce(joined);

describe('a shape', () => {
  it('keeps what all codes have and the classes of the rest', () => {
    const shape = learned(['SN-01a', 'SN-12b', 'SN-23C']);
    expect(prefixOf(shape)).toBe('SN-');
    expect(drawn(shape)).toBe('SN-##*');
    expect(drawn(learned(['A1', 'B2']))).toBe('A#');
  });

  it('is the same object while nothing new is learned', () => {
    const shape = learned(['AB01', 'AB99']);
    expect(joined(shape, shapeOf('AB55'))).toBe(shape);
  });

  it('takes neither a counter nor its zeros for a property of the code', () => {
    const few = learned(['SN000101', 'SN000102', 'SN000103']);
    expect(prefixOf(few)).toBe('SN00010');
    expect(firmPrefix(few, 3)).toBe('SN');
    expect(firmPrefix(learned(['012345678001', '012345678999']), 400)).toBe('01234567');
    expect(firmPrefix(learned(['AB', 'CD']), 400)).toBe('');
  });
});

describe('mendings', () => {
  it('name the lost character where it is one that all codes have', () => {
    const shape = loosened(learned(['012300101', '012300999']), 6);
    expect(mendings('12300041', shape)).toEqual(['012300041']);
    expect(mendings('01230041', shape).length).toBeGreaterThan(1);
  });

  it('name every way where it is not, and none for other lengths or other codes', () => {
    const shape = learned(['AB00', 'AB99']);
    expect(new Set(mendings('AB5', shape))).toEqual(
      new Set(Array.from({ length: 10 }, (_, n) => [`AB${n}5`, `AB5${n}`]).flat()),
    );
    expect(mendings('AB', shape)).toEqual([]);
    expect(mendings('XY5', shape)).toEqual([]);
    expect(mendings('AB555', shape)).toEqual(['AB55']);
  });

  it('always hold the code that was, whatever was lost or doubled where', () => {
    const code = fc.tuple(
      fc.constantFrom('SN', 'Q-', '0x'),
      fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 4, maxLength: 4 }),
    );
    fc.assert(
      fc.property(fc.array(code, { minLength: 2, maxLength: 8 }), fc.nat(), fc.boolean(), (parts, place, isExtra) => {
        const codes = parts.map(([head, rest]) => head + rest);
        const shape = learned(codes);
        const [was = ''] = codes;
        const at = place % was.length;
        const read = isExtra ? was.slice(0, at) + was.charAt(at) + was.slice(at) : was.slice(0, at) + was.slice(at + 1);
        expect(mendings(read, shape)).toContain(was);
      }),
    );
  });
});
