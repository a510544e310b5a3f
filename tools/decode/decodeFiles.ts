import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createDecoder } from '../../renderer/scan/decode/createDecoder.ts';
import type { CodeFormat, Decoder, EngineName } from '../../renderer/scan/decode/decoder.ts';
import type { ImageFile } from './imageFiles.ts';
import { readPicture } from './readPicture.ts';

export type DecodedFile = {
  readonly file: string;
  /** The content, GS as U+001D, without identifier; null where nothing was read. */
  readonly text: string | null;
  readonly format: CodeFormat | null;
  readonly symbology: string | null;
  readonly engine: EngineName | null;
  /** Time for decoding, in milliseconds, without reading the file. */
  readonly ms: number;
  /** Why the file is no picture. */
  readonly error?: string;
};

/** The WebAssembly of zxing-wasm's reader as it lies among the packages. */
export async function wasmFile(): Promise<Uint8Array> {
  return readFile(createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm'));
}

/** What is in each file, in the order given. A file that is no picture is an answer too. */
export async function* decodeFiles(files: readonly ImageFile[]): AsyncGenerator<DecodedFile, void, undefined> {
  if (files.length === 0) return;
  const decoder = await createDecoder(await wasmFile());
  for (const file of files) yield await decodeFile(decoder, file);
}

async function decodeFile(decoder: Decoder, { place, name }: ImageFile): Promise<DecodedFile> {
  const nothing = { file: name, text: null, format: null, symbology: null, engine: null };
  try {
    const picture = await readPicture(place);
    const start = performance.now();
    const decoded = decoder.decode(picture, 'picture');
    const ms = Math.round((performance.now() - start) * 10) / 10;
    if (decoded === null) return { ...nothing, ms };
    const { text, format, symbology, engine } = decoded;
    return { file: name, text, format, symbology, engine, ms };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { ...nothing, ms: 0, error: why.replace(/\s+/g, ' ').trim() };
  }
}
