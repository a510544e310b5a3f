import { type Chance, chanceOf } from './chance.ts';
import { drawSymbol, type Sheet, withFaults } from './drawing.ts';
import { randomSymbol, symbolKinds } from './symbols.ts';

/** Pictures in which nothing may be read. */
export const negativeKinds = [
  'noise',
  'coarse noise',
  'stripes',
  'grid',
  'text',
  'cut symbol',
  'spoiled symbol',
] as const;
export type NegativeKind = (typeof negativeKinds)[number];

export function drawNegative(kind: NegativeKind, width: number, height: number, seed: number): Sheet {
  const chance = chanceOf(seed);
  switch (kind) {
    case 'noise':
      return filled(width, height, () => chance.next() * 255);
    case 'coarse noise':
      return blocks(width, height, chance.whole(2, 6), chance);
    case 'stripes':
      return stripes(width, height, chance);
    case 'grid':
      return grid(width, height, chance);
    case 'text':
      return withFaults(glyphs(width, height, chance), { blur: 0.5, noise: 5 }, 1, chance);
    case 'cut symbol':
      return cut(seed);
    case 'spoiled symbol':
      return spoiled(seed);
  }
}

function filled(width: number, height: number, value: (x: number, y: number) => number): Sheet {
  const data = new Float32Array(width * height);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) data[y * width + x] = value(x, y);
  return { width, height, data };
}

/** Black and white squares by chance: what a matrix code looks like from afar. */
function blocks(width: number, height: number, size: number, chance: Chance): Sheet {
  const columns = Math.ceil(width / size);
  const dark = Array.from({ length: columns * Math.ceil(height / size) }, () => chance.next() < 0.5);
  return filled(width, height, (x, y) =>
    dark[Math.floor(y / size) * columns + Math.floor(x / size)] === true ? 0 : 255,
  );
}

/** Bars of random widths from top to bottom, as bar codes have them but with no code in them. */
function stripes(width: number, height: number, chance: Chance): Sheet {
  const module = chance.whole(1, 4);
  const line: number[] = [];
  for (let isDark = false; line.length < width; isDark = !isDark) {
    for (let left = module * chance.whole(1, 4); left > 0; left--) line.push(isDark ? 0 : 255);
  }
  return filled(width, height, (x) => line[x] ?? 255);
}

/** Tiles or squared paper. */
function grid(width: number, height: number, chance: Chance): Sheet {
  const step = chance.whole(6, 30);
  const line = chance.whole(1, 4);
  return filled(width, height, (x, y) => (x % step < line || y % step < line ? 30 : 230));
}

/** Rows of strokes of a letter's size. */
function glyphs(width: number, height: number, chance: Chance): Sheet {
  const sheet = filled(width, height, () => 245);
  const size = chance.whole(10, 24);
  for (let top = size; top + size < height; top += Math.round(size * 1.6)) {
    for (let left = size; left + size < width; left += Math.round(size * 0.8)) {
      if (chance.next() < 0.15) continue;
      for (let stroke = chance.whole(2, 4); stroke > 0; stroke--) {
        const isUpright = chance.next() < 0.5;
        const thick = Math.max(1, Math.round(size / 8));
        const across = chance.whole(0, Math.round(size * 0.6));
        for (let along = 0; along < size * (isUpright ? 1 : 0.6); along++) {
          for (let side = 0; side < thick; side++) {
            const x = left + (isUpright ? across : along) + (isUpright ? side : 0);
            const y = top + (isUpright ? along : Math.min(size - 1, across)) + (isUpright ? 0 : side);
            sheet.data[Math.floor(y) * width + Math.floor(x)] = 20;
          }
        }
      }
    }
  }
  return sheet;
}

/** A symbol of which a good part is missing. */
function cut(seed: number): Sheet {
  const chance = chanceOf(seed);
  const symbol = randomSymbol(symbolKinds[seed % symbolKinds.length] ?? 'qr', chance);
  const sheet = drawSymbol(symbol, { modulePixels: 3 }, seed);
  const isUpright = symbol.format === 'code128' || symbol.format === 'ean13' || chance.next() < 0.5;
  const share = chance.between(0.35, 0.65);
  return filled(sheet.width, sheet.height, (x, y) => {
    const isGone = isUpright ? x > sheet.width * share : y > sheet.height * share;
    return isGone ? 255 : (sheet.data[y * sheet.width + x] ?? 255);
  });
}

/** A symbol in which so many modules are turned round that nothing can be restored. */
function spoiled(seed: number): Sheet {
  const chance = chanceOf(seed);
  const symbol = randomSymbol(symbolKinds[seed % symbolKinds.length] ?? 'qr', chance);
  const share = chance.between(0.3, 0.5);
  const isBars = symbol.format === 'code128' || symbol.format === 'ean13';
  const isTurned = Array.from(
    { length: isBars ? symbol.columns : symbol.columns * symbol.rows },
    () => chance.next() < share,
  );
  const isDark = (column: number, row: number) =>
    symbol.isDark(column, row) !== (isTurned[isBars ? column : row * symbol.columns + column] === true);
  return drawSymbol({ ...symbol, isDark }, { modulePixels: 3 }, seed);
}
