import { readFile, stat } from 'node:fs/promises';
import sharp from 'sharp';
import type { Picture } from '../../renderer/scan/decode/decoder.ts';
import { isBmp, readBmp } from './bmp.ts';

/** Largest file that is read at all, in bytes, and most pixels that one may unfold to. */
const mostBytes = 200_000_000;
const mostPixels = 120_000_000;

/** The sides of the picture handed on, in pixels: more than a code ever needs, and what memory is good for. */
const longestSide = 8000;

/**
 * The picture in a file, turned as its EXIF data says, transparency on white. Of several frames or pages the first.
 *
 * @throws Error that says why the file is no picture
 */
export async function readPicture(place: string): Promise<Picture> {
  if ((await stat(place)).size > mostBytes) throw new Error('the file is too large');
  const file = await readFile(place);
  if (file.length === 0) throw new Error('the file is empty');
  if (isBmp(file)) return readBmp(file, mostPixels);
  const { data, info } = await sharp(file, { limitInputPixels: mostPixels, failOn: 'error' })
    .autoOrient()
    .resize({ width: longestSide, height: longestSide, fit: 'inside', withoutEnlargement: true })
    .flatten({ background: '#fff' })
    .toColourspace('srgb')
    .ensureAlpha()
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  if (info.channels !== 4) throw new Error(`the picture has ${info.channels} channels`);
  return {
    width: info.width,
    height: info.height,
    data: new Uint8ClampedArray(data.buffer, data.byteOffset, data.length),
  };
}
