import type { Picture } from '../../renderer/scan/decode/decoder.ts';
import { type Chance, chanceOf } from './chance.ts';
import type { CodeSymbol } from './symbols.ts';

/** What happens to a symbol on its way into a picture. Everything left out is as it should be. */
export type Faults = {
  /** Pixels a module; 4. */
  readonly modulePixels?: number;
  /** Quiet zone in modules; 10 beside bars, 4 around others. */
  readonly quiet?: number;
  /** Turn in degrees, clockwise. */
  readonly degrees?: number;
  /** How far each corner is out of its place, as a share of the shorter side. */
  readonly perspective?: number;
  /** Deviation of the blur in modules. */
  readonly blur?: number;
  /** Share of the brightness range that is left; 1. */
  readonly contrast?: number;
  /** Deviation of the noise in grey levels. */
  readonly noise?: number;
  /** Radius of a white spot with soft edges, as a share of the shorter side. */
  readonly glare?: number;
  /** How much darker the one side is than the other; 0 to 1. */
  readonly shade?: number;
  readonly inverted?: boolean;
  readonly mirrored?: boolean;
  /** Sides of the whole picture; as small as fits otherwise. */
  readonly canvas?: readonly [width: number, height: number];
};

/** Brightness of a picture while it is being made; 0 to 255, also beyond. */
export type Sheet = { readonly width: number; readonly height: number; readonly data: Float32Array };

type Point = readonly [x: number, y: number];

/** The symbol with its faults, drawn the same for the same seed. */
export function drawSymbol(symbol: CodeSymbol, faults: Faults, seed: number): Sheet {
  const chance = chanceOf(seed);
  const quiet = faults.quiet ?? (symbol.format === 'code128' || symbol.format === 'ean13' ? 10 : 4);
  const scale = faults.modulePixels ?? 4;
  const inModules = [symbol.columns + 2 * quiet, symbol.rows + 2 * quiet] as const;
  const corners = cornersOf(inModules, scale, faults, chance);
  const xs = corners.map(([x]) => x);
  const ys = corners.map(([, y]) => y);
  const wide = Math.ceil(Math.max(...xs) - Math.min(...xs));
  const high = Math.ceil(Math.max(...ys) - Math.min(...ys));
  const width = Math.max(faults.canvas?.[0] ?? 0, wide);
  const height = Math.max(faults.canvas?.[1] ?? 0, high);
  const left = chance.between(0, width - wide) - Math.min(...xs);
  const top = chance.between(0, height - high) - Math.min(...ys);
  const placed = corners.map(([x, y]): Point => [x + left, y + top]);
  const toModules = homography(placed, [[0, 0], [inModules[0], 0], inModules, [0, inModules[1]]]);

  const data = new Float32Array(width * height).fill(255);
  const fine = scale >= 3 ? 3 : 4;
  const box = [left + Math.min(...xs), top + Math.min(...ys), left + Math.max(...xs), top + Math.max(...ys)] as const;
  for (let y = Math.max(0, Math.floor(box[1])); y < Math.min(height, Math.ceil(box[3])); y++) {
    for (let x = Math.max(0, Math.floor(box[0])); x < Math.min(width, Math.ceil(box[2])); x++) {
      let dark = 0;
      for (let sub = 0; sub < fine * fine; sub++) {
        const [u, v] = toModules(x + ((sub % fine) + 0.5) / fine, y + (Math.floor(sub / fine) + 0.5) / fine);
        const column = Math.floor(u - quiet);
        const row = Math.floor(v - quiet);
        if (column < 0 || row < 0 || column >= symbol.columns || row >= symbol.rows) continue;
        if (symbol.isDark(faults.mirrored === true ? symbol.columns - 1 - column : column, row)) dark++;
      }
      data[y * width + x] = 255 * (1 - dark / (fine * fine));
    }
  }
  return withFaults({ width, height, data }, faults, scale, chance);
}

/** Where the four corners of the symbol lie, about the origin. */
function cornersOf(
  [columns, rows]: readonly [number, number],
  scale: number,
  { degrees = 0, perspective = 0 }: Faults,
  chance: Chance,
): readonly Point[] {
  const cos = Math.cos((degrees * Math.PI) / 180);
  const sin = Math.sin((degrees * Math.PI) / 180);
  const reach = perspective * Math.min(columns, rows) * scale;
  const corner = (x: number, y: number): Point => [
    (x * cos - y * sin) * scale + (reach === 0 ? 0 : chance.between(-reach, reach)),
    (x * sin + y * cos) * scale + (reach === 0 ? 0 : chance.between(-reach, reach)),
  ];
  return [corner(0, 0), corner(columns, 0), corner(columns, rows), corner(0, rows)];
}

/** The projective map that takes four points to four others. */
function homography(from: readonly Point[], to: readonly Point[]): (x: number, y: number) => Point {
  const rows: number[][] = [];
  for (const [at, [x, y]] of from.entries()) {
    const [u, v] = to[at] ?? [0, 0];
    rows.push([x, y, 1, 0, 0, 0, -u * x, -u * y, u], [0, 0, 0, x, y, 1, -v * x, -v * y, v]);
  }
  const [a = 1, b = 0, c = 0, d = 0, e = 1, f = 0, g = 0, h = 0] = solved(rows);
  return (x, y) => {
    const depth = g * x + h * y + 1;
    return [(a * x + b * y + c) / depth, (d * x + e * y + f) / depth];
  };
}

/** Gauss with the largest pivot; each row ends with its right side. */
function solved(rows: number[][]): number[] {
  const count = rows.length;
  const at = (row: number, column: number) => rows[row]?.[column] ?? 0;
  for (let column = 0; column < count; column++) {
    let pivot = column;
    for (let row = column + 1; row < count; row++) {
      if (Math.abs(at(row, column)) > Math.abs(at(pivot, column))) pivot = row;
    }
    const [low = [], high = []] = [rows[column], rows[pivot]];
    rows[column] = high;
    rows[pivot] = low;
    const lead = at(column, column);
    rows[column] = high.map((value) => value / lead);
    for (let row = 0; row < count; row++) {
      const factor = at(row, column);
      if (row === column || factor === 0) continue;
      rows[row] = (rows[row] ?? []).map((value, place) => value - factor * at(column, place));
    }
  }
  return rows.map((row) => row[count] ?? 0);
}

/** Light and lens: everything that comes after the paper. */
export function withFaults(paper: Sheet, faults: Faults, scale: number, chance: Chance): Sheet {
  const { width, height } = paper;
  const { data } = faults.blur === undefined ? paper : blurred(paper, faults.blur * scale);
  const contrast = faults.contrast ?? 1;
  const base = contrast === 1 ? 0 : chance.between(0, 255 * (1 - contrast));
  const shade = faults.shade ?? 0;
  const slope = chance.between(0, 2 * Math.PI);
  const side = Math.min(width, height);
  const spot = [chance.between(0.3, 0.7) * width, chance.between(0.3, 0.7) * height] as const;
  const radius = (faults.glare ?? 0) * side;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      let value = data[at] ?? 255;
      if (faults.inverted === true) value = 255 - value;
      value = base + value * contrast;
      if (shade > 0) {
        const across = 0.5 + ((x / width - 0.5) * Math.cos(slope) + (y / height - 0.5) * Math.sin(slope)) / Math.SQRT2;
        value *= 1 - shade * across;
      }
      if (radius > 0) {
        const distance = Math.hypot(x - spot[0], y - spot[1]) / radius;
        value += 300 * Math.max(0, 1 - distance * distance);
      }
      if (faults.noise !== undefined) value += faults.noise * chance.normal();
      data[at] = value;
    }
  }
  return { width, height, data };
}

function blurred({ width, height, data }: Sheet, deviation: number): Sheet {
  const reach = Math.max(1, Math.ceil(deviation * 2.5));
  const weights = Array.from({ length: 2 * reach + 1 }, (_, at) =>
    Math.exp(-((at - reach) ** 2) / (2 * deviation ** 2)),
  );
  const whole = weights.reduce((sum, weight) => sum + weight, 0);
  const along = (from: Float32Array, stride: number, count: number, lines: number, lineStride: number) => {
    const to = new Float32Array(from.length);
    for (let line = 0; line < lines; line++) {
      for (let at = 0; at < count; at++) {
        let sum = 0;
        for (let tap = -reach; tap <= reach; tap++) {
          const near = Math.max(0, Math.min(count - 1, at + tap));
          sum += (from[line * lineStride + near * stride] ?? 0) * (weights[tap + reach] ?? 0);
        }
        to[line * lineStride + at * stride] = sum / whole;
      }
    }
    return to;
  };
  return { width, height, data: along(along(data, 1, width, height, width), width, height, width, 1) };
}

/** The sheet as a camera or a file gives it. */
export function toPicture({ width, height, data }: Sheet): Picture {
  const pixels = new Uint8ClampedArray(width * height * 4).fill(255);
  for (let at = 0; at < data.length; at++) {
    pixels[at * 4] = pixels[at * 4 + 1] = pixels[at * 4 + 2] = data[at] ?? 0;
  }
  return { width, height, data: pixels };
}

/** Sheets beside each other on white, as on a label. */
export function sideBySide(sheets: readonly Sheet[], gap: number): Sheet {
  const width = sheets.reduce((sum, sheet) => sum + sheet.width + gap, gap);
  const height = Math.max(...sheets.map((sheet) => sheet.height)) + 2 * gap;
  const data = new Float32Array(width * height).fill(255);
  let left = gap;
  for (const sheet of sheets) {
    for (let y = 0; y < sheet.height; y++) {
      data.set(sheet.data.subarray(y * sheet.width, (y + 1) * sheet.width), (y + gap) * width + left);
    }
    left += sheet.width + gap;
  }
  return { width, height, data };
}
