/**
 * Code 128 (ISO/IEC 15417) in code set B with the modulo-103 check. Each pattern is the widths, in modules, of bar,
 * space, bar, space, bar, space; their sum is 11, the stop's 13.
 */
const patterns =
  '212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 113222 123122 123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 212123 212321 232121 111323 131123 131321 112313 132113 132311 211313 231113 231311 112133 112331 132131 113123 113321 133121 313121 211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111 314111 221411 431111 111224 111422 121124 121421 141122 141221 112214 112412 122114 122411 142112 142211 241211 221114 413111 241112 134111 111242 121142 121241 114212 124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113 114311 411113 411311 113141 114131 311141 411131 211412 211214 211232 2331112'.split(
    ' ',
  );
const startB = 104;
const stop = 106;
/** Modules left white on each side, by the standard. */
const quiet = 10;

export type Bars = {
  readonly modules: number;
  readonly bars: readonly { readonly at: number; readonly width: number }[];
};

/** The bars of a text; null for one that set B does not hold (anything but printable ASCII), or that is empty. */
export function code128(text: string): Bars | null {
  const values = [startB];
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    if (code < 32 || code > 126) return null;
    values.push(code - 32);
  }
  if (values.length === 1) return null;
  const check = values.reduce((sum, value, index) => sum + value * Math.max(1, index), 0) % 103;
  const bars: { at: number; width: number }[] = [];
  let at = quiet;
  for (const value of [...values, check, stop]) {
    for (const [index, digit] of [...(patterns[value] ?? '')].entries()) {
      const width = Number(digit);
      if (index % 2 === 0) bars.push({ at, width });
      at += width;
    }
  }
  return { modules: at + quiet, bars };
}
