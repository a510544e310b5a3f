import type { Picture } from '../../renderer/scan/decode/decoder.ts';

export function isBmp(file: Buffer): boolean {
  return file.length >= 2 && file.toString('latin1', 0, 2) === 'BM';
}

/**
 * A Windows bitmap of 1, 4, 8, 24 or 32 bits a pixel, not compressed: what Paint and old cameras' software write.
 *
 * @throws Error that says why it cannot be read
 */
export function readBmp(file: Buffer, mostPixels: number): Picture {
  if (file.length < 30) throw new Error('the bitmap is cut off');
  const start = file.readUInt32LE(10);
  const headerSize = file.readUInt32LE(14);
  const isOld = headerSize === 12;
  if (!isOld && (headerSize < 40 || file.length < 54)) throw new Error('the bitmap has an unknown header');
  const width = isOld ? file.readUInt16LE(18) : file.readInt32LE(18);
  const signedHeight = isOld ? file.readInt16LE(20) : file.readInt32LE(22);
  const bits = file.readUInt16LE(isOld ? 24 : 28);
  const compression = isOld ? 0 : file.readUInt32LE(30);
  const height = Math.abs(signedHeight);
  if (width < 1 || height < 1 || width * height > mostPixels) throw new Error('the bitmap has impossible sides');
  if (![1, 4, 8, 24, 32].includes(bits)) throw new Error(`the bitmap has ${bits} bits a pixel`);
  // 3: the usual order of the colours, written out as masks.
  const hasUsualMasks = compression === 3 && bits === 32 && file.length >= 66 && file.readUInt32LE(54) === 0xff0000;
  if (compression !== 0 && !hasUsualMasks) throw new Error('the bitmap is compressed');
  const rowBytes = Math.ceil((width * bits) / 32) * 4;
  if (start + rowBytes * height > file.length) throw new Error('the bitmap is cut off');

  const palette = 14 + headerSize;
  const entry = isOld ? 3 : 4;
  const data = new Uint8ClampedArray(width * height * 4).fill(255);
  for (let y = 0; y < height; y++) {
    // Rows go from the bottom up, but for a negative height.
    const row = start + (signedHeight < 0 ? y : height - 1 - y) * rowBytes;
    for (let x = 0; x < width; x++) {
      const from = bits >= 24 ? row + x * (bits / 8) : palette + indexAt(file, row, x, bits) * entry;
      const to = (y * width + x) * 4;
      data[to] = file[from + 2] ?? 0;
      data[to + 1] = file[from + 1] ?? 0;
      data[to + 2] = file[from] ?? 0;
    }
  }
  return { width, height, data };
}

function indexAt(file: Buffer, row: number, x: number, bits: number): number {
  const bit = x * bits;
  const byte = file[row + (bit >> 3)] ?? 0;
  return (byte >> (8 - bits - (bit & 7))) & ((1 << bits) - 1);
}
