import { choose } from './choose.ts';
import type { Decoder } from './decoder.ts';
import type { Engine, Found } from './engine.ts';
import { toGray } from './gray.ts';
import { looksFor } from './looks.ts';

/** Scan lines that must agree on a bar code before it is believed on one look; fewer need a second look that agrees. */
const sureLines = 3;

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
  return (found.format !== 'code128' && found.format !== 'ean13') || lines >= sureLines;
}
