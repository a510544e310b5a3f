/** A picture file is larger than any phone makes when it has more bytes, or more pixels, than this. */
export const mostBytes = 40 * 1024 * 1024;
export const mostPixels = 64_000_000;

export type PictureSize = { readonly width: number; readonly height: number };
/** Why a file is not even opened. */
export type FileProblem = 'tooLarge' | 'notPicture';

/**
 * The size in pixels that a picture file itself states, read from its head without decoding anything: PNG, JPEG, GIF,
 * WebP and BMP. Null for everything else, and for a head that is cut off or states no size.
 */
export function statedSize(bytes: Uint8Array): PictureSize | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = reader(bytes)?.(view) ?? null;
  return size !== null && size.width > 0 && size.height > 0 ? size : null;
}

/** Whether a file may be decoded: a hostile one must not take the window's memory. Null when it may. */
export function fileProblem(bytes: Uint8Array): FileProblem | null {
  if (bytes.length > mostBytes) return 'tooLarge';
  const size = statedSize(bytes);
  if (size === null) return 'notPicture';
  return size.width * size.height > mostPixels ? 'tooLarge' : null;
}

function reader(bytes: Uint8Array): ((view: DataView) => PictureSize | null) | null {
  const head = String.fromCharCode(...bytes.subarray(0, 16));
  if (head.startsWith('\x89PNG\r\n\x1a\n') && head.slice(12, 16) === 'IHDR') return png;
  if (head.startsWith('\xff\xd8\xff')) return jpeg;
  if (head.startsWith('GIF87a') || head.startsWith('GIF89a')) return gif;
  if (head.startsWith('RIFF') && head.slice(8, 12) === 'WEBP') return webp;
  return head.startsWith('BM') ? bmp : null;
}

function png(view: DataView): PictureSize | null {
  return view.byteLength < 24 ? null : { width: view.getUint32(16), height: view.getUint32(20) };
}

function gif(view: DataView): PictureSize | null {
  return view.byteLength < 10 ? null : { width: view.getUint16(6, true), height: view.getUint16(8, true) };
}

/** The old head of 12 bytes has 16-bit sizes; a negative height means rows from the top. */
function bmp(view: DataView): PictureSize | null {
  if (view.byteLength < 26) return null;
  if (view.getUint32(14, true) === 12) return { width: view.getUint16(18, true), height: view.getUint16(20, true) };
  return { width: view.getInt32(18, true), height: Math.abs(view.getInt32(22, true)) };
}

/** Walks from marker to marker to the frame's head (SOF0 to SOF15, but the tables C4, C8 and CC among them). */
function jpeg(view: DataView): PictureSize | null {
  let at = 2;
  while (at + 9 <= view.byteLength) {
    if (view.getUint8(at) !== 0xff) return null;
    const marker = view.getUint8(at + 1);
    // Fill bytes, and markers without a length.
    if (marker === 0xff) at += 1;
    else if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) at += 2;
    else if (marker === 0xd9 || marker === 0xda) return null;
    else if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc)
      return { width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
    else at += 2 + Math.max(2, view.getUint16(at + 2));
  }
  return null;
}

/** Lossy, lossless and extended files keep their sizes in different ways (RFC 9649). */
function webp(view: DataView): PictureSize | null {
  if (view.byteLength < 30) return null;
  const kind = String.fromCharCode(...[12, 13, 14, 15].map((at) => view.getUint8(at)));
  const threeBytes = (at: number): number => view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
  if (kind === 'VP8X') return { width: threeBytes(24) + 1, height: threeBytes(27) + 1 };
  if (kind === 'VP8 ') return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
  if (kind !== 'VP8L') return null;
  const bits = view.getUint32(21, true);
  return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
}
