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

/** The decoder over two engines: who looks when is said by `looksFor`, what counts by `choose`. */
export function decoderOf(engines: readonly Engine[]): Decoder {
  return {
    decode: (picture, effort) => {
      const gray = toGray(picture);
      if (gray === null) return null;
      const seen = new Map<string, { found: Found; lines: number }>();
      for (const { engine: name, gray: copy, look } of looksFor(gray, effort)) {
        const engine = engines.find((one) => one.name === name);
        if (engine === undefined) continue;
        for (const found of engine.find(copy, look)) {
          const key = `${found.format} ${found.text}`;
          const lines = (seen.get(key)?.lines ?? 0) + found.lines;
          seen.set(key, { found: seen.get(key)?.found ?? found, lines });
        }
        const choice = choose([...seen.values()].filter(isBelieved).map(({ found }) => found));
        if (choice === 'ambiguous') return null;
        if (choice !== 'undecided') return choice;
      }
      return null;
    },
  };
}

function isBelieved({ found, lines }: { found: Found; lines: number }): boolean {
  return lines >= sureLines(found);
}
