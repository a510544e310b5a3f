import { readFileSync, statSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { parse } from 'csv-parse';
import { StationError } from '../../../shared/errors.ts';

/** Larger files are refused before they are read: a roster of 100,000 people is about 12 MB. */
const fileLimitBytes = 64 * 1024 * 1024;
/** A few bytes a row are enough for tens of millions of rows in a file of that size; a district has fewer people. */
const rowLimit = 500_000;
/** All cells of a file: a roster of 100,000 people with forty columns has four fifths of them. */
const allCellsLimit = 5_000_000;
const columnLimit = 200;
/** Longer than any cell that is taken: what is cut here is refused by its column's own rule. */
const cellLimit = 2_000;
const headingLimit = 200;
/** Of a file that is read at a time: some ten milliseconds. */
const pieceBytes = 64 * 1024;

export type Sheet = {
  readonly encoding: 'UTF-8' | 'UTF-16' | 'GB18030';
  readonly delimiter: ',' | ';' | '\t';
  readonly headings: readonly string[];
  /** Rows with the file's line numbers, the first line being 1. */
  readonly rows: readonly { readonly line: number; readonly cells: readonly string[] }[];
};

/** Reads a CSV file whatever it was saved with. Throws FILE_UNREADABLE or FILE_TOO_LARGE with what is wrong. */
export async function readSheet(path: string): Promise<Sheet> {
  let bytes: Uint8Array;
  try {
    const found = statSync(path);
    // A device or a pipe may have no end.
    if (!found.isFile()) throw new StationError('FILE_UNREADABLE', { problem: 'notAFile' });
    if (found.size > fileLimitBytes) throw new StationError('FILE_TOO_LARGE', { limitBytes: fileLimitBytes });
    bytes = readFileSync(path);
  } catch (error) {
    if (error instanceof StationError) throw error;
    throw new StationError('FILE_UNREADABLE', { problem: 'notReadable' });
  }
  if (looksLikeWorkbook(bytes)) throw new StationError('FILE_UNREADABLE', { problem: 'workbook' });
  const { text, encoding } = decode(bytes);
  if (text.includes('\u0000')) throw new StationError('FILE_UNREADABLE', { problem: 'binary' });
  const delimiter = delimiterOf(text);
  const [head, ...rows] = await parseRows(text, delimiter);
  if (head === undefined) throw new StationError('FILE_UNREADABLE', { problem: 'empty' });
  if (head.cells.length > columnLimit) throw new StationError('FILE_UNREADABLE', { problem: 'tooManyColumns' });
  return {
    encoding,
    delimiter,
    headings: head.cells,
    rows,
  };
}

/**
 * The rows that hold anything, the first one being the headings. Each is cut to what can be taken of it while it is read,
 * so that none outgrows memory, and between two pieces of the file the desk goes on.
 */
async function parseRows(text: string, delimiter: string): Promise<Sheet['rows']> {
  const rows: { readonly line: number; readonly cells: readonly string[] }[] = [];
  let allCells = 0;
  let fault: unknown = null;
  const parser = parse({
    delimiter,
    bom: true,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    max_record_size: columnLimit * cellLimit,
    on_record: (record: string[], { lines }: { readonly lines: number }) => {
      allCells += record.length;
      if (rows.length >= rowLimit || allCells > allCellsLimit) {
        throw new StationError('FILE_TOO_LARGE', { limitRows: rowLimit });
      }
      const isHead = rows.length === 0;
      const cells = record
        .slice(0, columnLimit + 1)
        .map((cell) => (isHead ? cell.slice(0, headingLimit).trim() : cleanCell(cell.slice(0, cellLimit))));
      if (cells.some((cell) => cell !== '')) rows.push({ line: lines, cells });
      // Kept here: nothing waits in the parser's own queue.
      return null;
    },
  });
  parser.on('error', (error) => {
    fault = error;
  });
  const ended = new Promise((resolve) => {
    parser.once('end', resolve);
    parser.once('error', resolve);
  });
  parser.resume();
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length && fault === null; at += pieceBytes) {
    parser.write(bytes.subarray(at, at + pieceBytes));
    await nextTurn();
  }
  parser.end();
  await ended;
  if (fault instanceof StationError) throw fault;
  if (fault !== null) throw new StationError('FILE_UNREADABLE', { problem: 'notCsv' });
  return rows;
}

/** UTF-8 where it is valid UTF-8, else GB18030, which Chinese spreadsheet programs write; UTF-16 by its mark. */
function decode(bytes: Uint8Array): { readonly text: string; readonly encoding: Sheet['encoding'] } {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return { text: new TextDecoder('utf-16le').decode(bytes), encoding: 'UTF-16' };
  if (first === 0xfe && second === 0xff) return { text: new TextDecoder('utf-16be').decode(bytes), encoding: 'UTF-16' };
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), encoding: 'UTF-8' };
  } catch {
    try {
      return { text: new TextDecoder('gb18030', { fatal: true }).decode(bytes), encoding: 'GB18030' };
    } catch {
      throw new StationError('FILE_UNREADABLE', { problem: 'encoding' });
    }
  }
}

/** ZIP (XLSX) and the old Office container, told by their first bytes whatever the name says. */
function looksLikeWorkbook(bytes: Uint8Array): boolean {
  const head = Buffer.from(bytes.subarray(0, 4)).toString('hex');
  return head === '504b0304' || head === 'd0cf11e0';
}

/** The separator that the heading line has most of, outside quotes. */
function delimiterOf(text: string): Sheet['delimiter'] {
  const line = text.replace(/^\uFEFF?\s*/, '').split(/\r?\n/, 1)[0] ?? '';
  const bare = line.replaceAll(/"[^"]*"/g, '');
  const count = (mark: string) => bare.split(mark).length - 1;
  const tabs = count('\t');
  const semicolons = count(';');
  const commas = count(',');
  if (tabs > commas && tabs >= semicolons) return '\t';
  return semicolons > commas ? ';' : ',';
}

/** Half-width, without surrounding space, without the apostrophe that keeps a spreadsheet from computing a cell. */
function cleanCell(cell: string): string {
  return cell
    .normalize('NFKC')
    .replaceAll(/\p{Cc}+/gu, ' ')
    .trim()
    .replace(/^'(?=[=+\-@\d])/, '');
}
