import type { Picture } from './decoder.ts';
import type { Gray } from './engine.ts';

/** A rectangle in pixels; right and bottom are the first outside it. */
export type Region = { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number };

/** Pixels of the largest grey copy; a larger picture is averaged down to it, so that memory stays bounded. */
const mostPixels = 16_000_000;

/**
 * The picture's brightness, transparent parts on white. Null for a picture that is none: no area, sides that are no whole
 * numbers, or data of another length than the sides claim.
 */
export function toGray({ width, height, data }: Picture): Gray | null {
  if (!Number.isInteger(width) || !Number.isInteger(height) || width < 1 || height < 1) return null;
  if (data.length !== width * height * 4) return null;
  const factor = Math.ceil(Math.sqrt((width * height) / mostPixels));
  return factor <= 1 ? { width, height, data: brightness(data) } : averaged({ width, height, data }, factor);
}

/** Rec. 601 weights in 1/1024, over white where the picture is transparent. */
function brightness(data: Uint8ClampedArray): Uint8Array {
  const gray = new Uint8Array(data.length / 4);
  for (let pixel = 0, at = 0; pixel < gray.length; pixel++, at += 4) gray[pixel] = brightnessAt(data, at);
  return gray;
}

function brightnessAt(data: Uint8ClampedArray, at: number): number {
  const value = (306 * (data[at] ?? 0) + 601 * (data[at + 1] ?? 0) + 117 * (data[at + 2] ?? 0) + 512) >> 10;
  const alpha = data[at + 3] ?? 255;
  return alpha === 255 ? value : Math.round((value * alpha + 255 * (255 - alpha)) / 255);
}

function averaged({ width, height, data }: Picture, factor: number): Gray | null {
  const small = { width: Math.floor(width / factor), height: Math.floor(height / factor) };
  if (small.width < 1 || small.height < 1) return null;
  const gray = new Uint8Array(small.width * small.height);
  for (let y = 0; y < small.height; y++) {
    for (let x = 0; x < small.width; x++) {
      let sum = 0;
      for (let row = 0; row < factor; row++) {
        const start = (y * factor + row) * width + x * factor;
        for (let column = 0; column < factor; column++) sum += brightnessAt(data, (start + column) * 4);
      }
      gray[y * small.width + x] = sum / (factor * factor);
    }
  }
  return { ...small, data: gray };
}

/** Half as wide and high, each pixel the mean of four. Null where nothing would be left. */
export function halved({ width, height, data }: Gray): Gray | null {
  const small = { width: width >> 1, height: height >> 1 };
  if (small.width < 1 || small.height < 1) return null;
  const gray = new Uint8Array(small.width * small.height);
  for (let y = 0; y < small.height; y++) {
    let top = 2 * y * width;
    const at = y * small.width;
    for (let x = 0; x < small.width; x++, top += 2) {
      const sum = (data[top] ?? 0) + (data[top + 1] ?? 0) + (data[top + width] ?? 0) + (data[top + width + 1] ?? 0);
      gray[at + x] = (sum + 2) >> 2;
    }
  }
  return { ...small, data: gray };
}

/** Drawn larger by a whole factor with soft steps between the pixels, within a margin of the edge's own brightness. */
export function enlarged({ width, height, data }: Gray, factor: number, margin: number): Gray {
  const large = { width: width * factor + 2 * margin, height: height * factor + 2 * margin };
  const background = edgeBrightness({ width, height, data });
  const gray = new Uint8Array(large.width * large.height).fill(background);
  for (let y = 0; y < height * factor; y++) {
    const sourceY = Math.max(0, Math.min(height - 1, (y + 0.5) / factor - 0.5));
    const y0 = Math.floor(sourceY);
    const y1 = Math.min(height - 1, y0 + 1);
    const fy = sourceY - y0;
    const at = (y + margin) * large.width + margin;
    for (let x = 0; x < width * factor; x++) {
      const sourceX = Math.max(0, Math.min(width - 1, (x + 0.5) / factor - 0.5));
      const x0 = Math.floor(sourceX);
      const x1 = Math.min(width - 1, x0 + 1);
      const fx = sourceX - x0;
      const top = (data[y0 * width + x0] ?? 0) * (1 - fx) + (data[y0 * width + x1] ?? 0) * fx;
      const bottom = (data[y1 * width + x0] ?? 0) * (1 - fx) + (data[y1 * width + x1] ?? 0) * fx;
      gray[at + x] = top * (1 - fy) + bottom * fy;
    }
  }
  return { ...large, data: gray };
}

/**
 * The brightness that a quiet zone around the picture would have: the lighter end of the edge. A code that fills its
 * picture to the brim has dark modules there too, and the paper is what lies between them; a dark edge is a dark paper.
 */
function edgeBrightness({ width, height, data }: Gray): number {
  const edge: number[] = [];
  for (let x = 0; x < width; x++) edge.push(data[x] ?? 0, data[(height - 1) * width + x] ?? 0);
  for (let y = 0; y < height; y++) edge.push(data[y * width] ?? 0, data[y * width + width - 1] ?? 0);
  edge.sort((a, b) => a - b);
  const high = edge[Math.floor(edge.length * 0.95)] ?? 255;
  const middle = edge[Math.floor(edge.length * 0.1)] ?? 255;
  return high - middle < 40 ? middle : high;
}

/** Turned by an angle in degrees about its middle; what was outside is as bright as the edge. */
export function turned(gray: Gray, degrees: number): Gray {
  const { width, height, data } = gray;
  const angle = (degrees * Math.PI) / 180;
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  const wide = Math.ceil(Math.abs(width * cos) + Math.abs(height * sin));
  const high = Math.ceil(Math.abs(width * sin) + Math.abs(height * cos));
  const background = edgeBrightness(gray);
  const out = new Uint8Array(wide * high).fill(background);
  for (let y = 0; y < high; y++) {
    for (let x = 0; x < wide; x++) {
      const dx = x + 0.5 - wide / 2;
      const dy = y + 0.5 - high / 2;
      const sx = dx * cos + dy * sin + width / 2 - 0.5;
      const sy = -dx * sin + dy * cos + height / 2 - 0.5;
      const x0 = Math.floor(sx);
      const y0 = Math.floor(sy);
      if (x0 < 0 || y0 < 0 || x0 + 1 >= width || y0 + 1 >= height) continue;
      const fx = sx - x0;
      const fy = sy - y0;
      const at = y0 * width + x0;
      const top = (data[at] ?? 0) * (1 - fx) + (data[at + 1] ?? 0) * fx;
      const bottom = (data[at + width] ?? 0) * (1 - fx) + (data[at + width + 1] ?? 0) * fx;
      out[y * wide + x] = top * (1 - fy) + bottom * fy;
    }
  }
  return { width: wide, height: high, data: out };
}

/** White for black. */
export function inverse({ width, height, data }: Gray): Gray {
  const out = new Uint8Array(data.length);
  for (let at = 0; at < out.length; at++) out[at] = 255 - (data[at] ?? 0);
  return { width, height, data: out };
}

/**
 * The whole range of brightness for what lies between the darkest and the lightest pixels, but for a few; itself where it
 * has that already. The few are so few that a small code on a large white sheet is not lost among them.
 */
export function stretched(gray: Gray): Gray {
  const { data } = gray;
  const counts = new Uint32Array(256);
  // A large picture is sampled; an odd step meets every column.
  const step = data.length > 200_000 ? 5 : 1;
  for (let at = 0; at < data.length; at += step) counts[data[at] ?? 0] = (counts[data[at] ?? 0] ?? 0) + 1;
  const few = (data.length / step) * 0.0003;
  let low = 0;
  for (let sum = counts[0] ?? 0; sum <= few && low < 255; ) sum += counts[++low] ?? 0;
  let high = 255;
  for (let sum = counts[255] ?? 0; sum <= few && high > 0; ) sum += counts[--high] ?? 0;
  if (high - low > 150 || high - low < 6) return gray;
  const levels = Uint8ClampedArray.from({ length: 256 }, (_, value) => ((value - low) * 255) / (high - low));
  const out = new Uint8Array(data.length);
  for (let at = 0; at < out.length; at++) out[at] = levels[data[at] ?? 0] ?? 0;
  return { ...gray, data: out };
}

/** The mean of the square of 2 x reach + 1 pixels around each pixel. */
export function smoothed({ width, height, data }: Gray, reach: number): Float32Array {
  const rows = new Float32Array(data.length);
  const span = 2 * reach + 1;
  for (let y = 0; y < height; y++) {
    const start = y * width;
    let sum = 0;
    for (let x = -reach; x <= reach; x++) sum += data[start + Math.min(width - 1, Math.max(0, x))] ?? 0;
    for (let x = 0; x < width; x++) {
      rows[start + x] = sum / span;
      sum += (data[start + Math.min(width - 1, x + reach + 1)] ?? 0) - (data[start + Math.max(0, x - reach)] ?? 0);
    }
  }
  const out = new Float32Array(data.length);
  const sums = new Float64Array(width);
  for (let y = -reach; y <= reach; y++) {
    const start = Math.min(height - 1, Math.max(0, y)) * width;
    for (let x = 0; x < width; x++) sums[x] = (sums[x] ?? 0) + (rows[start + x] ?? 0);
  }
  for (let y = 0; y < height; y++) {
    const enters = Math.min(height - 1, y + reach + 1) * width;
    const leaves = Math.max(0, y - reach) * width;
    for (let x = 0; x < width; x++) {
      const sum = sums[x] ?? 0;
      out[y * width + x] = sum / span;
      sums[x] = sum + (rows[enters + x] ?? 0) - (rows[leaves + x] ?? 0);
    }
  }
  return out;
}

/** Against blur: each pixel moved away from the mean around it, `amount` times its distance from that. */
export function sharpened(gray: Gray, reach: number, amount: number): Gray {
  const around = smoothed(gray, reach);
  const out = new Uint8ClampedArray(gray.data.length);
  for (let at = 0; at < out.length; at++) {
    const value = gray.data[at] ?? 0;
    out[at] = value + amount * (value - (around[at] ?? 0));
  }
  return { ...gray, data: new Uint8Array(out.buffer) };
}

/** Against noise: the mean around each pixel. */
export function softened(gray: Gray, reach: number): Gray {
  return { ...gray, data: Uint8Array.from(smoothed(gray, reach)) };
}

/** Against shade: brightness measured against that of the surroundings, which a code fills about half with black. */
export function evened(gray: Gray): Gray {
  const reach = Math.max(8, Math.round(Math.min(gray.width, gray.height) / 10));
  const around = smoothed(gray, reach);
  const out = new Uint8ClampedArray(gray.data.length);
  for (let at = 0; at < out.length; at++) out[at] = (128 * (gray.data[at] ?? 0)) / Math.max(1, around[at] ?? 1);
  return { ...gray, data: new Uint8Array(out.buffer) };
}

/** The part of a picture within a rectangle, as far as it lies in the picture; null where nothing of it does. */
export function cropped({ width, height, data }: Gray, { left, top, right, bottom }: Region): Gray | null {
  const x0 = Math.max(0, Math.floor(left));
  const y0 = Math.max(0, Math.floor(top));
  const x1 = Math.min(width, Math.ceil(right));
  const y1 = Math.min(height, Math.ceil(bottom));
  if (x1 <= x0 || y1 <= y0) return null;
  const out = new Uint8Array((x1 - x0) * (y1 - y0));
  for (let y = y0; y < y1; y++) out.set(data.subarray(y * width + x0, y * width + x1), (y - y0) * (x1 - x0));
  return { width: x1 - x0, height: y1 - y0, data: out };
}
