import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFramer, type Framed, longestScan, textOfScan } from '../../../electron/guns/framing.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const textOf = (framed: readonly Framed[]) =>
  framed.map((one) => (one.kind === 'scan' ? textOfScan(one.bytes) : one.kind));
const line = { end: 'line', pauseMs: 50 } as const;

describe('a stream of bytes is cut into scans', () => {
  it.each([
    ['line', 'A1\rB2\nC3\r\nD4\r'],
    ['tab', 'A1\tB2\tC3\tD4\t'],
    ['etx', '\u0002A1\u0003\u0002B2\u0003C3\u0003\u0002D4\u0003'],
  ] as const)('ending in %s', (end, stream) => {
    expect(textOf(createFramer({ end, pauseMs: 50 }).feed(bytes(stream), 0))).toEqual(['A1', 'B2', 'C3', 'D4']);
  });

  it('ending in a pause, and in nothing else', () => {
    const framer = createFramer({ end: 'pause', pauseMs: 50 });
    expect(framer.feed(bytes('A1'), 0)).toEqual([]);
    expect(framer.feed(bytes('B2'), 49)).toEqual([]);
    expect(framer.deadlineMs()).toBe(99);
    expect(framer.tick(98)).toEqual([]);
    expect(textOf(framer.tick(99))).toEqual(['A1B2']);
    expect(framer.deadlineMs()).toBeNull();
    framer.feed(bytes('C3\r'), 200);
    // The timer was late: the next scan does not run into it.
    expect(textOf(framer.feed(bytes('D4'), 260))).toEqual(['C3']);
    expect(textOf(framer.tick(400))).toEqual(['D4']);
  });

  it('however the system breaks it up, separators intact', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.string({ unit: fc.constantFrom('0', 'A', '\u001D', ']', '/', 'é', '疫'), minLength: 1, maxLength: 30 }),
          {
            minLength: 1,
            maxLength: 5,
          },
        ),
        fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
        (texts, cuts) => {
          const framer = createFramer(line);
          const stream = bytes(texts.map((text) => `${text}\r\n`).join(''));
          const framed: Framed[] = [];
          let at = 0;
          for (let n = 0; at < stream.length; n++) {
            const length = cuts[n % cuts.length] ?? 1;
            framed.push(...framer.feed(stream.slice(at, at + length), n));
            at += length;
          }
          expect(textOf(framed)).toEqual(texts);
        },
      ),
    );
  });

  it("a passport's two lines are one scan; a first line alone comes after a while", () => {
    const first = 'P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<';
    const second = 'L898902C36UTO7408122F1204159ZE184226B<<<<<10';
    const framer = createFramer(line);
    expect(framer.feed(bytes(`${first}\r`), 0)).toEqual([]);
    expect(textOf(framer.feed(bytes(`${second}\r`), 100))).toEqual([`${first}\n${second}`]);
    framer.feed(bytes(`${first}\r`), 1_000);
    expect(textOf(framer.feed(bytes('SN000001\r'), 1_100))).toEqual([first, 'SN000001']);
    framer.feed(bytes(`${first}\r`), 2_000);
    expect(framer.deadlineMs()).toBe(2_600);
    expect(textOf(framer.tick(2_600))).toEqual([first]);
  });

  it('a stream without end is told once and held in no memory; the next scan is whole', () => {
    const framer = createFramer(line);
    const flood = bytes('A'.repeat(longestScan));
    expect(framer.feed(flood, 0)).toEqual([]);
    expect(framer.feed(bytes('B'), 1)).toEqual([{ kind: 'tooLong' }]);
    for (let n = 0; n < 50; n++) expect(framer.feed(flood, n)).toEqual([]);
    expect(textOf(framer.feed(bytes('C\rD4\r'), 100))).toEqual(['D4']);
  });

  it('says whether a scan was under way when the gun was pulled', () => {
    const framer = createFramer(line);
    expect(framer.drop()).toBe(false);
    framer.feed(bytes('half'), 0);
    expect(framer.drop()).toBe(true);
    expect(textOf(framer.feed(bytes('whole\r'), 1))).toEqual(['whole']);
  });
});

it('text is UTF-8 where it is that, else GB 18030, else Latin-1', () => {
  expect(textOfScan(bytes('张三'))).toBe('张三');
  expect(textOfScan(Uint8Array.from([0xd5, 0xc5, 0xc8, 0xfd]))).toBe('张三');
  expect(textOfScan(Uint8Array.from([0x41, 0xff]))).toBe('Aÿ');
});
