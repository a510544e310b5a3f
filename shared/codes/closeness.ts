export type OneCharacterOff = 'missing' | 'extra' | 'changed' | 'swapped';

/**
 * What happened to `read` relative to `known`, when it is one slip away: a character missing, one too many, one changed,
 * or two neighbours swapped. Null when they are equal or further apart. Linear; compares UTF-16 units.
 */
export function oneCharacterOff(read: string, known: string): OneCharacterOff | null {
  const difference = read.length - known.length;
  if (read === known || Math.abs(difference) > 1) return null;
  const shorter = Math.min(read.length, known.length);
  let start = 0;
  while (start < shorter && read.charCodeAt(start) === known.charCodeAt(start)) start++;
  if (difference === -1) return read.slice(start) === known.slice(start + 1) ? 'missing' : null;
  if (difference === 1) return read.slice(start + 1) === known.slice(start) ? 'extra' : null;
  if (read.slice(start + 1) === known.slice(start + 1)) return 'changed';
  const isSwap = read.charAt(start) === known.charAt(start + 1) && read.charAt(start + 1) === known.charAt(start);
  return isSwap && read.slice(start + 2) === known.slice(start + 2) ? 'swapped' : null;
}
