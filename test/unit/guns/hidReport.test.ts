import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createHidReader, type HidReading } from '../../../electron/guns/hidReport.ts';

/** Reports of one message in the layout of HID POS: at most 58 bytes of data each. */
function reportsOf(
  data: Uint8Array,
  symbology: string | null,
  more: { readonly withNumber?: boolean } = {},
): Uint8Array[] {
  const reports: Uint8Array[] = [];
  for (let at = 0; at === 0 || at < data.length; at += 58) {
    const part = data.slice(at, at + 58);
    const payload = new Uint8Array(63);
    payload[0] = part.length;
    for (const [n, character] of [...(symbology ?? '')].entries()) payload[1 + n] = character.charCodeAt(0);
    payload.set(part, 4);
    payload[62] = at + 58 < data.length ? 1 : 0;
    reports.push(more.withNumber === true ? Uint8Array.from([2, ...payload]) : payload);
  }
  return reports;
}
const bytes = (text: string) => new TextEncoder().encode(text);
const read = (reports: readonly Uint8Array[], reader = createHidReader()): HidReading[] =>
  reports.flatMap((report, n) => [...reader.feed(report, n)]);

describe('reports of a HID POS scanner', () => {
  it('give the content they carry, whatever its length and bytes, with or without the report number', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 700 }),
        fc.constantFrom(null, ']d2', ']C1', ']Q3', ']E0'),
        fc.boolean(),
        (data, symbology, withNumber) => {
          expect(read(reportsOf(data, symbology, { withNumber }))).toEqual([{ kind: 'scan', symbology, bytes: data }]);
        },
      ),
    );
  });

  it('an identifier that is none is no identifier', () => {
    expect(read(reportsOf(bytes('A1'), 'abc'))).toMatchObject([{ symbology: null }]);
    expect(read(reportsOf(bytes('A1'), ']]1'))).toMatchObject([{ symbology: null }]);
  });

  it('a message whose rest never came is told, and the next one is whole', () => {
    const reader = createHidReader();
    const [half] = reportsOf(bytes('x'.repeat(100)), ']d2');
    const [whole] = reportsOf(bytes('SN1'), ']C1');
    if (half === undefined || whole === undefined) throw new Error('no reports');
    expect(reader.feed(half, 0)).toEqual([]);
    expect(reader.feed(whole, 10)).toEqual([
      { kind: 'partMissing' },
      { kind: 'scan', symbology: ']C1', bytes: bytes('SN1') },
    ]);
    // The same symbology, but much later.
    expect(reader.feed(half, 100)).toEqual([]);
    const [later] = reportsOf(bytes('SN2'), ']d2');
    if (later === undefined) throw new Error('no report');
    expect(reader.feed(later, 5_000)).toEqual([
      { kind: 'partMissing' },
      { kind: 'scan', symbology: ']d2', bytes: bytes('SN2') },
    ]);
  });

  it('a length that no report can hold makes no scan', () => {
    const [report] = reportsOf(bytes('SN1'), null);
    if (report === undefined) throw new Error('no report');
    report[0] = 59;
    expect(read([report])).toEqual([{ kind: 'partMissing' }]);
  });

  it('a message without end is cut off', () => {
    const reader = createHidReader();
    const [endless] = reportsOf(bytes('x'.repeat(100)), null);
    if (endless === undefined) throw new Error('no report');
    const readings = Array.from({ length: 200 }, (_unused, n) => reader.feed(endless, n)).flat();
    expect(readings).toEqual([{ kind: 'tooLong' }]);
  });

  it('anything at all that a device sends is taken calmly', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 70 }), { maxLength: 30 }), (reports) => {
        const reader = createHidReader();
        for (const [n, report] of reports.entries()) {
          for (const reading of reader.feed(report, n)) {
            if (reading.kind === 'scan') expect(reading.bytes.length).toBeGreaterThan(0);
          }
        }
        reader.drop();
        expect(reader.drop()).toBe(false);
      }),
    );
  });

  it('reports of another length or number are not a scanner’s', () => {
    expect(read([new Uint8Array(8), Uint8Array.from([1, ...new Uint8Array(63)]), new Uint8Array(0)])).toEqual([]);
  });
});
