import { type FileHandle, open } from 'node:fs/promises';
import { StationError } from '../../../shared/errors.ts';
import { readCsv } from './csv.ts';
import { readPiece } from './encoding.ts';
import { type Table, unreadable } from './table.ts';
import { readXlsx } from './xlsx/workbook.ts';

/** Larger files are refused before they are read: a roster of 100,000 people is about 12 MB. */
const fileLimitBytes = 64 * 1024 * 1024;
/** Enough of an old Office container to find the names of its streams. */
const oleHeadBytes = 1024 * 1024;

/**
 * Reads a CSV file or a workbook, told by what it holds and not by its name. `sheet` names the one to read; without, it is
 * the first visible one that holds something. `goOn` hears how far it is (0 to 1) and may throw to end it. Throws
 * FILE_UNREADABLE with `problem`, or FILE_TOO_LARGE.
 */
export async function readTable(path: string, sheet: string | null, goOn: (share: number) => void): Promise<Table> {
  let file: FileHandle;
  try {
    file = await open(path, 'r');
  } catch {
    throw unreadable('notReadable');
  }
  try {
    const found = await file.stat();
    // A device or a pipe may have no end.
    if (!found.isFile()) throw unreadable('notAFile');
    if (found.size > fileLimitBytes) throw new StationError('FILE_TOO_LARGE', { limitBytes: fileLimitBytes });
    if (found.size === 0) throw unreadable('empty');
    const is = await contentOf(file);
    if (is === 'zip') return await readXlsx(path, sheet, goOn);
    if (is !== 'text') throw unreadable(is);
    return await readCsv(file, found.size, goOn);
  } catch (error) {
    if (error instanceof Error && 'syscall' in error) throw unreadable('notReadable');
    throw error;
  } finally {
    await file.close();
  }
}

type Content = 'zip' | 'text' | 'encrypted' | 'oldWorkbook' | 'pdf' | 'picture' | 'archive' | 'webPage';

const beginnings: readonly (readonly [string, Content])[] = [
  ['504b0304', 'zip'],
  ['504b0506', 'zip'],
  ['25504446', 'pdf'],
  ['89504e47', 'picture'],
  ['ffd8ff', 'picture'],
  ['47494638', 'picture'],
  ['1f8b', 'archive'],
  ['526172211a07', 'archive'],
  ['377abcaf271c', 'archive'],
  ['fd377a585a00', 'archive'],
];

/** What a file is by its first bytes. */
async function contentOf(file: FileHandle): Promise<Content> {
  const head = Buffer.from(await readPiece(file, 0, 512));
  const hex = head.toString('hex');
  if (hex.startsWith('d0cf11e0')) {
    // A workbook with a password is kept inside the old container, under this name in UTF-16.
    const more = Buffer.from(await readPiece(file, 0, oleHeadBytes));
    return more.includes(Buffer.from('EncryptedPackage', 'utf16le')) ? 'encrypted' : 'oldWorkbook';
  }
  const known = beginnings.find(([beginning]) => hex.startsWith(beginning));
  if (known !== undefined) return known[1];
  // What many systems hand out as .xls is a page with a table, and Excel opens it after a warning.
  const text = head.toString('latin1').replace(/^\u00EF\u00BB\u00BF/, '');
  return /^\s*<(?:!doctype html|html|table|meta|\?xml|head|style|div)\b/i.test(text) ? 'webPage' : 'text';
}
