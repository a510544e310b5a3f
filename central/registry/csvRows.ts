import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { parse } from 'csv-parse';

export type CsvRow = { readonly line: number; readonly cells: readonly string[] };

/** What is wrong with a row or a file, for whoever made it. */
export class RowFault extends Error {}

const mostFaults = 20;
/** The longest line of a file; a real one has some hundred characters. */
const longestLine = 64 * 1024;
const cannotBeOpened: ReadonlySet<string> = new Set(['ENOENT', 'EISDIR', 'EACCES', 'ENOTDIR']);

export type CsvRead =
  | { readonly ok: true; readonly fileHash: string }
  /** Each fault says where. */
  | { readonly ok: false; readonly faults: readonly string[] };

/**
 * Hands a CSV file's rows over one by one, the headings first, in a stream: its length is bounded by the disk alone. A
 * RowFault that `take` throws is kept with its line, and the rows after it are looked at too, up to twenty faults; one of
 * the headings ends it.
 */
export async function readCsv(place: string, take: (row: CsvRow) => Promise<void>): Promise<CsvRead> {
  const hash = createHash('sha256');
  const text = createReadStream(place);
  text.on('data', (piece) => hash.update(piece));
  const rows = text.pipe(
    parse({ bom: true, info: true, relax_column_count: true, skip_empty_lines: true, max_record_size: longestLine }),
  );
  text.on('error', (error) => rows.destroy(error));
  const faults: string[] = [];
  let count = 0;
  try {
    for await (const { record, info } of rows as AsyncIterable<{ record: string[]; info: { lines: number } }>) {
      count += 1;
      try {
        await take({ line: info.lines, cells: record });
      } catch (error) {
        if (!(error instanceof RowFault)) throw error;
        faults.push(`line ${info.lines}: ${error.message}`);
        if (count === 1 || faults.length >= mostFaults) break;
      }
    }
  } catch (error) {
    const code = String((error as { code?: unknown }).code);
    if (cannotBeOpened.has(code)) faults.push(`the file cannot be read (${code})`);
    else if (code.startsWith('CSV_')) faults.push(error instanceof Error ? error.message : code);
    else throw error;
  }
  if (faults.length === 0 && count < 2) faults.push('the file has no rows');
  return faults.length > 0 ? { ok: false, faults } : { ok: true, fileHash: hash.digest('hex') };
}
