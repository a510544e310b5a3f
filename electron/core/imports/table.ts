import { StationError } from '../../../shared/errors.ts';

/** A file of people has fewer rows than a district; a district fewer than this. */
const rowLimit = 500_000;
/** All cells of a file: a roster of 100,000 people with forty columns has four fifths of them. */
const allCellsLimit = 5_000_000;
export const columnLimit = 256;
/** Characters of a cell. What is longer is cut and marked, and refused where its column is used. */
export const cellLimit = 4_000;
/** Cells that merged areas may fill; a sheet's areas are its writer's, and overlap as often as that likes. */
const fillLimit = 2_000_000;

/**
 * What a cell was in the file: `t` text, `n` a number, `d` a date, `b` true or false, `e` an error of the spreadsheet,
 * `l` a text that was cut.
 */
export type CellKind = 't' | 'n' | 'd' | 'b' | 'e' | 'l';

export type Row = {
  /** Of the file or the sheet, the first being 1. */
  readonly line: number;
  readonly cells: readonly string[];
  /** One CellKind a cell; empty where all are text. */
  readonly kinds: string;
};

export type Rows = {
  readonly length: number;
  readonly at: (index: number) => Row;
  /** Cells that one of the first rows has in the file, with the blank ones at its end; later ones as they are. */
  readonly width: (index: number) => number;
};

/** An area of merged cells, by line and column, from 1 and from 0. */
export type Merged = { readonly fromLine: number; readonly toLine: number; readonly column: number };

/** What a file holds, before anybody knows what its columns mean. */
export type Table = {
  readonly format: 'csv' | 'xlsx';
  readonly encoding: 'UTF-8' | 'UTF-16' | 'GB18030';
  /** Of CSV; empty in a workbook. */
  readonly delimiter: ',' | ';' | '\t' | '';
  /** Visible sheets that hold something, in order; none in CSV. */
  readonly sheets: readonly string[];
  /** The one that was read. */
  readonly sheet: string | null;
  /** The rows that hold anything. */
  readonly rows: Rows;
  /** What the reader saw and whoever brings the file should know. */
  readonly notes: readonly TableNote[];
};

export type TableNote = { readonly code: string; readonly params: Readonly<Record<string, string>> };

/** Rows whose heading may be among them. */
export const headRows = 30;

/** Between two cells: no cell holds a control character. */
const mark = '\u001F';

/**
 * Rows as they are collected: a string a row, which takes a tenth of the memory that its cells would. Throws
 * FILE_TOO_LARGE, or FILE_UNREADABLE for more columns than a list of people or kits can have.
 */
export function collectRows() {
  const lines: number[] = [];
  const packed: string[] = [];
  const kindsOf: string[] = [];
  const widths: number[] = [];
  const kindsKnown = new Map<string, string>();
  let allCells = 0;

  const at = (index: number): Row => ({
    line: lines[index] ?? 0,
    cells: (packed[index] ?? '').split(mark),
    kinds: kindsOf[index] ?? '',
  });

  const keepKinds = (kinds: string): string => {
    const known = kindsKnown.get(kinds);
    if (known !== undefined) return known;
    // The same few patterns come again and again; a hostile file has more of them than are worth keeping.
    if (kindsKnown.size < 10_000) kindsKnown.set(kinds, kinds);
    return kinds;
  };

  return {
    /** `seen` is how many cells the file spent on the row, blank ones too. */
    add: (line: number, cells: readonly string[], kinds: string, seen: number = cells.length): void => {
      allCells += seen;
      let width = cells.length;
      while (width > 0 && cells[width - 1] === '') width -= 1;
      if (allCells > allCellsLimit) throw new StationError('FILE_TOO_LARGE', { limitRows: rowLimit });
      if (width === 0) return;
      if (packed.length >= rowLimit) throw new StationError('FILE_TOO_LARGE', { limitRows: rowLimit });
      if (width > columnLimit) throw tooManyColumns();
      if (widths.length < headRows) widths.push(Math.min(seen, columnLimit));
      lines.push(line);
      packed.push((width === cells.length ? cells : cells.slice(0, width)).join(mark));
      kindsOf.push(/[^t]/.test(kinds) ? keepKinds(kinds.slice(0, width)) : '');
    },
    /** Gives the upper cell of each merged area to the cells below it in the area's first column. */
    fillDown: (areas: readonly Merged[]): void => {
      let filled = 0;
      for (const { fromLine, toLine, column } of areas) {
        const top = firstFrom(lines, fromLine);
        if (lines[top] !== fromLine) continue;
        const { cells, kinds } = at(top);
        const text = cells[column] ?? '';
        if (text === '') continue;
        for (let index = top + 1; index < lines.length && (lines[index] ?? 0) <= toLine; index += 1) {
          filled += 1;
          if (filled > fillLimit) return;
          const row = at(index);
          if ((row.cells[column] ?? '') !== '') continue;
          const width = Math.max(row.cells.length, column + 1);
          const wide = Array.from({ length: width }, (_none, place) => row.cells[place] ?? '');
          wide[column] = text;
          packed[index] = wide.join(mark);
          if (kinds === '' && row.kinds === '') continue;
          const wideKinds = [...row.kinds.padEnd(width, 't')];
          wideKinds[column] = kinds[column] ?? 't';
          kindsOf[index] = keepKinds(wideKinds.join(''));
        }
      }
    },
    rows: (): Rows => ({
      length: packed.length,
      at,
      width: (index) => widths[index] ?? at(index).cells.length,
    }),
  };
}

/** The first place whose line is `line` or a later one. Lines rise. */
function firstFrom(lines: readonly number[], line: number): number {
  let from = 0;
  let to = lines.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((lines[middle] ?? 0) < line) from = middle + 1;
    else to = middle;
  }
  return from;
}

export function unreadable(problem: string, params: Readonly<Record<string, string>> = {}): StationError {
  return new StationError('FILE_UNREADABLE', { problem, ...params });
}

export function tooManyColumns(): StationError {
  return unreadable('tooManyColumns', { limit: String(columnLimit) });
}

/**
 * A cell as it is taken: half-width, on one line, without surrounding space, without the apostrophe that keeps a
 * spreadsheet from computing a cell. `isCut` says that it was longer than any cell may be.
 */
export function cleanCell(written: string): { readonly text: string; readonly isCut: boolean } {
  if (plain.test(written) && written.length <= cellLimit) return { text: written, isCut: false };
  const text = written
    .slice(0, cellLimit + 1)
    .normalize('NFKC')
    .replaceAll(/[\p{Cc}\u200B-\u200F\u2028\u2029\u202A-\u202E\u2060\u2066-\u2069\uFEFF]+/gu, ' ')
    .trim()
    .replace(/^'(?=[=+\-@\d])/, '');
  return { text: text.slice(0, cellLimit), isCut: written.length > cellLimit };
}

/** Letters and digits that nothing needs to be done about: nearly all cells of a roster. */
const plain = /^[\x21-\x26\x28-\x7E\u4E00-\u9FFF]*$/;
