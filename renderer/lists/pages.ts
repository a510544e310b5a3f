/** Rows a call brings at once. */
export const pageSize = 100;
/** The most rows one list lays out: beyond it a browser's largest element height is near, and a search serves better. */
export const mostRows = 50_000;

/** The offsets of the pages that hold rows `first` to `last`; two at most, since a window shows fewer than a page. */
export function pagesFor(first: number, last: number, total: number): readonly [number, number] {
  const end = Math.max(0, Math.min(total, mostRows) - 1);
  const clamp = (index: number): number => Math.max(0, Math.min(index, end));
  const low = Math.floor(clamp(first) / pageSize) * pageSize;
  const high = Math.floor(clamp(last) / pageSize) * pageSize;
  return [low, Math.min(high, low + pageSize)];
}

/** Where the marked row goes for a key, or null for a key that moves nothing. `page` is the rows in view. */
export function moveTo(key: string, from: number, total: number, page: number): number | null {
  if (total === 0) return null;
  const end = total - 1;
  const clamp = (index: number): number => Math.max(0, Math.min(index, end));
  switch (key) {
    case 'ArrowDown':
      return clamp(from + 1);
    case 'ArrowUp':
      return from < 0 ? 0 : clamp(from - 1);
    case 'PageDown':
      return clamp(Math.max(from, 0) + page);
    case 'PageUp':
      return clamp(Math.max(from, 0) - page);
    case 'Home':
      return 0;
    case 'End':
      return end;
    default:
      return null;
  }
}
