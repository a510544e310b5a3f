import type { Gray } from './engine.ts';
import { type Region, smoothed, softened } from './gray.ts';

/**
 * The turns in degrees, -90 to 90, that would put the bars in the picture upright, the likeliest first: where most of the
 * steps between dark and light point. Two at most, since a matrix code or a page has two directions.
 */
export function barTurns(gray: Gray): readonly number[] {
  const { width, height } = gray;
  // Pixels make single steps rough.
  const data = smoothed(softened(gray, 1), 1);
  // Quarters of a degree, 0 to 180.
  const bins = new Float64Array(720);
  for (let y = 1; y + 1 < height; y++) {
    for (let x = 1; x + 1 < width; x++) {
      const at = y * width + x;
      const above = at - width;
      const below = at + width;
      // Scharr's weights favour no direction.
      const falling = (data[below + 1] ?? 0) - (data[above - 1] ?? 0);
      const rising = (data[above + 1] ?? 0) - (data[below - 1] ?? 0);
      const right = 10 * ((data[at + 1] ?? 0) - (data[at - 1] ?? 0)) + 3 * (falling + rising);
      const down = 10 * ((data[below] ?? 0) - (data[above] ?? 0)) + 3 * (falling - rising);
      const steep = right * right + down * down;
      if (steep < 230_000) continue;
      const bin = Math.round((Math.atan2(down, right) * 720) / Math.PI + 1440) % 720;
      bins[bin] = (bins[bin] ?? 0) + steep;
    }
  }
  const at = (bin: number) => bins[(bin + 720) % 720] ?? 0;
  const reach = 12;
  const wide = bins.map((_, bin) => {
    let sum = 0;
    for (let off = -reach; off <= reach; off++) sum += at(bin + off);
    return sum;
  });
  const middle = (bin: number) => {
    let sum = 0;
    for (let off = -reach; off <= reach; off++) sum += off * at(bin + off);
    return bin + sum / (wide[bin] ?? 1);
  };
  const first = wide.indexOf(Math.max(...wide));
  if ((wide[first] ?? 0) === 0) return [];
  const far = wide.map((weight, bin) => {
    const apart = Math.abs(bin - first);
    return Math.min(apart, 720 - apart) < 80 ? 0 : weight;
  });
  const second = far.indexOf(Math.max(...far));
  // The engines turn by 90 degrees themselves.
  const isSquare = Math.abs(Math.abs(first - second) - 360) < 12;
  const turns = !isSquare && (far[second] ?? 0) > 0.3 * (wide[first] ?? 0) ? [first, second] : [first];
  return turns.map((bin) => middle(bin) / 4).map((degrees) => (degrees > 90 ? 180 - degrees : -degrees));
}

/** Tiles along the shorter side of a picture that is searched for bars. */
const tilesAcross = 24;

type Tile = { readonly energy: number; readonly degrees: number };

/**
 * Where bars may lie: groups of tiles in which nearly all steps between dark and light point the same way. Print and
 * texture have steps of all directions. The strongest first, two at most.
 */
export function barRegions(gray: Gray): readonly Region[] {
  const size = Math.max(12, Math.round(Math.min(gray.width, gray.height) / tilesAcross));
  const columns = Math.floor(gray.width / size);
  const rows = Math.floor(gray.height / size);
  const tiles: (Tile | null)[] = [];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) tiles.push(tileAt(gray, column * size, row * size, size));
  }
  const groups: { readonly region: Region; readonly energy: number }[] = [];
  const isTaken = new Uint8Array(tiles.length);
  for (const [seed, tile] of tiles.entries()) {
    if (tile === null || isTaken[seed] === 1) continue;
    isTaken[seed] = 1;
    const group = [seed];
    let energy = 0;
    for (const place of group) {
      energy += tiles[place]?.energy ?? 0;
      for (const near of neighbours(place, columns, rows)) {
        const other = tiles[near] ?? null;
        if (other === null || isTaken[near] === 1 || apart(other.degrees, tile.degrees) > 15) continue;
        isTaken[near] = 1;
        group.push(near);
      }
    }
    const xs = group.map((place) => place % columns);
    const ys = group.map((place) => Math.floor(place / columns));
    const region = {
      left: (Math.min(...xs) - 1.5) * size,
      top: (Math.min(...ys) - 1.5) * size,
      right: (Math.max(...xs) + 2.5) * size,
      bottom: (Math.max(...ys) + 2.5) * size,
    };
    if (group.length >= 3) groups.push({ region, energy });
  }
  groups.sort((a, b) => b.energy - a.energy);
  return groups.slice(0, 2).map(({ region }) => region);
}

function neighbours(place: number, columns: number, rows: number): number[] {
  const x = place % columns;
  const y = Math.floor(place / columns);
  const near: number[] = [];
  for (let row = Math.max(0, y - 1); row <= Math.min(rows - 1, y + 1); row++) {
    for (let column = Math.max(0, x - 1); column <= Math.min(columns - 1, x + 1); column++)
      near.push(row * columns + column);
  }
  return near;
}

/** How far two directions differ that count only up to half a turn, in degrees. */
function apart(one: number, other: number): number {
  const difference = Math.abs(one - other) % 180;
  return Math.min(difference, 180 - difference);
}

/** The direction of the steps in a tile and their strength, or null where they are weak or point all ways. */
function tileAt({ width, data }: Gray, left: number, top: number, size: number): Tile | null {
  let xx = 0;
  let yy = 0;
  let xy = 0;
  for (let y = top; y < top + size - 1; y++) {
    for (let at = y * width + left, end = at + size - 1; at < end; at++) {
      // Along the two diagonals, so that both steps belong to the same place.
      const falling = (data[at + width + 1] ?? 0) - (data[at] ?? 0);
      const rising = (data[at + 1] ?? 0) - (data[at + width] ?? 0);
      const right = falling + rising;
      const down = falling - rising;
      xx += right * right;
      yy += down * down;
      xy += right * down;
    }
  }
  const energy = (xx + yy) / (size * size);
  const alike = Math.hypot(xx - yy, 2 * xy) / Math.max(1, xx + yy);
  if (energy < 800 || alike < 0.4) return null;
  return { energy, degrees: (Math.atan2(2 * xy, xx - yy) * 90) / Math.PI };
}
