import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Picture } from '../../../renderer/scan/decode/decoder.ts';
import { chanceOf } from '../../../tools/pictures/chance.ts';
import { drawSymbol, toPicture } from '../../../tools/pictures/drawing.ts';
import { toSharp } from '../../../tools/pictures/labPicture.ts';
import { randomSymbol } from '../../../tools/pictures/symbols.ts';

const symbol = randomSymbol('gs1datamatrix', chanceOf(21));
const picture = toPicture(drawSymbol(symbol, {}, 1));
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'decode-'));
  await mkdir(path.join(folder, 'sub'));
  const png = await toSharp(picture).png().toBuffer();
  const file = (name: string) => path.join(folder, name);
  await writeFile(file('a.png'), png);
  await writeFile(file('b.bmp'), bitmap(picture));
  await writeFile(file('c-cut.png'), png.subarray(0, png.length / 2));
  await writeFile(file('d-foreign.jpg'), 'no picture at all');
  await writeFile(file('e-empty.gif'), '');
  await writeFile(file('f-note.txt'), 'not looked at');
  await toSharp(picture).withMetadata({ orientation: 6 }).jpeg({ quality: 90 }).toFile(file('g-turned.JPG'));
  await toSharp(picture).toColourspace('cmyk').tiff().toFile(file('h-cmyk.tiff'));
  await toSharp(picture).toColourspace('rgb16').png().toFile(file('i-deep.png'));
  await toSharp(picture).gif().toFile(file('j.gif'));
  await sharp({ create: { width: 90, height: 90, channels: 3, background: '#fff' } })
    .png()
    .toFile(file('k-blank.png'));
  await toSharp(picture).webp({ lossless: true }).toFile(file('sub/l.webp'));
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

test('one line a picture, in the order of the names; what is no picture says why', async () => {
  const { code, lines } = await decode(folder);
  expect(code).toBe(0);
  const read = { text: symbol.text, format: 'datamatrix', symbology: ']d2', engine: 'zxing-wasm' };
  const nothing = { text: null, format: null, symbology: null, engine: null };
  const error = expect.stringMatching(/./);
  const ms = expect.any(Number);
  expect(lines).toEqual([
    { file: 'a.png', ...read, ms },
    { file: 'b.bmp', ...read, ms },
    { file: 'c-cut.png', ...nothing, ms, error },
    { file: 'd-foreign.jpg', ...nothing, ms, error },
    { file: 'e-empty.gif', ...nothing, ms, error },
    { file: 'g-turned.JPG', ...read, ms },
    { file: 'h-cmyk.tiff', ...read, ms },
    { file: 'i-deep.png', ...read, ms },
    { file: 'j.gif', ...read, ms },
    { file: 'k-blank.png', ...nothing, ms },
    { file: 'sub/l.webp', ...read, ms },
  ]);
}, 30_000);

test('a single file; and a folder that is not there', async () => {
  const one = await decode(path.join(folder, 'a.png'));
  expect(one.lines).toMatchObject([{ file: 'a.png', text: symbol.text }]);
  const none = await decode(path.join(folder, 'nowhere'));
  expect(none).toMatchObject({ code: 2, lines: [] });
  expect(none.errors).toContain('nowhere');
}, 30_000);

async function decode(place: string): Promise<{ code: number | null; lines: unknown[]; errors: string }> {
  const tool = path.join(import.meta.dirname, '../../../tools/decode.ts');
  // As in the window: nothing may make code out of text.
  const child = spawn(process.execPath, ['--disallow-code-generation-from-strings', tool, place], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const texts = { out: '', errors: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    texts.out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    texts.errors += text;
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const lines = texts.out
    .split('\n')
    .filter((line) => line !== '')
    .map((line): unknown => JSON.parse(line));
  return { code, lines, errors: texts.errors };
}

/** A Windows bitmap of 24 bits, rows from the bottom up. */
function bitmap({ width, height, data }: Picture): Buffer {
  const rowBytes = Math.ceil((width * 3) / 4) * 4;
  const file = Buffer.alloc(54 + rowBytes * height);
  file.write('BM');
  file.writeUInt32LE(file.length, 2);
  file.writeUInt32LE(54, 10);
  file.writeUInt32LE(40, 14);
  file.writeInt32LE(width, 18);
  file.writeInt32LE(height, 22);
  file.writeUInt16LE(1, 26);
  file.writeUInt16LE(24, 28);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = (y * width + x) * 4;
      const to = 54 + (height - 1 - y) * rowBytes + x * 3;
      file[to] = data[from + 2] ?? 0;
      file[to + 1] = data[from + 1] ?? 0;
      file[to + 2] = data[from] ?? 0;
    }
  }
  return file;
}
