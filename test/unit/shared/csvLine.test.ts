import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvLine } from '../../../shared/csvLine.ts';

/** What a spreadsheet would compute, at the start of a cell. */
const computed = /^[\s\p{C}"]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20\u2212]/u;

describe('a line of CSV', () => {
  it.each([
    ['=1+1', "'=1+1"],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@SUM', "'@SUM"],
    ['\t=1', '"\'\t\'=1"'],
    ['＝1', "'＝1"],
    ['＠x', "'＠x"],
    ['  =1', "'  =1"],
    ['\u200b=1', "'\u200b=1"],
    ['张三', '张三'],
    ['a-b', 'a-b'],
    ['张,三', '"张,三"'],
    ['说"好"', '"说""好"""'],
    ['', ''],
  ])('%j', (cell, written) => {
    expect(csvLine([cell])).toBe(`${written}\r\n`);
  });

  const hostile = fc.string({
    unit: fc.oneof(
      fc.constantFrom(...'=+-@＝＋－＠;,\t|"\'\r\n \u200b\u2212'),
      fc.string({ unit: 'grapheme', maxLength: 1 }),
    ),
    maxLength: 12,
  });

  it('says what was put in, and nothing that a program computes, whatever separator it takes', () => {
    fc.assert(
      fc.property(fc.array(hostile, { minLength: 1, maxLength: 5 }), (cells) => {
        const line = csvLine(cells);
        const [read] = parse(line, { record_delimiter: '\r\n', relax_column_count: true }) as string[][];
        // What is added is an apostrophe, before what would be computed.
        expect((read ?? ['']).map((cell) => cell.replaceAll("'", ''))).toEqual(
          cells.map((cell) => cell.replaceAll("'", '')),
        );
        for (const separator of [',', ';', '\t', '|', '\n'])
          for (const cell of line.split(separator)) expect(cell).not.toMatch(computed);
      }),
      { numRuns: 2_000 },
    );
  });
});
