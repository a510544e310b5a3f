/** Part of a picture, in its own pixels. */
export type Region = { readonly left: number; readonly top: number; readonly width: number; readonly height: number };

/** The part of the camera's picture that is searched, as shares of it. A long bar code needs width more than height. */
export const searched = { width: 0.8, height: 0.7 } as const;

/** The searched part of a picture of this size, in whole pixels and inside it; null for a picture without any. */
export function searchedRegion(width: number, height: number): Region | null {
  if (!(width >= 1 && height >= 1)) return null;
  const wide = Math.max(1, Math.round(width * searched.width));
  const high = Math.max(1, Math.round(height * searched.height));
  return { left: Math.floor((width - wide) / 2), top: Math.floor((height - high) / 2), width: wide, height: high };
}

/** The size to which a picture is made smaller so that it has at most `mostPixels`; never larger than it is. */
export function fittedSize(
  width: number,
  height: number,
  mostPixels: number,
): { readonly width: number; readonly height: number } {
  const scale = Math.min(1, Math.sqrt(mostPixels / (width * height)));
  return { width: Math.max(1, Math.floor(width * scale)), height: Math.max(1, Math.floor(height * scale)) };
}
