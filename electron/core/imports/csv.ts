import type { FileHandle } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { parse } from 'csv-parse';
import { StationError } from '../../../shared/errors.ts';
import { guessEncoding, readPiece } from './encoding.ts';
import { cellLimit, cleanCell, collectRows, columnLimit, type Table, unreadable } from './table.ts';

/** Of a file that is read at a time: some milliseconds. */
const pieceBytes = 32 * 1024;
/** The longest row: longer ones come of a quote that is never closed. */
const recordLimit = columnLimit * cellLimit;
/** Of the text, where the separator is looked for. */
const headLength = 16_384;

/**
 * Reads a CSV file in pieces, whatever it was saved with; between two pieces the desk goes on, and `goOn` may throw to end
 * it. Throws FILE_UNREADABLE or FILE_TOO_LARGE with what is wrong.
 */
export async function readCsv(file: FileHandle, size: number, goOn: (share: number) => void): Promise<Table> {
  const { encoding, skip, isDoubtful } = await guessEncoding(file, size);
  const decoder = new TextDecoder(encoding, { ignoreBOM: true });
  const found = collectRows();
  let fault: unknown = null;
  let parser: ReturnType<typeof parse> | null = null;
  let delimiter: Table['delimiter'] = ',';
  let ended: Promise<unknown> = Promise.resolve();

  const begin = (head: string): ReturnType<typeof parse> => {
    delimiter = delimiterOf(head);
    const fresh = parse({
      delimiter,
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      max_record_size: recordLimit,
      on_record: (record: string[], { lines }: { readonly lines: number }) => {
        addRecord(found, record, lines);
        // Kept here: nothing waits in the parser's own queue.
        return null;
      },
    });
    fresh.on('error', (error) => {
      fault = error;
    });
    ended = new Promise((resolve) => {
      fresh.once('end', resolve);
      fresh.once('error', resolve);
    });
    fresh.resume();
    return fresh;
  };
  const put = (text: string): void => {
    if (text.includes('\u0000')) throw unreadable('binary');
    if (parser === null) parser = begin(text.slice(0, headLength));
    parser.write(Buffer.from(text));
  };

  for (let at = skip; at < size && fault === null; at += pieceBytes) {
    goOn(at / size);
    put(decoder.decode(await readPiece(file, at, pieceBytes), { stream: true }));
    await nextTurn();
  }
  if (fault === null) put(decoder.decode());
  (parser as ReturnType<typeof parse> | null)?.end();
  await ended;
  if (fault instanceof StationError) throw fault;
  if (fault !== null) throw unreadable(isTooLong(fault) ? 'rowTooLong' : 'notCsv');
  const rows = found.rows();
  if (rows.length === 0) throw unreadable('empty');
  return {
    format: 'csv',
    encoding: encoding === 'utf-8' ? 'UTF-8' : encoding === 'gb18030' ? 'GB18030' : 'UTF-16',
    delimiter,
    sheets: [],
    sheet: null,
    rows,
    notes: isDoubtful ? [{ code: 'encodingDoubtful', params: {} }] : [],
  };
}

function addRecord(found: ReturnType<typeof collectRows>, record: readonly string[], line: number): void {
  const taken = record.length > columnLimit + 1 ? narrowed(record) : record;
  const cells: string[] = [];
  let kinds = '';
  for (const written of taken) {
    const { text, isCut } = cleanCell(written);
    cells.push(text);
    if (isCut) kinds = kinds.padEnd(cells.length - 1, 't').concat('l');
  }
  found.add(line, cells, kinds, record.length);
}

/** A row with more cells than a list can have: its blank ones at the end are of no account. */
function narrowed(record: readonly string[]): readonly string[] {
  const beyond = record.slice(columnLimit).find((cell) => cell.trim() !== '');
  const within = record.slice(0, columnLimit);
  return beyond === undefined ? within : [...within, beyond];
}

function isTooLong(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'CSV_MAX_RECORD_SIZE';
}

/** The separator that the first lines have most of, outside quotes: a title above the heading may have none. */
function delimiterOf(text: string): ',' | ';' | '\t' {
  const lines = text.split(/\r\n|\n|\r/, 20).map((line) => line.replaceAll(/"[^"]*"/g, ''));
  const count = (mark: string) => Math.max(...lines.map((line) => line.split(mark).length - 1));
  const tabs = count('\t');
  const semicolons = count(';');
  const commas = count(',');
  if (tabs > commas && tabs >= semicolons) return '\t';
  return semicolons > commas ? ';' : ',';
}
