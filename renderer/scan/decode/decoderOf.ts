import { choose } from './choose.ts';
import type { Decoder } from './decoder.ts';
import type { Engine, Found } from './engine.ts';
import { toGray } from './gray.ts';
import { looksFor } from './looks.ts';

/**
 * Scan lines that must agree on a bar code before it is believed, over all looks. An EAN-13 has one check digit of ten and
 * was seen to come wrong from seven lines; short contents of Code 128 come out of texture more easily than long ones.
 */
function sureLines({ format, text }: Found): number {
  if (format === 'ean13') return 12;
  return format === 'code128' ? (text.length < 6 ? 8 : 4) : 0;
}

/** A content, with what speaks for it over all looks so far. */
type Seen = {
  readonly found: Found;
  readonly lines: number;
  readonly looks: number;
  /** Whether it was read from the picture as it is. */
  readonly isAsItIs: boolean;
};

/** No look begins later than this, in milliseconds: large pictures of pure texture keep the engines busy for long. */
const longest = 6000;

/** The decoder over two engines: who looks when is said by `looksFor`, what counts by `choose`. */
export function decoderOf(engines: readonly Engine[]): Decoder {
  return {
    decode: (picture, effort) => {
      const gray = toGray(picture);
      if (gray === null) return null;
      const start = performance.now();
      const seen = new Map<string, Seen>();
      let count = 0;
      for (const { engine: name, gray: copy, look } of looksFor(gray, effort)) {
        if (performance.now() - start > longest) return null;
        const engine = engines.find((one) => one.name === name);
        if (engine === undefined) continue;
        const isAsItIs = count++ === 0;
        for (const found of engine.find(copy, look)) {
          const key = `${found.format} ${found.text}`;
          const before = seen.get(key) ?? { found, lines: 0, looks: 0, isAsItIs };
          seen.set(key, { ...before, lines: before.lines + found.lines, looks: before.looks + 1 });
        }
        const all = [...seen.values()];
        const choice = choose(all.filter((one) => isBelieved(one, all)).map(({ found }) => found));
        if (choice === 'ambiguous') return null;
        if (choice !== 'undecided') return choice;
      }
      return null;
    },
  };
}

/**
 * QR and Data Matrix are believed at once. A bar code needs its lines. A bar code or a PDF417, whose correction was seen to
 * mend a bad copy into another text, needs a second look that agrees when the copy was worked on, and nothing else that
 * nearly as much speaks for.
 */
function isBelieved({ found, lines, looks, isAsItIs }: Seen, all: readonly Seen[]): boolean {
  if (found.format === 'qrcode' || found.format === 'datamatrix') return true;
  const isContested = all.some(
    (other) => other.found.format === found.format && other.found.text !== found.text && other.lines * 3 >= lines,
  );
  return lines >= sureLines(found) && (isAsItIs || looks >= 2) && !isContested;
}
