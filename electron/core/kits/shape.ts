/** What stands at one place of a code: the character that all codes have there, or the classes that were seen. */
export type Place = string | number;
export type Shape = readonly Place[];

const digit = 1;
const upper = 2;
const lower = 4;
const hyphen = 8;
const other = 16;

function classOf(character: string): number {
  if (character >= '0' && character <= '9') return digit;
  if (character >= 'A' && character <= 'Z') return upper;
  if (character >= 'a' && character <= 'z') return lower;
  return character === '-' ? hyphen : other;
}

const classesOf = (place: Place): number => (typeof place === 'string' ? classOf(place) : place);

/** The shape of one code, by UTF-16 units. */
export function shapeOf(text: string): Shape {
  return text.split('');
}

/** What two shapes of equal length have in common. Answers `a` itself where `b` brings nothing new. */
export function joined(a: Shape, b: Shape): Shape {
  let next: Place[] | null = null;
  for (let index = 0; index < a.length; index++) {
    const [mine, theirs] = [a[index] ?? 0, b[index] ?? 0];
    if (mine === theirs) continue;
    const both = classesOf(mine) | classesOf(theirs);
    if (both === mine) continue;
    next ??= [...a];
    next[index] = both;
  }
  return next ?? a;
}

/** The longest common prefix of the codes that made the shape. */
export function prefixOf(shape: Shape): string {
  const end = shape.findIndex((place) => typeof place !== 'string');
  return shape.slice(0, end < 0 ? shape.length : end).join('');
}

/**
 * The part of the prefix that the next box will have too. A batch counts upwards: the last digits of what a few codes
 * have in common, and the zeros in front of a counter, are its own and no property of the code.
 * @param kits how many codes made the shape
 */
export function firmPrefix(shape: Shape, kits: number): string {
  const prefix = prefixOf(shape);
  const slack = kits >= 200 ? 1 : kits >= 20 ? 2 : 3;
  let end = prefix.length;
  for (let left = slack; left > 0 && end > 0 && classOf(prefix.charAt(end - 1)) === digit; left--) end--;
  while (end > 0 && prefix.charAt(end - 1) === '0') end--;
  return prefix.slice(0, end);
}

/** The shape with only its first `firm` characters taken as constant. */
export function loosened(shape: Shape, firm: number): Shape {
  return shape.map((place, index) => (index < firm ? place : classesOf(place)));
}

/** The shape for people: constants as they are, `#` a digit, `A` a capital, `a` a small letter, `*` anything else. */
export function drawn(shape: Shape): string {
  return shape
    .map((place) => {
      if (typeof place === 'string') return place;
      return place === digit ? '#' : place === upper ? 'A' : place === lower ? 'a' : place === hyphen ? '-' : '*';
    })
    .join('');
}

const members: readonly (readonly [number, string])[] = [
  [digit, '0123456789'],
  [upper, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'],
  [lower, 'abcdefghijklmnopqrstuvwxyz'],
  [hyphen, '-'],
];

function charactersOf(place: Place): string {
  if (typeof place === 'string') return place;
  return members.map(([bit, characters]) => ((place & bit) === 0 ? '' : characters)).join('');
}

const isAt = (place: Place | undefined, character: string): boolean =>
  place !== undefined && (typeof place === 'string' ? place === character : (place & classOf(character)) !== 0);

/**
 * Every text of this shape that `read` may have been before it lost a character (it is one shorter) or gained one (it is
 * one longer). Empty for other lengths. A place where characters of no class were seen offers those of the others only.
 */
export function mendings(read: string, shape: Shape): readonly string[] {
  const found = new Set<string>();
  const { length } = shape;
  if (read.length === length - 1) {
    // `head` of what was read stands before the lost character, the rest after it.
    for (let at = 0; at < length; at++) {
      if (fitsFrom(read, at, shape, at + 1)) {
        for (const character of charactersOf(shape[at] ?? 0)) found.add(read.slice(0, at) + character + read.slice(at));
      }
      if (!isAt(shape[at], read.charAt(at))) break;
    }
  }
  if (read.length === length + 1) {
    for (let at = 0; at <= length; at++) {
      if (fitsFrom(read, at + 1, shape, at)) found.add(read.slice(0, at) + read.slice(at + 1));
      if (!isAt(shape[at], read.charAt(at))) break;
    }
  }
  return [...found];
}

/** Whether the rest of `read` from one place on fits the rest of the shape from another. */
function fitsFrom(read: string, from: number, shape: Shape, at: number): boolean {
  for (let index = from; index < read.length; index++) {
    if (!isAt(shape[at + index - from], read.charAt(index))) return false;
  }
  return true;
}
