import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { oneCharacterOff } from '../../../shared/codes/closeness.ts';

describe('one character off', () => {
  it.each([
    ['SN1234', 'SN1234', null],
    ['SN124', 'SN1234', 'missing'],
    ['N1234', 'SN1234', 'missing'],
    ['SN123', 'SN1234', 'missing'],
    ['SN12234', 'SN1234', 'extra'],
    ['SN12345', 'SN1234', 'extra'],
    ['SN1235', 'SN1234', 'changed'],
    ['XN1234', 'SN1234', 'changed'],
    ['SN1324', 'SN1234', 'swapped'],
    ['NS1234', 'SN1234', 'swapped'],
    ['SN4321', 'SN1234', null],
    ['SN12', 'SN1234', null],
    ['', 'A', 'missing'],
    ['A', '', 'extra'],
    ['', '', null],
  ])('%s against %s: %s', (read, known, off) => expect(oneCharacterOff(read, known)).toBe(off));

  it('finds what was done', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1 }),
        fc.nat(),
        fc.string({ minLength: 1, maxLength: 1 }),
        (known, seed, other) => {
          const place = seed % known.length;
          expect(oneCharacterOff(known.slice(0, place) + known.slice(place + 1), known)).toBe('missing');
          expect(oneCharacterOff(known.slice(0, place) + other + known.slice(place), known)).toBe('extra');
          const changed = known.slice(0, place) + other + known.slice(place + 1);
          expect(oneCharacterOff(changed, known)).toBe(changed === known ? null : 'changed');
        },
      ),
    );
  });
});
