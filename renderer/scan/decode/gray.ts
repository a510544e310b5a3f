import type { Picture } from './decoder.ts';
import type { Gray } from './engine.ts';

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
