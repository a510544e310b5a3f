import type { Decoded, Decoder, Effort, Picture } from '../../renderer/scan/decode/decoder.ts';
import { decoderOf } from '../../renderer/scan/decode/decoderOf.ts';
import type { Engine, Look } from '../../renderer/scan/decode/engine.ts';
import { toGray } from '../../renderer/scan/decode/gray.ts';
import { zxingLibraryEngine } from '../../renderer/scan/decode/zxingLibraryEngine.ts';
import { zxingWasmEngine } from '../../renderer/scan/decode/zxingWasmEngine.ts';
import { wasmFile } from '../decode/decodeFiles.ts';
import { toPicture } from '../pictures/drawing.ts';
import { faultKinds } from '../pictures/grid.ts';
import { labPicture } from '../pictures/labPicture.ts';
import { drawNegative, negativeKinds } from '../pictures/negatives.ts';
import { symbolKinds } from '../pictures/symbols.ts';
import { percentile, rounded } from './figures.ts';

/** The ways of reading that are compared: each engine alone on one look, and the program's own decoder. */
export const ways = ['zxing-wasm', '@zxing/library', 'frame', 'picture'] as const;
export type Way = (typeof ways)[number];

export type DecodeFigures = {
  /** How many pictures there were in each cell. */
  readonly each: number;
  /** Pictures read rightly, by format, fault and way. */
  readonly read: Readonly<Record<string, Readonly<Record<string, Readonly<Record<Way, number>>>>>>;
  /** Texts that did not stand in the picture, over all pictures with a code. */
  readonly wrong: Readonly<Record<Way, number>>;
  /** Pictures without a whole code, and how many of them gave a text. */
  readonly negatives: number;
  readonly falseReads: Readonly<Record<Way, number>>;
  /** Milliseconds for a 1280 x 720 frame with a small code in it; and for one of rough texture without. */
  readonly msWithCode: Readonly<Record<Way, Spread>>;
  readonly msWithout: Readonly<Record<Way, Spread>>;
};

type Spread = { readonly p50: number; readonly p95: number };
type Reader = (picture: Picture) => Pick<Decoded, 'text' | 'format'> | null;

const wholeLook: Look = { harder: true, inverted: true, threshold: 'local', denoise: false };

async function readers(): Promise<Readonly<Record<Way, Reader>>> {
  const wasm = await zxingWasmEngine(await wasmFile());
  const library = zxingLibraryEngine();
  const decoder = decoderOf([wasm, library]);
  return {
    'zxing-wasm': alone(wasm),
    '@zxing/library': alone(library),
    frame: withEffort(decoder, 'frame'),
    picture: withEffort(decoder, 'picture'),
  };
}

function alone(engine: Engine): Reader {
  return (picture) => {
    const gray = toGray(picture);
    return gray === null ? null : (engine.find(gray, wholeLook)[0] ?? null);
  };
}

function withEffort(decoder: Decoder, effort: Effort): Reader {
  return (picture) => decoder.decode(picture, effort);
}

function ofWays<T>(value: (way: Way) => T): Record<Way, T> {
  return {
    'zxing-wasm': value('zxing-wasm'),
    '@zxing/library': value('@zxing/library'),
    frame: value('frame'),
    picture: value('picture'),
  };
}

/**
 * Measures every way of reading over the lab's pictures, in one run.
 *
 * @param each pictures a cell of the table (format and fault), 1 and more
 * @param negativesEach pictures of each kind without a whole code
 */
export async function measureDecoding(each: number, negativesEach: number): Promise<DecodeFigures> {
  const read = await readers();
  const wrong = ofWays(() => 0);
  const cells: Record<string, Record<string, Record<Way, number>>> = {};
  for (const [row, kind] of symbolKinds.entries()) {
    const line: Record<string, Record<Way, number>> = {};
    cells[kind] = line;
    for (const [column, fault] of faultKinds.entries()) {
      const cell = ofWays(() => 0);
      line[fault.name] = cell;
      for (let at = 0; at < each; at++) {
        const { symbol, picture } = await labPicture(kind, fault, (at * 100 + row) * 100 + column);
        for (const way of ways) {
          const answer = read[way](picture);
          if (answer === null) continue;
          if (answer.text === symbol.text && answer.format === symbol.format) cell[way]++;
          else wrong[way]++;
        }
      }
    }
  }

  const falseReads = ofWays(() => 0);
  let negatives = 0;
  for (const [row, kind] of negativeKinds.entries()) {
    for (let at = 0; at < negativesEach; at++) {
      const picture = toPicture(drawNegative(kind, 400, 300, at * 10 + row));
      negatives++;
      for (const way of ways) if (read[way](picture) !== null) falseReads[way]++;
    }
  }
  const { withCode, without } = await frames();
  return {
    each,
    read: cells,
    wrong,
    negatives,
    falseReads,
    msWithCode: ofWays((way) => spread(read[way], withCode)),
    msWithout: ofWays((way) => spread(read[way], without)),
  };
}

async function frames(): Promise<{ readonly withCode: readonly Picture[]; readonly without: readonly Picture[] }> {
  const small = faultKinds.find(({ name }) => name === 'small in a frame');
  if (small === undefined) throw new Error('the lab has no frames');
  const withCode: Picture[] = [];
  for (const [row, kind] of symbolKinds.entries()) withCode.push((await labPicture(kind, small, 7000 + row)).picture);
  const texts = [1, 2, 3].map((seed) => toPicture(drawNegative('text', 1280, 720, seed)));
  return { withCode, without: texts };
}

function spread(read: Reader, pictures: readonly Picture[]): Spread {
  const times: number[] = [];
  for (const picture of pictures) read(picture);
  for (let round = 0; round < 3; round++) {
    for (const picture of pictures) {
      const start = performance.now();
      read(picture);
      times.push(performance.now() - start);
    }
  }
  return { p50: rounded(percentile(times, 0.5)), p95: rounded(percentile(times, 0.95)) };
}

/** For `bench scan`: read rates as shares of 1 and milliseconds a frame, of each way. */
export async function benchScanDecode(each = 1): Promise<Readonly<Record<string, number>>> {
  const figures = await measureDecoding(each, 2 * each);
  const all = each * symbolKinds.length * faultKinds.length;
  const answer: Record<string, number> = {};
  for (const way of ways) {
    const name = { 'zxing-wasm': 'wasm', '@zxing/library': 'library', frame: 'frame', picture: 'picture' }[way];
    let right = 0;
    for (const line of Object.values(figures.read)) for (const cell of Object.values(line)) right += cell[way];
    answer[`${name}ReadRate`] = rounded(right / all);
    answer[`${name}WrongReads`] = figures.wrong[way] + figures.falseReads[way];
    answer[`${name}FrameMsP50`] = figures.msWithCode[way].p50;
    answer[`${name}FrameMsP95`] = figures.msWithCode[way].p95;
    answer[`${name}EmptyFrameMsP50`] = figures.msWithout[way].p50;
  }
  return answer;
}
