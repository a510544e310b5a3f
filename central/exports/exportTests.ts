import { createHash } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import type { Database } from '../store/database.ts';
import { listTestIds, readChains } from '../store/testChains.ts';
import { type FormatName, formats } from './formats.ts';

export type ExportWish = {
  /** Both days are in it, as the site's clock had them. */
  readonly from: string;
  readonly to: string;
  readonly format: FormatName;
  /** Must not be there yet. */
  readonly file: string;
};

export type Exported =
  | { readonly ok: true; readonly tests: number; readonly bytes: number; readonly sha256: string }
  | { readonly ok: false; readonly code: 'exists' | 'unwritable' };

const page = 500;

/**
 * Writes the tests of these days into a file, a page at a time, each as it is when its page is read. The file has its
 * name only once it is whole and on the disk, and is readable by its owner alone: it holds people.
 */
export async function exportTests(database: Database, { from, to, format, file }: ExportWish): Promise<Exported> {
  const { begin, lineOf } = formats[format];
  const part = `${file}.part`;
  // Taken first, so that two exports to one name do not both go on.
  const claimed = await claim(file);
  if (claimed !== null) return { ok: false, code: claimed };
  let isDone = false;
  const out = await open(part, 'w', 0o600).catch(() => null);
  try {
    if (out === null) return { ok: false, code: 'unwritable' };
    const hash = createHash('sha256');
    let [tests, bytes] = [0, 0];
    const write = async (text: string) => {
      const chunk = Buffer.from(text, 'utf8');
      hash.update(chunk);
      bytes += chunk.length;
      await out.writeFile(chunk);
    };
    await write(begin);
    for (let last: string | null = null; ; ) {
      const ids: readonly string[] = await listTestIds(database, { from, to, after: last, limit: page });
      if (ids.length === 0) break;
      const chains = await readChains(database, ids);
      await write(chains.map(lineOf).join(''));
      tests += chains.length;
      last = ids.at(-1) ?? null;
    }
    await out.sync();
    await out.close();
    await rename(part, file);
    isDone = true;
    return { ok: true, tests, bytes, sha256: hash.digest('hex') };
  } finally {
    if (!isDone) {
      await out?.close().catch(() => {});
      await rm(part, { force: true });
      await rm(file, { force: true });
    }
  }
}

async function claim(file: string): Promise<'exists' | 'unwritable' | null> {
  try {
    await (await open(file, 'wx', 0o600)).close();
    return null;
  } catch (error) {
    return (error as { code?: string }).code === 'EEXIST' ? 'exists' : 'unwritable';
  }
}
