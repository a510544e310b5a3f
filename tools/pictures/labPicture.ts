import sharp, { type Sharp } from 'sharp';
import type { Picture } from '../../renderer/scan/decode/decoder.ts';
import { chanceOf } from './chance.ts';
import { drawSymbol, toPicture } from './drawing.ts';
import type { FaultKind } from './grid.ts';
import { type CodeSymbol, randomSymbol, type SymbolKind } from './symbols.ts';

/** A picture of the lab and what stands in it; the same for the same seed. */
export async function labPicture(
  kind: SymbolKind,
  { faults, jpeg }: FaultKind,
  seed: number,
): Promise<{ readonly symbol: CodeSymbol; readonly picture: Picture }> {
  const chance = chanceOf(seed);
  const symbol = randomSymbol(kind, chance);
  const picture = toPicture(drawSymbol(symbol, faults(chance), seed));
  return { symbol, picture: jpeg === undefined ? picture : await throughJpeg(picture, jpeg) };
}

async function throughJpeg({ width, height, data }: Picture, quality: number): Promise<Picture> {
  const file = await toSharp({ width, height, data }).jpeg({ quality }).toBuffer();
  const pixels = await sharp(file).ensureAlpha().raw().toBuffer();
  return { width, height, data: new Uint8ClampedArray(pixels) };
}

/** For writing a picture to a file. */
export function toSharp({ width, height, data }: Picture): Sharp {
  return sharp(Buffer.from(data.buffer, data.byteOffset, data.length), {
    raw: { width, height, channels: 4 },
  }).removeAlpha();
}
