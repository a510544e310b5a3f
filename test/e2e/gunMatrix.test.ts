import { expect, test } from 'playwright/test';
import { pairsOfMatrix } from '../guns/gunMatrix.ts';
import { openMatrixDesk, playAll } from '../guns/matrixDesk.ts';

const seed = 20_220_411;
const rows = pairsOfMatrix(seed);

// The two parts take a screen each.
test.describe.configure({ mode: 'parallel' });

/** Pace, suffix, way of GS, CapsLock, input method, focus and shape of the code: every two settings meet. */
for (const inputMethod of [false, true]) {
  const own = rows.filter((row) => row.inputMethod === inputMethod);
  test(`a gun in ${own.length} settings${inputMethod ? ' under a Chinese input method' : ''}`, async () => {
    test.setTimeout(600_000);
    const desk = await openMatrixDesk(inputMethod);
    try {
      const { faults, scans, damaged } = await playAll(desk, own);
      expect(faults).toEqual([]);
      expect(scans + damaged).toBe(own.length);
      // With one, some scans are eaten in part; without one none ever is.
      expect(damaged > 0).toBe(inputMethod);
    } finally {
      await desk.close();
    }
  });
}
