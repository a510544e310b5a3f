import { expect, it } from 'vitest';
import { sampleOfMatrix, wholeMatrix } from '../guns/gunMatrix.ts';
import { openMatrixDesk, playAll } from '../guns/matrixDesk.ts';

/** `YICEDA_GUN_ROWS=all` plays the whole product, which takes hours; a seeded part of it otherwise. */
const asked = process.env['YICEDA_GUN_ROWS'] ?? '600';
const seed = Number(process.env['YICEDA_GUN_SEED'] ?? '20220411');
const rows = asked === 'all' ? [...wholeMatrix()] : sampleOfMatrix(Number(asked), seed);

for (const inputMethod of [false, true]) {
  const own = rows.filter((row) => row.inputMethod === inputMethod);
  it(
    `a gun in ${own.length} settings, seed ${seed}${inputMethod ? ', under a Chinese input method' : ''}`,
    async () => {
      const desk = await openMatrixDesk(inputMethod);
      try {
        expect((await playAll(desk, own)).faults).toEqual([]);
      } finally {
        await desk.close();
      }
    },
    24 * 3_600_000,
  );
}
