import type { Bounds } from './settings.ts';

export const usualSize = { width: 1366, height: 768 } as const;
export const leastSize = { width: 1180, height: 680 } as const;

export type Area = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };

/**
 * Where the window opens: where it stood, if enough of its title bar is still on a screen to take hold of it; else in
 * the usual size in the middle (no x and y). `areas` are the screens' work areas.
 */
export function openingPlace(
  kept: Bounds | null,
  areas: readonly Area[],
): {
  readonly width: number;
  readonly height: number;
  readonly x?: number;
  readonly y?: number;
  readonly maximized: boolean;
} {
  if (kept === null) return { ...usualSize, maximized: false };
  const size = { width: Math.max(kept.width, leastSize.width), height: Math.max(kept.height, leastSize.height) };
  const held = areas.some((area) => {
    const across = Math.min(kept.x + size.width, area.x + area.width) - Math.max(kept.x, area.x);
    return across >= 200 && kept.y >= area.y && kept.y <= area.y + area.height - 60;
  });
  return held
    ? { ...size, x: kept.x, y: kept.y, maximized: kept.maximized }
    : { ...usualSize, maximized: kept.maximized };
}
