import { classify } from '../../shared/codes/classify.ts';
import { median, percentile, rounded, table } from './figures.ts';

const rounds = 60;
const warmUp = 10;
const size = 10_000;
const today = '2026-01-01';

/** Ten thousand characters that no code is, each of another nastiness. */
const noises: readonly (readonly [name: string, text: (length: number) => string])[] = [
  ['random bytes', (length) => fromBytes(length, (n) => noise(n) & 255)],
  ['random printable', (length) => fromBytes(length, (n) => 33 + (noise(n) % 94))],
  ['GS1 with a fault at its end', (length) => `]d2${'10A\u001D'.repeat(length / 4)}`],
  ['brackets', (length) => '(10)A'.repeat(length / 5)],
  ['digits', (length) => '01'.repeat(length / 2)],
  ['a URL', (length) => `https://a.cn/${'01/%30'.repeat(length / 6)}`],
  ['an MA code', (length) => `MA.156.M0.100350.01004YA10017${'.S1'.repeat(length / 3)}`],
  ['passport fillers', (length) => `P<CHN${'<'.repeat(length)}`],
  ['spaces', (length) => ' '.repeat(length)],
  ['full-width digits', (length) => '１２３４５'.repeat(length / 5)],
];

/** A steady pseudo-random number, so that each run reads the same noise. */
function noise(n: number): number {
  return Math.imul(n + 1, 2_654_435_761) >>> 13;
}

function fromBytes(length: number, byte: (n: number) => number): string {
  return Array.from({ length }, (_unused, n) => String.fromCharCode(byte(n))).join('');
}

/** Milliseconds to say what 10 kB of noise is, and how that grows when the noise is twice as long (2 is linear). */
export function benchParse(): Record<string, number> {
  const rows: string[][] = [['10 kB of', 'p50 ms', 'p99 ms', 'twice as long takes']];
  let worst = 0;
  let worstGrowth = 0;
  for (const [name, make] of noises) {
    const once = make(size);
    const twice = make(size * 2);
    const ones: number[] = [];
    const twos: number[] = [];
    for (let round = 0; round < rounds + warmUp; round++) {
      const [one, two] = [timed(once), timed(twice)];
      if (round < warmUp) continue;
      ones.push(one);
      twos.push(two);
    }
    const growth = median(twos) / median(ones);
    worst = Math.max(worst, median(ones));
    // Below a hundredth of a millisecond the clock itself is what is measured.
    if (median(ones) > 0.01) worstGrowth = Math.max(worstGrowth, growth);
    rows.push([
      name,
      String(rounded(median(ones))),
      String(rounded(percentile(ones, 0.99))),
      `${rounded(growth)} times`,
    ]);
  }
  table('What noise costs', rows);
  return { parseNoiseWorstP50Ms: rounded(worst), parseNoiseGrowth: rounded(worstGrowth) };
}

function timed(text: string): number {
  const started = performance.now();
  classify(text, { today });
  return performance.now() - started;
}
