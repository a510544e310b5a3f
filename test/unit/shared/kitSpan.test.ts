import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sizeOf, spanOf, spansOf, spotOf, textAt } from '../../../shared/codes/kitSpan.ts';

/** Serials as makers print them, and what nobody prints. */
const serial = fc.oneof(
  fc
    .tuple(fc.constantFrom('', 'SN', 'AB-0', '号'), fc.nat({ max: 3_000 }))
    .map(([head, n]) => head + String(n).padStart(4, '0')),
  fc.stringMatching(/^[0-9A-Z]{1,24}$/),
  fc.string({ maxLength: 30 }),
);

describe('places of serials', () => {
  it('each text has one place and comes back from it', () => {
    fc.assert(
      fc.property(serial, (text) => {
        const { head, width, number } = spotOf(text);
        expect(textAt(head, width, number)).toBe(text);
        expect(Number.isSafeInteger(number)).toBe(true);
      }),
    );
  });

  it('a list kept as ranges holds exactly the listed serials, in ranges that never touch', () => {
    fc.assert(
      fc.property(fc.array(serial, { maxLength: 60 }), (texts) => {
        const spans = spansOf(texts);
        const held = spans.flatMap((span) =>
          Array.from({ length: sizeOf(span) }, (_none, n) => textAt(span.head, span.width, span.first + n)),
        );
        expect(held.sort()).toEqual([...new Set(texts)].sort());
        for (const [n, span] of spans.entries()) {
          const former = spans[n - 1];
          if (former !== undefined && former.head === span.head && former.width === span.width)
            expect(span.first).toBeGreaterThan(former.last + 1);
        }
      }),
    );
  });

  it('a range is refused where its ends differ in length or beginning, or stand the wrong way round', () => {
    expect(spanOf('SN0009', 'SN0100')).toMatchObject({ head: 'SN', width: 4, first: 9, last: 100 });
    expect(spanOf('SN9', 'SN10')).toBe('uneven');
    expect(spanOf('SN0009', 'SM0010')).toBe('uneven');
    expect(spanOf('SN0010', 'SN0009')).toBe('backwards');
    // Fifteen digits count; what stands before them is part of the head.
    expect(spanOf('1234567890123456', '1234567890123457')).toMatchObject({ head: '1', width: 15 });
    expect(spanOf('1999999999999999', '2000000000000000')).toBe('uneven');
  });
});
