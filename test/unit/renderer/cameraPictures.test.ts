import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { fileProblem, mostBytes, mostPixels, statedSize } from '../../../renderer/scan/camera/pictureFile.ts';
import { cameraProblem } from '../../../renderer/scan/camera/problems.ts';
import { fittedSize, searchedRegion } from '../../../renderer/scan/camera/region.ts';

const picture = () => sharp({ create: { width: 321, height: 123, channels: 4, background: '#8d918a80' } });
const size = { width: 321, height: 123 };

/** An uncompressed bitmap's head: 54 bytes; rows from the top have a negative height. */
function bmpHead(width: number, height: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(54));
  view.setUint16(0, 0x424d);
  view.setUint32(14, 40, true);
  view.setInt32(18, width, true);
  view.setInt32(22, height, true);
  return new Uint8Array(view.buffer);
}

async function pngStating(width: number, height: number): Promise<Uint8Array> {
  const png = await picture().png().toBuffer();
  png.writeUInt32BE(width, 16);
  png.writeUInt32BE(height, 20);
  return png;
}

describe('the size that a picture file states', () => {
  it('is read from each kind of file', async () => {
    const files = {
      png: await picture().png().toBuffer(),
      jpeg: await picture().jpeg().toBuffer(),
      progressive: await picture().jpeg({ progressive: true }).toBuffer(),
      withExif: await picture().withMetadata({ orientation: 6 }).jpeg().toBuffer(),
      gif: await picture().gif().toBuffer(),
      webp: await picture().flatten().webp().toBuffer(),
      webpWithAlpha: await picture().webp().toBuffer(),
      webpLossless: await picture().webp({ lossless: true }).toBuffer(),
      bmp: bmpHead(321, -123),
    };
    for (const [kind, bytes] of Object.entries(files)) {
      expect(statedSize(bytes), kind).toEqual(size);
      expect(fileProblem(bytes), kind).toBeNull();
    }
  });

  it('is unknown for what is no picture, or is cut off anywhere in its head', async () => {
    const jpeg = await picture().jpeg().toBuffer();
    for (const bytes of [
      new Uint8Array(),
      Buffer.from('<svg width="9" height="9"/>'),
      Buffer.from('%PDF-1.7'),
      bmpHead(0, 5),
    ])
      expect(fileProblem(bytes)).toBe('notPicture');
    for (let length = 0; length < 200; length++) expect(() => statedSize(jpeg.subarray(0, length))).not.toThrow();
    for (const kind of ['png', 'gif', 'webp'] as const) {
      const bytes = await picture().toFormat(kind).toBuffer();
      for (let length = 0; length < 10; length++) expect(statedSize(bytes.subarray(0, length)), kind).toBeNull();
    }
  });
});

describe('a hostile file', () => {
  it('is refused by its stated pixels, before anything is decoded', async () => {
    expect(fileProblem(await pngStating(20_000, 10_000))).toBe('tooLarge');
    expect(fileProblem(await pngStating(0xffffffff, 0xffffffff))).toBe('tooLarge');
    expect(fileProblem(await pngStating(mostPixels / 8_000, 8_000))).toBeNull();
    expect(fileProblem(await pngStating(mostPixels / 8_000, 8_001))).toBe('tooLarge');
  });

  it('is refused by its bytes', async () => {
    const large = new Uint8Array(mostBytes + 1);
    large.set(await picture().png().toBuffer());
    expect(fileProblem(large)).toBe('tooLarge');
    expect(fileProblem(large.subarray(0, mostBytes))).toBeNull();
  });
});

describe('the searched part', () => {
  it('lies in the middle and inside of any picture', () => {
    expect(searchedRegion(1280, 720)).toEqual({ left: 128, top: 108, width: 1024, height: 504 });
    expect(searchedRegion(1920, 1080)).toEqual({ left: 192, top: 162, width: 1536, height: 756 });
    for (const [width, height] of [
      [1, 1],
      [3, 2],
      [641, 479],
      [4096, 1],
    ] as const) {
      const region = searchedRegion(width, height);
      if (region === null) throw new Error('none');
      expect(region.left + region.width).toBeLessThanOrEqual(width);
      expect(region.top + region.height).toBeLessThanOrEqual(height);
      expect(Math.min(region.width, region.height)).toBeGreaterThanOrEqual(1);
    }
    expect(searchedRegion(0, 0)).toBeNull();
    expect(searchedRegion(Number.NaN, 5)).toBeNull();
  });

  it('of a large picture is made smaller, of a small one never larger', () => {
    expect(fittedSize(100, 50, 1_000_000)).toEqual({ width: 100, height: 50 });
    const { width, height } = fittedSize(9_000, 6_000, 12_000_000);
    expect(width * height).toBeLessThanOrEqual(12_000_000);
    expect(width / height).toBeCloseTo(1.5, 2);
    expect(fittedSize(60_000_000, 1, 12_000_000).height).toBe(1);
  });
});

describe('why there is no camera', () => {
  it('is told by the names that the browser gives', () => {
    const named = (name: string) => cameraProblem(new DOMException('', name));
    expect(named('NotFoundError')).toBe('none');
    expect(named('OverconstrainedError')).toBe('none');
    expect(named('NotAllowedError')).toBe('refused');
    expect(named('NotReadableError')).toBe('inUse');
    expect(named('AbortError')).toBe('inUse');
    expect(cameraProblem(new TypeError('x'))).toBe('other');
    expect(cameraProblem(null)).toBe('other');
  });
});
