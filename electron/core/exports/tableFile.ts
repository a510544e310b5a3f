import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { PassThrough, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import { csvLine } from '../../../shared/csvLine.ts';
import { beginHidden, type GrowingFile, type HiddenFile } from './wholeFile.ts';
import { sheetEnd, sheetRow, sheetStart, workbookParts } from './xlsxParts.ts';

/** A table on its way into a file: CSV, or a workbook where the path ends with `.xlsx`. */
export type TableFile = {
  readonly add: (rows: readonly (readonly string[])[]) => Promise<void>;
  /** Brings the file on to the disk, hidden still; the hash is of the file's bytes. */
  readonly end: () => Promise<HiddenFile & { readonly sha256: string }>;
  readonly discard: () => Promise<void>;
};

/** Begins the file beside its place. Throws the system's error, from here and from `add` and `end`. */
export async function beginTable(path: string): Promise<TableFile> {
  const file = await beginHidden(path);
  return /\.xlsx$/i.test(path) ? beginWorkbook(file) : beginCsv(file);
}

async function beginCsv(file: GrowingFile): Promise<TableFile> {
  const hash = createHash('sha256');
  const put = async (text: string): Promise<void> => {
    const piece = Buffer.from(text, 'utf8');
    hash.update(piece);
    await file.write(piece);
  };
  let isBegun = false;
  return {
    add: async (rows) => {
      // With a byte order mark, or spreadsheet programs take UTF-8 for something else.
      const mark = isBegun ? '' : '\uFEFF';
      isBegun = true;
      if (rows.length > 0 || mark !== '') await put(mark + rows.map(csvLine).join(''));
    },
    end: async () => ({ ...(await file.end()), sha256: hash.digest('hex') }),
    discard: file.discard,
  };
}

/** Written and packed piece by piece: nothing of it waits in memory but what the disk has not taken yet. */
async function beginWorkbook(file: GrowingFile): Promise<TableFile> {
  const hash = createHash('sha256');
  const zip = new ZipFile();
  const sheet = new PassThrough();
  const target = new Writable({
    write: (piece: Buffer, _encoding, done) => {
      hash.update(piece);
      file.write(piece).then(() => done(), done);
    },
  });
  for (const [name, xml] of Object.entries(workbookParts)) zip.addBuffer(Buffer.from(xml), name);
  zip.addReadStream(sheet, 'xl/worksheets/sheet1.xml');
  zip.end();
  const written = pipeline(zip.outputStream, target);
  let failure: unknown = null;
  // Heard here at once; whoever adds or ends next is told.
  const failed = written.catch((error: unknown) => {
    failure = error;
  });
  const put = async (xml: string): Promise<void> => {
    if (failure === null && !sheet.write(xml)) await Promise.race([once(sheet, 'drain'), failed]);
    if (failure !== null) throw failure;
  };
  let line = 0;
  sheet.write(sheetStart);
  return {
    add: async (rows) => {
      const xml = rows.map((cells) => {
        line += 1;
        return sheetRow(line, cells);
      });
      await put(xml.join(''));
    },
    end: async () => {
      sheet.end(sheetEnd);
      await written;
      return { ...(await file.end()), sha256: hash.digest('hex') };
    },
    discard: async () => {
      sheet.destroy();
      target.destroy();
      await failed;
      await file.discard();
    },
  };
}
