import path from 'node:path';
import type { Database } from '../store/database.ts';
import {
  alone,
  clearUnfinished,
  createLineWriter,
  findExpiryClashes,
  foldLines,
  isImported,
  keepManifest,
} from '../store/manifests.ts';
import { listProducts, saveLots } from '../store/registry.ts';
import { type CsvRead, readCsv } from './csvRows.ts';
import { createRowReader, type ManifestRow, readHeadings } from './manifestRow.ts';

export type ManifestImport =
  | {
      readonly ok: true;
      readonly rows: number;
      readonly ranges: number;
      readonly kits: number;
      readonly lots: number;
    }
  /** Nothing of the file was taken; each fault says where. */
  | { readonly ok: false; readonly faults: readonly string[] };

/**
 * Takes a maker's manifest in, whole or not at all: a CSV file of UTF-8 with headings, each row one kit or a range of
 * them. It is read in a stream, so that its length is bounded by the disk alone.
 */
export async function importManifest(
  database: Database,
  file: { readonly place: string; readonly maker: string },
  nowMs: number,
): Promise<ManifestImport> {
  const done = await alone(database, async (): Promise<ManifestImport> => {
    await clearUnfinished(database);
    const read = await readLines(database, file.place, new Date(nowMs).toISOString().slice(0, 10));
    if (!read.ok) return read;
    if (await isImported(database, read.fileHash)) return refused(['this file is in already']);
    const clashes = await findExpiryClashes(database);
    if (clashes.length > 0) {
      return refused(
        clashes.map(
          ({ line, lot, expiresOn, known }) =>
            `line ${line}: lot ${lot} expires on ${expiresOn} here and on ${known} elsewhere`,
        ),
      );
    }
    const overlaps = await foldLines(database);
    if (overlaps.length > 0) {
      return refused(
        overlaps.map(({ line, kits, otherLine, otherMaker, otherFile }) =>
          otherLine === null
            ? `line ${line}: ${kits} came before, by ${otherMaker} in ${otherFile}`
            : `line ${line}: ${kits} is in line ${otherLine} too`,
        ),
      );
    }
    const manifest = { maker: file.maker, fileName: path.basename(file.place).slice(0, 200), fileHash: read.fileHash };
    return { ok: true, ...(await keepManifest(database, manifest, nowMs, saveLots)) };
  });
  return done ?? refused(['another manifest is being imported']);
}

const refused = (faults: readonly string[]): ManifestImport => ({ ok: false, faults });

async function readLines(database: Database, place: string, day: string): Promise<CsvRead> {
  const products = await listProducts(database);
  const lines = createLineWriter(database);
  let read: ((cells: readonly string[]) => ManifestRow) | null = null;
  const done = await readCsv(place, async ({ line, cells }) => {
    if (read === null) read = createRowReader(products, readHeadings(cells), day);
    else await lines.add(read(cells), line);
  });
  if (done.ok) await lines.end();
  return done;
}
