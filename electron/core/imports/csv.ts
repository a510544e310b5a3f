import { readFileSync, statSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { StationError } from '../../../shared/errors.ts';

/** Larger files are refused before they are read: a roster of 100,000 people is about 12 MB. */
const fileLimitBytes = 64 * 1024 * 1024;
const columnLimit = 200;
const cellLimit = 2_000;

export type Sheet = {
  readonly encoding: 'UTF-8' | 'UTF-16' | 'GB18030';
  readonly delimiter: ',' | ';' | '\t';
  readonly headings: readonly string[];
  /** Rows with the file's line numbers, the first line being 1. */
  readonly rows: readonly { readonly line: number; readonly cells: readonly string[] }[];
};

/** Reads a CSV file whatever it was saved with. Throws FILE_UNREADABLE or FILE_TOO_LARGE with what is wrong. */
export function readSheet(path: string): Sheet {
  let bytes: Uint8Array;
  try {
    const { size } = statSync(path);
    if (size > fileLimitBytes) throw new StationError('FILE_TOO_LARGE', { limitBytes: fileLimitBytes });
    bytes = readFileSync(path);
  } catch (error) {
    if (error instanceof StationError) throw error;
    throw new StationError('FILE_UNREADABLE', { problem: 'notReadable' });
  }
  if (looksLikeWorkbook(bytes)) throw new StationError('FILE_UNREADABLE', { problem: 'workbook' });
  const { text, encoding } = decode(bytes);
  if (text.includes('\u0000')) throw new StationError('FILE_UNREADABLE', { problem: 'binary' });
  const delimiter = delimiterOf(text);
  let records: { record: string[]; info: { lines: number } }[];
  try {
    records = parse(text, {
      delimiter,
      bom: true,
      info: true,
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      max_record_size: columnLimit * cellLimit,
    }) as unknown as { record: string[]; info: { lines: number } }[];
  } catch {
    throw new StationError('FILE_UNREADABLE', { problem: 'notCsv' });
  }
  const filled = records.filter(({ record }) => record.some((cell) => cell.trim() !== ''));
  const [head, ...body] = filled;
  if (head === undefined) throw new StationError('FILE_UNREADABLE', { problem: 'empty' });
  if (head.record.length > columnLimit) throw new StationError('FILE_UNREADABLE', { problem: 'tooManyColumns' });
  return {
    encoding,
    delimiter,
    headings: head.record.map((cell) => cell.trim()),
    rows: body.map(({ record, info }) => ({ line: info.lines, cells: record.map(cleanCell) })),
  };
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
